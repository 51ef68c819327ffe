"""When a scan was painted: from the key event of its end to the pixels that say *heard*, and those that say *kept*."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter, thread_time

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from app.station.answer import Answer
from ui.workplace import Workplace

_PATIENCE_MS = 30_000


class NeverPainted(Exception):
    """A scan whose answer changed no pixel, or never came."""


@dataclass(frozen=True, slots=True)
class Painted:
    """Milliseconds from the last key: `heard` and `kept` are pixels, `answered` is the answer on the UI thread.

    `worked`: what the UI thread itself computed for it, however busy the machine was.
    """

    heard: float
    answered: float
    kept: float
    worked: float


class Meter(QObject):
    """Stands on the window and sees each of its paintings end. One scan at a time: `begin`, then `painted`."""

    def __init__(self, window: QWidget, workplace: Workplace) -> None:
        super().__init__(window)
        self._window, self._began = window, 0.0
        self._heard = self._answered = self._kept = self._cpu = self._worked = 0.0
        self._is_heard = self._is_answered = False
        self.answer: Answer | None = None
        self._loop = QEventLoop(self)
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.timeout.connect(self._loop.quit)
        workplace.heard.connect(self._hear)
        workplace.answered.connect(self._see_answer)
        window.installEventFilter(self)

    def begin(self) -> None:
        """The scan's last key is on its way from now on."""
        self._heard = self._answered = self._kept = 0.0
        self._is_heard = self._is_answered = False
        self._began, self._cpu = perf_counter(), thread_time()

    def painted(self) -> Painted:
        """Waits until *kept* is on the screen. NeverPainted."""
        if not self._kept:
            self._late.start(_PATIENCE_MS)
            self._loop.exec()
            self._late.stop()
        if not self._kept:
            raise NeverPainted(str(self.answer))
        heard, answered, kept = ((at - self._began) * 1000 for at in (self._heard, self._answered, self._kept))
        return Painted(heard, answered, kept, self._worked * 1000)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.UpdateRequest or watched is not self._window:
            return False
        # What waits to be painted is painted here, into the window's own pixels; then the clock is read.
        handled = self._window.event(event)
        now = perf_counter()
        if self._is_heard and not self._heard:
            self._heard = now
        if self._is_answered and not self._kept:
            self._kept, self._worked = now, thread_time() - self._cpu
            self._loop.quit()
        return handled

    @Slot(object)
    def _hear(self, _code: str) -> None:
        self._is_heard = True

    @Slot(object)
    def _see_answer(self, answer: Answer) -> None:
        # An answer within the frame is painted at once as kept, and that says heard as well.
        self.answer, self._is_heard, self._is_answered = answer, True, True
        self._answered = perf_counter()
