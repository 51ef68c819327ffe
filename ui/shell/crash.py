"""What nobody foresaw: written to the log, shown on a panel that says what is safe and what to do next.

Errors in slots, in threads and Qt's own complaints all come here. The panel is no dialog: scans go on behind it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, Slot, qInstallMessageHandler
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.cli.bug import happened, write
from ui.context import Words
from ui.log import Log
from ui.look import theme


@dataclass(frozen=True, slots=True)
class Trouble:
    """`what` is the error's own name and `where` the place in our code: nothing of what it happened with."""

    what: str
    where: str


class Crash(QObject):
    """Takes errors from any thread; `came(Trouble)` on the UI thread."""

    came = Signal(object)
    _seen = Signal(object)

    def __init__(self, log: Log, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log = log
        self._seen.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def take(self, error: BaseException) -> None:
        """Into the log and onto the panel."""
        write(self._log.home, happened(error))
        self._seen.emit(trouble_of(error))

    @Slot(object)
    def _tell(self, trouble: Trouble) -> None:
        self.came.emit(trouble)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Until the block ends, nothing that goes wrong in slots, threads or Qt itself passes unseen."""
        hooks = sys.excepthook, threading.excepthook
        sys.excepthook, threading.excepthook = self._excepthook, self._thread_died
        qt = qInstallMessageHandler(self._qt)
        try:
            yield
        finally:
            qInstallMessageHandler(qt)
            sys.excepthook, threading.excepthook = hooks

    def _excepthook(self, _type: type[BaseException], error: BaseException, _tb: TracebackType | None) -> None:
        self.take(error)

    def _thread_died(self, dead: threading.ExceptHookArgs) -> None:
        if dead.exc_value is not None:
            self.take(dead.exc_value)

    def _qt(self, level: QtMsgType, context: QMessageLogContext, text: str) -> None:
        self._log.qt(level, context.category or "", text)


def trouble_of(error: BaseException) -> Trouble:
    """Where in our own code it happened last, without the value it happened with."""
    where, at = "", error.__traceback__
    while at is not None:
        file = Path(at.tb_frame.f_code.co_filename)
        if not where or file.parent.name != "site-packages":
            where = f"{file.parent.name}/{file.name}:{at.tb_lineno}"
        at = at.tb_next
    return Trouble(type(error).__name__, where)


class CrashPanel(QFrame):
    """Over the lower part of the window. `wants_close` when the person would rather start anew."""

    wants_close = Signal()

    def __init__(self, words: Words, log: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._log, self._times = words, log, 0
        self.setProperty("role", "panel")
        self.setProperty("severity", "stop")
        look = theme.look()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(look.px(24), look.px(20), look.px(24), look.px(20))
        rows.setSpacing(look.px(8))
        self._labels = {name: QLabel(self) for name in ("title", "safe", "what", "log")}
        for name, label in self._labels.items():
            label.setProperty("type", {"title": "title", "safe": "strong"}.get(name, "body"))
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            rows.addWidget(label)
        self._labels["title"].setProperty("severity", "stop")
        self._on, self._close = QPushButton(self), QPushButton(self)
        self._on.setProperty("role", "next")
        acts = QHBoxLayout()
        acts.setSpacing(look.px(12))
        for button in (self._on, self._close):
            # A scanner's Enter must not press them: they have keys, and fingers.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setMinimumHeight(look.px(64))
            acts.addWidget(button)
        acts.addStretch(1)
        rows.addLayout(acts)
        self._on.clicked.connect(self.go_on)
        self._close.clicked.connect(self.wants_close)
        self.hide()

    def show_(self, trouble: Trouble) -> None:
        """The same again is counted, not stacked."""
        self._times += 1
        words = self._words
        self._labels["title"].setText(words("shell.crash.title"))
        self._labels["safe"].setText(words("shell.crash.safe"))
        times = words("shell.crash.times", n=self._times) if self._times > 1 else ""
        self._labels["what"].setText(words("shell.crash.what", what=trouble.what, where=trouble.where) + times)
        self._labels["log"].setText(words("shell.crash.log", file=self._log))
        self._on.setText(words("shell.crash.go_on"))
        self._close.setText(words("shell.crash.close"))
        for button in (self._on, self._close):
            button.setAccessibleName(button.text())
        self.setAccessibleName(self._labels["title"].text())
        self.place()
        self.show()
        self.raise_()

    def place(self) -> None:
        """Wide as the window allows, at its foot."""
        around, rows, look = self.parentWidget(), self.layout(), theme.look()
        if around is None or rows is None:
            return
        wide = min(look.px(900), around.width() - 2 * look.page)
        tall = max(self.sizeHint().height(), rows.heightForWidth(wide))
        foot = around.height() - look.bar_status - look.page
        self.setGeometry((around.width() - wide) // 2, max(0, foot - tall), wide, tall)

    @Slot()
    def go_on(self) -> None:
        self._times = 0
        self.hide()
