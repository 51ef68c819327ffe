"""The label that waits to be scanned: which one, what allowed it, how it looks, what to do when it is wrong. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Protocol

from app.base.errors import PackbenchError
from app.floor.picture.pack import LabelPicture, PackPicture, of_pack
from app.floor.workflows.pack import PackState
from app.station.answer import Answer
from app.station.journal.records import PrintKey
from app.station.printing.queue import LABEL, QueuedPrint
from app.station.station import Station, Status
from printers.errors import LabelError
from printers.label import Label
from ui.context import Context
from ui.packing.head import tabs
from ui.packing.next_thing import badge_next, choices, next_thing
from ui.packing.shown import Choice, Fact, NextThing, Tab
from ui.readiness import local, zone_of

_ASKS = ("why_reprint", "why_reopen", "answer")
_COMES = ("queued", "sending")


@dataclass(frozen=True, slots=True)
class LabelShown:
    """`checks` are the four that allowed the label; `acts` what to do when it is wrong, or `choices` while one asks."""

    job: str = ""
    tabs: tuple[Tab, ...] = ()
    chip: str = ""
    next: NextThing = field(default_factory=lambda: NextThing(""))
    checks: tuple[Fact, ...] = ()
    choices: tuple[Choice, ...] = ()
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """What the bench knows of the label and its slip. `label` is None when it can't be drawn (any more)."""

    key: PrintKey
    label: Label | None
    papers: tuple[QueuedPrint, ...]
    status: Status


class View(Protocol):
    def show_(self, shown: LabelShown) -> None: ...


class Presenter:
    def __init__(self, context: Context, view: View) -> None:
        self._context, self._view = context, view
        self._answer: Answer | None = None
        self._picture: PackPicture | None = None
        self._looked: Looked | None = None

    def entered(self, subject: str = "") -> None:
        if self._answer is not None:
            self.answered(self._answer)

    def left(self) -> None:
        """The address on the label stays on no screen that is not looked at."""
        self._looked = None
        self._view.show_(LabelShown())

    def answered(self, answer: Answer) -> None:
        if not isinstance(answer.at, PackState):
            return
        self._answer, self._picture = answer, of_pack(answer.at)
        label = self._picture.label
        if label is None:
            return
        if self._looked is not None and self._looked.key != _key(label):
            self._looked = None
        self.tick()
        self._show()

    def tick(self) -> None:
        """Now and then, while the screen is seen: the printer goes on, and so does time."""
        label = self._picture.label if self._picture else None
        if label is not None:
            known = self._looked.label if self._looked and self._looked.key == _key(label) else None
            self._context.runner.run(
                partial(_look, self._context.station, _key(label), known), self._told, owner=self._view, free=True
            )

    def _told(self, looked: Looked) -> None:
        label = self._picture.label if self._picture else None
        if label is not None and looked.key == _key(label):
            self._looked = looked
            self._show()

    def _show(self) -> None:
        picture, answer = self._picture, self._answer
        assert picture is not None
        assert answer is not None
        assert picture.label is not None
        words = self._context.words
        asks = picture.next.act in _ASKS
        question = picture.next.question
        refused = answer.outcome == "warn" or (answer.outcome == "stop" and answer.state != "stopped")
        refused = refused and (question is None or question.id != answer.message)
        warn = answer.text if refused else ""
        left = picture.of - picture.done
        self._view.show_(
            LabelShown(
                job=picture.job,
                tabs=tabs(picture, words),
                chip=words("screens_pack.label.left", n=left) if left else words("screens_pack.label.all_in"),
                next=badge_next(answer, words)
                or (next_thing(picture, words, warn) if asks else self._next(picture.label, warn)),
                checks=tuple(self._checks(picture, picture.label)),
                choices=choices(picture, words) if asks else (),
                label=self._looked.label if self._looked else None,
            )
        )

    def _next(self, label: LabelPicture, warn: str) -> NextThing:
        words, state = self._context.words, self._label_state()
        verb = "comes" if state in _COMES else state if state in ("failed", "unknown") else "out"
        return NextThing(
            words(f"screens_pack.label.verb_{verb}"),
            "printer" if verb != "out" else "label",
            words("screens_pack.label.title_unknown" if state == "unknown" else "screens_pack.label.title"),
            words("screens_pack.label.sscc"),
            label.sscc,
            "label-on-box",
            more=words("screens_pack.label.ends_in", end=label.sscc[-4:]),
            warn=warn,
        )

    def _label_state(self) -> str:
        papers = self._looked.papers if self._looked else ()
        return next((paper.state for paper in papers if paper.document == LABEL), "")

    def _checks(self, picture: PackPicture, label: LabelPicture) -> list[Fact]:
        words = self._context.words
        weight = f"{label.weight_g:,}".replace(",", "\u202f")
        return [
            Fact(words("screens_pack.label.contents"),
                 words("screens_pack.label.each_scanned", n=label.units, g=weight), severity="ok"),
            Fact(words("screens_pack.label.allowed"), words("screens_pack.label.nothing_restricted"), severity="ok"),
            self._papers(),
            self._order_live(),
        ]  # fmt: skip

    def _papers(self) -> Fact:
        words = self._context.words
        papers = self._looked.papers if self._looked else ()
        bad = any(paper.state in ("failed", "unknown") for paper in papers)
        said = ", ".join(
            words("screens_pack.label.paper", name=words(f"screens_pack.label.{paper.document}"),
                  state=words(f"screens_pack.label.state_{paper.state}"))
            for paper in papers
        )  # fmt: skip
        return Fact(words("screens_pack.label.papers"), said, severity="warn" if bad else "ok")

    def _order_live(self) -> Fact:
        words = self._context.words
        title = words("screens_pack.label.order_live")
        heard = self._looked.status.sync.heard_at if self._looked else None
        if heard is None:
            return Fact(title, "", severity="ok")
        age = words("screens_pack.label.heard", at=local(heard, zone_of(self._context.time_zone)),
                    age=_age(heard, self._context.clock.now(), self._context))  # fmt: skip
        offline = self._looked is not None and bool(self._looked.status.sync.trouble)
        return Fact(title, age, severity="warn" if offline else "ok")


def _age(heard: datetime, now: datetime, context: Context) -> str:
    seconds = max(0, int((now - heard).total_seconds()))
    unit, n = ("seconds", seconds) if seconds < 100 else ("minutes", seconds // 60)
    return context.words(f"screens_pack.label.{unit}", n=n)


def _key(label: LabelPicture) -> PrintKey:
    return (label.parcel, LABEL, label.issue, label.copy)


def _look(station: Station, key: PrintKey, known: Label | None) -> Looked:
    """Off the UI thread: drawing a label folds its whole job."""
    label = known
    if label is None:
        try:
            label = station.label(key)
        except (LabelError, PackbenchError):
            label = None
    queue = station.print_queue()
    parcel, _, issue, _ = key
    mine = [p for p in (*queue.unknown, *queue.failed, *queue.waiting, *queue.today) if p.subject == parcel]
    latest: dict[str, QueuedPrint] = {}
    for paper in mine:
        before = latest.get(paper.document)
        if paper.issue == issue and (before is None or paper.copy > before.copy):
            latest[paper.document] = paper
    return Looked(
        key, label, tuple(latest[name] for name in sorted(latest, key=lambda name: name != LABEL)), station.status()
    )
