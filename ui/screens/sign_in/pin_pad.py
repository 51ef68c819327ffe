"""Twelve keys for gloves and a field that shows how many digits were typed, never which."""

from __future__ import annotations

from PySide6.QtCore import QRegularExpression, Qt, Signal, Slot
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QSizePolicy, QWidget

from app.site.pin import LONGEST
from ui.context import Words
from ui.look import theme

_DIGITS = ("1", "2", "3", "4", "5", "6", "7", "8", "9")


class PinPad(QWidget):
    """`typed(str)`: the PIN, by OK or Enter. A keyboard's digits go to the field, which has the focus."""

    typed = Signal(object)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = QLineEdit(self)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setValidator(QRegularExpressionValidator(QRegularExpression(f"[0-9]{{0,{LONGEST}}}"), self.field))
        self.field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.field.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.field.setProperty("role", "pin")
        self.field.setAccessibleName(words("shell.sign_in.pin_field"))
        self.field.returnPressed.connect(self._send)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.addWidget(self.field, 0, 0, 1, 3)
        for n, digit in enumerate(_DIGITS):
            self._key(digit, digit).clicked.connect(self._pressed)
            self._grid.addWidget(self._keys[-1], 1 + n // 3, n % 3)
        back = self._key("⌫", words("shell.sign_in.pin_back"))
        back.clicked.connect(self.field.backspace)
        self._key("0", "0").clicked.connect(self._pressed)
        ok = self._key(words("shell.sign_in.pin_ok"), words("shell.sign_in.pin_send"))
        ok.setProperty("current", True)
        ok.clicked.connect(self._send)
        for column, key in enumerate(self._keys[-3:]):
            self._grid.addWidget(key, 4, column)
        self.place()

    @property
    def _keys(self) -> list[QPushButton]:
        return self.findChildren(QPushButton)

    def _key(self, said: str, name: str) -> QPushButton:
        key = QPushButton(said, self)
        key.setProperty("role", "pin")
        key.setAccessibleName(name)
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard stays with the field
        key.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        return key

    def place(self) -> None:
        self._grid.setSpacing(theme.look().px(8))

    def begin(self) -> None:
        """An empty field that takes the keyboard."""
        self.field.clear()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _pressed(self) -> None:
        sender = self.sender()
        if isinstance(sender, QPushButton):
            self.field.insert(sender.text())

    @Slot()
    def _send(self) -> None:
        pin = self.field.text()
        self.field.clear()
        if pin:
            self.typed.emit(pin)
