"""Acts are asked for by a finger or their key; what a scanner sends never presses one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.look.gallery import CHOICES
from ui.look import Look
from ui.widgets.act_button import ActButton
from ui.widgets.barcode import QUIET, Barcode, modules
from ui.widgets.choice_cards import ChoiceCards

ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@pytest.mark.parametrize("key", ENTERS)
def test_enter_and_space_press_nothing_on_a_bench(qtbot: QtBot, key: Qt.Key) -> None:
    button = ActButton("F2", "PBUNDO", "Undo", "undo")
    qtbot.addWidget(button)
    with qtbot.assertNotEmitted(button.asked):
        QTest.keyClick(button, key)


@pytest.mark.parametrize("key", ENTERS)
def test_at_a_desk_they_press_what_has_the_focus(qtbot: QtBot, key: Qt.Key) -> None:
    button = ActButton("H", "", "Hold", desk=True)
    qtbot.addWidget(button)
    with qtbot.waitSignal(button.asked):
        QTest.keyClick(button, key)


def test_a_touch_asks_once_and_a_finger_that_slides_off_does_not(qtbot: QtBot) -> None:
    button = ActButton("F2", "PBUNDO", "Undo", "undo")
    qtbot.addWidget(button)
    button.resize(200, 64)
    with qtbot.waitSignal(button.asked):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    with qtbot.assertNotEmitted(button.asked):
        QTest.mousePress(button, Qt.MouseButton.LeftButton)
        QTest.mouseRelease(button, Qt.MouseButton.LeftButton, pos=QPoint(400, 400))


@pytest.mark.qt_log_ignore("not accepted by receiving widget", extend=True)
def test_an_act_that_is_not_now_cannot_be_asked_for(qtbot: QtBot) -> None:
    button = ActButton("F8", "PBCLOSE", "Close")
    qtbot.addWidget(button)
    button.setEnabled(False)
    with qtbot.assertNotEmitted(button.asked):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_targets_are_large_enough_for_gloves(qtbot: QtBot) -> None:
    bench, desk = ActButton("F2", "PBUNDO", "Undo"), ActButton("H", "", "Hold", desk=True)
    for one in (bench, desk):
        qtbot.addWidget(one)
    assert bench.sizeHint().height() >= 64
    assert desk.sizeHint().height() >= 40


def test_an_act_says_its_words_its_key_and_its_code(qtbot: QtBot) -> None:
    button = ActButton("F2", "PBUNDO", "Undo")
    qtbot.addWidget(button)
    assert button.accessibleName() == "Undo F2 PBUNDO"


def test_a_touched_card_is_chosen_by_its_name_and_one_that_is_off_is_not(qtbot: QtBot) -> None:
    cards = ChoiceCards(3)
    qtbot.addWidget(cards)
    cards.show_(CHOICES)
    cards.resize(900, 80)
    with qtbot.waitSignal(cards.chosen) as chosen:
        QTest.mouseClick(cards, Qt.MouseButton.LeftButton, pos=QPoint(450, 40))
    assert chosen.args == ["BOX-L"]
    with qtbot.assertNotEmitted(cards.chosen):
        QTest.mouseClick(cards, Qt.MouseButton.LeftButton, pos=QPoint(880, 40))


@pytest.mark.parametrize("code", ["PBOK", "PBPICKER", "9521234001010", "DE-1042-1"])
def test_a_code_on_the_screen_can_be_scanned_from_it(qtbot: QtBot, code: str) -> None:
    zxingcpp = pytest.importorskip("zxingcpp", reason="no reader of symbols is installed")
    from PIL import Image

    shown = Barcode(code, code)
    qtbot.addWidget(shown)
    shown.resize(shown.sizeHint())
    image = shown.grab().toImage().convertToFormat(shown.grab().toImage().Format.Format_Grayscale8)
    rows = bytes(image.constBits())
    picture = Image.frombytes("L", (image.width(), image.height()), rows, "raw", "L", image.bytesPerLine())
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [code]


def test_bars_are_two_pixels_and_the_quiet_zone_is_ten_of_them(qtbot: QtBot, qapp: QApplication) -> None:
    shown = Barcode("PBOK")
    qtbot.addWidget(shown)
    assert shown.sizeHint().width() >= (len(modules("PBOK")) + 2 * QUIET) * 2
    assert Look().px(2) == 2
