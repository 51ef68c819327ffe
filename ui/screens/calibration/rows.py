"""What was learnt, as cells side by side: shape, what it is, its value, and under it what can't work."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.look import Look, theme
from ui.screens.calibration.presenter import RowShown
from ui.widgets.chips import severity_icon
from ui.widgets.fitting import broken, shrunk
from ui.widgets.marks import RIGHT, Box, Circle, Icon, Mark, Rect, Type, Words, width
from ui.widgets.painted import Painted

_COLUMNS = 2


class Rows(Painted):
    """Two columns; a cell keeps its place, whatever is learnt."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[RowShown, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_(self, rows: tuple[RowShown, ...]) -> None:
        if rows != self._shown:
            self._shown = rows
            self.refresh()

    def said(self) -> str:
        return ". ".join(f"{row.title} {row.value}. {row.advice}" for row in self._shown)

    def sizeHint(self) -> QSize:
        look = theme.look()
        lines = -(-len(self._shown) // _COLUMNS)
        return QSize(look.px(720), lines * look.px(66))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(mark for n, row in enumerate(self._shown) for mark in _cell(self._area(n, look), row, look))

    def _area(self, n: int, look: Look) -> Rect:
        gap = look.px(8)
        lines = max(1, -(-len(self._shown) // _COLUMNS))
        wide = (self.width() - gap * (_COLUMNS - 1)) // _COLUMNS
        high = min(look.px(84), (self.height() - gap * (lines - 1)) // lines)
        return (n % _COLUMNS * (wide + gap), n // _COLUMNS * (high + gap), wide, high)


def _cell(area: Rect, row: RowShown, look: Look) -> Iterator[Mark]:
    x, y, w, h = area
    px, warn = look.px, row.severity == "warn"
    tint = "warn-tint" if warn else "surface"
    yield Box(area, tint, theme.rim(look, "warn") if warn else "line", 1, look.radius("tile"))
    size, pad = px(24), px(14)
    icon, top = severity_icon(row.severity), y + (h - px(24) - px(22)) // 2
    mark: Rect = (x + pad, top, size, size)
    if icon:
        yield Icon(mark, icon, "warn" if warn else "ok", tint)
    else:
        yield Circle((x + pad + px(3), top + px(3), px(18), px(18)), "", "edge", px(2))
    left, right = x + pad + size + px(12), x + w - pad
    title, value = Type("strong"), Type("strong", weight=700, tabular=True)
    ink = "warn-text" if warn else "ink"
    known = round(width(row.title, title, look)) + 2
    room = right - left - known - px(12)
    yield Words((left, top, known, size), row.title, title, ink)
    if row.value:
        kind = shrunk(row.value, value, room, px(13), look)
        yield Words((right - room, top, room, size), row.value, kind, ink, RIGHT)
    small = Type("body")
    lines = broken(row.advice, 2, right - left, small, look)
    if len(lines) > 1 and top + size + 2 * px(20) > y + h - px(4):
        lines = (row.advice,)
    small = shrunk(max(lines, key=len), small, right - left, px(13), look)
    for n, line in enumerate(lines):
        yield Words((left, top + size + n * px(20), right - left, px(20)), line, small, ink if warn else "ink-2")
