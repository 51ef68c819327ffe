"""A code to be scanned from the screen: Code 128, black on white in every theme."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from barcode.codex import Code128
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.look import Look, theme
from ui.widgets.marks import CENTRE, Mark, Rect, Type, Words
from ui.widgets.painted import Painted

QUIET = 10  # modules of white at either end


@lru_cache(maxsize=256)
def modules(code: str) -> str:
    """The bars of a code, a letter for each module: 1 black, 0 white; without the quiet zone. Raises for no ASCII."""
    bars: str = Code128(code).build()[0]
    return bars


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars in whole pixels, in the middle of the rectangle; the rest of it is white."""

    rect: Rect
    code: str

    def paint(self, painter: QPainter, look: Look) -> None:
        x, y, w, h = self.rect
        painter.fillRect(QRectF(x, y, w, h), Qt.GlobalColor.white)
        bars = modules(self.code)
        one = max(1, w // (len(bars) + 2 * QUIET))
        left = x + (w - one * len(bars)) // 2
        for i, bar in enumerate(bars):
            if bar == "1":
                painter.fillRect(QRectF(left + i * one, y, one, h), Qt.GlobalColor.black)


@dataclass(frozen=True, slots=True)
class Ground:
    rect: Rect
    radius: float

    def paint(self, painter: QPainter, look: Look) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawRoundedRect(QRectF(*self.rect), self.radius, self.radius)


class Barcode(Painted):
    """`words` stand under the bars; bars are two pixels and more wherever the widget has its own size."""

    def __init__(self, code: str = "", words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = (code, words)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def show_(self, code: str, words: str = "") -> None:
        if (code, words) == self._shown:
            return
        self._shown = (code, words)
        self.updateGeometry()
        self.refresh()

    def said(self) -> str:
        return self._shown[1] or self._shown[0]

    def sizeHint(self) -> QSize:
        look, (code, words) = theme.look(), self._shown
        bars = (len(modules(code)) + 2 * QUIET) * max(2, look.px(2)) if code else 0
        return QSize(bars + look.px(12), look.px(76 if words else 56))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def marks(self, look: Look) -> tuple[Mark, ...]:
        code, words = self._shown
        if not code:
            return ()
        pad, foot = look.px(6), look.px(20) if words else 0
        w, h = self.width(), self.height()
        found: list[Mark] = [Ground((0, 0, w, h), look.radius("control"))]
        found.append(Bars((pad, pad, w - 2 * pad, h - 2 * pad - foot), code))
        if words:
            kind = Type(px=look.px(14), weight=600, code=True)
            found.append(Words((pad, h - pad - foot, w - 2 * pad, foot), words, kind, "on-paper", CENTRE))
        return tuple(found)
