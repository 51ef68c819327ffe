"""What nobody foresaw: in the log without anybody's data, on a panel that says what is safe; the program goes on."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QtMsgType, qWarning
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.base.wording import languages, word
from app.cli.bug import LARGEST, LOG, write
from ui.context import Words
from ui.log import Log
from ui.shell.crash import Crash, CrashPanel, Trouble, trouble_of

NAME = "Amina Diallo"


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "home")


@pytest.fixture
def crash(qapp: QApplication, log: Log) -> Iterator[Crash]:
    made = Crash(log)
    yield made
    made.deleteLater()


def written(log: Log) -> str:
    return log.path.read_text("utf-8")


def broken() -> BaseException:
    try:
        raise ValueError(NAME)
    except ValueError as error:
        return error


def test_an_error_is_logged_with_its_place_and_never_with_its_value(crash: Crash, log: Log, qtbot: QtBot) -> None:
    with qtbot.waitSignal(crash.came) as told:
        crash.take(broken())
    assert "ValueError" in written(log)
    assert "test_crash.py" in written(log)
    assert NAME not in written(log)
    assert told.args is not None
    assert NAME not in repr(told.args)


def test_errors_in_threads_come_to_the_ui_thread(crash: Crash, qtbot: QtBot) -> None:
    where: list[threading.Thread] = []
    crash.came.connect(lambda _: where.append(threading.current_thread()))
    with crash.watching(), qtbot.waitSignal(crash.came) as told:
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
    assert told.args is not None
    assert told.args[0].what == "ZeroDivisionError"
    assert where == [threading.main_thread()]


@pytest.mark.no_qt_log
def test_complaints_of_qt_are_logged_with_their_values_masked(crash: Crash, log: Log) -> None:
    with crash.watching():
        qWarning(f'cannot open "{NAME}" at /home/amina/labels for 4006381333931')
    assert "cannot open … at … for …" in written(log)
    log.qt(QtMsgType.QtInfoMsg, "", "nothing to see")
    assert "nothing" not in written(log)


def test_hooks_are_given_back(crash: Crash) -> None:
    before = sys.excepthook, threading.excepthook
    with crash.watching():
        assert sys.excepthook != before[0]
    assert (sys.excepthook, threading.excepthook) == before


def test_a_note_keeps_versions_and_counts_and_drops_whatever_else(log: Log) -> None:
    log.note("window started", width=1366, version="6.11.3", name=NAME, address="Hauptstraße 5, Köln")
    assert "width=1366 version=6.11.3" in written(log)
    assert "name" not in written(log)
    assert "address" not in written(log)


def test_the_log_is_set_aside_when_it_is_large_and_one_before_it_is_kept(tmp_path: Path) -> None:
    (tmp_path / LOG).write_bytes(b"x" * (LARGEST + 1))
    write(tmp_path, ["new"])
    write(tmp_path, ["newer"])
    assert (tmp_path / LOG).read_text("utf-8").count("new") == 2
    assert (tmp_path / f"{LOG}.1").stat().st_size == LARGEST + 1


def test_the_panel_says_what_is_safe_counts_the_same_again_and_goes_away(qtbot: QtBot, qapp: QApplication) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1024, 600)
    panel = CrashPanel(Words("en"), Path("packbench.log"), window)
    window.show()
    for _ in range(2):
        panel.show_(Trouble("ValueError", "shell/window.py:7"))
    texts = {name: label.text() for name, label in panel._labels.items()}
    assert "safe" in texts["safe"]
    assert "ValueError in shell/window.py:7 · 2 times" in texts["what"]
    assert "packbench.log" in texts["log"]
    assert window.rect().contains(panel.geometry())
    panel.go_on()
    assert panel.isHidden()


def test_trouble_names_our_own_place() -> None:
    assert trouble_of(broken()).where.startswith("shell/test_crash.py:")


@pytest.mark.parametrize("language", languages())
def test_the_panel_has_its_words(language: str) -> None:
    assert word("shell.crash.safe", language) != "shell.crash.safe"
