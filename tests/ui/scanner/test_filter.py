"""The filter before real widgets, without a display: bursts end in it, a person's keys come out as they went in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.station.answer import Answer
from app.station.profile import Wedge
from tests.ui.scanner.keyboards import types
from ui.context import Context
from ui.scanner.doubts import Doubts
from ui.scanner.filter import ScannerFilter, here

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
CODE = "4260712345678"


class Bench(QWidget):
    def __init__(self) -> None:
        super().__init__()
        rows = QVBoxLayout(self)
        self.field, self.button = QLineEdit(self), QPushButton(self)
        rows.addWidget(self.field)
        rows.addWidget(self.button)
        self.button.setDefault(True)
        self.pressed: list[str] = []
        self.button.clicked.connect(self._clicked)
        self.shortcut = QShortcut(QKeySequence("S"), self)
        self.shortcut.activated.connect(self._shortcut)
        self.act = QAction(self)
        self.act.setShortcut(QKeySequence("?"))
        self.act.triggered.connect(self._acted)
        self.addAction(self.act)

    def _clicked(self) -> None:
        self.pressed.append("button")

    def _shortcut(self) -> None:
        self.pressed.append("shortcut")

    def _acted(self) -> None:
        self.pressed.append("act")


class Heard:
    def __init__(self, scanner: ScannerFilter) -> None:
        self.scans: list[str] = []
        self.offers: list[str] = []
        self.withdrawn: list[str] = []
        self.mixed: list[str] = []
        scanner.scanned.connect(self.scans.append)
        scanner.offered.connect(self.offers.append)
        scanner.withdrawn.connect(self.withdrawn.append)
        scanner.mixed.connect(self.mixed.append)


@pytest.fixture
def scanner(qapp: QApplication) -> Iterator[ScannerFilter]:
    made = ScannerFilter(Wedge())
    yield made
    made.deleteLater()


@pytest.fixture
def heard(scanner: ScannerFilter) -> Heard:
    return Heard(scanner)


@pytest.fixture
def bench(scanner: ScannerFilter, qtbot: QtBot) -> Bench:
    made = Bench()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


@pytest.mark.parametrize("place", ["field", "button"])
def test_a_burst_is_a_scan_and_reaches_no_widget(bench: Bench, heard: Heard, place: str) -> None:
    getattr(bench, place).setFocus()
    types(bench.windowHandle(), f"{CODE}\rPBUNDO\r")
    assert heard.scans == [CODE, "PBUNDO"]
    assert (bench.field.text(), bench.pressed) == ("", [])


def test_a_letter_typed_alone_arrives_in_the_field_and_is_no_shortcut_there(bench: Bench, qtbot: QtBot) -> None:
    bench.field.setFocus()
    QTest.keyClick(bench.windowHandle(), "s")  # type: ignore[call-overload]
    qtbot.waitUntil(lambda: bench.field.text() == "s")
    assert bench.pressed == []


def test_a_letter_typed_where_nobody_writes_runs_its_shortcut(bench: Bench, qtbot: QtBot) -> None:
    bench.button.setFocus()
    QTest.keyClick(bench.windowHandle(), "s")  # type: ignore[call-overload]
    qtbot.waitUntil(lambda: bench.pressed == ["shortcut"])
    QTest.keyClick(bench.windowHandle(), Qt.Key.Key_Question, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: bench.pressed == ["shortcut", "act"])


def test_a_click_waits_for_what_was_typed_before_it(bench: Bench) -> None:
    bench.field.setFocus()
    types(bench.windowHandle(), "a")
    QTest.mouseClick(bench.windowHandle(), Qt.MouseButton.LeftButton, pos=bench.button.geometry().center())
    assert (bench.field.text(), bench.pressed) == ("a", ["button"])


def test_a_dialog_that_opens_in_the_middle_is_listened_to_as_well(bench: Bench, heard: Heard, qtbot: QtBot) -> None:
    dialog = QDialog(bench)
    sure = QPushButton(dialog)
    sure.clicked.connect(bench._clicked)
    dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    sure.setFocus()
    types(dialog.windowHandle(), f"{CODE}\r")
    assert (heard.scans, bench.pressed) == ([CODE], [])
    dialog.close()
    dialog.deleteLater()


def test_a_window_that_closes_with_keys_held_takes_nothing_down(
    bench: Bench, scanner: ScannerFilter, qtbot: QtBot
) -> None:
    dialog = QDialog(bench)
    dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    types(dialog.windowHandle(), "ab")
    dialog.close()
    dialog.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    scanner.set_wedge(Wedge(prefix="~"))
    assert bench.field.text() in {"", "ab"}


def test_half_a_code_is_offered_and_enter_takes_it(bench: Bench, heard: Heard, qtbot: QtBot) -> None:
    bench.field.setFocus()
    types(bench.windowHandle(), "4260712")
    qtbot.waitUntil(lambda: heard.offers == ["4260712"])
    types(bench.windowHandle(), "\r")
    assert (heard.scans, bench.field.text()) == (["4260712"], "")


def test_what_nobody_took_is_said_in_words_with_a_warning(
    bench: Bench, scanner: ScannerFilter, context: Context, qtbot: QtBot
) -> None:
    said: list[str] = []
    sounds: list[str] = []
    context.play = sounds.append
    Doubts(scanner, context, said.append, bench)
    types(bench.windowHandle(), "4260712")
    qtbot.waitUntil(lambda: len(said) == 1)
    types(bench.windowHandle(), "\x1b")
    scanner.set_wedge(Wedge(prefix="~"))
    types(bench.windowHandle(), "~42~6\r")
    qtbot.waitUntil(lambda: len(said) == 3)
    assert "4260712" in said[0]
    assert said == [
        context.words("scan.offered", code="4260712"),
        context.words("scan.withdrawn", code="4260712"),
        context.words("scan.mixed"),
    ]
    assert sounds == ["warn", "warn"]
    stopped = Answer(1, "X", "stop", "wrong_item", "", "stop", workflow="pack", state="stopped")
    context.recent.keep(context.recent.hear("X", context.clock.now()).n, stopped)
    types(bench.windowHandle(), "~4260")
    qtbot.waitUntil(lambda: len(sounds) == 3)
    assert sounds[-1] == "stop"


def test_what_calibration_learnt_holds_from_the_next_key_on(bench: Bench, scanner: ScannerFilter, heard: Heard) -> None:
    scanner.set_wedge(Wedge("de", prefix="~"))
    types(bench.windowHandle(), "~QWERTZ\r")
    assert heard.scans == ["QWERTY"]


def test_there_is_one_filter_and_it_is_found(scanner: ScannerFilter) -> None:
    assert here() is scanner
