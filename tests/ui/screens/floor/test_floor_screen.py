"""The floor: the worst is meant until somebody chooses, taking over asks first, and time alone makes a bench silent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import insert, update

from app.base.clock import FixedClock, SystemClock, stamp
from app.base.wording import languages
from app.cases.open import open_case
from app.db import Database, feed
from app.floor import tables as work
from app.floor.claim import open_work
from app.site import tables as site
from app.site.roles import Operator
from tests.ui.conftest import CHIEF, Went
from ui.context import Context, Words
from ui.screens.floor.view import FloorView

PIA = Operator("PBPICKER", "Pia Packer", "packer")
SILENT, HEARD, JOB, OTHER = "S2", "S3", "DE-1011-1", "DE-1001-1"
Shown = Callable[..., FloorView]


@pytest.fixture
def floor(
    context: Context, shared: Database, sign_in: Callable[[str], object], shown: Shown, qtbot: QtBot
) -> FloorView:
    """S2 holds a job and was not heard for an hour; S3 holds another, and asks for help with it."""
    now = SystemClock().now()
    context.clock = FixedClock(now)  # no bench falls silent while a test looks
    with shared.write() as tx:
        for station, code, age in ((SILENT, JOB, timedelta(hours=1)), (HEARD, OTHER, timedelta())):
            open_work(tx, op_id=f"q{station}", station=station, operator=PIA, code=code, now=now - age)
            tx.execute(
                insert(site.presence).values(
                    station=station, at=stamp(now - age), operator=PIA.badge, workflow="pick", job=code, done=1, of=3,
                    waiting=2, since=stamp(now - age),
                )
            )  # fmt: skip
        open_case(
            tx, kind="raised_at_bench", subject_kind="shipment", subject=OTHER, order_id=OTHER[:-2], by="x", now=now,
            detail={},
        )  # fmt: skip
    sign_in(CHIEF)
    view = shown("floor")
    qtbot.waitUntil(lambda: bool(view.cards._cards))
    return view


def state(shared: Database, station: str) -> str:
    with shared.read() as tx:
        rows = tx.execute(work.claim.select().where(work.claim.c.station == station)).mappings()
        return str(rows.one()["state"])


def test_the_worst_is_first_and_meant_until_somebody_chooses_another(floor: FloorView) -> None:
    assert [one.station for one in floor.needs._needs] == [SILENT, HEARD]
    assert floor.needs._chosen == floor.cards._chosen == SILENT
    floor.cards.chosen.emit(HEARD)
    assert floor.needs._chosen == floor.cards._chosen == HEARD


def test_a_card_says_who_works_on_what_how_far_and_how_it_is_heard(floor: FloorView) -> None:
    cards = {card.station: card for card in floor.cards._cards}
    assert (cards[SILENT].tint, cards[SILENT].sync[1], cards[SILENT].foot[0]) == ("stop", "silent", "1 / 3")
    assert (cards[HEARD].tint, cards[HEARD].sync[1]) == ("warn", "help")
    assert "Pia Packer" in cards[HEARD].said
    assert OTHER in cards[HEARD].said


def test_taking_over_asks_first_and_what_a_silent_bench_held_is_free(
    floor: FloorView, shared: Database, qtbot: QtBot
) -> None:
    qtbot.keyClick(floor.cards, Qt.Key.Key_T)
    assert floor.ask.isVisible()
    assert state(shared, SILENT) == "live"
    edit = floor.form._fields["reason"].edit
    assert QApplication.focusWidget() is edit
    qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "free for others" in floor.remark._text.text())
    assert state(shared, SILENT) == "taken_over"
    assert not floor.ask.isVisible()


def test_what_a_bench_that_is_heard_holds_is_taken_only_with_a_reason(
    floor: FloorView, shared: Database, qtbot: QtBot
) -> None:
    floor.cards.chosen.emit(HEARD)
    qtbot.keyClick(floor.cards, Qt.Key.Key_T)
    floor.presenter.commit()
    assert floor.ask.isVisible()
    assert state(shared, HEARD) == "live"
    qtbot.keyClicks(floor.form._fields["reason"].edit, "went home")
    floor.presenter.commit()
    qtbot.waitUntil(lambda: not floor.ask.isVisible())
    assert state(shared, HEARD) == "taken_over"


def test_what_is_being_written_and_what_is_in_sight_stay_while_the_floor_changes(
    floor: FloorView, shared: Database, qtbot: QtBot
) -> None:
    floor.cards.chosen.emit(HEARD)
    floor.presenter.take_over()
    qtbot.keyClicks(floor.form._fields["reason"].edit, "went")
    with shared.write() as tx:
        tx.execute(update(site.presence).where(site.presence.c.station == HEARD).values(done=2))
        feed.announce(tx, "presence", [HEARD], SystemClock().now())
    floor.presenter.changed()
    qtbot.waitUntil(lambda: any(card.foot[0] == "2 / 3" for card in floor.cards._cards))
    assert floor.form._fields["reason"].edit.text() == "went"
    assert floor.cards._chosen == HEARD


def test_escape_puts_back_the_question_and_does_nothing(floor: FloorView, shared: Database) -> None:
    floor.presenter.take_over()
    assert floor.presenter.escaped()
    assert not floor.ask.isVisible()
    assert state(shared, SILENT) == "live"
    assert not floor.presenter.escaped()


def test_without_the_shared_database_nothing_is_taken_over_and_what_was_written_stays(
    floor: FloorView, context: Context, shared: Database
) -> None:
    floor.presenter.take_over()
    floor.presenter.edited("reason", "went home")
    context.away = lambda: True
    floor.presenter.line()
    floor.presenter.commit()
    assert not floor.commit.isEnabled()
    assert state(shared, SILENT) == "live"
    context.away = lambda: False
    floor.presenter.line()
    assert floor.commit.isEnabled()
    assert floor.form._fields["reason"].edit.text() == "went home"


def test_a_call_for_help_leads_to_its_case(floor: FloorView, context: Context, qtbot: QtBot) -> None:
    floor.cards.chosen.emit(HEARD)
    qtbot.keyClick(floor.cards, Qt.Key.Key_C)
    went = context.go
    assert isinstance(went, Went)
    assert went.places[-1][0] == "cases"
    qtbot.keyClick(floor.cards, Qt.Key.Key_O)
    assert went.places[-1] == ("order", OTHER[:-2])


def test_of_three_hundred_benches_only_those_in_sight_are_drawn(
    floor: FloorView, shared: Database, qtbot: QtBot
) -> None:
    with shared.write() as tx:
        here = tx.execute(site.station.select().where(site.station.c.name == "S1")).mappings().one()["warehouse"]
        tx.execute(insert(site.station), [{"name": f"X{n}", "warehouse": here} for n in range(300)])
    floor.presenter.changed()
    qtbot.waitUntil(lambda: len(floor.cards._cards) > 300)
    assert len(floor.cards.in_sight()) <= 20
    qtbot.keyClick(floor.cards, Qt.Key.Key_End)
    assert floor.cards._chosen == "X299"
    assert floor.cards.in_sight()[-1] == len(floor.cards._cards) - 1
    top = floor.cards._top
    floor.presenter.changed()
    qtbot.waitUntil(lambda: not floor.presenter._asking)
    assert floor.cards._top == top


@pytest.mark.parametrize("language", languages())
def test_every_word_is_there(floor: FloorView, context: Context, language: str, qtbot: QtBot) -> None:
    context.words = Words(language)
    for station in (SILENT, HEARD, "S1"):
        floor.presenter.choose(station)
        floor.presenter.take_over()
    assert "floor." not in floor.cards.said() + floor.needs.said() + floor.tiles.said() + floor._question.text()
