"""Pieces of the desk's screens: panels, labels, a row of acts, a line for what came of an act."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui.desk.shown import ActShown
from ui.look import Look, theme
from ui.widgets.act_button import ActButton
from ui.widgets.chips import severity_icon
from ui.widgets.marks import Icon, Mark
from ui.widgets.painted import Painted


def label(type_: str, parent: QWidget, *, tone: str = "", wrap: bool = False, code: bool = False) -> QLabel:
    made = QLabel(parent)
    made.setProperty("type", type_)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if tone:
        made.setProperty("tone", tone)
    if code:
        made.setFont(theme.look().font(type_, code=True))
    return made


def panel(parent: QWidget) -> QFrame:
    made = QFrame(parent)
    made.setProperty("role", "panel")
    return made


def scrolled(inner: QWidget, parent: QWidget) -> QScrollArea:
    """The widget, scrolled up and down where it is too high; it takes no focus from the keyboard's way."""
    made = QScrollArea(parent)
    made.setWidgetResizable(True)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setFrameShape(QFrame.Shape.NoFrame)
    inner.setProperty("role", "scrolled")
    made.setMinimumHeight(1)  # where there is little room, what scrolls gives way first
    made.setWidget(inner)
    made.viewport().setAutoFillBackground(False)
    inner.setAutoFillBackground(False)
    return made


class ActRow(QWidget):
    """Buttons of acts, each with its letter. `asked` has the act's name."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._acts: tuple[ActShown, ...] | None = None
        self._buttons: list[_Act] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_(self, acts: tuple[ActShown, ...]) -> None:
        if acts == self._acts:
            return
        self._acts = acts
        self._row.setSpacing(theme.look().px(8))
        while self._buttons:
            gone = self._buttons.pop()
            self._row.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for n, act in enumerate(acts):
            button = _Act(act, self)
            button.asked.connect(button.tell)
            button.named.connect(self.asked)
            self._row.insertWidget(n, button)
            self._buttons.append(button)


class _Act(ActButton):
    named = Signal(object)

    def __init__(self, act: ActShown, parent: QWidget) -> None:
        super().__init__(act.key, "", act.words, "", parent, desk=True, main=act.main)
        self._act = act
        self.setEnabled(act.allowed)

    def tell(self) -> None:
        self.named.emit(self._act.name)


class _Shape(Painted):
    severity = ""

    def marks(self, look: Look) -> tuple[Mark, ...]:
        size = look.px(22)
        ink = {"warn": "warn-text", "stop": "stop-text"}.get(self.severity, self.severity)
        return (Icon((0, (self.height() - size) // 2, size, size), severity_icon(self.severity), ink),) if ink else ()


class Remark(QFrame):
    """One line about what came of the last act, with its shape. Hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._shape, self._text = _Shape(self), label("strong", self, wrap=True)
        row = QHBoxLayout(self)
        look = theme.look()
        row.setContentsMargins(look.px(16), look.px(8), look.px(16), look.px(8))
        row.setSpacing(look.px(12))
        self._shape.setFixedSize(look.px(22), look.px(26))
        row.addWidget(self._shape)
        row.addWidget(self._text, 1)
        self.hide()

    def show_(self, text: str, severity: str) -> None:
        self.setVisible(bool(text))
        if not text:
            return
        self._shape.severity = severity
        self._shape.refresh()
        self._text.setText(text)
        self.setProperty("severity", severity)
        self.style().unpolish(self)
        self.style().polish(self)
        self.setAccessibleName(text)


def page(widget: QWidget) -> QVBoxLayout:
    """The layout of a desk screen: margin and gutter as the look says."""
    rows = QVBoxLayout(widget)
    rows.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # the window's size is the window's business
    spaced(rows)
    return rows


def spaced(rows: QVBoxLayout) -> None:
    look = theme.look()
    rows.setContentsMargins(look.page, look.page, look.page, look.page)
    rows.setSpacing(look.gutter)
