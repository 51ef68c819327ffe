"""The queue of cases, in words: which kinds wait, what the chosen case needs, the acts that settle it. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, Protocol

from app.base.errors import DatabaseAway, PackbenchError
from app.cases.case import Case
from app.desk.settle import settle
from app.desk.views import show, told
from app.desk.views.lists import cases as queue
from app.desk.views.lists.cases import KindRow
from app.desk.views.why import Reason, why
from ui.context import Context
from ui.desk import times
from ui.desk.acts import Acts, in_words
from ui.desk.shown import ActShown, FieldShown, ReasonShown
from ui.screens.cases import forms, said
from ui.screens.cases.shown import CardShown, CaseShown
from ui.widgets.rows import Fetch, Row

KEYS = {
    "correct_address": "A", "map_sku": "S", "put_back": "B", "put_away": "P", "pick_again": "K", "replan": "R",
    "hold": "H", "release": "L", "cancel": "X", "noted": "N",
    "accept": "E", "discard": "D", "brought_back": "G", "take_over": "T",
}  # fmt: skip
# What a role must allow besides settling cases; the acts themselves ask again.
_RIGHTS = {
    "correct_address": "order.address", "map_sku": "order.plan", "put_back": "stock.move", "put_away": "stock.move",
    "pick_again": "order.plan", "replan": "order.plan", "hold": "order.hold", "release": "order.release",
    "cancel": "order.cancel", "accept": "floor.takeover", "discard": "floor.takeover", "take_over": "floor.takeover",
}  # fmt: skip


class View(Protocol):
    def show_cards(self, cards: tuple[CardShown, ...]) -> None: ...

    def show_rows(self, title: str, fetch: Fetch, empty: str, key: str) -> None: ...

    def rows_again(self) -> None: ...

    def show_case(self, case: CaseShown | None) -> None: ...

    def show_reasons(self, reasons: tuple[ReasonShown, ...]) -> None: ...

    def to_field(self, name: str) -> None: ...

    def say(self, text: str, severity: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _Whole:
    """A case with its order, as read."""

    case: Case
    notes: Sequence[Mapping[str, Any]]
    order: Mapping[str, Any] | None
    unseen: Sequence[str]


class Presenter:
    def __init__(self, context: Context, view: View) -> None:
        self._context, self._view = context, view
        self._acts = Acts(context, self)
        self._kind = ""
        self._kinds: tuple[KindRow, ...] = ()
        self._here = False
        self._wanted = ""  # the case whose detail is shown or on its way
        self._whole: _Whole | None = None
        self._ready = ""
        self._said: dict[str, str] = {}
        self._reason = ""
        self._doing = False

    # The window's questions -----------------------------------------------------------------------------------

    def entered(self, subject: str = "") -> None:
        """`subject`: a case or an order to begin with."""
        self._here = True
        self._view.say("", "")
        if subject:
            self._kind = ""
        self._rows(subject)

    def left(self) -> None:
        self._here = False

    def changed(self) -> None:
        """The shared database has news: the same queue as it is now, and what became of the case in hand."""
        if not self._here:
            return
        self._count()
        self._view.rows_again()
        if self._wanted and not self._doing:
            self._read(self._wanted)

    def line(self) -> None:
        """The shared database went or is back: acts with it; what was written stays."""
        if self._here and self._whole is not None:
            self._show()

    def escaped(self) -> bool:
        """Puts back what was written; False when there is nothing to put back."""
        untouched = self._ready == self._first_act() and not self._reason
        if self._whole is None or (untouched and self._said == self._stands()):
            return False
        self._take(self._first_act())
        return True

    # What a person does ---------------------------------------------------------------------------------------

    def choose_kind(self, kind: str) -> None:
        self._kind = kind
        self._cards()
        self._rows("")

    def chose(self, row: Row | None) -> None:
        """Another case is in hand; what was begun on the last one is put back."""
        self._wanted = row.key if row else ""
        self._whole = None
        if row is None:
            self._view.show_case(None)
            self._view.show_reasons(())
            return
        self._read(row.key)

    def open_order(self) -> None:
        if self._whole is not None and self._whole.case.order_id:
            self._context.go("order", self._whole.case.order_id)

    def act(self, name: str) -> None:
        """An act's letter or button: it asks for what it needs first; the button of the act that is ready does it."""
        if self._whole is None or not self._allowed(name) or name not in self._whole.case.acts:
            return
        if name != self._ready:
            self._take(name)
        lacking = forms.stands_against(self._ready, self._said)
        self._view.to_field(next(iter(lacking), next(iter(self._said), "reason")))

    def edited(self, name: str, value: str) -> None:
        """A person writes in a field: what is wrong with it is said at once."""
        if name == "reason":
            self._reason = value
        elif name in self._said and self._said[name] != value:
            self._said[name] = value
            self._show()

    def commit(self) -> None:
        """Does the act that is ready. Fields that stand against it are named, and nothing is done."""
        if self._whole is None or self._doing or not self._ready or not self._allowed(self._ready):
            return
        lacking = forms.stands_against(self._ready, self._said)
        if lacking:
            self._view.to_field(next(iter(lacking)))
            self._view.say(self._context.words("screens_desk.cases.lacking"), "warn")
            return
        self._doing = True
        case, act, values, reason = self._whole.case, self._ready, forms.asked(self._ready, self._said), self._reason
        self._acts.do(
            lambda tx, who, now: settle(tx, case.id, act=act, values=values, operator=who, reason=reason, now=now),
            partial(self._done, case, act),
            partial(self._refused, case),
        )

    def _done(self, case: Case, act: str) -> None:
        self._doing = False
        words = self._context.words
        self._view.say(words("screens_desk.cases.done", subject=case.subject, act=words(f"case.act.{act}")), "ok")
        self._count()
        self._view.rows_again()

    def _refused(self, case: Case, error: PackbenchError) -> None:
        self._doing = False
        if error.kind in {"case_settled", "unknown_case"}:
            self._gone(case.subject, error.values.get("by"), error.values.get("act"))
            self._count()
            self._view.rows_again()
            return
        self._view.say(in_words(error, self._context), "warn")

    def _gone(self, subject: str, by: object, act: object) -> None:
        words = self._context.words
        done = words(f"case.act.{act}") if act else ""
        self._view.say(words("screens_desk.cases.elsewhere", subject=subject, by=by or "?", act=done), "warn")

    def failed(self, error: BaseException) -> None:
        """The queue could not be read; what is shown stays. That the database is away, the window says."""
        if isinstance(error, DatabaseAway):
            return
        if isinstance(error, PackbenchError):
            self._view.say(in_words(error, self._context), "warn")
            return
        raise error

    # Reading --------------------------------------------------------------------------------------------------

    def _rows(self, subject: str) -> None:
        self._count()
        words = self._context.words
        title = words(f"screens_desk.kind.{self._kind}") if self._kind else words("screens_desk.cases.all")
        empty = words("screens_desk.cases.none_of_kind" if self._kind else "screens_desk.cases.none")
        if subject and "-" in subject and len(subject) < 30:  # an order: its oldest open case
            self._find(subject, partial(self._view.show_rows, title, self._fetch(), empty))
            return
        self._view.show_rows(title, self._fetch(), empty, subject)

    def _find(self, order: str, then: Callable[[str], None]) -> None:
        def work() -> str:
            with self._context.database.reading() as read:
                found = queue.of_orders(read, (order,))
            return found[0].id if found else ""

        self._context.runner.run(work, then, owner=self)

    def _fetch(self) -> Fetch:
        context, kind = self._context, self._kind

        def fetch(after: str | None, limit: int) -> Sequence[Row]:
            with context.database.reading() as read:
                rows = queue.page(read, kind=kind, after=after, limit=limit)
            return [said.row(one, context, with_kind=not kind) for one in rows]

        return fetch

    def _count(self) -> None:
        def work() -> tuple[KindRow, ...]:
            with self._context.database.reading() as read:
                return queue.kinds(read, self._context.clock.now())

        self._context.runner.run(work, self._counted, owner=self)

    def _counted(self, kinds: tuple[KindRow, ...]) -> None:
        self._kinds = kinds
        self._cards()

    def _read(self, case_id: str) -> None:
        def work() -> _Whole | None:
            with self._context.database.reading() as read:
                found = show.case(read, case_id)
                order = show.order(read, found["order_id"]) if found["order_id"] else None
            case = Case(**{column.name: found[column.name] for column in fields(Case)})
            unseen = (*found["unseen"], *(order["unseen"] if order else ()))
            return _Whole(case, found["notes"], order, unseen)

        def came(whole: _Whole | None) -> None:
            if case_id != self._wanted:
                return
            if self._whole is None:
                self._came(whole)
            else:  # also when it was asked for, by news, before the first answer was there
                self._seen_again(whole)

        self._context.runner.run(work, came, owner=self)

    def _came(self, whole: _Whole | None) -> None:
        self._whole = whole
        self._take(self._first_act())
        self._ask_why()

    def _seen_again(self, whole: _Whole | None) -> None:
        """What a person began to write stays, while the case is open."""
        before = self._whole
        if whole is None or before is None or whole.case.id != before.case.id:
            return
        if whole.case.state != "open":
            self._gone(whole.case.subject, whole.case.settled_by, whole.case.act)
            return
        if whole != before:
            self._whole = whole
            if self._ready not in whole.case.acts:
                self._take(self._first_act())
            self._show()

    def _ask_why(self) -> None:
        whole, context = self._whole, self._context
        if whole is None or not whole.case.order_id:
            self._view.show_reasons(())
            return
        order, language = whole.case.order_id, context.words.language

        def work() -> tuple[Reason, ...]:
            return why(context.database, order, context.clock.now(), language)

        def came(reasons: tuple[Reason, ...]) -> None:
            if self._whole is whole:
                worst = sorted(reasons, key=lambda one: ("stop", "warn", "ok").index(one.severity))
                shown = (ReasonShown(one.rule, one.text, one.severity) for one in worst)
                self._view.show_reasons(tuple(shown))

        context.runner.run(work, came, self._no_reason, owner=self, free=True)

    def _no_reason(self, _error: BaseException) -> None:
        self._view.show_reasons(())

    # Showing --------------------------------------------------------------------------------------------------

    def _cards(self) -> None:
        self._view.show_cards(said.cards(self._kinds, self._kind, self._context))

    def _first_act(self) -> str:
        return next(iter(self._whole.case.acts), "") if self._whole else ""

    def _stands(self, act: str = "") -> dict[str, str]:
        assert self._whole is not None
        address = self._whole.order["address"] if self._whole.order else None
        return forms.values(act or self._ready, self._whole.case, address)

    def _take(self, act: str) -> None:
        self._ready, self._reason = act, ""
        self._said = self._stands(act) if self._whole else {}
        self._show()

    def _allowed(self, act: str) -> bool:
        return self._acts.may("case.settle", *([_RIGHTS[act]] if act in _RIGHTS else []))

    def _reason_field(self) -> FieldShown:
        words = self._context.words
        return FieldShown("reason", words("screens_desk.field.reason"), self._reason, row=forms.REASON_ROW, stretch=4)

    def _show(self) -> None:
        whole, words, now = self._whole, self._context.words, self._context.clock.now()
        if whole is None:
            self._view.show_case(None)
            return
        case = whole.case
        chip, severity = times.due(queue.due_at(case.kind, case.opened_at), now, words)
        acts = tuple(
            ActShown(name, KEYS[name], words(f"screens_desk.act.{name}"), name == self._ready, self._allowed(name))
            for name in case.acts
        )
        needs = told.needs(case.kind, case.detail, words.language)
        kind = words(f"case.kind.{case.kind}")
        grey = "" if all(act.allowed for act in acts) else self._acts.why_not("screens_desk.cases.not_yours")
        remark = " ".join(filter(None, (grey, told.not_shown(whole.unseen, words.language))))
        self._view.show_case(
            CaseShown(
                case.id,
                case.order_id or case.subject,
                chip,
                severity,
                f"{kind}: {needs}" if needs else kind,
                said.events(whole.case, whole.order, whole.notes, self._context),
                (*forms.fields(self._ready, self._said, words), self._reason_field()),
                acts,
                self._ready,
                case.order_id or "",
                remark,
            )
        )
