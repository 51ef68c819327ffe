"""How far: one segment for each thing, filled when done."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ui.look import Look, theme
from ui.widgets.marks import Box, Mark, Rect, Type, Words, width
from ui.widgets.painted import Painted

MOST = 24  # more things than this are one bar


WIDEST = 64  # units of one segment: one of one is no bar that looks full


def segments_width(room: int, of: int, look: Look) -> int:
    """How much of the room the segments take."""
    return min(room, of * look.px(WIDEST + 4)) if of <= MOST else room


def segment_marks(area: Rect, done: int, of: int, look: Look, current: bool = False) -> Iterator[Mark]:
    """`current`: the first one not done is the one in hand."""
    x, y, w, h = area
    if of <= 0:
        return
    radius, hollow = look.px(3), look.contrast
    if of > MOST:
        yield Box(area, "" if hollow else "line", "line" if hollow else "", look.px(2), radius)
        yield Box((x, y, round(w * min(1, done / of)), h), "ok", "", 0, radius)
        return
    gap = look.px(4)
    w = segments_width(w, of, look)
    for i in range(of):
        left, right = x + round(i * (w + gap) / of), x + round((i + 1) * (w + gap) / of) - gap
        part: Rect = (left, y, max(2, right - left), h)
        if i < done:
            yield Box(part, "ok", "", 0, radius)
        elif current and i == done:
            yield Box(part, "next", "", 0, radius)
        else:
            yield Box(part, "" if hollow else "line", "line" if hollow else "", look.px(2), radius)


class Segments(Painted):
    """`words` (3 of 7 packed) stand before the segments when given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = (0, 0, "", False)

    def show_(self, done: int, of: int, words: str = "", current: bool = False) -> None:
        value = (done, of, words, current)
        if value == self._shown:
            return
        taller = bool(words) != bool(self._shown[2])
        self._shown = value
        if taller:
            self.updateGeometry()
        self.refresh()

    def said(self) -> str:
        done, of, words, _ = self._shown
        return words or (theme.look().word("look.done_of", done=done, of=of) if of else "")

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.px(240), look.px(28) if self._shown[2] else look.px(14))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        done, of, words, current = self._shown
        found: list[Mark] = []
        left = 0
        if words:
            kind = Type("title", tabular=True)
            left = round(width(words, kind, look)) + look.px(12)
            found.append(Words((0, 0, left, self.height()), words, kind))
        high = look.px(14)
        area: Rect = (left, (self.height() - high) // 2, self.width() - left, high)
        if area[2] > look.px(24):
            found.extend(segment_marks(area, done, of, look, current))
        return tuple(found)
