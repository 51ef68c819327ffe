"""Long work: begun in a process of its own, followed, cancelled, and what it came to."""

from __future__ import annotations

import csv
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from select import select

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.upkeep.demo import FOLDER as DEMO
from tests.demo_shop import Shop
from tests.ui.conftest import CHIEF, PICKER
from ui.context import Context
from ui.desk.worker import Worker, worker
from ui.screens.long_work.view import LongWorkView

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
Shown = Callable[..., LongWorkView]
MAP = DEMO / "us-map.toml"


@dataclass
class Strip:
    """Keeps what the strip was told."""

    told: list[tuple[str, int, int]]
    hidden: int = 0

    def show_(self, words: str, done: int, total: int, cancel: Callable[[], None] | None = None) -> None:
        self.told.append((words, done, total))

    def hide_(self) -> None:
        self.hidden += 1


@pytest.fixture
def work(
    context: Context, demo: Shop, sign_in: Callable[[str], object], shown: Shown, qtbot: QtBot
) -> Iterator[LongWorkView]:
    sign_in(CHIEF)
    context.settings = replace(context.settings, db=demo.url, home=str(demo.home))
    context.strip = Strip([])
    view = shown("long_work")
    qtbot.waitUntil(lambda: view.shop.count() == 2)
    yield view
    worker().close()
    worker().deleteLater()


def many_orders(to: Path, count: int) -> Path:
    """A file of the demo's US shop with so many new orders."""
    source = next((DEMO / "orders/us").glob("*.csv"))
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = [row["Order Number"] for row in rows]
    with to.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        for n in range(count):
            for row in rows:
                if row["Order Number"] == numbers[0]:
                    writer.writerow(row | {"Order Number": f"7{n:06}"})
    return to


def imports(context: Context) -> int:
    with context.database.reading() as read:
        return int(read("SELECT count(*) AS n FROM order_ WHERE number LIKE '7%' AND shop = 'US'")[0]["n"])


@contextmanager
def without_end(folder: Path) -> Iterator[tuple[list[Path], int]]:
    """Files whose import ends only when it is told to, and how many orders of them it can have taken by then.

    The second is a pipe that never runs dry of lines nobody can use: whoever reads it hears that it is to end, which
    one that waits for a pipe to be opened may miss. Where there are no pipes, the first takes minutes.
    """
    if not hasattr(os, "mkfifo"):
        yield [many_orders(folder / "more.csv", 100_000)], 100_000
        return
    pipe, over = folder / "still_more.csv", threading.Event()
    os.mkfifo(pipe)
    end = os.open(pipe, os.O_RDWR)  # for reading too: nobody is waited for
    os.set_blocking(end, False)
    head, row = many_orders(folder / "one.csv", 1).read_bytes().splitlines(keepends=True)[:2]

    def feed() -> None:
        line = head
        while not over.is_set():
            if select([], [end], [], 0.1)[1]:
                with suppress(BlockingIOError):
                    os.write(end, line)
                    line = row

    feeder = threading.Thread(target=feed)
    feeder.start()
    try:
        yield [many_orders(folder / "more.csv", 1000), pipe], 1001
    finally:
        over.set()
        feeder.join()
        os.close(end)


@contextmanager
def started_with(interrupts: signal.Handlers) -> Iterator[None]:
    """A program that a script puts aside (`nohup`, `&`) begins with Ctrl+C ignored, as does what it starts itself."""
    before = signal.signal(signal.SIGINT, interrupts)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def begin(view: LongWorkView, *files: Path) -> None:
    view.presenter.choose_shop("US")
    view.presenter.act("files")
    view.presenter.chosen([str(file) for file in files])
    view.presenter.act("map")
    view.presenter.chosen([str(MAP)])
    for dialog in view.findChildren(QFileDialog):
        dialog.close()
    view.presenter.act("import")


def ended(qtbot: QtBot, found: Worker) -> None:
    qtbot.waitUntil(lambda: not found.running, timeout=120_000)


def test_orders_are_imported_with_file_map_shop_and_followed_in_the_strip(
    work: LongWorkView, context: Context, tmp_path: Path, qtbot: QtBot
) -> None:
    begin(work, many_orders(tmp_path / "more.csv", 1000))
    assert worker().running
    ended(qtbot, worker())
    assert imports(context) == 1000
    assert "All orders were taken." in work.remark._text.text()
    assert "Read, 1000" in work.result.accessibleName()
    assert isinstance(context.strip, Strip)
    assert context.strip.told[-1][1:] == (1000, 1000)
    assert context.strip.hidden == 1


