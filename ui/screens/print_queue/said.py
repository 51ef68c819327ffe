"""Papers of the print queue in words: rows, the one in hand, readiness. Plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.base.wording import known
from app.floor.cards import SHEETS
from app.floor.workflows.label import REPRINT_REASONS
from app.station.printing.queue import LABEL, PrintQueue, QueuedPrint
from app.station.printing.readiness import Ready
from ui.context import Context
from ui.desk import times
from ui.desk.shown import ActShown
from ui.screens.print_queue.shown import ActsShown, PaperShown, ReadyShown
from ui.widgets.rows import Cell, Column, Row

SEVERITY = {"unknown": "warn", "failed": "stop", "confirmed": "done", "sent": "ok"}
KEYS = {"retry": "T", "came_out": "C", "scan_it": "C", "reprint": "R", "recreate": "N"}
REASONS = {str(n): reason for n, reason in REPRINT_REASONS.items()}
SHEET_KEYS = {str(n): name for n, name in enumerate(SHEETS, 1)}
_ICONS = {"labels": "label", "papers": "printer", "line": "cloud"}


def key_of(row: QueuedPrint) -> str:
    return "|".join(str(part) for part in row.key)


def columns(context: Context) -> tuple[Column, ...]:
    words = context.words
    return (
        Column(words("screens_print.column.state"), 148),
        Column(words("screens_print.column.paper"), 124, drop=1),
        Column(words("screens_print.column.subject"), 140, stretch=True),
        Column(words("screens_print.column.copy"), 80, drop=3),
        Column(words("screens_print.column.why"), 184, drop=2),
        Column(words("screens_print.column.at"), 76, right=True),
    )


def in_order(queue: PrintQueue) -> tuple[QueuedPrint, ...]:
    """What somebody has to answer for first, what came to an end last."""
    return (*queue.unknown, *queue.failed, *queue.waiting, *queue.today)


def row(one: QueuedPrint, context: Context) -> Row:
    words, severity = context.words, SEVERITY.get(one.state, "")
    state, paper = words(f"screens_print.state.{one.state}"), words(f"screens_print.document.{one.document}")
    why, copy = _why(one, context), _copy(one, context)
    cells = (
        Cell(state, severity, heavy=one.state in ("unknown", "failed")),
        Cell(paper),
        Cell(_subject(one), code=True, heavy=True),
        Cell(words("screens_print.of", copy=one.copy, copies=one.copies) if copy else "", quiet=True),
        Cell(why, quiet=not severity or severity in ("ok", "done")),
        Cell(times.at(one.at, context.clock.now(), _zone(context), words), quiet=True),
    )
    said = ", ".join(part for part in (state, paper, one.subject, copy, why) if part)
    return Row(key_of(one), cells, said, one.subject)


def paper(one: QueuedPrint, context: Context) -> PaperShown:
    words = context.words
    sentence = words(f"screens_print.means.{_means(one)}", why=_why(one, context))
    printer = one.printer.partition("?")[0]
    facts = " · ".join(part for part in (_copy(one, context), one.operator, printer) if part)
    return PaperShown(
        key_of(one),
        _subject(one),
        words(f"screens_print.state.{one.state}"),
        SEVERITY.get(one.state, "none"),
        f"{words(f'screens_print.document.{one.document}')}: {sentence}",
        facts,
        one.document == LABEL,
    )


def acts(one: QueuedPrint, context: Context) -> ActsShown:
    """The first is the one that helps most; what is printed well offers nothing in the colour of the next thing."""
    main = one.acts[0] if one.acts and one.state in ("unknown", "failed", "queued") else ""
    shown = [
        ActShown(name, KEYS[name], context.words(f"screens_print.act.{name}"), name == main, can(name, context))
        for name in one.acts
    ]
    if one.job:
        shown.append(ActShown("order", "O", context.words("screens_print.act.order")))
    return ActsShown("", tuple(shown))


def can(act: str, context: Context) -> bool:
    """A label is made anew from what stands in the shared database."""
    return act != "recreate" or not context.away()


def reasons(context: Context) -> ActsShown:
    """The numbers are those on the sheet of commands."""
    words = context.words
    shown = (ActShown(n, n, words(f"sheets.reprint.{reason}")) for n, reason in REASONS.items())
    return ActsShown(words("screens_print.why_again"), tuple(shown))


def sheets(context: Context) -> ActsShown:
    words = context.words
    shown = (ActShown(n, n, words(f"screens_print.sheet.{name}")) for n, name in SHEET_KEYS.items())
    return ActsShown(words("screens_print.which_sheet"), tuple(shown), alone=True)


def ready(found: Sequence[Ready], context: Context) -> tuple[ReadyShown, ...]:
    words = context.words
    return tuple(
        ReadyShown(
            f"{words(f'screens_print.device.{one.device}')}: {words(one.key, **one.values)}",
            "" if not one.ok else _ICONS[one.device],
            "none" if one.ok else "warn",
        )
        for one in found
    )


def counts(queue: PrintQueue, context: Context) -> str:
    n = {name: len(getattr(queue, name)) for name in ("unknown", "failed", "waiting", "today")}
    told = [context.words(f"screens_print.count.{name}", n=count) for name, count in n.items() if count]
    return " · ".join(told) or context.words("screens_print.count.none")


def _means(one: QueuedPrint) -> str:
    """What the state means for whoever stands at the printer."""
    if one.state == "unknown":
        return "unknown_label" if "scan_it" in one.acts else "unknown"
    if one.state == "void":
        return "lost" if one.why == "did_not_come_out" else "void"
    return one.state


def _why(one: QueuedPrint, context: Context) -> str:
    for key in (f"station.printer.{one.why}", f"screens_print.why.{one.why}", f"sheets.reprint.{one.reason}"):
        if known(key):
            return context.words(key)
    return context.words("screens_print.why.other") if one.state == "failed" else ""


def _copy(one: QueuedPrint, context: Context) -> str:
    if one.copies == 1:
        return ""
    return context.words("screens_print.copy", copy=one.copy, copies=one.copies)


def _subject(one: QueuedPrint) -> str:
    """A list has no name but a long id: its end tells it from others."""
    return one.subject if one.job else f"…{one.subject[-8:]}"


def _zone(context: Context) -> ZoneInfo:
    try:
        return ZoneInfo(context.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
