"""Takes what scanners type before any widget sees it, and gives a person's typing back to where it was meant for.

It stands on each window that gets the keyboard, dialogs and restored ones too, and on nothing else: a filter written
in Python on the whole application would be asked about every paint. Nothing here moves the focus.
"""

from __future__ import annotations

import time
import weakref
from dataclasses import dataclass, replace

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent, QWindow

from app.station.profile import Wedge
from ui.scanner import shortcuts
from ui.scanner.keyboard import meant
from ui.scanner.keys import ESCAPE, MODIFIERS
from ui.scanner.wedge import Key, Mixed, Offer, Outcome, Scan, ScanBuffer, Typed, Withdrawn

LESSON_MS = 400  # a test code is over when nothing came for so long
LESSON_KEYS = 8  # fewer are a person's
LATE_MS = 12  # a timer so late means that keys may still wait in the queue

_PRESS, _RELEASE, _OVERRIDE = QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride
_COMPOSED, _MOUSE = QEvent.Type.InputMethod, QEvent.Type.MouseButtonPress
_WATCHED = frozenset({_PRESS, _RELEASE, _OVERRIDE, _COMPOSED, _MOUSE})


@dataclass(frozen=True, slots=True)
class _Held:
    """A copy of the event, and where it was going."""

    target: QObject
    event: QEvent


