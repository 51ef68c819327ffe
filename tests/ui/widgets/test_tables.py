"""Tables of any length: what they hold, where they stand, what a person's choice does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from ui.widgets.paging import KEPT, PAGE, PagedRows
from ui.widgets.rows import Cell, Column, Row
from ui.widgets.tables import PagedTable

COLUMNS = (
    Column("Order", 160),
    Column("State", 120),
    Column("Customer", 200, stretch=True),
    Column("Total", 120, right=True, drop=1),
)


class AtOnce:
    """Does the work when it is told to: a test sees what happens between asking and answer."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[[], Any], Callable[[Any], None], Callable[[BaseException], None] | None]] = []

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None] | None = None,
        *,
        owner: object | None = None,
        free: bool = False,
    ) -> None:
        self.waiting.append((work, done, failed))

    def work_off(self) -> None:
        while self.waiting:
            work, done, failed = self.waiting.pop(0)
            try:
                came = work()
            except OSError as error:
                assert failed is not None
                failed(error)
            else:
                done(came)


class Shelf:
    """Rows with the keys of `numbers`, in their order; what was asked of it."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self.numbers = list(numbers)
        self.said = ""
        self.asked: list[tuple[str | None, int]] = []

    def __call__(self, after: str | None, limit: int) -> list[Row]:
        self.asked.append((after, limit))
        behind = [n for n in self.numbers if after is None or n > int(after)]
        return [row(n, self.said) for n in behind[:limit]]


def row(n: int, said: str = "") -> Row:
    return Row(f"{n:07}", (Cell(f"DE-{n}"), Cell(said or "new", "warn"), Cell("Jane"), Cell("12.00 EUR")))


@pytest.fixture
def runner() -> AtOnce:
    return AtOnce()


@pytest.fixture
def table(runner: AtOnce, qtbot: QtBot) -> PagedTable:
    made = PagedTable(runner, COLUMNS, "Orders")
    qtbot.addWidget(made)
    made.resize(900, 400)
    made.show()
    return made


def keys(rows: PagedRows) -> list[int]:
    return [int(found.key) for n in range(rows.rowCount()) if (found := rows.row(n))]


def far_down(table: PagedTable, runner: AtOnce, pages: int) -> None:
    for _ in range(pages):
        table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())
        runner.work_off()


def test_a_model_keeps_qts_rules_whatever_comes_and_goes(
    table: PagedTable, runner: AtOnce, qtmodeltester: ModelTester
) -> None:
    shelf = Shelf(range(0, 3000, 2))
    table.show_(shelf)
    runner.work_off()
    far_down(table, runner, 9)
    shelf.numbers = [n for n in range(3000) if n % 7]
    table.again()
    runner.work_off()
    table.verticalScrollBar().setValue(0)
    runner.work_off()
    qtmodeltester.check(table.rows)


def test_however_far_one_goes_no_more_than_some_pages_are_held(table: PagedTable, runner: AtOnce) -> None:
    table.show_(Shelf(range(5000)))
    runner.work_off()
    assert len(keys(table.rows)) <= 3 * PAGE
    far_down(table, runner, 12)
    held = keys(table.rows)
    assert len(held) <= KEPT
    assert held == list(range(held[0], held[-1] + 1))
    assert held[0] > 0


def test_what_was_let_go_comes_back_on_the_way_up(table: PagedTable, runner: AtOnce) -> None:
    table.show_(Shelf(range(2000)))
    runner.work_off()
    far_down(table, runner, 12)
    for _ in range(40):
        table.verticalScrollBar().setValue(0)
        runner.work_off()
    held = keys(table.rows)
    assert held[0] == 0
    assert held == list(range(len(held)))


def test_rows_let_go_above_leave_what_is_seen_where_it_is(table: PagedTable, runner: AtOnce) -> None:
    table.show_(Shelf(range(5000)))
    runner.work_off()
    far_down(table, runner, 6)
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum() - 10)
    seen = table.rows.row(table.rowAt(0))
    at = table.rowViewportPosition(table.rowAt(0))
    before = keys(table.rows)[0]
    runner.work_off()
    assert keys(table.rows)[0] > before
    assert table.rows.row(table.rowAt(0)) == seen
    assert table.rowViewportPosition(table.rowAt(0)) == at


def test_a_second_reading_keeps_the_place_and_the_choice(table: PagedTable, runner: AtOnce) -> None:
    shelf = Shelf(range(100, 400))
    table.show_(shelf)
    runner.work_off()
    table.choose("0000150")
    table.verticalScrollBar().setValue(1700)
    seen, chosen = table.rows.row(table.rowAt(0)), []
    table.chosen.connect(chosen.append)
    shelf.numbers = [n for n in range(90, 410) if n not in {120, 121, 180}]
    shelf.said = "held"
    table.again()
    runner.work_off()
    assert table.row() == row(150, "held")
    assert chosen == []
    assert seen is not None
    assert table.rows.row(table.rowAt(0)) == row(int(seen.key), "held")


def test_when_the_chosen_row_is_over_the_next_one_is_chosen(table: PagedTable, runner: AtOnce) -> None:
    shelf = Shelf(range(20))
    table.show_(shelf, key="0000005")
    runner.work_off()
    chosen: list[Row] = []
    table.chosen.connect(chosen.append)
    shelf.numbers.remove(5)
    table.again()
    runner.work_off()
    assert [one.key for one in chosen] == ["0000006"]


def test_a_chosen_row_that_was_let_go_stays_the_chosen_one(table: PagedTable, runner: AtOnce) -> None:
    table.show_(Shelf(range(5000)), key="0000003")
    runner.work_off()
    chosen: list[Row | None] = []
    table.chosen.connect(chosen.append)
    far_down(table, runner, 10)
    assert table.rows.place_of("0000003") < 0
    assert chosen == []
    for _ in range(40):
        table.verticalScrollBar().setValue(0)
        runner.work_off()
    assert table.row() == row(3)
    assert chosen == []


def test_the_first_row_is_chosen_and_an_empty_list_says_so(table: PagedTable, runner: AtOnce) -> None:
    chosen: list[Row | None] = []
    table.chosen.connect(chosen.append)
    table.show_(Shelf([4, 7]))
    runner.work_off()
    table.show_(Shelf([]), "Nothing waits.")
    runner.work_off()
    assert chosen == [row(4), None]


def test_an_answer_to_an_older_question_is_dropped(table: PagedTable, runner: AtOnce) -> None:
    table.show_(Shelf([1, 2]))
    table.show_(Shelf([3]))
    runner.waiting.reverse()
    runner.work_off()
    assert keys(table.rows) == [3]


def test_a_page_that_cannot_be_read_leaves_what_is_shown(table: PagedTable, runner: AtOnce) -> None:
    table.show_(Shelf(range(250)))
    runner.work_off()
    held, failed = keys(table.rows), []
    table.rows.failed.connect(failed.append)

    def away(after: str | None, limit: int) -> list[Row]:
        raise OSError("away")

    table.rows._fetch = away
    table.again()
    runner.work_off()
    assert [str(error) for error in failed] == ["away"]
    assert keys(table.rows) == held


def test_arrows_choose_return_opens_and_letters_are_left_to_the_screen(
    table: PagedTable, runner: AtOnce, qtbot: QtBot
) -> None:
    table.show_(Shelf(range(10)))
    runner.work_off()
    chosen: list[Row] = []
    opened: list[Row] = []
    table.chosen.connect(chosen.append)
    table.opened.connect(opened.append)
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_D)  # no row begins with it, and none is jumped to
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert chosen == opened == [row(1)]


def test_numbers_stand_right_and_a_narrow_table_gives_up_its_least_column(table: PagedTable, runner: AtOnce) -> None:
    table.show_(Shelf([1]))
    runner.work_off()
    align = table.rows.data(table.rows.index(0, 3), Qt.ItemDataRole.TextAlignmentRole)
    assert align & int(Qt.AlignmentFlag.AlignRight)
    assert not table.isColumnHidden(3)
    table.resize(500, 400)
    assert table.isColumnHidden(3)


def test_a_reader_hears_the_column_and_the_cell(table: PagedTable, runner: AtOnce) -> None:
    table.show_(Shelf([1]))
    runner.work_off()
    index = table.rows.index(0, 1, QModelIndex())
    assert table.rows.data(index, Qt.ItemDataRole.AccessibleTextRole) == "State: new"
    assert table.accessibleName() == "Orders"


def test_other_rows_choose_what_was_asked_for_not_what_was_chosen_before(table: PagedTable, runner: AtOnce) -> None:
    table.show_(Shelf(range(20)), key="0000005")
    runner.work_off()
    table.show_(Shelf(range(20)), key="0000009")
    runner.work_off()
    assert table.row() == row(9)
    table.show_(Shelf(range(3, 20)))
    runner.work_off()
    assert table.row() == row(3)
