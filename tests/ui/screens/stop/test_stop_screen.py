"""A stop says what, shows what was scanned beside what was needed, and is acknowledged in three ways."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.base.wording import known, languages
from app.floor.messages import MESSAGES
from app.floor.picture.stop import of_stop
from app.floor.work import Message, News
from app.floor.workflows import dispatch
from app.station.answer import Answer
from tests.floor import goods
from tests.floor.goods import NOON, Station
from ui.context import Words
from ui.screens.stop.presenter import StopShown, stop_shown
from ui.screens.stop.view import StopView
from ui.workplace import Workplace

# What the offscreen platform says of any window whose parts have sizes of their own.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
STOPS = sorted(id_ for id_, entry in MESSAGES.items() if entry.severity == "stop")
VALUES = {
    "parcel": "DE-1-1/1", "want_parcel": "DE-1-1/2", "carrier": "post", "want_carrier": "express", "job": "DE-1-1",
    "sku": "CUP", "title": "Cup", "tote": "T01", "want_tote": "T02", "lot": "L1", "want_lot": "L2", "code": "4711",
    "bin": "A-01", "unload": ("DE-1-1/1",), "goods": ("2 cups",), "parcels": "1 parcel",
}  # fmt: skip


def of(station: Station, language: str = "en") -> StopShown:
    picture = of_stop(station.state)
    assert picture is not None
    return stop_shown(picture, Words(language))


@pytest.mark.parametrize("id_", STOPS)
@pytest.mark.parametrize("language", languages())
def test_every_stop_has_its_title_reason_and_steps_in_every_language(id_: str, language: str) -> None:
    for part in ("title", "reason", "step2", "step3"):
        assert known(f"screens_pack.stop.{id_}.{part}", language)


@pytest.mark.parametrize("id_", STOPS)
@pytest.mark.parametrize("language", languages())
def test_no_stop_shows_a_key_or_a_hole(id_: str, language: str) -> None:
    picture = of_stop(dispatch.Stopped(Message(id_, VALUES), "4711", NOON, dispatch.start()))
    assert picture is not None
    shown = stop_shown(picture, Words(language))
    cards = [card for card in (shown.mine, shown.theirs, shown.alone) if card]
    assert cards
    texts = [shown.what, shown.act, *shown.steps]
    texts += [text for card in cards for text in (card.caption, card.same, card.differs, card.reason)]
    assert not [text for text in texts if "screens_pack." in text or "{" in text]
    assert len(shown.steps) in (2, 3)


def test_a_wrong_item_is_compared_and_the_word_that_differs_stands_apart() -> None:
    station = Station(goods.order())
    station.scan("9521234001027")
    shown = of(station)
    assert shown.mine is not None
    assert shown.theirs is not None
    assert (shown.what, shown.mine.differs, shown.theirs.differs) == ("Wrong item", "slate", "sand")
    assert (shown.counted, shown.still) == ("Not counted", "still 0 of 9")
    assert len(shown.steps) == 3


def test_a_code_that_nobody_knows_stands_beside_what_is_wanted_now() -> None:
    station = Station(goods.order())
    station.scan("4006381333931")
    shown = of(station)
    assert shown.mine is not None
    assert shown.theirs is not None
    assert (shown.what, shown.mine.differs, shown.theirs.same) == ("Unknown code", "…3931", "Stoneware cup, sand")
    assert shown.mine.reason


def test_nothing_to_go_on_with_is_no_step() -> None:
    station = Station(goods.labelled())
    station.scan("9521234001775")
    shown = of(station)
    assert shown.alone is not None
    assert "Stray thing" in f"{shown.alone.same}{shown.alone.differs}"
    assert len(shown.steps) == 2


def test_news_of_the_order_is_acknowledged_by_key_or_code_and_not_by_the_scan_it_came_with() -> None:
    station = Station(goods.simple())
    station.news = {"DE-1-1": News("cancelled")}
    station.scan("9521234001010")
    shown = of(station)
    assert "PBOK" in shown.act
    assert shown.mine is None


def test_the_page_says_all_of_it_aloud_and_a_finger_on_the_white_card_acknowledges(
    shown: Callable[..., QWidget], sign_in: Callable[[], Answer], scan: Callable[[str], Answer], workplace: Workplace,
    qtbot: QtBot,
) -> None:  # fmt: skip
    view = shown("stop")
    assert isinstance(view, StopView)
    sign_in()
    scan("DE-1042-1")
    answer = scan("NOBODYKNOWSTHIS")
    while answer.state != "stopped":
        answer = scan(answer.next[0] if answer.outcome != "stop" else "9521234001027")
        if answer.state != "stopped":
            answer = scan("9521234001027")
    assert answer.outcome == "stop"
    assert "Wrong item" in view.accessibleName()
    sizes = [(1024, 512), (1366, 668), (1920, 980)]
    for size in sizes:
        view.resize(*size)
        assert not view.grab().isNull()
    view.resize(1366, 668)
    with qtbot.waitSignal(workplace.answered) as kept:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(1366 - 300, 668 - 80))
    assert kept.args[0].message == "stop_cleared"
