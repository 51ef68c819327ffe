"""An act with its key and its code, where the act is. A touch or a click asks for it; a scanner's Enter never does."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.look import Look, theme
from ui.widgets.fitting import shrunk
from ui.widgets.key_cap import CODE, HEIGHT, key_marks, key_width
from ui.widgets.marks import CENTRE, Box, Icon, Mark, Rect, Type, Words, width
from ui.widgets.painted import Painted


class ActButton(Painted):
    """`desk`: lower, and Enter or Space press it; a bench's acts are pressed by their key, their code or a finger.

    `tall` puts the code under the words, as beside the last scans. `main` is the one act in the next thing's colour.
    `asked(str)`: its code, which a bench scans.
    """

    asked = Signal(object)

    def __init__(
        self,
        key: str,
        code: str,
        words: str,
        icon: str = "",
        parent: QWidget | None = None,
        *,
        desk: bool = False,
        main: bool = False,
        tall: bool = False,
    ) -> None:
        super().__init__(parent)
        self._shown = (key, code, words, icon)
        self._desk, self._main, self._tall, self._down = desk, main, tall, False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.said())

    def show_(self, key: str, code: str, words: str, icon: str = "") -> None:
        if (key, code, words, icon) == self._shown:
            return
        self._shown = (key, code, words, icon)
        self.updateGeometry()
        self.refresh()

    def said(self) -> str:
        key, code, words, _ = self._shown
        return " ".join(part for part in (words, key, code) if part)

    def sizeHint(self) -> QSize:
        look, (key, code, words, icon) = theme.look(), self._shown
        wide = width(words, self._words(), look) + (look.px(32) if icon else 0)
        wide += key_width(key, look) + look.px(10) if key else 0
        if code:
            own = width(code, CODE, look)
            wide = max(wide, own) if self._tall else wide + own + look.px(10)
        return QSize(round(wide) + look.px(32) + 4, look.px(40 if self._desk else 64))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.isEnabled():
            self._down = True
            self.refresh()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was, self._down = self._down, False
        self.refresh()
        if was and self.rect().contains(event.position().toPoint()):
            self.asked.emit(self._shown[1])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._desk and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.asked.emit(self._shown[1])
            return
        super().keyPressEvent(event)

    def _words(self) -> Type:
        return Type(px=theme.look().px(16), weight=600)

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(self._all(look))

    def _all(self, look: Look) -> Iterator[Mark]:
        key, code, words, icon = self._shown
        px, w, h = look.px, self.width(), self.height()
        fill, edge, ink, second = "surface", "edge", "ink", "ink-3"
        if self._main:
            fill, edge, ink, second = "next", "next-edge", "on-next", "on-next-2"
        if not self.isEnabled():
            fill, edge, ink, second = "surface", "off-line", "off-ink", "off-ink"
        elif self._down:
            fill, edge, ink, second = "next-tint", "next-edge", "next-text", "next-text"
        yield Box((0, 0, w, h), fill, edge, px(2), look.radius("tile" if self._tall else "control"))
        kind, size = self._words(), px(22)
        said, room = round(width(words, kind, look)) + 2, w - px(16)
        total = said + (size + px(10) if icon else 0) + (key_width(key, look) + px(10) if key else 0)
        coded = round(width(code, CODE, look)) + px(10) if code else 0
        under = bool(code) and (self._tall or total + coded > room) and h >= px(56)
        beside = bool(code) and not under and total + coded <= room
        total += coded if beside else 0
        kind = shrunk(words, kind, max(px(20), said - max(0, total - room)), px(13), look)
        total -= said - (round(width(words, kind, look)) + 2)
        x, top, row = max(px(8), (w - total) // 2), 0, h
        if under:
            line = px(18)
            yield Words((px(4), h - line - px(8), w - px(8), line), code, CODE, second, CENTRE)
            top, row = px(4), h - line - px(8)
        if icon:
            mark: Rect = (x, top + (row - top - size) // 2, size, size)
            yield Icon(mark, icon, ink, fill)
            x += size + px(10)
        wide = min(round(width(words, kind, look)) + 2, w - x)
        yield Words((x, top, wide, row - top), words, kind, ink)
        x += wide + px(10)
        if key:
            yield from key_marks(x, top + (row - top - px(HEIGHT)) // 2, key, look, ink, fill)
            x += key_width(key, look) + px(10)
        if beside:
            yield Words((x, 0, coded, h), code, CODE, second)
