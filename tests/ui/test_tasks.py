"""The TaskRunner: answers on the UI thread, nobody told who is gone, one way to end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import shiboken6
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.base.errors import DatabaseAway
from tests.ui.conftest import Failures
from ui.tasks import TaskRunner


class Ear:
    def __init__(self) -> None:
        self.heard: list[object] = []
        self.threads: list[threading.Thread] = []

    def hear(self, value: object) -> None:
        self.heard.append(value)
        self.threads.append(threading.current_thread())


def heard(qtbot: QtBot, ear: Ear, n: int = 1) -> list[object]:
    qtbot.waitUntil(lambda: len(ear.heard) >= n)
    return ear.heard


def test_work_runs_elsewhere_and_its_answer_arrives_on_the_ui_thread(runner: TaskRunner, qtbot: QtBot) -> None:
    ear = Ear()
    runner.run(threading.current_thread, ear.hear)
    assert heard(qtbot, ear) != [threading.main_thread()]
    assert ear.threads == [threading.main_thread()]


def test_an_error_goes_to_whoever_asked_and_else_to_the_window(
    runner: TaskRunner, failures: Failures, qtbot: QtBot
) -> None:
    ear = Ear()
    runner.run(_broken, ear.hear, ear.hear)
    assert [type(e) for e in heard(qtbot, ear)] == [ZeroDivisionError]
    runner.run(_broken, ear.hear)
    qtbot.waitUntil(lambda: bool(failures.errors))
    assert len(ear.heard) == 1


def _broken() -> None:
    raise ZeroDivisionError


def test_an_answer_for_a_widget_that_is_gone_is_dropped(runner: TaskRunner, qapp: QApplication, qtbot: QtBot) -> None:
    gate, ear, later = threading.Event(), Ear(), Ear()
    widget = QLabel()
    runner.run(gate.wait, ear.hear, owner=widget)
    shiboken6.delete(widget)
    gate.set()
    runner.run(lambda: 1, later.hear)
    assert heard(qtbot, later) == [1]
    assert ear.heard == []


def test_an_owner_is_not_kept_alive_by_what_it_asked_for(runner: TaskRunner, qtbot: QtBot) -> None:
    gate, later = threading.Event(), Ear()
    ear = Ear()
    told = ear.heard
    runner.run(gate.wait, ear.hear, owner=ear)
    del ear
    gate.set()
    runner.run(lambda: 2, later.hear)
    assert heard(qtbot, later) == [2]
    assert told == []


def test_the_database_lane_keeps_the_order_and_the_free_lane_does_not_wait_for_it(
    runner: TaskRunner, qtbot: QtBot
) -> None:
    gate, ear, free = threading.Event(), Ear(), Ear()
    runner.run(_waits(gate, 1), ear.hear)
    runner.run(lambda: 2, ear.hear)
    runner.run(lambda: 3, free.hear, free=True)
    assert heard(qtbot, free) == [3]
    assert ear.heard == []
    gate.set()
    assert heard(qtbot, ear, 2) == [1, 2]


def _waits(gate: threading.Event, value: int) -> Callable[[], int]:
    def work() -> int:
        gate.wait()
        return value

    return work


def test_ending_joins_what_runs_cancels_what_waits_and_tells_nobody(qapp: QApplication, failures: Failures) -> None:
    runner = TaskRunner(failures)
    started, ended, ear = threading.Event(), threading.Event(), Ear()

    def long() -> None:
        started.set()
        ended.wait(0.05)
        ended.set()

    runner.run(long, ear.hear)
    runner.run(lambda: ear.hear("began"), ear.hear)
    started.wait()
    runner.shut_down()
    runner.shut_down()
    assert ended.is_set()
    runner.run(lambda: 1, ear.hear)
    qapp.sendPostedEvents()
    assert ear.heard == []
    runner.deleteLater()


def test_what_waits_behind_a_question_without_answer_is_told_at_once_and_whoever_comes_later_is_asked(
    runner: TaskRunner, qtbot: QtBot
) -> None:
    gate, done, failed, asked = threading.Event(), Ear(), Ear(), list[int]()

    def hangs() -> None:
        gate.wait()
        raise DatabaseAway("no answer in time")

    runner.run(hangs, done.hear, failed.hear)
    for n in (1, 2):
        runner.run(partial(asked.append, n), done.hear, failed.hear)
    runner.run(int, done.hear, free=True)  # the free lane asks nothing of the database
    assert heard(qtbot, done) == [0]
    gate.set()
    assert [type(e) for e in heard(qtbot, failed, 3)] == [DatabaseAway] * 3
    runner.run(partial(asked.append, 3), done.hear, failed.hear)
    heard(qtbot, done, 2)
    assert asked == [3]
