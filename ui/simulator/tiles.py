"""A code of the simulator as it would stand on its thing: click it, or press its key, and it is scanned."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.look import Look, theme
from ui.simulator.codes import Offered
from ui.widgets.barcode import Bars
from ui.widgets.marks import CENTRE, RIGHT, Box, Icon, Mark, Rect, Type, Words, width
from ui.widgets.painted import Painted

_NAME, _CODE = Type(px=15, weight=600), Type("meta", code=True)


class CodeTile(Painted):
    """`large`: with bars wide enough for a scanner held to the screen; the others are for a click or a key."""

    scanned = Signal(object)

    def __init__(self, key: str, parent: QWidget, *, large: bool = False) -> None:
        super().__init__(parent)
        self._key, self._large, self._down = key, large, False
        self._offered = Offered("", "")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(self._press)

    def show_(self, offered: Offered) -> None:
        if offered != self._offered:
            self._offered = offered
            self.refresh()

    def said(self) -> str:
        one = self._offered
        return " ".join(part for part in (one.name, one.why, one.code, self._key) if part)

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.px(240), look.px(74 if self._large else 44))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._down = event.button() == Qt.MouseButton.LeftButton
        self.refresh()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was, self._down = self._down, False
        self.refresh()
        if was and self.rect().contains(event.position().toPoint()):
            self._press()

    @Slot()
    def _press(self) -> None:
        if self._offered.code:
            self.scanned.emit(self._offered.code)

    def marks(self, look: Look) -> tuple[Mark, ...]:
        one, px, w, h = self._offered, look.px, self.width(), self.height()
        if not one.code:
            return ()
        fill, ink, second = ("stop-tint", "stop-text", "ink-2") if one.why else ("surface", "ink", "ink-3")
        if self._large:
            fill, second = "next-tint", "ink-2"
        edge = "next-edge" if self._large or self._down else "stop" if one.why else "edge"
        ground = Box((0, 0, w, h), fill, edge, px(3 if self._large else 1), look.radius("control"))
        pad = px(10)
        if self._large:
            key = round(width(self._key, _CODE, look)) + 2
            code = min(round(width(one.code, _CODE, look)) + 2, (w - 2 * pad) // 2)
            name = w - 2 * pad - code - key - 2 * px(8)
            return (
                ground,
                Words((pad, px(6), name, px(22)), one.name, _NAME, ink),
                Words((w - pad - key - px(8) - code, px(6), code, px(22)), one.code, _CODE, second, RIGHT),
                Words((w - pad - key, px(6), key, px(22)), self._key, _CODE, second, RIGHT),
                Bars((px(6), px(32), w - 2 * px(6), h - px(32) - px(6)), one.code),
            )
        key = round(width(self._key, _CODE, look)) + 2
        left, right = px(42), w - pad - key
        icon: Rect = (pad, (h - px(22)) // 2, px(22), px(22))
        sign = Icon(icon, "stop-octagon", "stop", "on-stop") if one.why else Icon(icon, "scan", "ink-2")
        return (
            ground,
            sign,
            Words((left, px(3), w - pad - left, px(20)), one.name, _NAME, ink),
            Words((left, h - px(21), right - px(8) - left, px(18)), one.why or one.code, _CODE, second),
            Words((right, h - px(21), key, px(18)), self._key, _CODE, second, RIGHT),
        )


class TroubleButton(Painted):
    """Makes one kind of trouble, or ends it: then it is filled with the colour of a warning."""

    asked = Signal()

    def __init__(self, key: str, icon: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._key, self._icon, self._words, self._made = key, icon, "", False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(self.asked)

    def show_(self, words: str, made: bool) -> None:
        if (words, made) != (self._words, self._made):
            self._words, self._made = words, made
            self.refresh()

    def said(self) -> str:
        return f"{self._words} {self._key}"

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.px(100), look.px(64))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.asked.emit()

    def marks(self, look: Look) -> tuple[Mark, ...]:
        px, w, h = look.px, self.width(), self.height()
        fill, edge, ink = ("warn", "warn", "on-warn") if self._made else ("bar", "on-bar-2", "on-bar")
        key, icon = round(width(self._key, _CODE, look)) + 2, px(22)
        left = (w - icon - px(8) - key) // 2
        return (
            Box((0, 0, w, h), fill, edge, px(2), look.radius("control")),
            Icon((left, px(9), icon, icon), self._icon, ink, fill),
            Words((left + icon + px(8), px(9), key, icon), self._key, _CODE, ink),
            Words((px(4), h - px(29), w - px(8), px(20)), self._words, Type("meta", weight=600), ink, CENTRE),
        )
