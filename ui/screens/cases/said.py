"""Cases in words: the cards of their kinds, a line of the queue, what happened so far. Plain Python, no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.base.clock import stamp
from app.cases.case import Case
from app.desk.views import told
from app.desk.views.lists import cases as queue
from app.desk.views.lists.cases import CaseRow, KindRow
from ui.context import Context
from ui.desk import times
from ui.desk.shown import EventShown
from ui.readiness import zone_of
from ui.screens.cases.shown import CardShown
from ui.widgets.rows import Cell, Row

_EVENTS = 12


def cards(kinds: Sequence[KindRow], chosen: str, context: Context) -> tuple[CardShown, ...]:
    """All first, then each kind that has open cases, and the chosen one when its last case is settled."""
    words = context.words
    first = min(kinds, key=lambda one: one.due_at, default=None)
    everything = words("screens_desk.cases.all")
    found = [_card("", everything, sum(k.count for k in kinds), sum(k.overdue for k in kinds), first, context)]
    found += [_card(k.kind, words(f"screens_desk.kind.{k.kind}"), k.count, k.overdue, k, context) for k in kinds]
    if chosen and all(card.kind != chosen for card in found):
        found.append(_card(chosen, words(f"screens_desk.kind.{chosen}"), 0, 0, None, context))
    return tuple(replace(card, chosen=card.kind == chosen) for card in found)


def _card(kind: str, title: str, count: int, overdue: int, oldest: KindRow | None, context: Context) -> CardShown:
    words, now = context.words, context.clock.now()
    if oldest is None:
        return CardShown(kind, title, count, words("screens_desk.cases.nothing"), "done")
    age = times.since(oldest.oldest_at, now, words)
    text, severity = times.due(oldest.due_at, now, words)
    if overdue:
        text = words("screens_desk.cases.overdue", n=overdue, age=age)
    elif severity == "ok":
        text = words("screens_desk.cases.oldest", age=age)
    return CardShown(kind, title, count, text, severity)


def row(case: CaseRow, context: Context, *, with_kind: bool) -> Row:
    """One line of the queue: which order, what it needs, how long there is."""
    words = context.words
    text, severity = times.due(case.due_at, context.clock.now(), words)
    needs = told.needs(case.kind, case.detail, words.language)
    kind = words(f"screens_desk.kind.{case.kind}")
    units = words("screens_desk.units", units=case.units) if case.units else ""
    about = [kind, needs] if with_kind else [needs or kind]
    title = case.order_id or case.subject
    detail = " · ".join(part for part in (*about, case.city, units) if part)
    cells = (Cell(title, severity, heavy=True, code=True), Cell(text), Cell(detail))
    return Row(case.id, cells, f"{title}, {text}, {detail}")


def events(
    case: Case, order: Mapping[str, Any] | None, notes: Sequence[Mapping[str, Any]], context: Context
) -> tuple[EventShown, ...]:
    """Newest first: what happened to the order, what people wrote, when the case was opened and its time was over."""
    words, now, zone = context.words, context.clock.now(), zone_of(context.station.time_zone)
    lines: list[tuple[str, EventShown]] = []
    for event in order["timeline"] if order else ():
        text = told.happened(event["event"], event["detail"], words.language)
        own = event["subject"] == case.order_id
        lines.append((event["at"], EventShown("", text if own else f"{event['subject']}: {text}")))
    written = (*notes, *(order["notes"] if order else ()))
    lines += [(note["at"], EventShown("", note["body"], "", f"{note['by']}:")) for note in written]
    by = words("screens_desk.cases.opened_by", by=case.opened_by.split(" ")[0])
    lines.append((case.opened_at, EventShown("", by, "", words("screens_desk.cases.opened"))))
    due_at = queue.due_at(case.kind, case.opened_at)
    if due_at < stamp(now):
        gone = words("screens_desk.cases.time_gone", hours=queue.hours()[case.kind])
        lines.append((due_at, EventShown("", gone, "stop", words("screens_desk.cases.is_overdue"))))
    newest = sorted(lines, key=lambda one: one[0])[::-1]  # of one instant, what was said last
    return tuple(replace(shown, time=times.at(at, now, zone, words)) for at, shown in newest[:_EVENTS])
