"""The top of a bench screen: which job, its parcels or chips, whom it goes to and by what service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ui.look import Look, theme
from ui.widgets.chips import chip_marks, chip_width, severity_icon
from ui.widgets.fitting import shrunk
from ui.widgets.marks import RIGHT, Mark, Placed, Type, Words, width
from ui.widgets.painted import Painted
from ui.widgets.segments import segment_marks, segments_width
from ui.widgets.tabs import TabShown, tab_height, tab_marks, tabs_said, tabs_width


@dataclass(frozen=True, slots=True)
class HeadChip:
    text: str
    severity: str = "none"
    icon: str = ""


@dataclass(frozen=True, slots=True)
class JobShown:
    """`recipient` and `service` stand at the right; `chips` follow the tabs; `words`, `done` and `of` are a progress at
    the right instead (5 of 14 stops), as a pick has it."""

    job: str
    tabs: tuple[TabShown, ...] = ()
    recipient: str = ""
    service: str = ""
    chips: tuple[HeadChip, ...] = ()
    words: str = ""
    done: int = 0
    of: int = 0


class JobHeader(Painted):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = JobShown("")

    def show_(self, value: JobShown) -> None:
        if value == self._shown:
            return
        self._shown = value
        self.refresh()

    def said(self) -> str:
        s = self._shown
        parts = (s.job, tabs_said(s.tabs, theme.look()), s.recipient, s.service, *(c.text for c in s.chips), s.words)
        return ", ".join(part for part in parts if part)

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.px(480), tab_height(look))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(self._all(look))

    def _all(self, look: Look) -> Iterator[Mark]:
        s, px, high = self._shown, look.px, self.height()
        need = tabs_width(s.tabs, look) + px(14)
        job = shrunk(s.job, Type("lead", code=True), max(px(80), self.width() - need), px(20), look)
        wide = min(round(width(s.job, job, look)) + px(4), self.width() // 2)
        yield Words((0, 0, wide, high), s.job, job)
        left, right = wide + px(14), self.width()
        if s.words:
            right = yield from self._progress(look, left)
        chips = sum(chip_width(c.text, c.icon or severity_icon(c.severity), look, True) + px(10) for c in s.chips)
        taken = tabs_width(s.tabs, look) + chips + px(16)
        room = right - left
        # What the hands need comes first: with little room, the recipient gives way.
        recipient = Type("strong")
        own = round(max(width(s.recipient, recipient, look), width(s.service, Type("meta"), look))) + px(4)
        own = min(own, max(0, room - taken))
        if own >= px(120) and look.density != "compact":
            first, second = look.line("strong"), look.line("meta")
            top = (high - first - second) // 2
            yield Words((right - own, top, own, first), s.recipient, recipient, "ink", RIGHT)
            yield Words((right - own, top + first, own, second), s.service, Type("meta"), "ink-3", RIGHT)
            room -= own + px(16)
        yield from tab_marks(left, (high - tab_height(look)) // 2, room - chips, s.tabs, look)
        # Tabs that were folded up leave the chips the end of the row.
        left = min(left + tabs_width(s.tabs, look) + (px(12) if s.tabs else 0), left + room - chips + px(10))
        for chip in s.chips:
            yield from chip_marks(left, (high - px(36)) // 2, chip.text, chip.severity, look, chip.icon, large=True)
            left += chip_width(chip.text, chip.icon or severity_icon(chip.severity), look, True) + px(10)

    def _progress(self, look: Look, left: int) -> Placed:
        s, px, high = self._shown, look.px, self.height()
        kind = Type("title", tabular=True)
        bar = segments_width(min(px(360), max(0, (self.width() - left) // 3)), s.of, look)
        wide = round(width(s.words, kind, look)) + px(4)
        x = self.width() - bar
        yield from segment_marks((x, (high - px(14)) // 2, bar, px(14)), s.done, s.of, look, current=True)
        yield Words((x - px(16) - wide, 0, wide, high), s.words, kind, "ink", RIGHT)
        return x - wide - px(32)
