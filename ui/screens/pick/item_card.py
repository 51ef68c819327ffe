"""The item at the bin: its picture, its name, the last four of its code, how many to take."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ui.look import Look, theme
from ui.screens.pick.presenter import Item
from ui.widgets.chips import HEIGHT, chip_marks, chip_width
from ui.widgets.fitting import broken, shrunk
from ui.widgets.marks import Box, Mark, Picture, Type, Words, width
from ui.widgets.painted import Painted


class ItemCard(Painted):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._item = Item()

    def show_(self, item: Item) -> None:
        if item == self._item:
            return
        self._item = item
        self.refresh()

    def said(self) -> str:
        i = self._item
        return ", ".join(part for part in (i.title, i.sku, i.code, i.take, i.lot, i.mark) if part)

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.px(300), look.px(82 if look.density == "compact" else 112))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(self._all(look))

    def _all(self, look: Look) -> Iterator[Mark]:
        i, px, h = self._item, look.px, self.height()
        compact = look.density == "compact"
        yield Box((0, 0, self.width(), h), "surface", "line", px(1), look.radius("panel"))
        pad = px(10 if compact else 12)
        left, right = px(16), self.width() - px(14)
        if i.picture or i.code:
            size = h - 2 * pad
            yield Picture((left, pad, size, size), i.picture, i.title[:1], look.radius("control"), "line")
            left += size + px(14)
        room = right - left
        if not i.sku:
            yield Words((left, 0, room, h), i.title, Type("strong"), "ink-2")
            return
        kind = shrunk(i.title, Type("title"), room, px(17), look)
        lines = broken(i.title, 1 if compact else 2, room, kind, look)
        line, small, chip = round(kind.px * 1.2), look.line("meta"), px(HEIGHT)
        y = (h - line * len(lines) - small - chip - px(6)) // 2
        for words in lines:
            yield Words((left, y, room, line), words, kind)
            y += line
        yield from self._code(left, y, room, small, look)
        y += small + px(6)
        for text, severity in ((i.take, "next"), (i.lot, "warn"), (i.mark, "none")):
            if text and left + chip_width(text, "", look) <= right + px(4):
                yield from chip_marks(left, y, text, severity, look)
                left += chip_width(text, "", look) + px(6)

    def _code(self, x: int, y: int, room: int, high: int, look: Look) -> Iterator[Mark]:
        """The article's number, and the last four of the code on it, heavy: what eyes compare."""
        i = self._item
        light, heavy = Type("body", code=True), Type("body", weight=800, code=True)
        last = i.code[-4:]
        head = f"{i.sku} · …" if last else i.sku
        tail = round(width(last, heavy, look)) + 2
        wide = min(room - tail, round(width(head, light, look)) + 2)
        yield Words((x, y, wide, high), head, light, "ink-2")
        yield Words((x + wide, y, tail, high), last, heavy, "ink")