def test_what_is_refused_stands_there_with_place_and_reason(
    work: LongWorkView, context: Context, tmp_path: Path, qtbot: QtBot
) -> None:
    file = many_orders(tmp_path / "more.csv", 2)
    with file.open(encoding="utf-8", newline="") as read:
        rows = list(csv.DictReader(read))
    rows[-1]["Qty"] = "many"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    begin(work, file)
    ended(qtbot, worker())
    assert imports(context) == 1
    assert "Refused: 1" in work.result.accessibleName()
    assert "many" in work.result.accessibleName()


@pytest.mark.parametrize("started", [signal.default_int_handler, signal.SIG_IGN], ids=["by a person", "by a script"])
def test_escape_cancels_and_leaves_whole_orders_only(
    work: LongWorkView, context: Context, tmp_path: Path, qtbot: QtBot, started: signal.Handlers
) -> None:
    with without_end(tmp_path) as (files, orders), started_with(started):
        begin(work, *files)
        with qtbot.waitSignal(worker().progressed, timeout=120_000):
            pass
        work.setFocus()
        qtbot.keyClick(work, Qt.Key.Key_Escape)
        ended(qtbot, worker())
    taken = imports(context)
    assert 0 < taken < orders
    assert "Cancelled" in work.remark._text.text()
    with context.database.reading() as read:
        whole = read("SELECT count(DISTINCT order_id) AS n FROM order_line WHERE order_id LIKE 'US-7%'")[0]["n"]
    assert whole == taken


def test_what_was_imported_is_planned(work: LongWorkView, context: Context, tmp_path: Path, qtbot: QtBot) -> None:
    assert not work.planning._buttons[0].isEnabled()
    begin(work, many_orders(tmp_path / "more.csv", 3))
    ended(qtbot, worker())
    qtbot.waitUntil(lambda: bool(work.planning._buttons[0].isEnabled()))
    work.presenter.act("plan")
    ended(qtbot, worker())
    with context.database.reading() as read:
        states = read("SELECT DISTINCT state FROM order_ WHERE number LIKE '7%' AND shop = 'US'")
    assert "new" not in {row["state"] for row in states}
    assert "Planned all that was ready." in work.remark._text.text()


def test_a_sheet_of_job_codes_is_made(work: LongWorkView, context: Context, qtbot: QtBot) -> None:
    work.presenter.act("jobs")
    ended(qtbot, worker())
    (sheet,) = (context.folder / "papers").glob("job-codes-*.pdf")
    assert sheet.read_bytes().startswith(b"%PDF")
    assert sheet.name in work.remark._text.text()


def test_one_piece_of_work_at_a_time(work: LongWorkView, tmp_path: Path, qtbot: QtBot) -> None:
    begin(work, many_orders(tmp_path / "more.csv", 500))
    assert not any(button.isEnabled() for button in work.printing._buttons)
    work.presenter.act("jobs")
    assert worker().what == "import"
    ended(qtbot, worker())


def test_work_goes_on_when_its_screen_is_built_anew(
    work: LongWorkView, context: Context, shown: Shown, tmp_path: Path, qtbot: QtBot
) -> None:
    begin(work, many_orders(tmp_path / "more.csv", 500))
    again = shown("long_work")
    ended(qtbot, worker())
    qtbot.waitUntil(lambda: "Read, 500" in again.result.accessibleName())


def test_a_broken_end_is_said(work: LongWorkView, tmp_path: Path, qtbot: QtBot) -> None:
    begin(work, tmp_path / "gone.csv")
    ended(qtbot, worker())
    assert work.remark._text.text()
    assert work.remark.property("severity") == "warn"


def test_files_are_chosen_in_a_dialog_of_ours_that_blocks_nothing(work: LongWorkView, qtbot: QtBot) -> None:
    work.setFocus()
    qtbot.keyClick(work, Qt.Key.Key_F)
    (dialog,) = work.findChildren(QFileDialog)
    assert dialog.testOption(QFileDialog.Option.DontUseNativeDialog)
    assert dialog.fileMode() == QFileDialog.FileMode.ExistingFiles
    dialog.close()
    assert QApplication.activeModalWidget() is None


def test_a_packer_begins_no_import(
    context: Context, sign_in: Callable[[str], object], shown: Shown, qtbot: QtBot
) -> None:
    sign_in(PICKER)
    view = shown("long_work")
    qtbot.waitUntil(lambda: view.shop.count() == 2)
    assert not any(button.isEnabled() for button in view.importing._buttons)
    worker().deleteLater()
