"""A quarter of a year at a bench: what its chores let go of, and what they must not lose sight of."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.base.clock import SystemClock, stamp
from app.db import Database, feed
from app.desk.cancel import cancel
from app.orders import forget
from app.orders import store as orders
from app.orders.forget import FORGOTTEN, FORGOTTEN_HERE
from app.station.journal.trim import LongAgo
from app.station.station import Station
from app.station.sync.provision import KEPT_DAYS
from tests.logins import as_bench
from tests.rooms import nothing_is_told
from tests.small_site import CHIEF
from tests.station.benches import BADGE, SETTINGS, bench, furnish, packed


class Off(SystemClock):
    def __init__(self, days: int) -> None:
        self.days = days

    def now(self) -> datetime:
        return super().now() + timedelta(days=self.days)


def pass_by(station: Station, days: int) -> None:
    """On each of them the bench met its shared database."""
    epoch = station._cache.position("feed_epoch")
    for day in range(days):
        station._journal.trim(LongAgo(f"day {day}", epoch, 2 * KEPT_DAYS), ()).result()


def day_of(database: Database) -> str:
    with database.read() as tx:
        return stamp(database.now(tx, SystemClock()))[:10]


def do_chores(station: Station) -> None:
    station._sync.provision._chores_done = -1e9
    station._sync.step()
    assert station._sync.trouble == ""


@pytest.mark.parametrize("years", [-20, 0, 20])
def test_what_was_sent_stays_a_quarter_of_a_year_whatever_time_the_benchs_clock_says_it_is(
    postgres_database: Database, now: datetime, tmp_path: Path, years: int
) -> None:
    nothing_is_told(postgres_database)
    furnish(postgres_database, now, DE_1=[("CUP", 1)])
    today = day_of(postgres_database)
    with as_bench(postgres_database) as own:
        nothing_is_told(own)
        station = Station.open(tmp_path, own, "S1", settings=SETTINGS, clock=Off(365 * years))
        try:
            station.sign_in(BADGE)
            packed(station, "DE-1-1")
            assert station.settle(30)
            station._sync.close()
            journal = station._journal
            sent = journal.acked
            assert sent == journal.last_seq > 5
            do_chores(station)
            assert {row[0] for row in journal._read("SELECT day FROM sent", ())} <= {today, day_of(postgres_database)}
            for days in (0, KEPT_DAYS - 1):
                pass_by(station, days)
                do_chores(station)
                assert len(journal.op_ids(0, 999)) == sent
            pass_by(station, KEPT_DAYS + 3)
            do_chores(station)
            assert len(journal.op_ids(0, 999)) == 1
        finally:
            station.close()


def test_of_a_forgotten_customers_label_no_byte_stays_when_the_journal_let_go_of_it_long_ago(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 1)], DE_2=[("TEE", 1)])
    with bench(tmp_path, sqlite_database) as station:
        packed(station, "DE-1-1")
        assert station.settle(30)
        station._sync.close()
        do_chores(station)
    with bench(tmp_path, sqlite_database) as station:
        pass_by(station, 1)
        packed(station, "DE-2-1")
        assert station.settle(30)
        station._sync.close()
        pass_by(station, KEPT_DAYS + 1)
        do_chores(station)
        assert {job.shipment for job in station._journal.print_jobs()} == {"DE-2-1"}
        assert station._spool.papered() == {"DE-1-1", "DE-2-1"}
        with sqlite_database.write() as tx:
            cancel(tx, "DE-1", reason="", operator=CHIEF, now=now)
            customer = orders.load(tx, ["DE-1"])[0].customer_id
            assert customer
            forget.forget(tx, customer, now)
            feed.announce(tx, FORGOTTEN, ["DE-1-1"], now)
        station._sync.step()
        assert station._spool.papered() == {"DE-2-1"}
    with sqlite_database.read() as tx:
        assert feed.keys_since(tx, FORGOTTEN_HERE, feed.Cursor()) == {"S1 DE-1-1"}
    left = [file.name for file in tmp_path.rglob("*") if file.is_file() and "DE-1-1" in file.name]
    assert left == []
