"""All orders, newest first, by state; and the search, which knows every code and number. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from app.base.errors import DatabaseAway, PackbenchError
from app.desk.views.lists import orders, search
from app.desk.views.lists.orders import COUNTED, OrderRow
from app.desk.views.lists.search import Found
from app.orders.order import STATES
from ui.context import Context
from ui.desk import times
from ui.desk.acts import in_words
from ui.readiness import zone_of
from ui.widgets.rows import Cell, Column, Fetch, Row

_SEVERITY = {"held": "warn"}


@dataclass(frozen=True, slots=True)
class StateShown:
    """A state to filter by; an empty one stands for all. `count` where few orders stay in it."""

    state: str
    words: str
    count: int | None
    chosen: bool


class View(Protocol):
    def here(self) -> None:
        """Keys are this screen's from now on."""

    def show_states(self, states: tuple[StateShown, ...]) -> None: ...

    def show_rows(self, fetch: Fetch, empty: str) -> None: ...

    def rows_again(self) -> None: ...

    def show_found(self, rows: tuple[Row, ...], text: str) -> None: ...

    def to_search(self, text: str | None) -> None: ...

    def searchable(self, can: bool) -> None: ...

    def say(self, text: str, severity: str) -> None: ...


class Presenter:
    def __init__(self, context: Context, view: View) -> None:
        self._context, self._view = context, view
        self._state = self._searched = ""
        self._counts: dict[str, int] = {}
        self._here = self._begun = False

    def columns(self) -> tuple[Column, ...]:
        words = self._context.words
        return (
            Column(words("screens_desk.orders.order"), 150),
            Column(words("screens_desk.orders.state"), 170),
            Column(words("screens_desk.orders.customer"), 200, stretch=True),
            Column(words("screens_desk.orders.to"), 190, drop=3),
            Column(words("screens_desk.orders.placed"), 130, drop=2),
            Column(words("screens_desk.orders.units"), 80, right=True, drop=4),
            Column(words("screens_desk.orders.total"), 130, right=True),
            Column(words("screens_desk.orders.open_cases"), 90, right=True, drop=1),
        )

    # The window's questions -----------------------------------------------------------------------------------

    def entered(self, subject: str = "") -> None:
        """`subject`: something to search for. Without one the list stands where it was left."""
        self._here = True
        self._view.here()
        if subject:
            self.search(subject)
            self._view.to_search(subject)
        elif self._begun:
            self.changed()
        else:
            self._rows()
        self._begun = True

    def left(self) -> None:
        self._here = False

    def changed(self) -> None:
        if not self._here:
            return
        self._count()
        if not self._searched:
            self._view.rows_again()

    def line(self) -> None:
        """The shared database went or is back: nothing can be searched for without it."""
        away = self._context.away()
        self._view.searchable(not away)
        if self._here and self._searched and not away:
            again, self._searched = self._searched, ""
            self.search(again)

    def escaped(self) -> bool:
        """From what was found back to the list."""
        if not self._searched:
            return False
        self.search("")
        self._view.to_search("")
        return True

    # What a person does ---------------------------------------------------------------------------------------

    def choose_state(self, state: str) -> None:
        self._state = state
        self._show_states()
        self._rows()

    def search(self, said: str) -> None:
        """At each pause in writing; an empty text shows the list again."""
        text = said.strip()
        if text == self._searched:
            return
        self._searched = text
        if not text:
            self._rows()
            return
        context = self._context

        def work() -> tuple[tuple[Found, ...], bool]:
            with context.database.reading() as read:
                return search.search(read, said), search.sees_people(read)

        self._context.runner.run(work, partial(self._found, text), self.failed, owner=self)

    def open_(self, row: Row) -> None:
        self._context.go("order", row.subject)

    def failed(self, error: BaseException) -> None:
        """The list could not be read; what is shown stays."""
        if not isinstance(error, PackbenchError):
            raise error
        if isinstance(error, DatabaseAway):
            return  # the window says so, and since when
        self._view.say(in_words(error, self._context), "warn")

    def _found(self, text: str, answer: tuple[tuple[Found, ...], bool]) -> None:
        if text != self._searched:
            return
        found, people = answer
        words = self._context.words
        rows = tuple(self._found_row(one) for one in found)
        key = "none_found" if not rows else "found_one" if len(rows) == 1 else "found"
        if len(rows) == search.MOST:
            key = "found_many"
        told = [words(f"screens_desk.orders.{key}", said=text[:60], n=len(rows))]
        told += [] if people else [words("screens_desk.orders.no_people")]
        self._view.show_found(rows, " ".join(told))

    # Rows ------------------------------------------------------------------------------------------------------

    def _rows(self) -> None:
        self._count()
        words = self._context.words
        empty = words("screens_desk.orders.none_in_state" if self._state else "screens_desk.orders.none")
        self._view.show_rows(self._fetch(), empty)

    def _fetch(self) -> Fetch:
        context, state = self._context, self._state

        def fetch(after: str | None, limit: int) -> Sequence[Row]:
            with context.database.reading() as read:
                rows = orders.page(read, state=state, after=after, limit=limit)
            return [_row(row, context) for row in rows]

        return fetch

    def _found_row(self, one: Found) -> Row:
        """As in the list, with what it was found as in the place of the date: that tells one hit from another."""
        row = _row(one.order, self._context)
        said = self._context.words(f"screens_desk.found.{one.what}", subject=one.subject)
        return Row(
            row.key, (*row.cells[:4], Cell(said, quiet=True), *row.cells[5:]), f"{row.said}, {said}", row.subject
        )

    def _count(self) -> None:
        def work() -> dict[str, int]:
            with self._context.database.reading() as read:
                return orders.counts(read)

        self._context.runner.run(work, self._counted, self.failed, owner=self)

    def _counted(self, counts: dict[str, int]) -> None:
        self._counts = counts
        self._show_states()

    def _show_states(self) -> None:
        words = self._context.words
        states = [StateShown("", words("screens_desk.orders.all"), None, not self._state)]
        for state in STATES:
            count = self._counts.get(state) if state in COUNTED else None
            states.append(StateShown(state, words(f"order.state.{state}"), count, state == self._state))
        self._view.show_states(tuple(states))


def _row(order: OrderRow, context: Context) -> Row:
    words = context.words
    state = words(f"order.state.{order.state}")
    placed = times.at(order.placed_at, context.clock.now(), zone_of(context.station.time_zone), words)
    split = words("screens_desk.orders.split", n=order.shipments) if order.shipments > 1 else ""
    to = f"\u2068{order.city}\u2069 {order.country}" if order.city else order.country
    cells = (
        Cell(order.id, heavy=True, code=True),
        Cell(" · ".join(part for part in (state, split) if part), _SEVERITY.get(order.state, "")),
        Cell(order.name or words("screens_desk.orders.nobody"), quiet=not order.name),
        Cell(to, quiet=True),
        Cell(placed, quiet=True),
        Cell(str(order.units)),
        Cell(str(order.total)),
        Cell(str(order.cases) if order.cases else "", "warn" if order.cases else ""),
    )
    said = ", ".join(part for part in (order.id, state, order.name, to, str(order.total)) if part)
    return Row(order.key, cells, said, order.id)
