"""A fact beside the work: a drawing or icon, what it is, and whether it agrees (carton, weight, papers)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ui.look import Look, theme
from ui.widgets.chips import HEIGHT, chip_marks, chip_width, severity_icon
from ui.widgets.fitting import broken, shrunk
from ui.widgets.marks import RIGHT, Icon, Line, Mark, Picture, Type, Words, width
from ui.widgets.painted import Painted


@dataclass(frozen=True, slots=True)
class FactShown:
    """`drawing` goes before `icon`; `plain` is a row of one line, for lists of checks; `ruled`: a hairline above."""

    title: str
    detail: str = ""
    icon: str = ""
    drawing: str = ""
    chip: str = ""
    severity: str = "none"
    plain: bool = False
    ruled: bool = False


def _two(text: str, room: int, kind: Type, look: Look) -> tuple[str, ...]:
    """The words on one line, or on two where they do not fit: broken at a dot between facts before anywhere else."""
    if not text or width(text, kind, look) <= room:
        return (text,) if text else ()
    head, dot, rest = text.partition(" · ")
    return (head, rest) if dot and width(head, kind, look) <= room else broken(text, 2, room, kind, look)


class FactRow(Painted):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = FactShown("")

    def show_(self, value: FactShown) -> None:
        if value == self._shown:
            return
        if value.plain != self._shown.plain:
            self.updateGeometry()  # the two kinds of row differ in height
        self._shown = value
        self.refresh()

    def said(self) -> str:
        s = self._shown
        return ", ".join(part for part in (s.title, s.detail, s.chip) if part)

    def sizeHint(self) -> QSize:
        look = theme.look()
        compact = look.density == "compact"
        if self._shown.plain:
            return QSize(look.px(240), look.px(44 if compact else 52))
        return QSize(look.px(280), look.px(64 if compact else 80))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(self._all(look)) if self._shown.title else ()

    def _all(self, look: Look) -> Iterator[Mark]:
        s, px, high = self._shown, look.px, self.height()
        compact = look.density == "compact"
        if s.ruled:
            yield Line((0, 0, self.width(), 1), "line", 1)
        pad = px(12 if compact else 16)
        left, right = pad, self.width() - pad
        if s.plain:
            yield from self._plain(look, left, right)
            return
        size = px(40 if compact else 64)
        if s.drawing:
            yield Picture((left, (high - size) // 2, size, size), s.drawing, s.title[:1], look.radius("control"))
        elif s.icon:
            inner = px(32 if compact else 40)
            yield Icon((left + (size - inner) // 2, (high - inner) // 2, inner, inner), s.icon, "ink-2")
        left += size + px(10 if compact else 14)
        if s.chip:
            wide = chip_width(s.chip, severity_icon(s.severity), look)
            right -= wide
            yield from chip_marks(right, (high - px(HEIGHT)) // 2, s.chip, s.severity, look)
            right -= px(8 if compact else 12)
        room = right - left
        title = shrunk(s.title, Type(px=px(19 if compact else 22), weight=700, tabular=True), room, px(16), look)
        small = shrunk(s.detail, Type("body", tabular=True), room, px(13), look)
        lines = _two(s.detail, room, small, look)
        first, second = px(24 if compact else 28), round(small.px * 1.4) if len(lines) < 2 else round(small.px * 1.2)
        top = (high - first - second * len(lines)) // 2
        yield Words((left, top, room, first), s.title, title)
        top += first
        for words in lines:
            yield Words((left, top, room, second), words, small, "ink-2")
            top += second

    def _plain(self, look: Look, left: int, right: int) -> Iterator[Mark]:
        s, px, high = self._shown, look.px, self.height()
        icon, size = s.icon or severity_icon(s.severity), px(24)
        if icon:
            ink = s.severity if s.severity in {"ok", "done"} else f"{s.severity}-text"
            yield Icon((left, (high - size) // 2, size, size), icon, ink if s.severity != "none" else "ink-2")
            left += size + px(12)
        name, small = Type(px=px(16), weight=600), Type("body", tabular=True)
        room, gap = right - left, px(12)
        need = width(s.title, name, look) + gap + width(s.detail, replace(small, px=px(13)), look)
        if s.detail and need > room and high >= px(44):
            first, second = px(22), px(19)
            top = (high - first - second) // 2
            yield Words((left, top, room, first), s.title, shrunk(s.title, name, room, px(13), look))
            small = shrunk(s.detail, small, room, px(13), look)
            yield Words((left, top + first, room, second), s.detail, small, "ink-2")
            return
        wide = min(room, round(width(s.title, name, look)) + 2)
        yield Words((left, 0, wide, high), s.title, name)
        room -= wide + gap
        if s.detail and room > 0:
            small = shrunk(s.detail, small, room, px(13), look)
            yield Words((right - room, 0, room, high), s.detail, small, "ink-2", RIGHT)
