"""Choices that can be scanned from the screen: each with its bars, or touched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from ui.look import Look, theme
from ui.widgets.barcode import QUIET, Bars, Ground, modules
from ui.widgets.fitting import shrunk
from ui.widgets.key_cap import CODE
from ui.widgets.marks import RIGHT, Box, Mark, Picture, Rect, Type, Words, width
from ui.widgets.painted import Painted

_GAP = 8


@dataclass(frozen=True, slots=True)
class CodeShown:
    """`best`: the one that is suggested."""

    title: str
    detail: str
    code: str
    picture: str = ""
    best: bool = False


class CodeCards(Painted):
    """As many cards side by side as have room for bars of two pixels, the first ones first. `chosen(str)`: a code."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards: tuple[CodeShown, ...] = ()

    def show_(self, cards: tuple[CodeShown, ...]) -> None:
        if cards != self._cards:
            self._cards = cards
            self.refresh()

    def said(self) -> str:
        return ", ".join(" ".join(part for part in (c.title, c.detail, c.code) if part) for c in self._cards)

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.px(400), look.px(68 if look.density == "compact" else 92))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if event.button() != Qt.MouseButton.LeftButton:
            return
        for card, (x, y, w, h) in self._places(theme.look()):
            if x <= at.x() < x + w and y <= at.y() < y + h:
                self.chosen.emit(card.code)

    def _places(self, look: Look) -> list[tuple[CodeShown, Rect]]:
        gap, pad = look.px(_GAP), look.px(10)
        least = [(len(modules(c.code)) + 2 * QUIET) * 2 + 2 * pad for c in self._cards]
        fit = 1
        while fit < len(self._cards) and max(least[: fit + 1]) * (fit + 1) + gap * fit <= self.width():
            fit += 1
        # One card alone needs no more room than three would have.
        wide = (self.width() - gap * (max(fit, 2) - 1)) // max(fit, 2)
        return [(c, (i * (wide + gap), 0, wide, self.height())) for i, c in enumerate(self._cards[:fit])]

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(mark for card, area in self._places(look) for mark in self._one(area, card, look))

    @staticmethod
    def _one(area: Rect, card: CodeShown, look: Look) -> Iterator[Mark]:
        x, y, w, h = area
        px = look.px
        edge = "next" if card.best else "edge"
        yield Box(area, "surface", edge, px(3 if card.best else 2), look.radius("tile"))
        pad, foot = px(10), px(24 if h < px(80) else 28)
        bars: Rect = (x + pad, y + pad, w - 2 * pad, h - foot - pad - px(4))
        yield Ground(bars, look.radius("chip"))
        yield Bars((bars[0], bars[1] + px(3), bars[2], bars[3] - px(6)), card.code)
        left, right, top = x + pad + px(4), x + w - pad - px(4), y + h - foot - px(4)
        if card.picture:
            yield Picture((left, top, foot, foot), card.picture, card.title[:1], px(4))
            left += foot + px(8)
        end = card.detail or card.code
        kind = shrunk(card.title, Type("strong"), max(px(60), (right - left) * 3 // 5), px(14), look)
        wide = min(right - left, round(width(card.title, kind, look)) + 2)
        yield Words((left, top, wide, foot), card.title, kind, "next-text" if card.best else "ink")
        room = right - left - wide - px(8)
        small = shrunk(end, Type(px=px(14)) if card.detail else CODE, room, px(13), look)
        yield Words((right - room, top, room, foot), end, small, "ink-2", RIGHT)
