"""The line to the shared database is gone: since when, what waits, and until when one may go on without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ui.look import Look, theme
from ui.widgets.fitting import shrunk
from ui.widgets.marks import RIGHT, Box, Icon, Mark, Type, Words, width
from ui.widgets.painted import Painted


@dataclass(frozen=True, slots=True)
class LineShown:
    """`figures`: (caption, value), at the right."""

    text: str = ""
    detail: str = ""
    figures: tuple[tuple[str, str], ...] = ()


class LineBanner(Painted):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = LineShown()

    def show_(self, value: LineShown) -> None:
        if value != self._shown:
            self._shown = value
            self.refresh()

    def said(self) -> str:
        s = self._shown
        return ". ".join(part for part in (s.text, s.detail, *(f"{a} {b}" for a, b in s.figures)) if part)

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.px(400), look.px(60 if look.density == "compact" else 82))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(self._all(look)) if self._shown.text else ()

    def _all(self, look: Look) -> Iterator[Mark]:
        s, px, high = self._shown, look.px, self.height()
        compact = look.density == "compact"
        yield Box((0, 0, self.width(), high), "warn-tint", theme.rim(look, "warn"), px(2), look.radius("panel"))
        size, left, right = px(32 if compact else 42), px(20), self.width() - px(20)
        yield Icon((left, (high - size) // 2, size, size), "offline", "warn-text", "warn-tint")
        left += size + px(18)
        for caption, value in reversed(s.figures):
            small, large = Type("meta"), Type(px=px(22 if compact else 30), weight=700, tabular=True)
            wide = round(max(width(caption, small, look), width(value, large, look))) + px(2)
            first, second = look.line("meta"), px(26 if compact else 36)
            top = (high - first - second) // 2
            yield Words((right - wide, top, wide, first), caption, small, "ink-2", RIGHT)
            yield Words((right - wide, top + first, wide, second), value, large, "ink", RIGHT)
            right -= wide + px(32)
        room = right - left
        main = shrunk(s.text, Type(px=px(20 if compact else 26), weight=700), room, px(16), look)
        below = shrunk(s.detail, Type("body", weight=600), room, px(13), look)
        first, second = px(26 if compact else 32), look.line("body")
        top = (high - first - second) // 2
        yield Words((left, top, room, first), s.text, main, "warn-text")
        yield Words((left, top + first, room, second), s.detail, below, "ink")
