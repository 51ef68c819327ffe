"""The last scans with their effect, newest first, in slots that never move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QWidget

from ui.look import Look, theme, tokens
from ui.widgets.chips import severity_icon
from ui.widgets.fitting import shrunk
from ui.widgets.marks import Box, Circle, Icon, Mark, Rect, Type, Words
from ui.widgets.painted import Painted

LEAST = 190  # units a tile needs to be read; a narrow place has fewer of them


@dataclass(frozen=True, slots=True)
class TileShown:
    """`severity`: ok, done, warn, stop, heard (an empty ring), undone (struck through), plain (`icon` alone).
    `fresh`: just kept, tinted until the moment of the look has passed."""

    title: str
    detail: str = ""
    severity: str = "plain"
    icon: str = ""
    fresh: bool = False


class ScanTiles(Painted):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: tuple[TileShown, ...] = ()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._settled)

    def show_(self, tiles: tuple[TileShown, ...]) -> None:
        if tiles == self._tiles:
            return
        self._tiles = tiles
        if tiles and tiles[0].fresh:
            self._settle.start(tokens()["motion"]["kept"])
        self.refresh()

    def _settled(self) -> None:
        self._tiles = tuple(replace(tile, fresh=False) for tile in self._tiles)
        self.refresh()

    def said(self) -> str:
        return f"{self._tiles[0].title}, {self._tiles[0].detail}" if self._tiles else ""

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.px(200) * look.scans, look.px(64))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(self._all(look))

    def _all(self, look: Look) -> Iterator[Mark]:
        gap = look.px(8)
        slots = max(1, min(look.scans, (self.width() + gap) // (look.px(LEAST) + gap)))
        wide = (self.width() - gap * (slots - 1)) // slots
        for i in range(slots):
            area: Rect = (i * (wide + gap), 0, wide, self.height())
            if i < len(self._tiles):
                yield from tile_marks(area, self._tiles[i], look)
            else:
                yield Box(area, "", "line", look.px(1), look.radius("tile"))


def tile_marks(area: Rect, tile: TileShown, look: Look) -> Iterator[Mark]:
    x, y, w, h = area
    px, kind = look.px, tile.severity
    fill, edge, ink, detail, sign = "surface", "line", "ink", "ink-2", "ok"
    line = px(1)
    if kind == "ok" and tile.fresh:
        fill, edge, ink, detail = "ok-tint", "ok", "ok-text", "ok-text"
    elif kind in {"done", "warn", "stop"}:
        fill, edge, sign = f"{kind}-tint", theme.rim(look, kind), f"{kind}-text"
    elif kind == "heard":
        edge, line = "next-text", px(2)
    elif kind == "undone":
        ink, sign = "ink-3", "ink-3"
    if look.contrast and kind == "ok" and not tile.fresh:
        edge = "line"
    yield Box(area, fill, edge, line, look.radius("tile"))
    size, left = px(24), x + px(13)
    mark: Rect = (left, y + (h - size) // 2, size, size)
    if kind == "heard":
        yield Circle(mark, "", "next-text", px(3), dashed=True)
    elif icon := tile.icon or ("undo" if kind == "undone" else severity_icon(kind)):
        yield Icon(mark, icon, sign, fill if fill != "surface" else "cut")
    left += size + px(10)
    room = x + w - left - px(10)
    first, second = px(22), px(18)
    top = y + (h - first - second) // 2
    code = kind == "heard"
    title = Type(px=px(16), weight=600, tabular=code, code=code, strike=kind == "undone")
    title = shrunk(tile.title, title, room, px(14), look)
    yield Words((left, top, room, first), tile.title, title, ink, ends=True)
    small = shrunk(tile.detail, Type("meta", weight=400, tabular=True), room, 13, look)
    yield Words((left, top + first, room, second), tile.detail, small, detail)
