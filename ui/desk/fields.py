"""Fields of a form: the label stands in the box with what is written, and what is wrong stands beside the label."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ui.desk.shown import FieldShown
from ui.look import theme
from ui.widgets.marks import Box, Type, Words

HEIGHT = 48


class _Edit(QLineEdit):
    """Ctrl+Enter and Esc are the screen's."""

    focused = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        commits = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Escape or (commits and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)):
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit()


class Field(QWidget):
    """`written` has the field's name and what stands in it, while a person writes."""

    written = Signal(object, object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self._label, self._problem = "", ""
        self.edit = _Edit(self)
        self.edit.setFrame(False)
        self.edit.setProperty("role", "bare")
        self.edit.textEdited.connect(self._edited)
        self.edit.focused.connect(self.update)
        self.setFocusProxy(self.edit)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._size()

    def show_(self, shown: FieldShown) -> None:
        self._label, self._problem = shown.label, shown.problem
        if self.edit.text() != shown.value:
            self.edit.setText(shown.value)
            self.edit.setCursorPosition(0)  # too long for its box, it is read from its beginning
        self.edit.setPlaceholderText(shown.hint)
        self.edit.setAccessibleName(", ".join(part for part in (shown.label, shown.problem) if part))
        self.update()

    def _edited(self, text: str) -> None:
        self.written.emit(self.name, text)

    def _size(self) -> None:
        self.setFixedHeight(theme.look().px(HEIGHT))
        self._place()

    def _place(self) -> None:
        look = theme.look()
        top = look.px(21)
        self.edit.setGeometry(look.px(10), top, self.width() - look.px(20), self.height() - top - look.px(3))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._size()

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, painter = theme.look(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = (0, 0, self.width(), self.height())
        focus, bad = self.edit.hasFocus(), bool(self._problem)
        edge = "stop-text" if bad else "next-edge" if focus else "edge"
        fill = "stop-tint" if bad else "surface"
        Box(area, fill, edge, look.px(2 if focus or bad else 1), look.radius("control")).paint(painter, look)
        label = f"{self._label}, {self._problem}" if bad else self._label
        kind = Type(px=look.px(13), weight=600 if bad else 500)
        room = (look.px(12), look.px(4), self.width() - look.px(24), look.px(17))
        Words(room, label, kind, "stop-text" if bad else "ink-3").paint(painter, look)
        painter.end()


class Form(QWidget):
    """Rows of fields. `written` as a field's own. A field that stays keeps its cursor and its focus."""

    written = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: dict[str, Field] = {}
        self._lines: list[QHBoxLayout] = []
        self._plan: tuple[tuple[str, int, int], ...] = ()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)

    def show_(self, fields: tuple[FieldShown, ...]) -> None:
        plan = tuple((one.name, one.row, one.stretch) for one in fields)
        if plan != self._plan:
            self._lay(fields)
            self._plan = plan
        for one in fields:
            self._fields[one.name].show_(one)
        self.setVisible(bool(fields))

    def _lay(self, fields: tuple[FieldShown, ...]) -> None:
        look = theme.look()
        while self._lines:
            line = self._lines.pop()
            while line.takeAt(0) is not None:
                pass
            self._rows.removeItem(line)
            line.deleteLater()
        names = {one.name for one in fields}
        for name in [name for name in self._fields if name not in names]:
            gone = self._fields.pop(name)
            gone.hide()
            gone.deleteLater()
        self._rows.setSpacing(look.px(8))
        for row in sorted({one.row for one in fields}):
            line = QHBoxLayout()
            line.setSpacing(look.px(8))
            for one in (one for one in fields if one.row == row):
                line.addWidget(self._field(one.name), one.stretch)
            self._rows.addLayout(line)
            self._lines.append(line)
        ordered = [self._fields[one.name] for one in fields]
        for before, after in pairwise(ordered):
            QWidget.setTabOrder(before.edit, after.edit)

    def _field(self, name: str) -> Field:
        if name not in self._fields:
            made = self._fields[name] = Field(name, self)
            made.written.connect(self.written)
        return self._fields[name]

    def to_field(self, name: str) -> bool:
        """Puts the cursor there; False when there is no such field."""
        if name not in self._fields:
            return False
        edit = self._fields[name].edit
        edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        edit.end(False)
        return True
