"""The pack screen on a real bench: what it shows after each scan, and that nothing of it moves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.station.answer import Answer
from ui.context import Context
from ui.screens.pack.presenter import PackShown, Presenter
from ui.screens.pack.view import PackView

JOB, CUP = "DE-1042-1", "9521234001010"
Scan = Callable[[str], Answer]
# What the offscreen platform says of any window whose parts have sizes of their own.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def packing(sign_in: Callable[[], Answer], scan: Scan) -> Answer:
    """A split job, picked, and opened to be packed."""
    sign_in()
    answer = scan(JOB)
    while answer.state not in ("idle", "finished"):
        answer = scan(answer.next[0])
    return scan(JOB)


@pytest.fixture
def screen(shown: Callable[..., QWidget]) -> PackView:
    view = shown("pack")
    assert isinstance(view, PackView)
    return view


class Told:
    """A view that remembers what it was told."""

    def __init__(self) -> None:
        self.shown = PackShown()
        self.scans: tuple[object, ...] = ()

    def show_(self, shown: PackShown) -> None:
        self.shown = shown

    def show_scans(self, scans: tuple[object, ...]) -> None:
        self.scans = scans


def until(scan: Scan, answer: Answer, state: str) -> Answer:
    while answer.state != state:
        answer = scan(answer.next[0])
    return answer


def test_the_next_thing_its_count_and_whom_it_is_for(
    screen: PackView, packing: Answer, scan: Scan, qtbot: QtBot, context: Context
) -> None:
    to = context.station.recipient(JOB)
    assert to is not None
    qtbot.waitUntil(lambda: to.address.name in screen.header.accessibleName())
    assert "Shenzhen" in screen.banner.accessibleName()
    assert screen.banner.isVisible()
    before = screen.next.accessibleName()
    answer = scan(packing.next[0])
    assert answer.outcome in ("ok", "done")
    assert screen.next.accessibleName() != before
    assert f"{answer.done} of {answer.of}" in screen.segments.accessibleName()


def test_a_scan_is_heard_on_the_screen_before_it_is_kept(context: Context, packing: Answer) -> None:
    view = Told()
    presenter = Presenter(context, view)
    context.recent.hear("4711", context.clock.now())
    presenter.heard("4711")
    first = view.scans[0]
    assert (first.title, first.severity) == ("4711", "heard")  # type: ignore[attr-defined]


def test_what_did_not_count_stands_under_the_next_thing_until_a_scan_counts(
    screen: PackView, packing: Answer, scan: Scan
) -> None:
    answer = scan("PBUNDO")
    assert answer.outcome == "warn"
    assert answer.text in screen.next.accessibleName()
    scan(packing.next[0])
    assert answer.text not in screen.next.accessibleName()


def test_no_part_of_the_screen_moves_between_scans(screen: PackView, packing: Answer, scan: Scan) -> None:
    def places() -> list[tuple[str, object]]:
        return [
            (name, getattr(screen, name).geometry())
            for name in ("header", "banner", "next", "segments", "lines", "tiles", "undo")
        ]

    at_first, answer = places(), packing
    for _ in range(40):
        if answer.state in ("awaiting_label", "idle"):
            break
        answer = scan(answer.next[0])
        assert places() == at_first
    assert answer.state == "awaiting_label"


def test_cartons_are_offered_the_best_first_and_touching_a_card_takes_it(
    screen: PackView, packing: Answer, scan: Scan, qtbot: QtBot
) -> None:
    answer = until(scan, packing, "awaiting_carton")
    assert screen.cards.isVisible()
    taken: list[object] = []
    screen.cards.chosen.connect(taken.append)
    qtbot.mouseClick(screen.cards, Qt.MouseButton.LeftButton, pos=screen.cards.rect().topLeft() + _a_little())
    assert taken == [answer.next[0]]
    qtbot.waitUntil(lambda: not screen.cards.isVisible() or "PB" in screen.cards.accessibleName())


def _a_little():  # type: ignore[no-untyped-def]
    from PySide6.QtCore import QPoint

    return QPoint(10, 10)


def test_no_button_has_the_keyboard_when_the_screen_is_shown(screen: PackView) -> None:
    assert screen.focusWidget() is None or screen.focusWidget() is screen


def test_the_name_of_whom_it_is_for_leaves_with_the_screen(context: Context, packing: Answer, qtbot: QtBot) -> None:
    view = Told()
    presenter = Presenter(context, view)
    presenter.answered(packing)
    qtbot.waitUntil(lambda: bool(view.shown.recipient))
    presenter.left()
    presenter.answered(packing)
    assert view.shown.recipient == "", "asked for anew"
    qtbot.waitUntil(lambda: bool(view.shown.recipient))


@pytest.mark.parametrize("size", [(1024, 512), (1366, 668), (1920, 980), (1366, 380)])
def test_at_every_size_the_next_thing_keeps_its_place_on_the_screen(
    screen: PackView, packing: Answer, size: tuple[int, int], qtbot: QtBot
) -> None:
    screen.resize(*size)
    qtbot.waitUntil(lambda: screen.next.height() >= 120 and screen.rect().contains(screen.tiles.geometry()))
