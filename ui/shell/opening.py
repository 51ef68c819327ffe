"""What is seen before the bench is open: at once a window that says so, or why it can't be opened and what to do.

It needs nothing of the bench itself, so that it is there while the rest of the program is still being loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from PySide6.QtCore import QEventLoop, QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.look import Look, theme
from ui.tasks import TaskRunner
from ui.widgets.act_button import ActButton
from ui.widgets.fitting import broken
from ui.widgets.marks import CENTRE, Box, Icon, Mark, Type, Words
from ui.widgets.painted import Painted

T = TypeVar("T")
CLOSE = "Esc"


class Closed(Exception):
    """The person closed the window before the bench was open."""


class Opening(QWidget):
    """`show_` says how far it is, from any thread."""

    _told = Signal(object)
    _over = Signal()

    def __init__(self, close: str) -> None:
        super().__init__(None)
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(1024, 600)
        self.left = False
        self._words = _Words(self)
        self._close = ActButton(CLOSE, "", close, "", self)
        self._close.hide()
        self._close.asked.connect(self.close)
        rows = QVBoxLayout(self)
        rows.addWidget(self._words, 1)
        rows.addWidget(self._close, 0, Qt.AlignmentFlag.AlignHCenter)
        rows.setContentsMargins(0, 0, 0, theme.look().px(48))
        shortcut = QShortcut(QKeySequence(CLOSE), self)
        shortcut.activated.connect(self.close)
        self._told.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def show_(self, words: str, done: int = 0, total: int = 0) -> None:
        self._told.emit((words, done, total, ""))

    @Slot(object)
    def _show(self, told: tuple[str, int, int, str]) -> None:
        self._words.show_(*told)

    def wait_for(self, runner: TaskRunner, work: Callable[[], T]) -> T:
        """What `work` gives, made elsewhere while this window lives; its error, or Closed."""
        waiting: _Waiting[T] = _Waiting(QEventLoop(self))
        runner.run(work, waiting.done, waiting.failed, free=True)
        waiting.loop.exec()
        if waiting.error is not None:
            raise waiting.error
        if self.left:
            raise Closed
        return waiting.values[0]

    def sorry(self, title: str, text: str) -> None:
        """Why there is no bench, until the person closes the window."""
        loop = QEventLoop(self)
        self._over.connect(loop.quit)
        self._show((title, 0, 0, text))
        self._close.show()
        if not self.left:
            self.show()
            loop.exec()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.left = True
        event.accept()
        self._over.emit()


class _Waiting(Generic[T]):
    """Ends its loop when the answer is there, good or bad."""

    def __init__(self, loop: QEventLoop) -> None:
        self.loop = loop
        self.error: BaseException | None = None
        self.values: list[T] = []

    def done(self, value: T) -> None:
        self.values.append(value)
        self.loop.quit()

    def failed(self, error: BaseException) -> None:
        self.error = error
        self.loop.quit()


class _Words(Painted):
    """The program's name, what it is doing, how far it is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown = ("", 0, 0, "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_(self, words: str, done: int, total: int, detail: str) -> None:
        if (words, done, total, detail) != self._shown:
            self._shown = (words, done, total, detail)
            self.refresh()

    def said(self) -> str:
        return " ".join((self._shown[0], self._shown[3])).strip()

    def sizeHint(self) -> QSize:
        return QSize(600, 400)

    def marks(self, look: Look) -> list[Mark]:
        return list(self._all(look))

    def _all(self, look: Look) -> Iterator[Mark]:
        words, done, total, detail = self._shown
        px, w, middle = look.px, self.width(), self.height() // 2
        size = px(64)
        yield Box((w // 2 - size, middle - px(190), 2 * size, 2 * size), "next", "", 0, look.radius("hero"))
        yield Icon((w // 2 - size // 2, middle - px(158), size, size), "box", "on-next")
        room, y = min(w - px(64), px(900)), middle - px(36)
        for line in broken(words, 2, room, Type("far"), look):
            yield Words(((w - room) // 2, y, room, look.line("far")), line, Type("far"), "ink", CENTRE)
            y += look.line("far")
        y += px(12)
        for line in broken(detail, 4, room, Type("strong", weight=500), look) if detail else ():
            yield Words(((w - room) // 2, y, room, px(28)), line, Type("strong", weight=500), "ink-2", CENTRE)
            y += px(28)
        if total:
            wide, tall = min(px(420), room), px(10)
            left = (w - wide) // 2
            yield Box((left, y, wide, tall), "line", "", 0, tall / 2)
            yield Box((left, y, max(tall, wide * min(done, total) // total), tall), "next", "", 0, tall / 2)
