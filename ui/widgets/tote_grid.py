"""The cart: a place for each tote, the one that takes the next item filled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ui.look import Look, theme
from ui.widgets.fitting import shrunk
from ui.widgets.marks import Box, Icon, Mark, Rect, Type, Words
from ui.widgets.painted import Painted


@dataclass(frozen=True, slots=True)
class ToteShown:
    """`state`: current (the next item goes there), open, full."""

    name: str
    detail: str = ""
    state: str = "open"


class ToteGrid(Painted):
    def __init__(self, columns: int = 3, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self._totes: tuple[ToteShown, ...] = ()

    def show_(self, totes: tuple[ToteShown, ...]) -> None:
        if totes == self._totes:
            return
        self._totes = totes
        self.refresh()

    def said(self) -> str:
        return ", ".join(f"{tote.name} {tote.detail}" for tote in self._totes)

    def sizeHint(self) -> QSize:
        look = theme.look()
        rows = max(1, -(-len(self._totes) // self._columns))
        return QSize(look.px(110) * self._columns, rows * look.px(84))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        rows, gap = max(1, -(-len(self._totes) // self._columns)), look.px(8)
        w = (self.width() - gap * (self._columns - 1)) // self._columns
        h = min(look.px(100), (self.height() - gap * (rows - 1)) // rows)
        found: list[Mark] = []
        for i, tote in enumerate(self._totes):
            area: Rect = ((i % self._columns) * (w + gap), (i // self._columns) * (h + gap), w, h)
            found.extend(self._one(area, tote, look))
        return tuple(found)

    @staticmethod
    def _one(area: Rect, tote: ToteShown, look: Look) -> Iterator[Mark]:
        x, y, w, h = area
        px = look.px
        fill, edge, ink, second = {
            "current": ("next", "next-edge", "on-next", "on-next-2"),
            "full": ("ok-tint", "ok-text" if look.contrast else "ok-tint", "ok-text", "ok-text"),
        }.get(tote.state, ("surface", "line", "ink", "ink-2"))
        yield Box(area, fill, edge, px(2), look.radius("tile"))
        left, room = x + px(12), w - px(20)
        low = h < px(66)
        pad, foot = (px(2), px(17)) if h < px(48) else (px(3), px(18)) if low else (px(6), px(22))
        name = shrunk(tote.name, Type(px=min(px(34), round(h * 0.42)), weight=800, code=True), room, px(14), look)
        yield Words((left, y + pad, room, round(name.px * 1.15)), tote.name, name, ink)
        if tote.state == "full":
            size = px(16)
            yield Icon((left, y + h - foot - pad + (foot - size) // 2, size, size), "ok-circle", ink, fill)
            left, room = left + size + px(5), room - size - px(5)
        small = shrunk(tote.detail, Type("meta" if low else "body", tabular=True), room, px(13), look)
        yield Words((left, y + h - foot - pad, room, foot), tote.detail, small, second)
