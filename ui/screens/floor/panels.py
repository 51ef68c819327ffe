"""Beside and above the benches: figures of the whole floor, and what needs somebody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.look import Look, theme
from ui.screens.floor.shown import NeedShown, TileShown
from ui.widgets.chips import chip_marks, chip_width
from ui.widgets.fitting import broken, shrunk
from ui.widgets.marks import Box, Icon, Line, Mark, Rect, Type, Words, width
from ui.widgets.painted import Painted


@dataclass(frozen=True, slots=True)
class _Curve:
    """How much was left as time went, dotted where it goes at this pace; a bar where the truck leaves."""

    rect: Rect
    tile: TileShown

    def paint(self, painter: QPainter, look: Look) -> None:
        ink = look.color("warn-text" if self.tile.chip[1] == "warn" else "ok")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink, look.px(4)))
        points = [self._at(*one) for one in self.tile.curve]
        painter.drawPolyline(QPolygonF(points))
        if self.tile.ahead is not None:
            pen = QPen(ink, look.px(3), Qt.PenStyle.DotLine)
            painter.setPen(pen)
            painter.drawLine(points[-1], self._at(*self.tile.ahead))
        painter.setPen(QPen(look.color("ink"), look.px(3)))
        painter.drawLine(self._at(self.tile.end, 1.0), self._at(self.tile.end, 0.0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawEllipse(points[-1], look.px(5), look.px(5))

    def _at(self, along: float, left: float) -> QPointF:
        x, y, w, h = self.rect
        return QPointF(x + 6 + along * (w - 12), y + h - 6 - left * (h - 12))


class Tiles(Painted):
    """The first one, the next cut-off, has the room of two and its curve."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: tuple[TileShown, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_(self, tiles: tuple[TileShown, ...]) -> None:
        if tiles != self._tiles:
            self._tiles = tiles
            self.refresh()

    def said(self) -> str:
        return ". ".join(tile.said for tile in self._tiles)

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.px(600), look.px(84 if look.density == "compact" else 108))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        found: list[Mark] = []
        gap, x = look.gutter, 0
        shares = [2.4, *(1.0 for _ in self._tiles[1:])]
        room = self.width() - gap * (len(self._tiles) - 1)
        for tile, share in zip(self._tiles, shares, strict=False):
            wide = round(room * share / sum(shares))
            found += _tile(tile, (x, 0, min(wide, self.width() - x), self.height()), look)
            x += wide + gap
        return tuple(found)


def _tile(tile: TileShown, area: Rect, look: Look) -> Iterator[Mark]:
    x, y, w, h = area
    px, compact = look.px, look.density == "compact"
    pad = px(12 if compact else 16)
    left, right = x + pad, x + w - pad
    yield Box(area, "surface", "line", px(1), look.radius("panel"))
    words, severity = tile.chip
    top = y + px(8 if compact else 12)
    chip = chip_width(words, "x" if severity != "none" else "", look) if words else 0
    if words:
        yield from chip_marks(right - chip, top, words, severity, look)
    caption = Type(px=px(14), weight=500)
    room = right - left - (chip + px(8) if chip else 0)
    caption = shrunk(tile.caption, caption, room, px(13), look)
    yield Words((left, top, room, px(28 if words else 20)), tile.caption, caption, "ink-2")
    high, big = px(40 if compact else 50), Type(px=px(32 if compact else 42), weight=800, tabular=True)
    line = y + h - high - px(6 if compact else 12)
    wide = round(width(tile.figure, big, look)) + 2
    yield Words((left, line, wide, high), tile.figure, big)
    said, small = left + wide + px(8), Type("strong", weight=600)
    small = shrunk(tile.small, small, right - said, px(13), look)
    yield Words((said, line + px(4), right - said, high - px(4)), tile.small, small, "ink-2")
    begins = said + round(width(tile.small, small, look)) + px(20)
    if len(tile.curve) > 1 and right - begins >= px(120):
        yield _Curve((begins, line, right - begins, high), tile)


class Needs(Painted):
    """The worst first. `chosen(str)`: the station of the one a person moved to."""

    chosen = Signal(object)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._needs: tuple[NeedShown, ...] = ()
        self._urgent = self._quiet = self._chosen = ""
        self._below = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def show_(self, needs: tuple[NeedShown, ...], urgent: str, quiet: str, chosen: str) -> None:
        if (needs, urgent, quiet, chosen) != (self._needs, self._urgent, self._quiet, self._chosen):
            self._needs, self._urgent, self._quiet, self._chosen = needs, urgent, quiet, chosen
            self.refresh()

    def said(self) -> str:
        here = next((one for one in self._needs if one.station == self._chosen), None)
        told = (self._title, self._urgent, self._quiet, f"{here.title}, {here.detail}" if here else "")
        return ": ".join(part for part in told if part)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if not step or not self._needs:
            super().keyPressEvent(event)
            return
        here = next((n for n, one in enumerate(self._needs) if one.station == self._chosen), -1)
        self.chosen.emit(self._needs[max(0, min(here + step, len(self._needs) - 1))].station)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at, look = event.position().y(), theme.look()
        for n, y in self._rows(look):
            if y <= at < y + self._high(look):
                self.chosen.emit(self._needs[n].station)

    def _high(self, look: Look) -> int:
        return look.px(67)

    def _rows(self, look: Look) -> Iterator[tuple[int, int]]:
        """Those that fit; moved so far that the chosen one is among them."""
        top, high = look.px(54), self._high(look)
        fit = max(1, (self.height() - top - look.px(4)) // high)
        here = next((n for n, one in enumerate(self._needs) if one.station == self._chosen), 0)
        first = max(0, here - fit + 1)
        for n in range(first, min(len(self._needs), first + fit)):
            yield n, top + (n - first) * high

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(self._all(look))

    def _all(self, look: Look) -> Iterator[Mark]:
        px, w = look.px, self.width()
        left, right = px(16), w - px(16)
        yield Box((0, 0, w, self.height()), "surface", "line", px(1), look.radius("panel"))
        chip = chip_width(self._urgent, "", look) + look.px(24) if self._urgent else 0
        if self._urgent:
            yield from chip_marks(right - chip, px(12), self._urgent, "stop", look)
        room = right - left - chip - px(8)
        yield Words((left, px(10), room, px(32)), self._title, shrunk(self._title, Type("title"), room, px(15), look))
        yield Line((0, px(53), w, 1), "line", 1)
        if self._quiet:
            y = px(70)
            for line in broken(self._quiet, 3, right - left, Type("body"), look):
                yield Words((left, y, right - left, look.line("body")), line, Type("body"), "ink-2")
                y += look.line("body")
        for n, y in self._rows(look):
            yield from self._row(self._needs[n], y, left, right, look)

    def _row(self, need: NeedShown, y: int, left: int, right: int, look: Look) -> Iterator[Mark]:
        px, high, size = look.px, self._high(look), look.px(22)
        if need.station == self._chosen:
            yield Box((px(2), y + 1, self.width() - px(4), high - 2), "next-tint")
            yield Box((px(2), y + 1, px(6), high - 2), "next-edge")
        yield Icon((left, y + px(13), size, size), need.icon, need.ink, "surface")
        x = left + size + px(12)
        title = shrunk(need.title, Type(px=px(16), weight=600), right - x, px(13), look)
        yield Words((x, y + px(11), right - x, px(23)), need.title, title)
        small = shrunk(need.detail, Type(px=px(14), tabular=True), right - x, px(13), look)
        yield Words((x, y + px(34), right - x, px(20)), need.detail, small, "ink-2")
        yield Line((0, y + high - 1, self.width(), 1), "line", 1)
