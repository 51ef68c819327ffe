"""Somebody at a window that nobody sees: types codes as a scanner does, by real key events, and waits for the answer.

The demo shift, the benchmarks and the journeys of the tests all stand on this.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QWindow

from app.base.errors import Broken
from app.cli.context import Context as Command
from app.station.answer import Answer
from ui.program import Shell, bench_window

SIZE = (1366, 768)
_PATIENCE_S = 60.0
_LOOK_MS = 5
_KEY_MS = 1


class NoAnswer(Broken):
    """Nothing came of it in good time; the text is what was awaited."""

    kind = "no_shift"


class Hands(QObject):
    """`answers` are all that were shown since."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.answers: list[Answer] = []
        self._loop = QEventLoop(self)
        self._pressed = 0
        shell.workplace.answered.connect(self._answered)

    @property
    def answer(self) -> Answer | None:
        """The last one shown."""
        return self.answers[-1] if self.answers else None

    def window(self) -> QWindow:
        found = self.shell.window.windowHandle()
        assert found is not None
        return found

    def burst(self, code: str) -> None:
        """The keys of a scanner, one behind the other, with its Enter; they arrive when events are looked at."""
        self.signs(code)
        self.enter()

    def enter(self) -> None:
        self._post(Qt.Key.Key_Return, "\r")

    def signs(self, code: str) -> None:
        """A burst without its Enter."""
        # As a real keyboard's keys do, each says when it was pressed: a busy machine must not pull a burst apart.
        self._pressed = max(self._pressed, time.monotonic_ns() // 1_000_000)
        for sign in code:
            key = Qt.Key(ord(sign.upper())) if sign.isascii() else Qt.Key.Key_unknown
            shift = Qt.KeyboardModifier.ShiftModifier if sign.isupper() else Qt.KeyboardModifier.NoModifier
            self._post(key, sign, shift)

    def scan(self, code: str) -> Answer:
        """A burst, and the answer that was shown to it. NoAnswer."""
        n = len(self.answers)
        self.burst(code)
        self.until(lambda: len(self.answers) > n, code)
        return self.answers[n]

    def follow(self, answer: Answer, *, until: str = "") -> Answer:
        """Scans what the bench would like best until the job is over, or a state of that name is reached."""
        while answer.next and answer.state not in (until or "finished", "finished", "idle"):
            answer = self.scan(answer.next[0])
        return answer

    def until(self, there: Callable[[], bool], what: str, *, look_ms: int = _LOOK_MS) -> None:
        """Lets the window live until it is so, looking so often. NoAnswer when it never is."""
        if there():
            return
        look, late = QTimer(self), QTimer(self)
        late.setSingleShot(True)
        late.start(int(_PATIENCE_S * 1000))
        look.timeout.connect(self._loop.quit)
        look.start(look_ms)
        while not there() and late.isActive():
            self._loop.exec()
        gone = not late.isActive()
        for timer in (look, late):
            timer.stop()
            timer.deleteLater()
        if gone:
            raise NoAnswer(f"{what}: {self.answer}", why=what)

    def rest(self, ms: int) -> None:
        """Lets the window live for a while."""
        QTimer.singleShot(ms, self._loop.quit)
        self._loop.exec()

    def _post(self, key: Qt.Key, text: str, shift: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self._pressed += _KEY_MS
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, shift, text)
            event.setTimestamp(self._pressed)
            QCoreApplication.postEvent(self.window(), event)

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        self.answers.append(answer)
        self._loop.quit()


@contextmanager
def at_a_window(
    own: Command, station: str, *, demo: bool = True, size: tuple[int, int] = SIZE, by: type[Hands] = Hands
) -> Iterator[Hands]:
    """A bench with its window open, shown and ready, and somebody before it."""
    with bench_window(own, station, demo=demo) as shell:
        shell.window.resize(*size)
        shell.window.show()
        shell.start()
        hands = by(shell)
        try:
            hands.until(lambda: not shell.window.prepare(), "screens")
            yield hands
        finally:
            shell.workplace.answered.disconnect(hands._answered)
            hands.deleteLater()
