"""The program's own window on an X display, told on stdin what to show, telling on stdout what it sees.

`python -m tests.ui.scanner.real_window DATABASE FOLDER`: the bench S1 of the shop in that database. JSON lines.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, Qt, Slot
from PySide6.QtWidgets import QAbstractItemView, QAbstractSlider, QApplication, QLineEdit, QPlainTextEdit, QWidget

from app.base.clock import SystemClock
from app.db import open_database
from app.settings import Settings
from app.station.profile import Profile, Wedge
from app.station.station import Station
from tests.ui.scanner.display import GAP_MS
from ui.log import Log
from ui.program import Shell
from ui.scanner import filter as scanner
from ui.shell.crash import Crash
from ui.widgets.act_button import ActButton

PATIENT = Profile(wedge=Wedge(gap_ms=GAP_MS))
KINDS: dict[str, tuple[type[QWidget], ...]] = {
    "field": (QLineEdit,),
    "note": (QPlainTextEdit,),
    "table": (QAbstractItemView,),
    "slider": (QAbstractSlider,),
    "button": (ActButton,),
}


class Ear(QObject):
    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell
        self._typed: list[str] = []
        self._scans: list[str] = []
        self._went: list[str] = []
        shell.devices.scanned.connect(self._scanned)
        self._input = QSocketNotifier(0, QSocketNotifier.Type.Read, self)
        self._input.activated.connect(self._listen)

    @Slot(object)
    def _scanned(self, code: str) -> None:
        self._scans.append(code)

    @Slot()
    def _listen(self) -> None:
        line = sys.stdin.readline()
        if not line:
            QApplication.quit()
            return
        order = json.loads(line)
        window, there = self._shell.window, True
        match order["do"]:
            case "go":
                window.go(order["to"])
            case "focus":
                there = self._focus(order["on"])
            case "wedge":
                self._shell.set_profile(replace(PATIENT, **order["profile"]))
            case "patience":  # how quick a hand is xdotool's is no lesson
                profile = self._shell.context.profile
                self._shell.set_profile(replace(profile, wedge=replace(profile.wedge, gap_ms=GAP_MS)))
            case "forget":
                self._scans.clear()
        focus = QApplication.focusWidget()
        recent, wedge = self._shell.context.recent, self._shell.context.profile.wedge
        told: dict[str, Any] = {
            "there": there,
            "window": int(window.winId()),
            "active": window.isActiveWindow(),
            "place": window.place.name if window.place else "",
            "operator": self._shell.workplace.operator is not None,
            "scans": self._scans,
            "heard": recent.heard,
            "kept": recent.kept,
            "focus": next((name for name, kinds in KINDS.items() if isinstance(focus, kinds)), ""),
            "field": focus.text() if isinstance(focus, QLineEdit) else "",
            "note": focus.toPlainText() if isinstance(focus, QPlainTextEdit) else "",
            "notice": window.notice.accessibleName() if window.notice.isVisible() else "",
            "layout": wedge.layout,
            "group": wedge.group,
            "listening": scanner.here() is not None,
        }
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()

    def _focus(self, kind: str) -> bool:
        """Onto the first such control of the screen in front; False: it has none."""
        for widget in self._shell.window.stack.currentWidget().findChildren(QWidget):
            open_to_keys = widget.isVisible() and widget.isEnabled() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
            if isinstance(widget, KINDS[kind]) and open_to_keys:
                widget.setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return False


def main(database_url: str, folder: Path) -> None:
    application = QApplication([])
    settings = Settings(db=database_url, home=str(folder), confirm_after_s=0.0, question_timeout_s=30.0)
    log = Log(folder)
    with closing(open_database(database_url)) as database:
        station = Station.open(
            folder / "bench", database, "S1", settings=settings, printer="memory://x", papers="memory://x"
        )
        with closing(station):
            shell = Shell(
                settings, SystemClock(), folder / "bench", station, database, PATIENT, Crash(log, application), log
            )
            ear = Ear(shell)
            shell.window.resize(1366, 768)
            shell.window.show()
            shell.start()
            application.exec()
            ear.deleteLater()
            shell.end()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
