"""Runs the shortcut that a key given back stands for.

Qt looks for shortcuts before it delivers a key, in a place where events that are sent again do not pass. Only keys
that type something are ever held, so only these are looked for; keys with Ctrl or Alt go Qt's own way.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget


def ran(target: QObject, event: QEvent) -> bool:
    """True when the press was a shortcut of the active window, which has run; False: it is to be delivered."""
    if not isinstance(event, QKeyEvent):
        return False
    question = QKeyEvent(QEvent.Type.ShortcutOverride, event.key(), event.modifiers(), event.text())
    question.ignore()
    QCoreApplication.sendEvent(target, question)
    window = QApplication.activeWindow()
    if question.isAccepted() or window is None:
        return False
    for wanted in _sequences(event):
        for shortcut in window.findChildren(QShortcut):
            if wanted in list(shortcut.keys()) and shortcut.isEnabled() and _within(shortcut, window):
                shortcut.activated.emit()
                return True
        for action in window.findChildren(QAction):
            if wanted in action.shortcuts() and action.isEnabled() and action.isVisible():
                action.trigger()
                return True
        for button in window.findChildren(QAbstractButton):
            if button.shortcut() == wanted and button.isEnabled() and button.isVisible():
                button.animateClick()
                return True
    return False


def _sequences(event: QKeyEvent) -> list[QKeySequence]:
    """`?` is a shortcut with Shift and without: which keys make a sign depends on the keyboard map."""
    key = Qt.Key(event.key())
    shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
    found = [QKeySequence(QKeyCombination(shift, key))]
    if shift and not event.text().isalpha():
        found.append(QKeySequence(key))
    return found


def _within(shortcut: QShortcut, window: QWidget) -> bool:
    """Whether the shortcut holds where the focus is."""
    place, focus = shortcut.parent(), QApplication.focusWidget()
    if not isinstance(place, QWidget) or not place.isVisible() or not place.isEnabled():
        return False
    match shortcut.context():
        case Qt.ShortcutContext.WidgetShortcut:
            return place is focus
        case Qt.ShortcutContext.WidgetWithChildrenShortcut:
            return focus is not None and (place is focus or place.isAncestorOf(focus))
        case _:
            return place.window() is window
