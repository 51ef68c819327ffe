"""The program as a person starts it, ended at its first pictures: says when they were painted, as JSON.

A program of its own: `python -m ui.bench.opening run --station S6`.
"""

from __future__ import annotations

import json
import sys
import time

import typer
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from app.cli import main
from app.cli.context import Context
from ui.running import Name


class Watch(QObject):
    """Sees the first painting of each kind of window; ends the program after that of the bench's own."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.at: dict[str, float] = {}

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget) and watched.isWindow():
            kind = type(watched).__name__
            if kind not in self.at:
                self.at[kind] = 0.0
                QTimer.singleShot(0, self, self._painted)
        return False

    @Slot()
    def _painted(self) -> None:
        """The next turn of the loop: the window's pixels are there."""
        for kind, at in self.at.items():
            self.at[kind] = at or time.monotonic()
        if "Window" in self.at:
            QCoreApplication.quit()


def register(program: typer.Typer) -> None:
    program.command("run")(run)


def run(context: typer.Context, station: Name = "") -> None:
    from ui.running import _window
    from ui.start import application

    own: Context = context.obj
    watch = Watch(application())
    application().installEventFilter(watch)
    _window(own, station, demo=False)
    sys.stdout.write(json.dumps(watch.at) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], {"run": "ui.bench.opening"}))
