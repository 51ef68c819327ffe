"""A bench on a line to the shared PostgreSQL that fails in every way: its scans wait for nothing, nothing is lost."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from app.base.errors import DatabaseAway
from app.bench.proxy import Proxy
from app.bootstrap import checks
from app.db import Database, open_database
from app.db.engine import unhurried
from app.shipments import store as shipments
from app.station.station import Station
from tests.station.benches import BADGE, SETTINGS, follow, furnish, packed
from tests.station.sync.test_sync import outcomes

# Short, so that a test need not wait long for what a bench waits ten seconds for.
PATIENCE_S = 2.0
LONG_S = 60.0  # never waited out by a test that holds
_MADE_UP = {"orders", "planning"}


@pytest.fixture
def near(postgres_database: Database, now: datetime) -> Database:
    """The shared database as it stands on its server, with work in it."""
    furnish(postgres_database, now, DE_1=[("CUP", 3), ("TEE", 2)], DE_2=[("CUP", 1)])
    return postgres_database


@pytest.fixture
def line(near: Database) -> Iterator[Proxy]:
    with closing(Proxy(near.engine.url.render_as_string(hide_password=False), random.Random(4))) as proxy:
        yield proxy


@pytest.fixture
def far(line: Proxy) -> Iterator[Database]:
    """The same behind the line."""
    with closing(open_database(line.url, who="S1", patience=PATIENCE_S)) as database:
        yield database


@pytest.fixture
def station(far: Database, tmp_path: Path) -> Iterator[Station]:
    with closing(Station.open(tmp_path / "bench", far, "S1", settings=SETTINGS)) as opened:
        assert opened.sign_in(BADGE).message == "signed_in"
        yield opened


def comes_to(station: Station, wanted: Callable[[], bool]) -> bool:
    with station._sync._moved:
        return station._sync._moved.wait_for(wanted, LONG_S)


def applied_once(station: Station, near: Database) -> None:
    """Every fact of the bench stands in the shared database, once, and all that must hold there holds."""
    assert station.settle(LONG_S)
    assert comes_to(station, lambda: station.status().sync.trouble == "")
    assert outcomes(near) == {"applied": station._journal.last_seq}
    with near.read() as tx:  # orders and plans of the small site are made up
        assert [found for room, check in checks().items() if room not in _MADE_UP for found in check(tx)] == []


@pytest.mark.parametrize("fault", [Proxy.hang, Proxy.gone])
def test_with_the_line_away_claimed_work_goes_on_and_is_applied_once_when_it_is_back(
    fault: Callable[[Proxy], None], near: Database, line: Proxy, station: Station
) -> None:
    opened = station.scan("DE-1-1")
    fault(line)
    # No byte passes until `heal`: an answer that is there did not wait for one.
    assert follow(station, opened).message == "pick_done"
    assert comes_to(station, lambda: station.status().sync.trouble == "away")
    assert station.status().sync.waiting > 0
    line.heal()
    applied_once(station, near)


@pytest.mark.parametrize("kind", ["drop", "cut", "lose_answer"])
def test_each_scan_is_applied_once_though_the_line_fails_at_each(
    kind: str, near: Database, line: Proxy, station: Station
) -> None:
    answer = station.scan("DE-1-1")
    while answer.state not in ("finished", "idle"):
        getattr(line, kind)()
        kept = station._journal.last_seq
        answer = station.scan(answer.next[0])
        station._sync.hurry()
        assert comes_to(station, lambda before=kept: station._journal.acked > before)  # type: ignore[misc]
    assert line.struck[kind] > 2
    line.heal()
    applied_once(station, near)


def test_work_is_done_the_same_behind_a_slow_line(near: Database, line: Proxy, station: Station) -> None:
    line.delay(0.02)
    packed(station, "DE-1-1")
    applied_once(station, near)
    assert line.struck["delay"] > 0


def test_a_bench_where_nobody_scans_hears_of_a_cancellation(now: datetime, near: Database, station: Station) -> None:
    station.scan("DE-1-1")
    assert station.settle(LONG_S)
    with near.write() as tx:
        shipments.move_state(tx, ["DE-1-1"], "cancelled", by="PBCHIEF", source="test", now=now)
    assert comes_to(station, lambda: station._sync.news.get("DE-1-1") == "cancelled")


def test_a_server_that_accepts_and_never_answers_is_away(near: Database, line: Proxy, far: Database) -> None:
    line.hang()
    with pytest.raises(DatabaseAway), far.read():
        pass
    line.heal()
    with far.read() as tx:
        assert tx.exec_driver_sql("SELECT 1").scalar() == 1


def test_a_connection_that_died_while_nobody_used_it_is_nobodys_trouble(line: Proxy, far: Database) -> None:
    for _ in range(3):
        with far.write() as tx:
            assert tx.exec_driver_sql("SELECT 1").scalar() == 1
        line.drop()


def test_a_transaction_that_hangs_ends_and_its_connection_with_it(line: Proxy, far: Database) -> None:
    with pytest.raises(DatabaseAway, match="no answer in time"), far.write() as tx:
        line.hang()  # longer than the server would wait for anything
        tx.exec_driver_sql("SELECT 1")
    line.heal()
    with far.write() as tx:
        assert tx.exec_driver_sql("SELECT 1").scalar() == 1


def test_the_server_ends_a_statement_that_takes_longer_than_patience(
    far: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.db.engine._WHOLE", 30.0)  # of the two limits it is the server's that runs out
    with pytest.raises(DatabaseAway, match="statement timeout"), far.read() as tx:
        tx.exec_driver_sql("SELECT pg_sleep(30)")


def test_who_asks_is_seen_at_the_server(near: Database, far: Database) -> None:
    with far.read() as tx:
        assert tx.exec_driver_sql("SHOW application_name").scalar() == "packbench S1"


def test_long_work_is_given_the_time_it_takes(far: Database) -> None:
    far.patience = 0.1
    with unhurried(), far.write() as tx:
        assert tx.exec_driver_sql("SELECT pg_sleep(1)").scalar() == ""
