"""The window's keys. On a bench screen a key is as if its code had been scanned, and Enter and Space never act."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QWindow
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from ui.navigation import SCREENS

HELP, PICK, TYPE, RETURN, DESK, DOCK = "F1", "F3", "F4", "Esc", "F10", "Ctrl+D"
SIGN_OUT, QUIT, SEEN = "F9", "Ctrl+Q", "F12"
_BENCH = ("F2", "F6", "F7", "F8", "F12")
# Where a person writes, Enter and Space are theirs.
_WRITTEN_IN = (QLineEdit, QPlainTextEdit, QTextEdit, QComboBox)
_TOUCHES = frozenset({QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin, QEvent.Type.Wheel})
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space})


class Pressed(Protocol):
    """The window, as its keys know it."""

    def pressed(self, key: str) -> None: ...

    def bench_has(self, widget: QWidget) -> bool: ...

    def stirred(self) -> None: ...


class Keys(QObject):
    """One shortcut a key, all in this file."""

    def __init__(self, window: QWidget, told: Pressed) -> None:
        super().__init__(window)
        self._window = told
        places = tuple(one.key for one in SCREENS if one.kind == "desk" and one.key)
        for key in (HELP, PICK, TYPE, RETURN, DESK, DOCK, SIGN_OUT, QUIT, *_BENCH, *places):
            shortcut = QShortcut(QKeySequence(key), window)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(self._pressed)

    def watch(self, window: QWindow) -> None:
        """From when the window is on a screen. Not the whole application: that would ask us about every paint."""
        window.installEventFilter(self)

    @Slot()
    def _pressed(self) -> None:
        sender = self.sender()
        if isinstance(sender, QShortcut):
            self._window.pressed(sender.key().toString(QKeySequence.SequenceFormat.PortableText))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Enter and Space reach no control of a bench screen: a scanner sends them. Any touch keeps the bench open."""
        if event.type() in _TOUCHES:
            self._window.stirred()
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent) or event.key() not in _ENTER:
            return False
        focus = QApplication.focusWidget()
        return focus is None or (not isinstance(focus, _WRITTEN_IN) and self._window.bench_has(focus))
