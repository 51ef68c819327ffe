"""An order's page: what it holds, why it is planned so, what happened, and what a supervisor can do with it. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from app.base.errors import DatabaseAway, PackbenchError
from app.desk.address import amended, correct_address
from app.desk.cancel import cancel
from app.desk.hold import hold, release
from app.desk.note import note
from app.desk.views import show
from app.desk.views.why import Reason, why
from app.site.roles import Operator
from ui.context import Context
from ui.desk import address_form
from ui.desk.acts import Acts, in_words
from ui.desk.shown import ActShown, FieldShown, ReasonShown
from ui.screens.order import said
from ui.screens.order.shown import OrderShown

if TYPE_CHECKING:
    from app.db import Tx

KEYS = {"hold": "H", "release": "L", "cancel": "X", "note": "N", "address": "A"}
_OVER = frozenset({"cancelled", "shipped"})
# An act that can't be taken back wants its reason written down; a note is nothing but its words.
_WANTS_WORDS = frozenset({"hold", "cancel", "note"})


class View(Protocol):
    def show_order(self, order: OrderShown | None) -> None: ...

    def show_reasons(self, reasons: tuple[ReasonShown, ...], version: str) -> None: ...

    def to_field(self, name: str) -> None: ...

    def say(self, text: str, severity: str) -> None: ...


class Presenter:
    def __init__(self, context: Context, view: View) -> None:
        self._context, self._view = context, view
        self._acts = Acts(context, self)
        self._here = self._doing = False
        self._id = ""
        self._order: Mapping[str, Any] | None = None
        self._ready = self._reason = ""
        self._said: dict[str, str] = {}

    # The window's questions -----------------------------------------------------------------------------------

    def entered(self, subject: str = "") -> None:
        """`subject`: the order's id; without one, the order shown last."""
        self._here = True
        self._view.say("", "")
        if subject and subject != self._id:
            self._id, self._order = subject, None
            self._put_back()
        if not self._id:
            self._context.go("orders")
            return
        self._read()

    def left(self) -> None:
        self._here = False

    def changed(self) -> None:
        """The shared database has news: the same order as it is now. What a person began to write stays."""
        if self._here and self._id and not self._doing:
            self._read()

    def line(self) -> None:
        """The shared database went or is back: acts with it; what was written stays."""
        if self._here and self._order is not None:
            self._show()

    def escaped(self) -> bool:
        """Puts back what was begun; else back to the list."""
        if self._ready:
            self._put_back()
            self._show()
        else:
            self._context.go("orders")
        return True

    # What a person does ---------------------------------------------------------------------------------------

    def act(self, name: str) -> None:
        """An act's letter or button: it asks for what it needs first."""
        if self._order is None or not self._allowed(name):
            return
        if name != self._ready:
            self._ready, self._reason = name, ""
            self._said = address_form.stands(self._order["address"]) if name == "address" else {}
            self._show()
        lacking = address_form.gaps(self._said) if name == "address" else {}
        self._view.to_field(next(iter(lacking), next(iter(self._said), "reason")))

    def edited(self, name: str, value: str) -> None:
        if name == "reason":
            self._reason = value
        elif self._said.get(name) != value and name in self._said:
            self._said[name] = value
            self._show()

    def commit(self) -> None:
        if not self._ready or self._doing or not self._allowed(self._ready):
            return
        if self._ready in _WANTS_WORDS and not self._reason.strip():
            self._view.say(self._context.words("screens_desk.order.wants_words"), "warn")
            self._view.to_field("reason")
            return
        lacking = address_form.gaps(self._said) if self._ready == "address" else {}
        if lacking:
            self._view.say(self._context.words("screens_desk.cases.lacking"), "warn")
            self._view.to_field(next(iter(lacking)))
            return
        self._doing = True
        self._acts.do(self._act(self._ready), self._done, self._refused)

    def to_cases(self) -> None:
        if self._order is not None and any(case["state"] == "open" for case in self._order["cases"]):
            self._context.go("cases", self._id)

    def _act(self, name: str) -> Callable[[Tx, Operator, datetime], object]:
        id_, reason, stated = self._id, self._reason.strip(), dict(self._said)

        def act(tx: Tx, who: Operator, now: datetime) -> None:
            match name:
                case "hold":
                    hold(tx, id_, reason=reason, operator=who, now=now)
                case "release":
                    release(tx, id_, reason=reason, operator=who, now=now)
                case "cancel":
                    cancel(tx, id_, reason=reason, operator=who, now=now)
                case "note":
                    note(tx, id_, reason, operator=who, now=now)
                case "address":
                    to = amended(None, address_form.asked(stated))
                    correct_address(tx, id_, to, reason=reason, operator=who, now=now)

        return act

    def _done(self) -> None:
        self._doing = False
        words = self._context.words
        act = words(f"screens_desk.act.{self._ready}")
        self._view.say(words("screens_desk.cases.done", subject=self._id, act=act), "ok")
        self._put_back()
        self._read()

    def _refused(self, error: PackbenchError) -> None:
        self._doing = False
        self._view.say(in_words(error, self._context), "warn")
        self._read()

    def _put_back(self) -> None:
        self._ready, self._reason, self._said = "", "", {}

    # Reading --------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        context, id_ = self._context, self._id

        def work() -> Mapping[str, Any]:
            with context.database.reading() as read:
                return show.order(read, id_)

        def came(order: Mapping[str, Any]) -> None:
            if id_ == self._id:
                self._came(order)

        context.runner.run(work, came, self._broke, owner=self)

    def _came(self, order: Mapping[str, Any]) -> None:
        before, self._order = self._order, order
        if self._ready and not self._context.away() and not self._allowed(self._ready):
            self._put_back()
        self._show()
        if before is None or before["plan"] != order["plan"] or before["state"] != order["state"]:
            self._ask_why()

    def _broke(self, error: BaseException) -> None:
        if not isinstance(error, PackbenchError):
            raise error
        if isinstance(error, DatabaseAway):
            return  # the window says so, and since when; what is shown stays
        self._view.say(in_words(error, self._context), "warn")
        if error.kind == "nothing_of_that_id":
            self._order = None
            self._view.show_order(None)

    def _ask_why(self) -> None:
        context, id_, language = self._context, self._id, self._context.words.language

        def work() -> tuple[Reason, ...]:
            return why(context.database, id_, context.clock.now(), language)

        def came(reasons: tuple[Reason, ...]) -> None:
            if id_ == self._id:
                shown = tuple(ReasonShown(one.rule, one.text, one.severity) for one in reasons)
                self._view.show_reasons(shown, reasons[0].version if reasons else "")

        context.runner.run(work, came, self._no_reason, owner=self, free=True)

    def _no_reason(self, _error: BaseException) -> None:
        self._view.show_reasons((), "")

    # Showing --------------------------------------------------------------------------------------------------

    def _allowed(self, act: str) -> bool:
        """Whether the order stands so that it can be done, and the role allows it."""
        if self._order is None or not self._acts.may(f"order.{act}"):
            return False
        state = self._order["state"]
        held = state == "held" or any(one["state"] == "held" for one in self._order["shipments"])
        return {
            "hold": state not in _OVER and state != "held",
            "release": held and state not in _OVER,
            "cancel": state not in _OVER,
            "note": True,
            "address": state not in _OVER,
        }[act]

    def _fields(self) -> tuple[FieldShown, ...]:
        if not self._ready:
            return ()
        words = self._context.words
        fields = address_form.fields(self._said, words, whole=True) if self._ready == "address" else ()
        label = words("screens_desk.field.note" if self._ready == "note" else "screens_desk.field.reason")
        return (*fields, FieldShown("reason", label, self._reason, row=9))

    def _show(self) -> None:
        order, words = self._order, self._context.words
        if order is None:
            self._view.show_order(None)
            return
        acts = tuple(
            ActShown(name, key, words(f"screens_desk.act.{name}"), name == self._ready, self._allowed(name))
            for name, key in KEYS.items()
        )
        self._view.show_order(
            OrderShown(
                self._id,
                said.person(order, self._context),
                said.meta(order, self._context),
                said.chips(order, self._context),
                said.goods(order, self._context),
                said.shipments(order, self._context),
                said.events(order, self._context),
                acts,
                self._ready,
                words(f"screens_desk.act.{self._ready}") if self._ready else "",
                self._fields(),
                sum(case["state"] == "open" for case in order["cases"]),
            )
        )
