"""The label screen: the very label that is printed, what allowed it, and the two acts when it is wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.station.answer import Answer
from ui.context import Context
from ui.screens.label.presenter import LabelShown, Presenter
from ui.screens.label.view import LabelView

# What the offscreen platform says of any window whose parts have sizes of their own.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
JOB = "DE-1042-1"
Scan = Callable[[str], Answer]


class Told:
    def __init__(self) -> None:
        self.shown = LabelShown()

    def show_(self, shown: LabelShown) -> None:
        self.shown = shown


@pytest.fixture
def closed(sign_in: Callable[[], Answer], scan: Scan) -> Answer:
    """A parcel just closed: its label waits to be scanned."""
    sign_in()
    answer = scan(JOB)
    while answer.state != "awaiting_label":
        answer = scan(answer.next[0] if answer.next and answer.state not in ("idle", "finished") else JOB)
    return answer


def test_the_label_on_the_screen_is_the_one_that_is_printed(context: Context, closed: Answer, qtbot: QtBot) -> None:
    view = Told()
    presenter = Presenter(context, view)
    presenter.answered(closed)
    qtbot.waitUntil(lambda: view.shown.label is not None)
    assert view.shown.label == context.station.label((f"{JOB}/1", "parcel_label", 1, 1))
    assert view.shown.next.code == closed.next[0]
    assert view.shown.next.more.endswith(closed.next[0][-4:])
    presenter.left()
    assert view.shown == LabelShown(), "no address stays on a screen that nobody looks at"


def test_four_checks_allowed_it_and_the_order_was_heard_of_just_now(
    context: Context, closed: Answer, qtbot: QtBot
) -> None:
    view = Told()
    presenter = Presenter(context, view)
    presenter.answered(closed)
    assert context.station.settle(60)
    presenter.tick()
    qtbot.waitUntil(lambda: "printed" in view.shown.checks[2].detail)
    assert [check.severity for check in view.shown.checks] == ["ok"] * 4
    assert "3 of 3" in view.shown.checks[0].detail
    assert "ago" in view.shown.checks[3].detail


def test_reprint_and_reopen_are_two_acts_and_each_asks_why(
    shown: Callable[..., QWidget], closed: Answer, scan: Scan, qtbot: QtBot
) -> None:
    view = shown("label")
    assert isinstance(view, LabelView)
    view.presenter.answered(closed)
    assert "F6" in view.acts.accessibleName()
    assert "F7" in view.acts.accessibleName()
    scan("PBREPRINT")
    assert view.cards.isVisible()
    assert not view.acts.isVisible()
    answer = scan("2")
    assert answer.message == "label_reprinted"
    assert view.acts.isVisible()
    scan("PBREOPEN")
    assert view.cards.isVisible()


def test_a_wrong_scan_is_answered_under_the_next_thing(
    shown: Callable[..., QWidget], closed: Answer, scan: Scan
) -> None:
    view = shown("label")
    assert isinstance(view, LabelView)
    answer = scan("9521234001010")
    assert (answer.outcome, answer.message) == ("warn", "label_first")
    assert answer.text in view.next.accessibleName()


def test_a_label_of_which_nobody_knows_whether_it_came_out_is_asked_for(
    context: Context, closed: Answer, qtbot: QtBot
) -> None:
    from dataclasses import replace

    view = Told()
    presenter = Presenter(context, view)
    presenter.answered(closed)
    qtbot.waitUntil(lambda: view.shown.label is not None)
    looked = presenter._looked
    assert looked is not None
    presenter._told(replace(looked, papers=tuple(replace(paper, state="unknown") for paper in looked.papers)))
    assert view.shown.next.title == "Did a label come out? Scan it"
    assert view.shown.checks[2].severity == "warn"
