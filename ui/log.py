"""The log a supporter reads: what the program is, what it ran on, what went wrong where. Never whose parcel it was.

It is the same file that `app.cli.bug` writes errors to, and like there no value of a scan, an order or a person gets
in: only names of our own code, versions and counts.
"""

from __future__ import annotations

import faulthandler
import platform
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QtMsgType, qVersion

from app.cli.bug import LOG, write

# A fact's value in the log: a version, a size, a word of ours. Anything longer or freer is left out.
_PLAIN = re.compile(r"[A-Za-z0-9_.:+×/-]{1,40}")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|\S*[/\\]\S*|\S*@\S*|\d{5,}")
_LEVELS = {
    QtMsgType.QtDebugMsg: "",
    QtMsgType.QtInfoMsg: "",
    QtMsgType.QtWarningMsg: "warning",
    QtMsgType.QtCriticalMsg: "critical",
    QtMsgType.QtFatalMsg: "fatal",
}


class Log:
    def __init__(self, home: Path) -> None:
        self.home, self.path = home, home / LOG

    @contextmanager
    def deaths(self) -> Iterator[None]:
        """Should the process itself die before the block ends, each thread's place is left in the file."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            file = self.path.open("a", encoding="utf-8")
        except OSError:
            yield  # a disk that takes no log must not keep anybody from packing
            return
        with file:
            faulthandler.enable(file)
            try:
                yield
            finally:
                faulthandler.disable()

    def note(self, what: str, **facts: object) -> None:
        """`what` is a word of ours; facts are versions, sizes, counts: whatever else a value holds is left out."""
        told = [f"{name}={value}" for name, value in facts.items() if _PLAIN.fullmatch(str(value))]
        write(self.home, [" ".join((what, *told))])

    def started(self, **facts: object) -> None:
        self.note(
            "window started",
            python=platform.python_version(),
            qt=qVersion(),
            system=platform.system(),
            release=platform.release(),
            machine=platform.machine(),
            **facts,
        )

    def qt(self, level: QtMsgType, category: str, text: str) -> None:
        """A message of Qt's own; whatever in it could be a value is masked."""
        if _LEVELS.get(level, "warning"):
            write(self.home, [f"qt {_LEVELS.get(level, 'warning')} {category}: {_QUOTED.sub('…', text)[:300]}"])
