"""Nobody needs a mouse or eyes: on every screen, each control that takes the focus has a name and a key to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QApplication, QWidget

from app.cli.context import Context as Command
from app.cli.output import Output
from app.settings import Settings
from tests.demo_shop import Shop
from tests.ui.conftest import CHIEF, STATION
from ui.hands import Hands, at_a_window
from ui.navigation import SCREENS, Place
from ui.scanner.filter import LESSON_MS

JOB = "DE-1011-1"
ORDER = "DE-1011"


@pytest.fixture
def hands(qapp: QApplication, demo: Shop) -> Iterator[Hands]:
    settings = Settings(home=str(demo.home), confirm_after_s=0.0, question_timeout_s=30.0, number_block=50)
    with at_a_window(Command(settings, Output(as_json=True)), STATION) as opened:
        yield opened


def reach(hands: Hands, place: Place) -> None:
    """The screen as work leads to it, with something on it."""
    if place.name == "sign_in":
        return
    hands.scan(CHIEF)
    if place.kind == "desk" or place.name == "help":
        hands.shell.window.go(place.name, ORDER if place.name == "order" else "")
        filled(hands)
        return
    if place.name == "work_list":
        filled(hands)
        return
    if place.name == "dispatch":
        hands.follow(hands.scan(JOB))
        hands.follow(hands.scan(JOB))
        assert hands.shell.context.station.settle(30)
        hands.scan("ROTKEHLCHEN")
        return
    answer = hands.scan(JOB)
    if place.name == "pick":
        return
    hands.follow(answer)
    answer = hands.scan(JOB)
    if place.name == "label":
        hands.follow(answer, until="awaiting_label")
    elif place.name == "stop":
        hands.scan(wrong(hands))
        assert hands.answer is not None
        assert hands.answer.state == "stopped"


def filled(hands: Hands) -> None:
    """Waits until there is what the screen asked for, and what it asked for because of that."""
    for _ in range(3):
        answered: list[None] = []
        for free in (False, True):
            hands.shell.runner.run(lambda: None, answered.append, free=free)
        hands.until(lambda answered=answered: len(answered) == 2, "what was asked for")  # type: ignore[misc]


def wrong(hands: Hands) -> str:
    from ui.simulator.codes import packet_of
    from ui.simulator.neighbourhood import look_around

    context, packet = hands.shell.context, packet_of(hands.answer)
    assert packet is not None
    articles = look_around(context.database, STATION).articles
    return next(one.code for one in articles if one.sku not in packet.items)


def controls(window: QWidget) -> list[QWidget]:
    """What takes the focus by Tab, and can be seen."""
    return [
        one
        for one in window.findChildren(QWidget)
        if one.isVisible() and one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus and not inner(one)
    ]


def inner(one: QWidget) -> bool:
    """A part of another control: what a table or a scroll area is made of."""
    above = one.parentWidget()
    return isinstance(above, QAbstractScrollArea) and above.viewport() is one


def named(one: QWidget) -> str:
    return one.accessibleName() or one.property("text") or ""


def shown(one: QWidget) -> str:
    return f"{type(one).__name__} in {type(one.parentWidget()).__name__}: {named(one)!r}"


@pytest.mark.parametrize("place", SCREENS, ids=lambda place: place.name)
def test_every_control_has_a_name_and_tab_reaches_it(hands: Hands, place: Place) -> None:
    reach(hands, place)
    window = hands.shell.window
    found = controls(window)
    assert [shown(one) for one in found if not named(one)] == []
    if place.name == "stop":
        return  # it stands over everything, and F12 is all there is to press
    window.activateWindow()
    reached: set[QWidget] = set()
    for _ in range(2 * len(found) + 4):
        QTest.keyClick(hands.window(), Qt.Key.Key_Tab)
        if place.name == "calibration":
            hands.rest(LESSON_MS + 20)  # there every key might be a scanner's, and is given back when no more come
        focus = QApplication.focusWidget()
        if focus is not None:
            reached.add(focus)
            if isinstance(focus, QAbstractItemView):
                focus.focusNextPrevChild(True)  # in a table, Tab goes through its cells
    assert [shown(one) for one in found if one not in reached] == []


def test_no_two_shortcuts_of_a_screen_want_the_same_key(hands: Hands) -> None:
    """Qt runs neither of two that do."""
    hands.scan(CHIEF)
    window = hands.shell.window
    for place in SCREENS:
        if place.name == "stop":
            continue
        window.go(place.name, ORDER if place.name == "order" else "")
        filled(hands)
        live: dict[str, list[str]] = {}
        for shortcut in window.findChildren(QShortcut):
            owner = shortcut.parent()
            if not isinstance(owner, QWidget) or not owner.isVisible() or not owner.isEnabled():
                continue
            if shortcut.isEnabled() and shortcut.context() == Qt.ShortcutContext.WindowShortcut:
                live.setdefault(shortcut.key().toString(), []).append(type(owner).__name__)
        assert {key: owners for key, owners in live.items() if len(owners) > 1} == {}, place.name
