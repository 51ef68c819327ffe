"""One command of this program in a process of its own: computing there takes no frame from whoever scans here.

It lives as long as the application, so that work goes on when another screen is shown or somebody else signs in.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QProcessEnvironment, Signal, Slot

from app.bench.driver import program, surroundings
from app.settings import Settings
from app.site.pin import VOUCHER

_NAME = "long work"
_PATIENCE_MS = 5_000  # for a transaction to be rolled back when the window closes


@dataclass(frozen=True, slots=True)
class Ended:
    """`answer` is the command's JSON, empty when it gave none; `done` orders were told of before the end."""

    what: str
    code: int
    answer: Mapping[str, Any] = field(default_factory=dict)
    cancelled: bool = False
    done: int = 0


class Worker(QObject):
    """`progressed()` when it got on, `ended(Ended)` when it is over. One at a time."""

    progressed = Signal()
    ended = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName(_NAME)
        self.what = ""
        self.done = self.total = 0
        self.last: Ended | None = None
        self._cancelled = False
        self._out = self._told = b""
        self._process = QProcess(self)
        if os.name == "posix":  # who starts a program may have it ignore Ctrl+C: `nohup`, a script's `&`. Work must not
            self._process.setUnixProcessParameters(QProcess.UnixProcessFlag.ResetSignalHandlers)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._follow)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)

    @property
    def running(self) -> bool:
        return bool(self.what)

    def start(self, what: str, words: Sequence[str], settings: Settings, voucher: str = "") -> None:
        """Begins `packbench WORDS`. What is running already goes on, and nothing is begun.

        `voucher`: stands for the PIN of whoever it is begun for.
        """
        if self.running:
            return
        self.what, self._cancelled, self._out, self._told = what, False, b"", b""
        self.done = self.total = 0
        environment = QProcessEnvironment()
        ours = surroundings(settings.home_folder, db=settings.db_url, language=settings.language)
        for name, value in (ours | {VOUCHER: voucher}).items():
            environment.insert(name, value)
        own = [*program(), *words, "--json"]
        self._process.setProcessEnvironment(environment)
        self._process.start(own[0], own[1:])

    def cancel(self) -> None:
        """What is done stays, whole; the rest is not begun."""
        if not self.running or self._cancelled:
            return
        self._cancelled = True
        pid = self._process.processId()
        if os.name == "posix" and pid:
            os.kill(pid, signal.SIGINT)  # as Ctrl+C at a terminal: it ends by itself and says what it did
        else:
            self._process.kill()

    @Slot()
    def close(self) -> None:
        """Nothing runs on behind a window that is gone."""
        if self.running:
            self.cancel()
            if not self._process.waitForFinished(_PATIENCE_MS):
                self._process.kill()
                self._process.waitForFinished(_PATIENCE_MS)

    @Slot()
    def _read(self) -> None:
        self._out += bytes(self._process.readAllStandardOutput().data())

    @Slot()
    def _follow(self) -> None:
        lines = (self._told + bytes(self._process.readAllStandardError().data())).split(b"\n")
        self._told = lines.pop()
        for line in lines:
            told = _object(line)
            if "done" in told:
                self.done, self.total = int(told["done"]), int(told.get("total", 0))
                self.progressed.emit()

    @Slot(int, QProcess.ExitStatus)
    def _finished(self, code: int, _how: QProcess.ExitStatus) -> None:
        self._read()
        self._follow()
        self._over(code)

    @Slot(QProcess.ProcessError)
    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._over(1)

    def _over(self, code: int) -> None:
        ended = Ended(self.what, code, _object(self._out.strip().split(b"\n")[-1]), self._cancelled, self.done)
        self.what, self.last = "", ended
        self.ended.emit(ended)


def worker() -> Worker:
    """The application's own."""
    application = QCoreApplication.instance()
    assert application is not None, sys.argv
    found = application.findChild(Worker, _NAME)
    if found is None:
        found = Worker(application)
        application.aboutToQuit.connect(found.close)
    return found


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
