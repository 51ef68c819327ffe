"""Acts that want the same rows take them in one order, so none waits for another in a circle: on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from app.db import Database, Tx
from app.desk.cancel import cancel
from app.desk.settle import settle
from app.floor.claim import LEASE, open_work
from app.floor.facts import ShortFound
from app.floor.shortage import adjusted, found_short
from app.floor.takeover import takeover
from app.shipments import check as shipment_check
from app.shipments import store as shipments
from app.stock import check as stock_check
from app.stock.adjust import Adjustment
from app.stock.tables import place_balance
from tests.small_site import CHIEF, PACKER, balance, build, ship

PATIENCE_S = 30


@pytest.fixture
def shared(postgres_database: Database, now: datetime) -> Database:
    with postgres_database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3)], now)
        ship(tx, "DE-2", [("CUP", 17)], now)
    return postgres_database


class Crowd:
    """Acts begun one after the other, each in a transaction of its own that is not tried twice."""

    def __init__(self, database: Database, pool: ThreadPoolExecutor) -> None:
        self._database, self._pool = database, pool
        self.begun: list[Future[None]] = []

    def begin(self, act: Callable[[Tx], object]) -> None:
        """On its way, and by now waiting for a row that somebody else has."""

        def work() -> None:
            with self._database.write() as tx:
                act(tx)

        self.begun.append(self._pool.submit(work))
        while self._waiting() < len(self.begun) and not self.begun[-1].done():
            pass

    def _waiting(self) -> int:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        with self._database.read() as tx:
            return int(tx.execute(text(asked)).scalar_one())


@contextmanager
def crowd(database: Database, hold: Callable[[Tx], object]) -> Iterator[Crowd]:
    """`hold` keeps some row until the block ends; then all that was begun must come to its end."""
    with ThreadPoolExecutor(4) as pool:
        made = Crowd(database, pool)
        with database.write() as tx:
            hold(tx)
            yield made
        for one in made.begun:
            one.result(PATIENCE_S)


def in_the_bin(tx: Tx) -> object:
    """The bin's row: whoever books a loss there has taken reservations back by then."""
    return tx.execute(select(place_balance).where(place_balance.c.place == "A-01").with_for_update()).all()


def test_a_loss_that_hurts_an_order_and_its_cancellation_go_one_after_the_other(
    shared: Database, now: datetime
) -> None:
    lost = Adjustment("CUP", "LEJ", "A-01", -5, "lost")
    with crowd(shared, in_the_bin) as acts:
        acts.begin(lambda tx: adjusted(tx, lost, source="a", operator=CHIEF, now=now))
        acts.begin(lambda tx: cancel(tx, "DE-2", reason="", operator=CHIEF, now=now))
    with shared.read() as tx:
        assert shipments.get(tx, ["DE-2-1"])["DE-2-1"].state == "cancelled"
        assert balance(tx, "CUP")["on_hand"] == 15
        assert [*shipment_check.check(tx), *stock_check.check(tx)] == []


def test_a_takeover_of_several_claims_takes_their_shipments_as_everybody_does(shared: Database, now: datetime) -> None:
    with shared.write() as tx:
        for code in ("DE-2-1", "DE-1-1"):
            open_work(tx, op_id=f"q {code}", station="S1", operator=PACKER, code=code, now=now)
    later = now + LEASE + timedelta(minutes=1)
    with crowd(shared, lambda tx: shipments.lock(tx, ["DE-2-1"])) as acts:
        acts.begin(lambda tx: takeover(tx, station="S1", operator=CHIEF, now=later))
        acts.begin(lambda tx: shipments.lock(tx, ["DE-1-1", "DE-2-1"]))
    with shared.read() as tx:
        assert {s.state for s in shipments.get(tx, ["DE-1-1", "DE-2-1"]).values()} == {"ready"}


def test_a_case_is_settled_behind_its_order(shared: Database, now: datetime) -> None:
    with shared.write() as tx:
        lost = ShortFound("DE-1-1", 1, "A-01", "CUP", 1)
        found_short(tx, lost, warehouse="LEJ", by="PBPICKER", source="f", now=now)
        case = tx.execute(text("SELECT id FROM case_ WHERE order_id = 'DE-1'")).scalar_one()
    with crowd(shared, lambda tx: shipments.lock(tx, ["DE-1-1"])) as acts:
        acts.begin(lambda tx: settle(tx, case, act="cancel", operator=CHIEF, reason="", now=now))
        acts.begin(lambda tx: tx.execute(text("UPDATE case_ SET state = state WHERE order_id = 'DE-1'")))
        assert acts.begun[1].done()  # nobody had the case yet
