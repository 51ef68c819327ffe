"""A list of parcels under a heading: what lies on the truck, what waits, what must come off again."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ui.look import Look, theme
from ui.screens.dispatch.presenter import Parcel
from ui.widgets.fitting import shrunk
from ui.widgets.marks import RIGHT, Box, Circle, Icon, Line, Mark, Rect, Type, Words, width
from ui.widgets.painted import Painted

_ICONS = {"current": "ok-circle", "done": "ok-circle", "stop": "stop-octagon"}


class ParcelList(Painted):
    """As many as there is room for, each with what comes after its order's number heavy; the rest is counted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._empty, self._count = "", "", 0
        self._parcels: tuple[Parcel, ...] = ()

    def show_(self, title: str, parcels: tuple[Parcel, ...], count: int, empty: str = "") -> None:
        """`count`: of all there are, of which `parcels` may be the first."""
        if (title, parcels, count, empty) == (self._title, self._parcels, self._count, self._empty):
            return
        self._title, self._parcels, self._count, self._empty = title, parcels, count, empty
        self.refresh()

    def said(self) -> str:
        return ", ".join((f"{self._title} {self._count}", *(one.parcel for one in self._parcels[:3])))

    def sizeHint(self) -> QSize:
        return QSize(theme.look().px(280), theme.look().px(160))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(self._all(look))

    def _all(self, look: Look) -> Iterator[Mark]:
        px, w, h = look.px, self.width(), self.height()
        stop = any(one.state == "stop" for one in self._parcels)
        edge = "stop-text" if stop else "line"
        yield Box((0, 0, w, h), "surface", edge, px(2 if stop else 1), look.radius("panel"))
        head, pad = px(44), px(16)
        count = str(self._count)
        big = Type("title", tabular=True)
        wide = round(width(count, big, look)) + 2
        title = shrunk(self._title, Type("strong"), w - 2 * pad - wide - px(8), px(13), look)
        yield Words((pad, 0, w - 2 * pad - wide - px(8), head), self._title, title, "stop-text" if stop else "ink")
        yield Words((w - pad - wide, 0, wide, head), count, big, "ink", RIGHT)
        row = px(38 if look.density == "compact" else 46)
        most = max(0, (h - head - px(6)) // row)
        if not self._parcels:
            yield Line((pad, head, w - 2 * pad, 1), "line", 1)
            yield Words((pad, head, w - 2 * pad, row), self._empty, Type("body"), "ink-2")
            return
        fits = most if most >= self._count else most - 1
        y = head
        for one in self._parcels[: max(0, fits)]:
            yield from self._one((0, y, w, row), one, look)
            y += row
        if fits < self._count and y + px(24) <= h:
            more = look.word("look.more_lines", n=self._count - min(fits, len(self._parcels)))
            yield Line((pad, y, w - 2 * pad, 1), "line", 1)
            yield Words((pad, y, w - 2 * pad, min(row, h - y)), more, Type("body", weight=600), "ink-2")

    @staticmethod
    def _one(area: Rect, one: Parcel, look: Look) -> Iterator[Mark]:
        x, y, w, h = area
        px, pad = look.px, look.px(16)
        if one.state == "current":
            yield Box((x + 1, y, w - 2, h), "ok-tint", "ok-text" if look.contrast else "", px(2))
        yield Line((x + pad, y, w - 2 * pad, 1), "line", 1)
        size, left = px(22), x + pad
        mark: Rect = (left, y + (h - size) // 2, size, size)
        icon = _ICONS.get(one.state)
        if icon:
            ink = "stop" if one.state == "stop" else "ok"
            yield Icon(mark, icon, ink, "ok-tint" if one.state == "current" else "surface")
        else:
            yield Circle(mark, "surface", "edge", px(2))
        left += size + px(12)
        right = x + w - pad
        name = Type("strong", code=True)
        wide = min(right - left, round(width(one.parcel, name, look)) + 2)
        yield Words((left, y, wide, h), one.parcel, name)
        room = right - left - wide - px(12)
        if one.detail and room > px(40):
            small, detail = Type("body", tabular=True), one.detail
            while " · " in detail and width(detail, small, look) > room:  # the last is the least needed
                detail = detail.rpartition(" · ")[0]
            ink = "stop-text" if one.state == "stop" else "ink-2"
            yield Words((right - room, y, room, h), detail, small, ink, RIGHT)
