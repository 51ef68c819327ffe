"""A window on a real PostgreSQL: what others change is on its screens, and a line that hangs freezes nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication
from sqlalchemy import insert, update

from app.base.clock import SystemClock, stamp
from app.bench.proxy import Proxy
from app.cases.open import open_case
from app.cli.context import Context as Command
from app.cli.output import Output
from app.db import Database, feed
from app.floor.claim import open_work
from app.settings import Settings
from app.site import tables as site
from tests.small_site import CHIEF, PACKER
from tests.station.benches import furnish
from ui import program
from ui.hands import Hands, at_a_window
from ui.screens.cases.view import CasesView
from ui.screens.floor.view import FloorView
from ui.screens.work_list.shown import Work
from ui.screens.work_list.view import WorkListView


@pytest.fixture
def near(postgres_database: Database) -> Database:
    """Somebody else's connection to the shared database, with work in it."""
    furnish(postgres_database, clock(), DE_1=[("CUP", 3)], DE_2=[("CUP", 1)], DE_3=[("TEE", 1)])
    return postgres_database


def clock() -> datetime:
    return SystemClock().now()


@pytest.fixture
def line(near: Database) -> Iterator[Proxy]:
    with closing(Proxy(near.engine.url.render_as_string(hide_password=False), random.Random(4))) as proxy:
        yield proxy


@pytest.fixture
def hands(line: Proxy, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hands]:
    monkeypatch.setattr(program, "PATIENCE_S", 60.0)  # a busy machine is no line that hangs
    settings = Settings(home=str(tmp_path), db=line.url, confirm_after_s=0.0, number_block=20, claim_ahead=0)
    with at_a_window(Command(settings, Output(as_json=True)), "S1", demo=False) as opened:
        opened.scan(CHIEF.badge)
        yield opened


def beat(near: Database, **said: object) -> None:
    now = clock()
    with near.write() as tx:
        values = {"at": stamp(now), "operator": PACKER.badge, "workflow": "pack", "of": 9, **said}
        if tx.execute(update(site.presence).where(site.presence.c.station == "S2").values(**values)).rowcount == 0:
            tx.execute(insert(site.presence).values(station="S2", **values))
        feed.announce(tx, "presence", ["S2"], now)


def done_at_s2(hands: Hands) -> str:
    view = cast(FloorView, hands.shell.window.stack.currentWidget())
    return next((card.foot[0] for card in view.cards._cards if card.station == "S2"), "")


def test_the_floor_shows_what_a_bench_said_of_itself(hands: Hands, near: Database) -> None:
    hands.shell.window.go("floor")
    for n in range(1, 4):
        beat(near, done=n)
        hands.until(lambda n=n: done_at_s2(hands) == f"{n} / 9", f"{n} of 9")  # type: ignore[misc]


def test_the_floor_shows_what_a_bench_does_that_stands_in_no_feed(hands: Hands, near: Database) -> None:
    beat(near, done=1)
    hands.shell.window.go("floor")
    hands.until(lambda: done_at_s2(hands) == "1 / 9", "the bench")
    for n in range(2, 4):
        with near.write() as tx:
            tx.execute(update(site.presence).values(done=n, at=stamp(clock())))
        hands.until(lambda n=n: done_at_s2(hands) == f"{n} / 9", f"{n} of 9")  # type: ignore[misc]


def test_the_work_list_shows_who_opened_what_elsewhere(hands: Hands, near: Database) -> None:
    view = cast(WorkListView, hands.shell.window.stack.currentWidget())

    def elsewhere() -> set[str]:
        return {row.shipment for row in view.board._rows if isinstance(row, Work) and row.elsewhere}

    hands.until(lambda: len(view.board.works()) == 3, "three shipments")
    view.board._chosen = view.board.works()[1].key
    with near.write() as tx:
        open_work(tx, op_id="q", station="S2", operator=PACKER, code="DE-1-1", now=clock())
    hands.until(lambda: elsewhere() == {"DE-1-1"}, "one held elsewhere")
    chosen = view.board.chosen()
    assert chosen is not None
    assert chosen.shipment == "DE-2-1"


def test_a_case_comes_in_while_somebody_writes_on_another(hands: Hands, near: Database) -> None:
    def opened(order: str) -> None:
        with near.write() as tx:
            open_case(
                tx, kind="short_pick", subject_kind="order", subject=order, order_id=order, by="x", now=clock(),
                detail={},
            )  # fmt: skip

    opened("DE-1")
    hands.shell.window.go("cases")
    view = cast(CasesView, hands.shell.window.stack.currentWidget())
    hands.until(lambda: view.detail.shown != "", "a case")
    here, field = view.detail.shown, view.detail.form._fields["reason"]
    view.presenter.act(view.detail.ready)
    field.edit.insert("half a rea")
    opened("DE-2")
    hands.until(lambda: view.table.rows.rowCount() == 2, "a second case")
    assert (view.detail.shown, field.edit.text(), field.edit.hasFocus()) == (here, "half a rea", True)


def test_a_line_that_hangs_is_said_acts_wait_the_screen_stays_and_all_comes_back(
    hands: Hands, near: Database, line: Proxy
) -> None:
    window = hands.shell.window
    beat(near, done=4)
    window.go("floor")
    hands.until(lambda: done_at_s2(hands) == "4 / 9", "the bench")
    view = cast(FloorView, window.stack.currentWidget())
    with near.write() as tx:
        open_work(tx, op_id="q", station="S2", operator=PACKER, code="DE-1-1", now=clock())
    view.presenter.choose("S2")
    hands.until(view.take.isEnabled, "something to take over")
    hands.shell.context.database.patience = 1.0
    line.hang()
    hands.until(window.line.isVisible, "the line is missed")
    assert not view.take.isEnabled()
    assert done_at_s2(hands) == "4 / 9"
    assert not window.notice.isVisible()
    beat(near, done=5)
    hands.shell.context.database.patience = 60.0
    line.heal()
    hands.until(lambda: not window.line.isVisible(), "the line is back")
    hands.until(lambda: done_at_s2(hands) == "5 / 9" and view.take.isEnabled(), "what was missed")
