"""Help: the step in large words, and every command that means something here as a code to scan, with its key."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.context import Context
from ui.look import Look, theme
from ui.screens.help.presenter import CommandShown, HelpShown, Presenter
from ui.widgets.barcode import Bars, Ground
from ui.widgets.fitting import shrunk
from ui.widgets.key_cap import CODE, HEIGHT, key_marks, key_width
from ui.widgets.marks import Box, Mark, Rect, Type, Words, width
from ui.widgets.next_block import NextBlock, NextShown
from ui.widgets.painted import Painted

# Bars of two pixels for the longest command need a card so wide; three such stand in the narrowest window.
COLUMNS = 3


def build(context: Context) -> HelpView:
    return HelpView(context)


class HelpView(QWidget):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.presenter = Presenter(context, self)
        self._block, self._cards = NextBlock(self), _Cards(self)
        self._rows = QVBoxLayout(self)
        self._rows.addWidget(self._block)
        self._rows.addWidget(self._cards, 1)
        self._cards.touched.connect(self.presenter.scan)
        self._place()

    def show_(self, shown: HelpShown) -> None:
        self._block.show_(NextShown(shown.verb, "help", shown.step, subtitle=shown.then, aside=shown.foot))
        self._cards.show_(shown.commands)

    def _place(self) -> None:
        look = theme.look()
        self._rows.setContentsMargins(look.page, look.page, look.page, look.page)
        self._rows.setSpacing(look.gutter)
        self._block.setFixedHeight(min(look.px(190), round(self.height() * 0.36)) or 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._place()


class _Cards(Painted):
    """`touched(str)`: the code of a card."""

    touched = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._commands: tuple[CommandShown, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_(self, commands: tuple[CommandShown, ...]) -> None:
        if commands != self._commands:
            self._commands = commands
            self.refresh()

    def said(self) -> str:
        return ", ".join(" ".join(part for part in (c.words, c.key, c.code) if part) for c in self._commands)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        for command, (x, y, w, h) in self._places(theme.look()):
            if event.button() == Qt.MouseButton.LeftButton and x <= at.x() < x + w and y <= at.y() < y + h:
                self.touched.emit(command.code)

    def _places(self, look: Look) -> list[tuple[CommandShown, Rect]]:
        gap = look.px(8)
        rows = max(1, -(-len(self._commands) // COLUMNS))
        wide = (self.width() - gap * (COLUMNS - 1)) // COLUMNS
        high = min(look.px(150), (self.height() - gap * (rows - 1)) // rows)
        return [
            (command, ((n % COLUMNS) * (wide + gap), (n // COLUMNS) * (high + gap), wide, high))
            for n, command in enumerate(self._commands)
        ]

    def marks(self, look: Look) -> list[Mark]:
        return [mark for command, area in self._places(look) for mark in self._one(area, command, look)]

    @staticmethod
    def _one(area: Rect, command: CommandShown, look: Look) -> Iterator[Mark]:
        x, y, w, h = area
        px = look.px
        yield Box(area, "surface", "edge", 1, look.radius("tile"))
        foot, pad = px(HEIGHT) + px(10), px(6)
        bars: Rect = (x + pad, y + pad, w - 2 * pad, h - foot - pad)
        yield Ground(bars, look.radius("chip"))
        yield Bars((bars[0], bars[1] + px(3), bars[2], bars[3] - px(6)), command.code)
        left, right, top = x + px(12), x + w - px(12), y + h - foot
        if command.key:
            right -= key_width(command.key, look)
            yield from key_marks(right, top + px(4), command.key, look)
            right -= px(8)
        code = round(width(command.code, CODE, look)) + 2
        right -= code
        yield Words((right, top, code, foot - px(2)), command.code, CODE, "ink-3")
        right -= px(8)
        kind = shrunk(command.words, Type("strong"), right - left, px(13), look)
        yield Words((left, top, right - left, foot - px(2)), command.words, kind)
