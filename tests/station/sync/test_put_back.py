"""The shared database put back to before: its benches hand in again what it misses, and nobody is forgotten twice."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.base.clock import FixedClock
from app.base.errors import Conflict, DatabaseAway
from app.bootstrap import metadata
from app.db import Database, feed, open_database
from app.db.access import grant
from app.floor import check as floor_check
from app.floor.claim import open_work
from app.orders import forget
from app.orders import store as orders
from app.orders.forget import FORGOTTEN_HERE
from app.shipments import check as shipment_check
from app.shipments import store as shipments
from app.site import check as site_check
from app.site import store as site
from app.site.roles import SYSTEM
from app.site.site import Lease
from app.station.journal.records import HeldLease
from app.station.station import Station
from app.station.sync.meeting import Meeting, Met
from app.stock import check as stock_check
from app.upkeep.backup import make_backup
from app.upkeep.restore import restore_backup
from tests.postgres import running_postgres
from tests.rooms import make_tables
from tests.small_site import PACKER, open_kinds
from tests.station.benches import BADGE, SETTINGS, answered, bench, follow, furnish, packed, picked


def findings(database: Database) -> list[object]:
    with database.read() as tx:
        return [f for check in (floor_check, shipment_check, stock_check, site_check) for f in check.check(tx)]


def state(database: Database, shipment: str) -> str:
    with database.read() as tx:
        return shipments.get(tx, [shipment])[shipment].state


def open_cases(database: Database) -> dict[str, int]:
    with database.read() as tx:
        return open_kinds(tx)


def both_leases(station: Station) -> list[HeldLease]:
    """The numbers a bench has fetched for the labels of its work and may use, as soon as it has them."""

    def usable() -> list[HeldLease]:
        return [one for one in station._journal.leases() if one.left]

    with station._sync._moved:
        assert station._sync._moved.wait_for(lambda: len(usable()) == 2, 30)
    return usable()


def assert_still_held(database: Database, leases: Iterable[HeldLease], now: datetime) -> None:
    """Nobody else is given the order DE-1, or one of these numbers."""
    with database.write() as tx, pytest.raises(Conflict, match="DE-1-1"):
        open_work(tx, op_id="other", station="S2", operator=PACKER, code="DE-1-1", now=now)
    for one in leases:
        with database.write() as tx:
            fresh = site.lease_numbers(tx, one.kind, one.owner, "S2", 5, now)
        assert fresh.prefix != one.prefix or fresh.first > one.last


@pytest.fixture
def put_back(sqlite_database: Database, tmp_path: Path) -> Callable[[], Callable[[], Database]]:
    """Called, it takes a backup; what it gives puts the database back to it, and gives it as it is opened then.

    Not `by_us`, nothing in the database says so.
    """
    file = str(sqlite_database.engine.url.database)

    def back_up() -> Callable[[], Database]:
        copy = tmp_path / "backup.db"
        copy.unlink(missing_ok=True)
        with closing(sqlite3.connect(file)) as here, closing(sqlite3.connect(copy)) as there:
            here.backup(there)

        def restore(*, by_us: bool = True) -> Database:
            with closing(sqlite3.connect(copy)) as there, closing(sqlite3.connect(file)) as here:
                there.backup(here)
            database = open_database(f"sqlite:///{file}")
            if by_us:
                with database.write() as tx:
                    feed.begin_anew(tx)
            return database

        return restore

    return back_up


def test_facts_sent_since_the_backup_are_sent_again_and_the_claim_they_belong_to_before_them(
    sqlite_database: Database, now: datetime, tmp_path: Path, put_back: Callable[[], Callable[[], Database]]
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 3)], DE_2=[("TEE", 1)])
    desk = tmp_path / "desk"
    with bench(desk, sqlite_database) as station:
        packed(station, "DE-1-1")
        assert station.settle(30)
    restore = put_back()
    with bench(desk, sqlite_database) as station:
        packed(station, "DE-2-1")
        assert station.settle(30)
        told = {job.key: job.state for job in station.print_jobs()}
    assert state(sqlite_database, "DE-2-1") == "labelled"
    restored = restore()
    assert state(restored, "DE-2-1") == "ready"
    with bench(desk, restored) as station:
        assert station.settle(30)
    assert state(restored, "DE-2-1") == "labelled"
    with restored.read() as tx:
        rows = tx.exec_driver_sql("SELECT subject, document, issue, copy, state FROM print_job")
        assert {tuple(row[:4]): row[4] for row in rows} == told
    assert open_cases(restored) == {}
    assert findings(restored) == []


def test_a_bench_that_was_connected_meanwhile_notices_and_goes_on(
    sqlite_database: Database, now: datetime, tmp_path: Path, put_back: Callable[[], Callable[[], Database]]
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 3)])
    restore = put_back()
    with bench(tmp_path / "desk", sqlite_database) as station:
        station.scan("DE-1-1")
        station.scan("A-01")
        assert station.settle(30)
        restored = restore()
        answer = station.scan("4006381333931")
        follow(station, answer)
        assert station.settle(30)
        assert station._journal.acked == station._journal.last_seq
    assert state(restored, "DE-1-1") == "picked"
    assert findings(restored) == []


def test_a_database_put_back_while_a_bench_says_its_first_words_is_met_once_more(
    sqlite_database: Database,
    now: datetime,
    tmp_path: Path,
    put_back: Callable[[], Callable[[], Database]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 3)])
    restore = put_back()
    with bench(tmp_path / "desk", sqlite_database) as station:
        picked(station, "DE-1-1")
        assert station.settle(30)
    meet, restores = Meeting.meet, [restore]

    def meet_and_lose(self: Meeting) -> Met:
        met = meet(self)
        while restores:
            restores.pop()()
        return met

    monkeypatch.setattr(Meeting, "meet", meet_and_lose)
    with bench(tmp_path / "desk", sqlite_database) as station:
        sync = station._sync  # what it was sent before counts as sent, until they have met
        with sync._moved:
            assert sync._moved.wait_for(lambda: sync._attached, 30)
        assert station.settle(30)
    assert not restores
    assert state(sqlite_database, "DE-1-1") == "picked"
    assert findings(sqlite_database) == []


def test_what_was_given_to_another_since_is_set_aside_in_one_case_a_claim_however_many_facts_it_is(
    sqlite_database: Database,
    now: datetime,
    tmp_path: Path,
    put_back: Callable[[], Callable[[], Database]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 9)])
    restore = put_back()
    with bench(tmp_path / "desk", sqlite_database) as station:
        packed(station, "DE-1-1")
        assert station.settle(30)
    restored = restore()
    with restored.write() as tx:
        open_work(tx, op_id="other", station="S2", operator=PACKER, code="DE-1-1", now=now)
    monkeypatch.setattr("app.station.sync.sync.BATCH_FACTS", 4)
    station = Station.open(tmp_path / "desk", restored, "S1", settings=SETTINGS)
    station._sync._behind_until = 0.0  # nobody else hands in anything
    assert station._sync.drained(30)
    station.close()
    assert open_cases(restored) == {"late_fact": 2}  # the pick and the pack
    assert findings(restored) == []


def test_work_that_waits_for_what_another_bench_did_before_it_still_counts_when_its_bench_ends_meanwhile(
    sqlite_database: Database, now: datetime, tmp_path: Path, put_back: Callable[[], Callable[[], Database]]
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 3)])
    restore = put_back()
    with closing(Station.open(tmp_path / "other", sqlite_database, "S2", settings=SETTINGS)) as other:
        other.sign_in(BADGE)
        picked(other, "DE-1-1")
        assert other.settle(30)
    with bench(tmp_path / "desk", sqlite_database) as station:
        follow(station, station.scan("DE-1-1"))
        assert station.settle(30)
    restored = restore()
    for _ in range(2):  # nothing can be sent yet, and it is closed and opened again
        with bench(tmp_path / "desk", restored, badge="") as station:
            assert station._journal.acked == 0
    with closing(Station.open(tmp_path / "other", restored, "S2", settings=SETTINGS)) as other:
        assert other.settle(30)
    with bench(tmp_path / "desk", restored, badge="") as station:
        assert station.settle(30)
    assert state(restored, "DE-1-1") == "labelled"
    assert open_cases(restored) == {}
    assert findings(restored) == []


def test_first_words_that_were_cut_short_are_said_whole_the_next_time(
    sqlite_database: Database,
    now: datetime,
    tmp_path: Path,
    put_back: Callable[[], Callable[..., Database]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 3)])
    restore = put_back()
    with bench(tmp_path / "desk", sqlite_database) as station:
        packed(station, "DE-1-1")
        assert station.settle(30)
    hold, cuts = Meeting._hold_numbers, ["cut"]

    def cut_once(self: Meeting) -> None:
        while cuts:
            raise DatabaseAway(cuts.pop())
        hold(self)

    monkeypatch.setattr(Meeting, "_hold_numbers", cut_once)
    restored = restore(by_us=False)
    with bench(tmp_path / "desk", restored, badge="") as station:
        with station._sync._moved:
            assert station._sync._moved.wait_for(lambda: station._sync._attached, 30)
        assert station.settle(30)
    assert not cuts
    assert state(restored, "DE-1-1") == "labelled"
    assert open_cases(restored) == {}
    assert findings(restored) == []


@pytest.mark.parametrize("open_all_the_time", [True, False])
def test_work_and_numbers_are_held_again_though_nothing_says_that_the_database_was_put_back(
    sqlite_database: Database,
    now: datetime,
    tmp_path: Path,
    put_back: Callable[[], Callable[..., Database]],
    open_all_the_time: bool,
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 3)])
    restore = put_back()
    with bench(tmp_path / "desk", sqlite_database) as station:
        assert station.scan("DE-1-1").message == "job_opened"
        held = both_leases(station)
        if not open_all_the_time:
            station.close()
        restored = restore(by_us=False)
        if open_all_the_time:
            station.scan("A-01")
            assert station.settle(30)
    if not open_all_the_time:
        with bench(tmp_path / "desk", restored, badge="") as station:
            assert station.settle(30)
    assert_still_held(restored, held, now)
    assert open_cases(restored) == {}
    assert findings(restored) == []


@pytest.mark.usefixtures("pg")  # skips where there is none
def test_a_bench_at_work_meets_a_server_anew_whose_files_were_put_back(now: datetime, tmp_path: Path) -> None:
    with running_postgres() as server, closing(open_database(server.create())) as database:
        assert server.server
        data, copy = server.data, server.data.with_suffix(".copy")
        make_tables(database)
        grant(database)
        furnish(database, now, DE_1=[("CUP", 3)])
        with bench(tmp_path / "desk", database) as station:
            assert station.settle(30)
        server.server.stop(signal.SIGINT)
        subprocess.run(["cp", "-a", data, copy], check=True)
        server.server.start()
        with bench(tmp_path / "desk", database) as station:
            assert station.scan("DE-1-1").message == "job_opened"
            assert station.settle(30)
            held, sync = both_leases(station), station._sync
            met = sync._lifetime
            server.server.stop(signal.SIGINT)
            shutil.rmtree(data)
            copy.rename(data)
            server.server.start()
            sync.hurry()
            with sync._moved:
                assert sync._moved.wait_for(lambda: sync._lifetime != met, 60)
            assert_still_held(database, held, now)
            picked(station, "DE-1-1")
            assert station.settle(30)
        assert state(database, "DE-1-1") == "picked"
        assert open_cases(database) == {}
        assert findings(database) == []


def test_numbers_given_out_since_the_backup_are_never_given_again(
    sqlite_database: Database, now: datetime, tmp_path: Path, put_back: Callable[[], Callable[[], Database]]
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 1)])
    restore = put_back()
    with bench(tmp_path / "desk", sqlite_database) as station:
        packed(station, "DE-1-1")
        assert station.settle(30)
        held = station._journal.leases()
    restored = restore()
    with bench(tmp_path / "desk", restored) as station:
        assert station.settle(30)
    for one in held:
        with restored.write() as tx:
            fresh = site.lease_numbers(tx, one.kind, one.owner, "S2", 5, now)
        assert fresh.prefix != one.prefix or fresh.first > one.last
    assert findings(restored) == []


def test_numbers_on_labels_of_which_the_journal_lost_all_trace_are_never_given_again_after_a_restore(
    sqlite_database: Database, now: datetime, tmp_path: Path, put_back: Callable[[], Callable[[], Database]]
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 1)])
    restore = put_back()
    with bench(tmp_path / "desk", sqlite_database) as station:
        packed(station, "DE-1-1")
        assert station.settle(30)
        held = station._journal.leases()
    shutil.rmtree(tmp_path / "desk")
    with bench(tmp_path / "desk", sqlite_database) as station:
        assert station.settle(30)
        assert {one.id for one in held} <= {one.id for one in station._journal.leases() if not one.left}
    restored = restore()
    with bench(tmp_path / "desk", restored) as station:
        assert station.settle(30)
    for one in held:
        with restored.write() as tx:
            fresh = site.lease_numbers(tx, one.kind, one.owner, "S2", 5, now)
        assert fresh.prefix != one.prefix or fresh.first > one.last
    assert findings(restored) == []


def test_a_journal_that_comes_back_after_another_took_its_place_gives_none_of_its_numbers_any_more(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 1)])
    desk = tmp_path / "desk"
    with bench(desk, sqlite_database) as station:
        packed(station, "DE-1-1")
        assert station.settle(30)
        held = {one.id for one in station._journal.leases()}
    desk.rename(tmp_path / "older")
    with bench(desk, sqlite_database) as station:
        assert station.settle(30)
    shutil.rmtree(desk)
    (tmp_path / "older").rename(desk)
    with bench(desk, sqlite_database) as station:
        assert station.settle(30)
        assert held <= {one.id for one in station._journal.leases() if not one.left}
        assert not held & {one.id for one in station._desk.numbers._leases.values() if one.left}


def test_no_number_is_given_twice_where_first_the_database_is_put_back_and_then_the_journal(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 1)])
    desk, older, backup = tmp_path / "desk", tmp_path / "older", tmp_path / "b.zip"
    with bench(desk, sqlite_database) as station:
        picked(station, "DE-1-1")
        answered(station, "DE-1-1")
        held = {one.id for one in both_leases(station)}
        assert station.settle(30)
    make_backup(sqlite_database, backup, home=tmp_path, operator=SYSTEM, now=now)
    shutil.copytree(desk, older)

    def labelled() -> tuple[str | None, set[str]]:
        with bench(desk, sqlite_database) as station:
            assert station.settle(30)
            both_leases(station)  # they come after the facts have gone
            follow(station, station.scan("PBHELP"))
            assert station.settle(30)
            left = {one.id for one in station._journal.leases() if one.left}
        with sqlite_database.read() as tx:
            [[parcel]] = shipments.parcels_of(tx, ["DE-1-1"]).values()
        return parcel.sscc, left

    first, left = labelled()
    assert left == held
    restore_backup(
        sqlite_database, backup, metadata(), home=tmp_path, over=True, force=True, block=5, operator=SYSTEM, now=now
    )
    shutil.rmtree(desk)
    older.rename(desk)
    again, left = labelled()
    assert None not in (first, again)
    assert again != first
    assert not left & held
    with bench(desk, sqlite_database) as station:  # of what it was given since nothing is wasted
        assert station.settle(30)
        assert left == {one.id for one in station._journal.leases() if one.left}
    assert findings(sqlite_database) == []


def test_numbers_the_database_gave_to_another_since_are_not_used_any_more_and_a_person_is_told(
    sqlite_database: Database, now: datetime, tmp_path: Path, put_back: Callable[[], Callable[[], Database]]
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 1)])
    restore = put_back()
    with bench(tmp_path / "desk", sqlite_database) as station:
        packed(station, "DE-1-1")
        assert station.settle(30)
        held = next(one for one in station._journal.leases() if one.kind == "sscc")
    restored = restore()
    with restored.write() as tx:
        taken = site.lease_numbers(tx, "sscc", held.owner, "S2", 5, now)
    assert isinstance(taken, Lease)
    assert taken.first == held.first
    with bench(tmp_path / "desk", restored) as station:
        assert station.settle(30)
        assert next(one for one in station._journal.leases() if one.id == held.id).left == 0
    assert open_cases(restored)["numbers_twice"] == 1
    assert findings(restored) == []


def test_who_was_forgotten_while_a_bench_was_away_leaves_no_trace_there_after_a_restore(
    sqlite_database: Database, now: datetime, tmp_path: Path, put_back: Callable[[], Callable[[], Database]]
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 1)])
    desk = tmp_path / "desk"
    with bench(desk, sqlite_database) as station:
        picked(station, "DE-1-1")
        follow(station, station.scan("DE-1-1"), until="awaiting_label")
        name = station.recipient("DE-1-1").address.name  # type: ignore[union-attr]
        packed(station, "DE-1-1")
        assert station.settle(30)
        assert station._spool.papered() == {"DE-1-1"}
    restore = put_back()
    restored = restore()
    with restored.write() as tx:  # a restore applies the tombstones; the feed knows nothing of it
        customer = orders.load(tx, ["DE-1"])[0].customer_id
        assert customer is not None
        forget.forget(tx, customer, now)
    with bench(desk, restored) as station:
        assert station.settle(30)
        assert station.recipient("DE-1-1") is None
        assert station._spool.papered() == set()
    with restored.read() as tx:
        assert "S1 DE-1-1" in feed.keys_since(tx, FORGOTTEN_HERE, feed.Cursor())
    for file in (file for file in desk.rglob("*") if file.is_file()):
        assert name.encode() not in file.read_bytes(), file


def test_a_forgetting_that_happened_while_the_bench_was_closed_is_heard_of_and_confirmed(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(database, now, DE_1=[("CUP", 1)])
    with bench(tmp_path, database) as station:
        packed(station, "DE-1-1")
        assert station.settle(30)
    with database.write() as tx:
        customer = orders.load(tx, ["DE-1"])[0].customer_id
        assert customer is not None
        forget.forget(tx, customer, now)
        feed.announce(tx, "forgotten", ["DE-1-1", "never here"], now)
    with bench(tmp_path, database) as station:
        assert station.settle(30)
        assert station.recipient("DE-1-1") is None
    with database.read() as tx:
        assert feed.keys_since(tx, FORGOTTEN_HERE, feed.Cursor()) >= {"S1 DE-1-1", "S1 never here"}


def test_how_old_the_news_is_does_not_follow_a_clock_that_somebody_sets(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    class Set(FixedClock):
        """A wall clock that is set, beside one that can't be."""

        run = 0.0

        def monotonic(self) -> float:
            return 1000.0 + self.run

    furnish(sqlite_database, now)
    clock = Set(now)
    station = Station.open(tmp_path, sqlite_database, "S1", settings=SETTINGS, clock=clock)
    station._sync.close()
    for jump in (timedelta(days=1), timedelta(days=-1)):
        clock.at = now + jump
        clock.run = 90.0
        assert station._sync.news_age_s() == 90
    station.close()
    for moved, expected in ((timedelta(hours=2), 7200), (timedelta(days=-1), 10**9)):
        clock = Set(now + moved)
        again = Station.open(tmp_path, open_database("postgresql+psycopg://nobody@127.0.0.1:1/none"), "S1",
                             settings=SETTINGS.__class__(question_timeout_s=0.05), clock=clock)  # fmt: skip
        assert again._sync.news_age_s() == expected
        again.close()
