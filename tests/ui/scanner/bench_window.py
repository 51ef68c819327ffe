"""A window with a button, a text field and a table under a real keyboard; told on stdin what to do, tells on stdout.

Run as a program of its own on an X display: `python -m tests.ui.scanner.bench_window`. One JSON line each way.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSocketNotifier, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.station.profile import Wedge
from tests.ui.scanner.display import GAP_MS
from ui.scanner.filter import ScannerFilter
from ui.scanner.lesson import learn


def tell(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class BenchWindow(QWidget):
    def __init__(self) -> None:
        super().__init__()
        rows = QVBoxLayout(self)
        self.button = QPushButton("Close the parcel", self)
        self.button.setDefault(True)
        self.field = QLineEdit(self)
        self.note = QPlainTextEdit(self)
        self.table = QTableWidget(5, 2, self)
        for row in range(5):
            for column in range(2):
                self.table.setItem(row, column, QTableWidgetItem("abc"[column]))
        for widget in (self.button, self.field, self.note, self.table):
            rows.addWidget(widget)
        self.pressed = self.returned = self.edited = self.hurried = 0
        self.scans: list[str] = []
        self.offers: list[str] = []
        self.mixes: list[str] = []
        self.button.clicked.connect(self._press)
        self.field.returnPressed.connect(self._return)
        self.table.itemChanged.connect(self._edit)
        self.shortcut = QShortcut(QKeySequence("H"), self)
        self.shortcut.activated.connect(self._hurry)
        self.dialog = QDialog(self)
        self.answer = QPushButton("Yes", self.dialog)
        self.answer.clicked.connect(self._press)
        QVBoxLayout(self.dialog).addWidget(self.answer)
        self.filter = ScannerFilter(Wedge(gap_ms=GAP_MS), self)
        self.filter.scanned.connect(self._scan)
        self.filter.offered.connect(self._offer)
        self.filter.mixed.connect(self._mix)
        self.filter.taught.connect(self._lesson)
        self._input = QSocketNotifier(0, QSocketNotifier.Type.Read, self)
        self._input.activated.connect(self._listen)

    @Slot()
    def _press(self) -> None:
        self.pressed += 1

    @Slot()
    def _return(self) -> None:
        self.returned += 1

    @Slot()
    def _edit(self) -> None:
        self.edited += 1

    @Slot()
    def _hurry(self) -> None:
        self.hurried += 1

    @Slot(object)
    def _scan(self, code: str) -> None:
        self.scans.append(code)

    @Slot(object)
    def _offer(self, text: str) -> None:
        self.offers.append(text)

    @Slot(object)
    def _mix(self, text: str) -> None:
        self.mixes.append(text)

    @Slot(object)
    def _lesson(self, keys: Any) -> None:
        learnt = learn(keys)
        self.filter.teach(False)
        self.filter.set_wedge(replace(learnt.wedge, gap_ms=GAP_MS))  # how quick a hand is xdotool's is no lesson
        wedge = {name: getattr(learnt.wedge, name) for name in Wedge.__dataclass_fields__}
        tell(learnt=wedge, wrong=learnt.wrong, understood=learnt.understood)

    @Slot()
    def _listen(self) -> None:
        line = sys.stdin.readline()
        if not line:
            QApplication.quit()
            return
        order = json.loads(line)
        match order["do"]:
            case "focus":
                (self.answer if order["on"] == "dialog" else getattr(self, order["on"])).setFocus()
            case "dialog":
                self.dialog.open()
            case "undo_dialog":
                self.dialog.close()
            case "minimise":
                self.showMinimized()
            case "restore":
                self.showNormal()
                self.activateWindow()
            case "teach":
                self.filter.teach(True)
            case "wedge":
                self.filter.set_wedge(Wedge(**{"gap_ms": GAP_MS, **order["wedge"]}))
            case "forget":
                self.scans, self.offers, self.mixes = [], [], []
                self.pressed = self.returned = self.edited = self.hurried = 0
                self.field.clear()
                self.note.clear()
        focus = QApplication.focusWidget()
        tell(
            active=self.isActiveWindow() or self.dialog.isActiveWindow(),
            window=int(self.winId()),
            dialog=int(self.dialog.winId()) if self.dialog.isVisible() else 0,
            focus=next((n for n in ("button", "field", "note", "table", "answer") if getattr(self, n) is focus), ""),
            scans=self.scans,
            offers=self.offers,
            mixes=self.mixes,
            pressed=self.pressed,
            returned=self.returned,
            edited=self.edited,
            hurried=self.hurried,
            field=self.field.text(),
            note=self.note.toPlainText(),
        )


def main() -> None:
    application = QApplication([])
    application.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus)
    window = BenchWindow()
    window.resize(600, 500)
    window.show()
    application.exec()


if __name__ == "__main__":
    main()
