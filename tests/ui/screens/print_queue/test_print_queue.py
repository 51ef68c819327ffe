"""The print queue on the screen: papers in words, acts by letter, reasons by number, all of them the bench's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.station.answer import Answer
from app.station.printing.queue import LABEL
from printers.transports.memory import MemoryPrinter, memory_printer
from tests.ui.conftest import CHIEF
from ui.context import Context
from ui.screens.print_queue import said
from ui.screens.print_queue.view import PrintQueueView
from ui.workplace import Workplace

# Without a window manager nobody is there to be told how small a window may be.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
JOB = "DE-1001-1"
FIRST = f"{JOB}/1|parcel_label|1|1"


@pytest.fixture
def printer() -> Iterator[MemoryPrinter]:
    found = memory_printer("ui")
    found.clear()
    yield found
    found.clear()


def follow(scan: Callable[[str], Answer], answer: Answer, until: str = "") -> Answer:
    while answer.state not in (until, "idle", "finished"):
        answer = scan(answer.next[0])
    return answer


@pytest.fixture
def at_label(
    context: Context, printer: MemoryPrinter, sign_in: Callable[..., Answer], scan: Callable[[str], Answer]
) -> Callable[[str], Answer]:
    """The first order is packed up to its label, which meets the printer in this mood."""

    def bring(mood: str = "working") -> Answer:
        sign_in()
        follow(scan, scan(JOB))
        assert context.station.settle(30)
        printer.mood = mood  # type: ignore[assignment]
        answer = follow(scan, scan(JOB), "awaiting_label")
        context.station.settle(30)
        return answer

    return bring


def opened(
    shown: Callable[..., PrintQueueView], qtbot: QtBot, key: str = FIRST, size: tuple[int, int] = (1278, 668)
) -> PrintQueueView:
    """The queue with that paper in hand."""
    view = shown("print_queue", size=size)
    qtbot.waitUntil(lambda: view.table.rows.place_of(key) >= 0)
    view.table.choose(key)
    return view


def states(view: PrintQueueView) -> dict[str, str]:
    rows = [view.table.rows.row(n) for n in range(view.table.rows.rowCount())]
    return {row.key: row.cells[0].text for row in rows if row}


def press(view: PrintQueueView, qtbot: QtBot, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(view.table, key)


def test_a_failed_label_says_why_and_is_tried_again_by_its_letter(
    at_label: Callable[[str], Answer], shown: Callable[..., PrintQueueView], printer: MemoryPrinter, qtbot: QtBot
) -> None:
    at_label("refusing")
    view = opened(shown, qtbot)
    assert states(view)[FIRST] == "Failed"
    assert "refuses the connection" in view._sentence.text()
    assert "warn" in {chip._shown[1] for chip in view.devices}
    printer.mood = "working"
    press(view, qtbot, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: states(view).get(FIRST) == "Printed")
    assert [job.id for job in printer.jobs if LABEL in job.id] == [f"{JOB}/1 parcel_label 1"]


def test_a_label_is_printed_once_more_by_letter_and_number_and_the_bench_goes_on_with_it(
    at_label: Callable[[str], Answer],
    shown: Callable[..., PrintQueueView],
    workplace: Workplace,
    printer: MemoryPrinter,
    qtbot: QtBot,
    context: Context,
) -> None:
    at_label("working")
    view = opened(shown, qtbot)
    with qtbot.waitSignal(workplace.answered) as told:
        press(view, qtbot, Qt.Key.Key_R, Qt.Key.Key_3)
    assert told.args[0].message == "label_reprinted"
    context.station.settle(30)
    qtbot.waitUntil(lambda: states(view).get(f"{JOB}/1|parcel_label|1|2") == "Printed")
    assert context.station.print_queue().today[0].reason == "damaged"


def test_a_question_of_the_queue_is_dropped_by_escape(
    at_label: Callable[[str], Answer], shown: Callable[..., PrintQueueView], qtbot: QtBot, context: Context
) -> None:
    at_label("working")
    view = opened(shown, qtbot)
    press(view, qtbot, Qt.Key.Key_R, Qt.Key.Key_Escape, Qt.Key.Key_3)
    assert len([r for r in context.station.print_queue().today if r.document == LABEL]) == 1


def test_a_new_label_is_asked_for_twice_and_the_old_one_is_void(
    at_label: Callable[[str], Answer],
    shown: Callable[..., PrintQueueView],
    workplace: Workplace,
    qtbot: QtBot,
) -> None:
    at_label("working")
    view = opened(shown, qtbot)
    press(view, qtbot, Qt.Key.Key_N)
    qtbot.waitUntil(view.remark.isVisible)
    assert "Press N once more" in view.remark._text.text()
    with qtbot.waitSignal(workplace.answered) as told:
        press(view, qtbot, Qt.Key.Key_N)
    assert told.args[0].message == "label_recreated"
    qtbot.waitUntil(lambda: states(view).get(FIRST) == "Void")


def test_of_a_label_in_doubt_only_its_own_scan_says_that_it_came_out(
    at_label: Callable[[str], Answer],
    shown: Callable[..., PrintQueueView],
    scan: Callable[[str], Answer],
    context: Context,
    qtbot: QtBot,
) -> None:
    at_label("unplugged")
    view = opened(shown, qtbot)
    assert states(view)[FIRST] == "In doubt"
    press(view, qtbot, Qt.Key.Key_C)
    assert ("", "") in context.go.places  # type: ignore[attr-defined]  # to the bench, where it is scanned
    assert states(view)[FIRST] == "In doubt"
    scan(f"{JOB}/1")
    qtbot.waitUntil(lambda: states(view).get(FIRST) == "Scanned")


def test_a_sheet_is_made_by_its_number(
    context: Context, sign_in: Callable[..., Answer], shown: Callable[..., PrintQueueView], qtbot: QtBot,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    sign_in()
    view = shown("print_queue")
    press(view, qtbot, Qt.Key.Key_S, Qt.Key.Key_1)
    qtbot.waitUntil(view.remark.isVisible)
    assert list(tmp_path.rglob("sheet-commands.pdf"))


@pytest.mark.parametrize("mood", ["working", "refusing", "unplugged"])
def test_every_act_has_a_name_and_a_key(
    at_label: Callable[[str], Answer], shown: Callable[..., PrintQueueView], qtbot: QtBot, mood: str
) -> None:
    at_label(mood)
    view = opened(shown, qtbot)
    for button in (*view.acts.buttons, view.sheets):
        name = button.accessibleName()
        assert name.split()[-1] in {"T", "C", "R", "N", "O", "S"}, name
    assert view.table.accessibleName()


def test_what_is_made_from_the_shared_database_waits_while_it_is_away(
    shown: Callable[..., PrintQueueView], context: Context, sign_in: Callable[[str], object]
) -> None:
    sign_in(CHIEF)
    view = shown("print_queue")
    context.away = lambda: True
    view.presenter.line()
    assert not view.sheets.isEnabled()
    assert not said.can("recreate", context)
    assert said.can("reprint", context)
    view.presenter.act("sheets")
    assert view.presenter.asking == ""
    context.away = lambda: False
    view.presenter.line()
    assert view.sheets.isEnabled()
