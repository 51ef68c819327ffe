"""Packing, in words: what is next, what the rest of the job is, what came of the last scans. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from app.floor.picture.pack import PackPicture, of_pack
from app.floor.recipient import Recipient
from app.floor.workflows.pack import PackState
from app.station.answer import Answer
from app.station.station import Status
from app.station.sync.sync import SyncState
from ui.context import Context
from ui.effects import Effect, effects
from ui.packing.head import offline_notice, recipient_line, service_line, split_notice, tabs
from ui.packing.next_thing import badge_next, by_language, choices, next_thing
from ui.packing.shown import Choice, Fact, NextThing, Notice, Playbook, Row, Tab
from ui.readiness import zone_of

_NOW = {"current": "current", "open": "open", "missing": "open", "done": "done"}


@dataclass(frozen=True, slots=True)
class PackShown:
    """`waits`: while the line is gone, what goes on and what waits, in the place of carton and weight."""

    job: str = ""
    recipient: str = ""
    service: str = ""
    tabs: tuple[Tab, ...] = ()
    notice: Notice | None = None
    next: NextThing = field(default_factory=lambda: NextThing(""))
    counted: str = ""
    done: int = 0
    of: int = 0
    rows: tuple[Row, ...] = ()
    playbook: Playbook | None = None
    facts: tuple[Fact, ...] = ()
    waits: tuple[Fact, ...] = ()
    choices: tuple[Choice, ...] = ()


class View(Protocol):
    def show_(self, shown: PackShown) -> None: ...

    def show_scans(self, scans: tuple[Effect, ...]) -> None: ...


class Presenter:
    def __init__(self, context: Context, view: View) -> None:
        self._context, self._view = context, view
        self._answer: Answer | None = None
        self._picture: PackPicture | None = None
        self._to: Recipient | None = None
        self._of = ""  # whose recipient that is
        self._line: SyncState | None = None

    def entered(self, subject: str = "") -> None:
        """Back from elsewhere: as it stood."""
        self._of = ""
        if self._answer is not None:
            self.answered(self._answer)

    def left(self) -> None:
        """Nobody's name stays behind on a screen that is not looked at."""
        self._to, self._of = None, ""

    def heard(self, code: str) -> None:
        self._view.show_scans(self._scans(fresh=False))

    def answered(self, answer: Answer) -> None:
        state = answer.at
        self._answer = answer
        if isinstance(state, PackState):
            self._picture = of_pack(state)
            self._ask_recipient(self._picture.job)
            if answer.trouble or self._line is not None:
                self.tick()
            self._show()
        self._view.show_scans(self._scans(fresh=True))

    def tick(self) -> None:
        """Now and then, while the screen is seen: the line may have come back, and time goes on while it has not."""
        self._context.runner.run(self._context.station.status, self._told, owner=self._view, free=True)

    def _told(self, status: Status) -> None:
        before, self._line = self._line, status.sync if status.sync.trouble else None
        if self._picture is not None and (before is not None or self._line is not None):
            self._show()

    def _scans(self, *, fresh: bool) -> tuple[Effect, ...]:
        return effects(self._context.recent, self._context.words, self._zone(), fresh=fresh)

    def _zone(self) -> ZoneInfo:
        return zone_of(self._context.time_zone)

    # Whom it is for -------------------------------------------------------------------------------------------

    def _ask_recipient(self, job: str) -> None:
        if job == self._of:
            return
        self._to, self._of = None, job
        if job:
            self._context.runner.run(
                partial(self._context.station.recipient, job), partial(self._known, job), owner=self._view, free=True
            )

    def _known(self, job: str, to: Recipient | None) -> None:
        if job == self._of and self._picture is not None:
            self._to = to
            self._show()

    # In words -------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        assert self._picture is not None
        assert self._answer is not None
        self._view.show_(self._shown(self._picture, self._answer))

    def _shown(self, picture: PackPicture, answer: Answer) -> PackShown:
        words = self._context.words
        offline = self._offline(picture)
        return PackShown(
            job=picture.job or words("screens_pack.jobs", n=picture.jobs),
            recipient=recipient_line(self._to, words),
            service=service_line(picture, self._to, words) if picture.job else "",
            tabs=tabs(picture, words),
            notice=offline or split_notice(picture, words),
            next=badge_next(answer, words) or next_thing(picture, words, _warning(picture, answer)),
            counted=words("screens_pack.counted", done=picture.done, of=picture.of),
            done=picture.done,
            of=picture.of,
            rows=tuple(self._rows(picture)),
            playbook=self._playbook(picture),
            facts=tuple(self._facts(picture)) if picture.number and not offline else (),
            waits=tuple(self._waits()) if offline else (),
            choices=choices(picture, words),
        )

    def _offline(self, picture: PackPicture) -> Notice | None:
        if self._line is None:
            return None
        now = self._context.clock.now()
        return offline_notice(self._line, picture.label_minutes, now, self._context.words, self._zone())

    def _rows(self, picture: PackPicture) -> list[Row]:
        words, rows = self._context.words, []
        for line in picture.lines:
            detail = words("screens_pack.more", n=line.left) if line.left else ""
            if line.standing == "missing":
                detail = words("screens_pack.not_picked")
            rows.append(
                Row(line.thing.name, detail, line.thing.drawing, line.done, line.of, _NOW[line.standing])
            )  # fmt: skip
        for units, city in picture.elsewhere:
            rows.append(Row(words("screens_pack.from", city=city), words("screens_pack.not_here"), "", 0, units,
                            "elsewhere"))  # fmt: skip
        return rows

    def _playbook(self, picture: PackPicture) -> Playbook | None:
        step, words = picture.step, self._context.words
        if step is None:
            return None
        about = step.thing.name if step.thing else ""
        confirm = words("screens_pack.step_by_key" if step.key else "screens_pack.step_by_card", code=step.code)
        return Playbook(
            by_language(step.title, words), about or confirm, step.icon or "glass",
            tuple((card.drawing, by_language(card.words, words)) for card in step.cards),
        )  # fmt: skip

    def _facts(self, picture: PackPicture) -> list[Fact]:
        words, facts = self._context.words, []
        box = picture.carton
        if box is not None:
            size = " × ".join(str(side) for side in box.size)
            chip = words("screens_pack.carton.fits_all" if box.fits else "screens_pack.carton.too_small")
            if not picture.chosen:
                chip = words("screens_pack.carton.suggested")
            severity = "none" if not picture.chosen else "ok" if box.fits else "warn"
            facts.append(
                Fact(box.name, words("screens_pack.carton.full", size=size, full=box.full), "box", box.drawing, chip,
                     severity)
            )  # fmt: skip
        weight = words("screens_pack.grams", g=f"{picture.weight_g:,}".replace(",", "\u202f"))
        facts.append(Fact(weight, words("screens_pack.weight"), "scale"))
        return facts

    def _waits(self) -> list[Fact]:
        words = self._context.words
        goes_on = Fact(words("screens_pack.offline.goes_on"), "", severity="ok")
        waits = [
            Fact(words(f"screens_pack.offline.{act}"), words("screens_pack.offline.waits"), "clock", severity="warn")
            for act in ("new_work", "dispatch")
        ]
        return [goes_on, *waits]


def _warning(picture: PackPicture, answer: Answer) -> str:
    """What did not count, until the next scan that does. A question is no warning: it is the next thing."""
    question = picture.next.question
    if question is not None and question.id == answer.message:
        return ""
    refused = answer.outcome == "warn" or (answer.outcome == "stop" and answer.state != "stopped")
    return answer.text if refused else ""
