"""The simulator at the window's right side, in the demo only. Ctrl+D hides it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.base.errors import Broken
from ui.context import Context, Words
from ui.look import Look, theme
from ui.simulator.codes import HELPFUL, STRANGE, Offered
from ui.simulator.presenter import LABELS, DockShown, Presenter
from ui.simulator.tiles import CodeTile, TroubleButton
from ui.widgets.label_preview import LabelPreview
from ui.widgets.marks import RIGHT, Box, Icon, Mark, Type
from ui.widgets.marks import Words as Line
from ui.widgets.painted import Painted

WIDTH = 372
_KEYS = tuple(f"Shift+F{n}" for n in range(1, HELPFUL + STRANGE + 1))
_PLUG, _BUFFER, _LINE = "Alt+P", "Alt+B", "Alt+L"


def build(context: Context) -> Dock:
    """The dock of this window's bench. Broken where the bench has no simulated devices."""
    if context.simulated is None:
        raise Broken("no simulated devices", kind="no_window")
    return Dock(context)


class Dock(QWidget):
    """`show_` compares what is shown; clicks, keys and the printer's own word go to the presenter."""

    _out = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__(None)
        self._words = context.words
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._head = _Heading(self, first=True)
        self._helpful = [CodeTile(_KEYS[n], self, large=n == 0) for n in range(HELPFUL)]
        self._strange = [CodeTile(_KEYS[HELPFUL + n], self) for n in range(STRANGE)]
        self._plug, self._buffer = TroubleButton(_PLUG, "plug", self), TroubleButton(_BUFFER, "printer", self)
        self._line = TroubleButton(_LINE, "offline", self)
        self._labels = [LabelPreview(self) for _ in range(LABELS)]
        self._titles = [_Heading(self) for _ in range(4)]
        self._laid_out()
        assert context.simulated is not None
        self.presenter = Presenter(context, self, context.simulated)
        for tile in (*self._helpful, *self._strange):
            tile.scanned.connect(self._scanned)
        self._plug.asked.connect(self._pull_plug)
        self._buffer.asked.connect(self._fill_buffer)
        self._line.asked.connect(self._cut_line)
        self._out.connect(self._came_out, Qt.ConnectionType.QueuedConnection)
        context.simulated.printer.took = self._out.emit
        self.presenter.entered()

    def show_(self, shown: DockShown) -> None:
        say = self._words
        self._head.show_(say("screens_demo.title"), say("screens_demo.hides"))
        told = (
            (say("screens_demo.click"), say("screens_demo.moves_on")),
            (say("screens_demo.wrong"), say("screens_demo.hear_stop")),
            (say("screens_demo.trouble"), ""),
            (say("screens_demo.labels"), say("screens_demo.so_far", n=shown.out)),
        )
        for heading, (words, more) in zip(self._titles, told, strict=True):
            heading.show_(words, more)
        _fill(self._helpful, shown.helpful)
        _fill(self._strange, shown.strange)
        self._plug.show_(_either(say, "plug", shown.unplugged), shown.unplugged)
        self._buffer.show_(_either(say, "buffer", shown.full), shown.full)
        self._line.show_(_either(say, "line", shown.cut), shown.cut)
        for n, preview in enumerate(self._labels):
            preview.show_(shown.labels[n] if n < len(shown.labels) else None)
            preview.setVisible(n < len(shown.labels))
            preview.setAccessibleName(say("screens_demo.a_label"))

    def sizeHint(self) -> QSize:
        return QSize(theme.look().px(WIDTH), theme.look().px(560))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.look().color("bar"))
        painter.end()

    def _laid_out(self) -> None:
        look = theme.look()
        inside = QWidget(self)
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(look.px(16), look.px(4), look.px(16), look.px(12))
        rows.setSpacing(look.px(6))
        helps, wrongs, trouble, labels = self._titles
        rows.addWidget(helps)
        for tile in self._helpful:
            rows.addWidget(tile)
        rows.addWidget(wrongs)
        for tile in self._strange:
            rows.addWidget(tile)
        rows.addWidget(trouble)
        row = QHBoxLayout()
        row.setSpacing(look.px(8))
        for button in (self._plug, self._buffer, self._line):
            row.addWidget(button)
        rows.addLayout(row)
        rows.addWidget(labels)
        row = QHBoxLayout()
        row.setSpacing(look.px(12))
        for preview in self._labels:
            preview.setFixedSize(look.px(162), look.px(243))
            row.addWidget(preview)
        row.addStretch(1)
        rows.addLayout(row)
        rows.addStretch(1)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside.setProperty("role", "scrolled")
        area.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(area, 1)

    @Slot(object)
    def _scanned(self, code: str) -> None:
        self.presenter.scan(code)

    @Slot()
    def _pull_plug(self) -> None:
        self.presenter.pull_plug()

    @Slot()
    def _fill_buffer(self) -> None:
        self.presenter.fill_buffer()

    @Slot()
    def _cut_line(self) -> None:
        self.presenter.cut_line()

    @Slot(object)
    def _came_out(self, data: bytes) -> None:
        self.presenter.came_out(data)


def _fill(tiles: list[CodeTile], offered: tuple[Offered, ...]) -> None:
    for n, tile in enumerate(tiles):
        tile.show_(offered[n] if n < len(offered) else Offered("", ""))


def _either(say: Words, what: str, made: bool) -> str:
    return say(f"screens_demo.{what}.{'mend' if made else 'make'}")


class _Heading(Painted):
    """What the codes below are; at its right end what they do."""

    def __init__(self, parent: QWidget, *, first: bool = False) -> None:
        super().__init__(parent)
        self._first = first
        self._shown = ("", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_(self, words: str, more: str) -> None:
        if (words, more) != self._shown:
            self._shown = (words, more)
            self.refresh()

    def said(self) -> str:
        return self._shown[0]

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.px(100), look.px(48 if self._first else 30))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        px, w, h, (words, more) = look.px, self.width(), self.height(), self._shown
        if self._first:
            return (
                Box((0, 0, w, h), "warn"),
                Icon((px(16), (h - px(22)) // 2, px(22), px(22)), "scanner", "on-warn"),
                Line((px(48), 0, w // 2, h), words, Type("strong", weight=700), "on-warn"),
                Line((w // 2, 0, w // 2 - px(16), h), more, Type("meta", weight=600), "on-warn", RIGHT),
            )
        return (
            Line((0, px(4), w * 2 // 3, h - px(4)), words, Type(px=14, weight=600), "on-bar-2"),
            Line((w // 2, px(4), w - w // 2, h - px(4)), more, Type("meta"), "on-bar-2", RIGHT),
        )