class ScannerFilter(QObject):
    """Works from when it is made until it is gone: `ScannerFilter(profile.wedge, application)`.

    `scanned(str)`: a code, as the scanner meant it. `offered(str)`: half a code, which Enter takes; `withdrawn(str)`:
    an offer that is over. `mixed(str)`: two codes in each other, nothing taken. `taught(tuple[Key, ...])`: the keys of
    one burst, as they arrived, while `teach(True)` holds; nothing is scanned meanwhile.
    """

    scanned = Signal(object)
    offered = Signal(object)
    withdrawn = Signal(object)
    mixed = Signal(object)
    taught = Signal(object)

    def __init__(self, wedge: Wedge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        _made[:] = [weakref.ref(self)]
        self._wedge = wedge
        self._buffer = _buffer(wedge)
        self._lesson: list[Key] | None = None
        self._decided: tuple[object, bool] | None = None
        self._giving_back = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._pause)
        self._due = self._last_at = 0.0
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.focusWindowChanged.connect(self._watch_window)
        application.focusObjectChanged.connect(self._watch_object)
        application.applicationStateChanged.connect(self._state_changed)
        self._watch_window(QGuiApplication.focusWindow())
        self._watch_object(QGuiApplication.focusObject())

    def set_wedge(self, wedge: Wedge) -> None:
        """What calibration learnt holds from the next key on."""
        if wedge != self._wedge:
            self._tell(self._buffer.give_up())
            self._wedge, self._buffer = wedge, _buffer(wedge)

    def teach(self, on: bool) -> None:
        """Until told otherwise bursts are lessons: `taught`, and not scanned."""
        self._tell(self._buffer.give_up())
        self._timer.stop()
        self._lesson = [] if on else None

    # Where keys arrive ------------------------------------------------------------------------------------------

    @Slot(object)
    def _watch_window(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)

    @Slot(object)
    def _watch_object(self, receiver: QObject | None) -> None:
        """Composed letters (dead keys, input methods) go to the widget itself."""
        if receiver is not None and not isinstance(receiver, QWindow):
            receiver.installEventFilter(self)

    @Slot(object)
    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state != Qt.ApplicationState.ApplicationActive:
            self._tell(self._buffer.pause())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in _WATCHED or self._giving_back:
            return False
        if kind == _COMPOSED:
            return not isinstance(watched, QWindow) and self._composed(watched, event)
        if not isinstance(watched, QWindow):
            return False
        if kind == _MOUSE:
            self._tell(self._buffer.pause())  # what was typed before the click goes where it was typed
            return False
        assert isinstance(event, QKeyEvent)
        identity = (event.key(), event.timestamp(), event.text(), event.nativeScanCode(), event.isAutoRepeat())
        if kind == _OVERRIDE:
            taken = self._take(watched, event, down=True)
            self._decided = (identity, taken)
            if taken:
                event.accept()  # or the shortcut would run without its key
            return taken
        decided, self._decided = self._decided, None
        if kind == _PRESS and decided is not None and decided[0] == identity:
            return decided[1]
        return self._take(watched, event, down=kind == _PRESS)

    # What becomes of a key --------------------------------------------------------------------------------------

    def _take(self, watched: QObject, event: QKeyEvent, *, down: bool) -> bool:
        """Whether the event ends here. A person's goes on as it is, behind those that were held before it."""
        key = Key(
            event.text(),
            event.key(),
            event.timestamp() or time.monotonic_ns() / 1e6,
            event.nativeScanCode(),
            event.modifiers().value,
            down,
            event.isAutoRepeat(),
        )
        return self._fed(key, _Held(watched, event))

    def _composed(self, watched: QObject, event: QEvent) -> bool:
        """A composed letter within a burst is a part of it: a scanner pressed a key that waits for another."""
        assert isinstance(event, QInputMethodEvent)
        text = event.commitString()
        if not text or self._buffer.patience is None:
            return False
        return self._fed(Key(text, 0, self._last_at), _Held(watched, event))

    def _fed(self, key: Key, held: _Held) -> bool:
        if key.down:
            self._last_at = key.at
        if self._lesson is not None:
            return self._learn(key, held)
        copy = replace(key, token=_copied(held, key))
        outcomes = self._buffer.feed(copy)
        last = outcomes[-1] if outcomes else None
        typed = isinstance(last, Typed) and last.keys[-1] is copy
        if typed:
            assert isinstance(last, Typed)
            outcomes[-1] = Typed(last.keys[:-1])
        self._tell(outcomes)
        self._wait()
        return not typed

    def _wait(self) -> None:
        patience = self._buffer.patience
        if patience is None:
            self._timer.stop()
            return
        self._due = time.monotonic_ns() / 1e6 + patience
        self._timer.start(int(patience) + 1)

    @Slot()
    def _pause(self) -> None:
        if self._lesson is not None:
            self._lesson_over()
        elif time.monotonic_ns() / 1e6 - self._due > LATE_MS and self._buffer.patience is not None:
            # The window was busy: keys that came in time stand behind this timer in the queue.
            self._due = time.monotonic_ns() / 1e6 + LATE_MS
            self._timer.start(LATE_MS)
        else:
            self._tell(self._buffer.pause())

    def _tell(self, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            match outcome:
                case Scan(text=text):
                    self.scanned.emit(meant(text, self._wedge))
                case Typed(keys=keys):
                    self._give_back(keys)
                case Offer(text=text):
                    self.offered.emit(meant(text, self._wedge))
                case Withdrawn(text=text):
                    self.withdrawn.emit(meant(text, self._wedge))
                case Mixed(text=text):
                    self.mixed.emit(meant(text, self._wedge))
                case _:
                    pass

    def _give_back(self, keys: tuple[Key, ...]) -> None:
        self._giving_back = True
        try:
            for key in keys:
                held = key.token
                assert isinstance(held, _Held)
                if shiboken6.isValid(held.target) and not (key.down and shortcuts.ran(held.target, held.event)):
                    QCoreApplication.sendEvent(held.target, held.event)
        finally:
            self._giving_back = False

    # A lesson ---------------------------------------------------------------------------------------------------

    def _learn(self, key: Key, held: _Held) -> bool:
        assert self._lesson is not None
        if key.code == ESCAPE or (not self._lesson and (not key.down or key.code in MODIFIERS)):
            return False
        self._lesson.append(
            Key(key.text, key.code, key.at, key.scan, key.mods, key.down, key.repeat, _copied(held, key))
        )
        self._timer.start(LESSON_MS)
        return True

    def _lesson_over(self) -> None:
        keys, self._lesson = tuple(self._lesson or ()), []
        if sum(key.down and key.code not in MODIFIERS for key in keys) >= LESSON_KEYS:
            self.taught.emit(keys)
        else:
            self._give_back(keys)


_made: list[weakref.ref[ScannerFilter]] = []


def here() -> ScannerFilter | None:
    """The filter of this program, if it has one: there is one keyboard."""
    found = _made[0]() if _made else None
    return found if found is not None and shiboken6.isValid(found) else None


def _buffer(wedge: Wedge) -> ScanBuffer:
    return ScanBuffer(wedge.prefix, wedge.group, wedge.gap_ms, wedge.ends)


def _copied(held: _Held, key: Key) -> _Held:
    """The event as it can be given back later: Qt's own is gone by then. Of a shortcut's question, the press itself."""
    event = held.event
    if isinstance(event, QKeyEvent):
        kind = _PRESS if key.down else _RELEASE
        again = QKeyEvent(
            kind,
            event.key(),
            event.modifiers(),
            event.nativeScanCode(),
            event.nativeVirtualKey(),
            event.nativeModifiers(),
            event.text(),
            event.isAutoRepeat(),
            event.count(),
        )
        again.setTimestamp(event.timestamp())
        return _Held(held.target, again)
    return _Held(held.target, event.clone())
