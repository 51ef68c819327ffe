"""When a scan is seen as heard: before its answer, unless that is there within the frame."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any, cast

from pytestqt.qtbot import QtBot

from app.base.clock import SystemClock
from app.station.answer import Answer
from app.station.station import Station
from ui.recent import Recent
from ui.workplace import Workplace


class Held:
    """A bench whose disk takes its time: the test says when an answer is kept."""

    operator = None

    def __init__(self) -> None:
        self.pending: list[Future[Answer]] = []

    def locks_in(self) -> None:
        """Never."""

    def submit(self, _raw: object) -> Future[Answer]:
        self.pending.append(Future())
        return self.pending[-1]


def at_a_bench(held: Held) -> tuple[Workplace, list[tuple[str, Any]]]:
    workplace, told = Workplace(cast("Station", held), SystemClock(), Recent(), lambda _: None), []
    workplace.heard.connect(lambda code: told.append(("heard", code)))
    workplace.answered.connect(lambda answer: told.append(("kept", answer.scan)))
    return workplace, told


def kept(n: int, code: str) -> Answer:
    return Answer(n, code, "ok", "item_packed", "", "")


def test_a_scan_that_nothing_answers_is_heard_all_the_same(qtbot: QtBot) -> None:
    held = Held()
    workplace, told = at_a_bench(held)
    workplace.scan("4711")
    qtbot.waitUntil(lambda: told == [("heard", "4711")])
    workplace.scan("4712")
    qtbot.waitUntil(lambda: told[1:] == [("heard", "4712")])
    held.pending[0].set_result(kept(1, "4711"))
    held.pending[1].set_result(kept(2, "4712"))
    qtbot.waitUntil(lambda: told[2:] == [("kept", "4711"), ("kept", "4712")])


def test_a_scan_answered_at_once_is_never_said_to_be_only_heard(qtbot: QtBot) -> None:
    held = Held()
    workplace, told = at_a_bench(held)
    workplace.scan("4711")
    held.pending[0].set_result(kept(1, "4711"))
    qtbot.waitUntil(lambda: not workplace._unheard.isActive())
    assert told == [("kept", "4711")]
    assert (workplace.recent.heard, workplace.recent.kept) == (1, 1)
