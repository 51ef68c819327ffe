"""The work list on a real bench: arrows choose, a letter opens, Enter never; a scan opens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.base.clock import FixedClock
from app.station.answer import Answer
from ui.context import Context
from ui.screens.work_list.view import WorkListView
from ui.workplace import Workplace

Scan = Callable[[str], Answer]


@pytest.fixture
def listed(
    context: Context, shown: Callable[..., WorkListView], sign_in: Callable[[], Answer], qtbot: QtBot
) -> WorkListView:
    context.clock = FixedClock(context.clock.now())  # no minute ends while a test looks at what the list says
    view = shown("work_list")
    sign_in()
    qtbot.waitUntil(lambda: bool(view.board.works()))
    return view


def test_the_first_row_is_chosen_and_arrows_choose_others(listed: WorkListView) -> None:
    works = listed.board.works()
    assert listed.board.chosen() == works[0]
    for _ in range(2):
        QTest.keyClick(listed.board, Qt.Key.Key_Down)
    assert listed.board.chosen() == works[2]
    QTest.keyClick(listed.board, Qt.Key.Key_Up)
    assert listed.board.chosen() == works[1]
    assert works[1].shipment in listed.board.accessibleName()
    QTest.keyClick(listed.board, Qt.Key.Key_End)
    assert listed.board.chosen() != works[1]
    QTest.keyClick(listed.board, Qt.Key.Key_Home)
    assert listed.board.chosen() == works[0]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_and_space_open_nothing(listed: WorkListView, context: Context, key: Qt.Key) -> None:
    before = context.recent.heard
    for focused in (listed.board, listed.open, listed.following):
        focused.setFocus()
        QTest.keyClick(focused, key)
    assert context.recent.heard == before


@pytest.mark.parametrize("how", ["letter", "F3", "touch"])
def test_the_chosen_row_is_opened_by_a_letter_a_key_or_a_second_touch(
    listed: WorkListView, workplace: Workplace, qtbot: QtBot, how: str
) -> None:
    QTest.keyClick(listed.board, Qt.Key.Key_Down)
    wanted = listed.board.chosen()
    assert wanted is not None
    with qtbot.waitSignal(workplace.answered) as answered:
        if how == "letter":
            QTest.keyClick(listed.board, Qt.Key.Key_O)
        elif how == "F3":
            listed.presenter.pick()
        else:
            row = listed.board._row_height()
            QTest.mouseClick(listed.board, Qt.MouseButton.LeftButton, pos=QPoint(200, 2 * row + row // 2))
    answer = answered.args[0]
    assert (answer.workflow, answer.job) == ("pick", wanted.shipment)


def test_a_touch_on_another_row_only_chooses_it(listed: WorkListView, context: Context) -> None:
    before, row = context.recent.heard, listed.board._row_height()
    QTest.mouseClick(listed.board, Qt.MouseButton.LeftButton, pos=QPoint(200, 3 * row + row // 2))
    assert listed.board.chosen() == listed.board.works()[2]
    assert context.recent.heard == before


def test_a_refused_scan_is_said_in_the_block_and_the_list_stays_where_it_was(listed: WorkListView, scan: Scan) -> None:
    rows, place = listed.board._rows, listed.board.geometry()
    assert scan("NOSUCHTOTE").outcome == "warn"
    assert "NOSUCHTOTE" in listed.lead.said()
    assert (listed.board._rows, listed.board.geometry()) == (rows, place)


def test_the_chosen_row_stays_chosen_when_the_list_is_read_again(listed: WorkListView, qtbot: QtBot) -> None:
    for _ in range(5):
        QTest.keyClick(listed.board, Qt.Key.Key_Down)
    chosen = listed.board.chosen()
    listed.presenter.changed()
    qtbot.waitUntil(lambda: not listed.presenter._asking)
    assert listed.board.chosen() == chosen


def test_scrolling_down_reads_further_pages(listed: WorkListView, qtbot: QtBot) -> None:
    first = len(listed.board.works())
    QTest.keyClick(listed.board, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: len(listed.board.works()) > first)
    assert len({work.key for work in listed.board.works()}) == len(listed.board.works())
