"""The way up never ends: whatever fails in it is said and tried again; and a bench says how it is."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.base.clock import FixedClock
from app.base.errors import DatabaseAway
from app.db import Database, feed
from app.db.grants import READER, SUPERVISOR
from app.db.line import Line
from app.desk.views.floor import board
from app.desk.views.floor.board import Floor
from app.site import tables as site
from app.station.answer import Answer
from app.station.cache import FILE as CACHE
from app.station.cache import Cache
from app.station.journal.records import Entry
from app.station.station import Station
from app.station.sync.presence import BEAT_S, NEWS_S
from tests.logins import as_role
from tests.station.benches import SETTINGS, bench, furnish, packed, picked
from tests.station.journal.test_journal import small_disk
from tests.station.making import fact

LONG_S = 60.0  # never waited out by a test that holds


def presence(database: Database) -> dict[str, object]:
    with database.read() as tx:
        row = tx.execute(select(site.presence).where(site.presence.c.station == "S1")).mappings().first()
        return dict(row) if row else {}


def seen(database: Database) -> str:
    with database.read() as tx:
        return str(tx.execute(select(site.station.c.last_seen).where(site.station.c.name == "S1")).scalar())


def comes_to(station: Station, wanted: Callable[[], bool]) -> bool:
    with station._sync._moved:
        return station._sync._moved.wait_for(wanted, LONG_S)


def once(station: Station) -> None:
    """One round of the sync, by hand: its own thread is over."""
    station._sync._pause_until = station._sync._besides_at = 0.0
    station._sync.step()


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("", None, Exception("password authentication failed")),
        OperationalError("", None, Exception("deadlock detected")),
        RuntimeError("a bug"),
        sqlite3.DatabaseError("malformed"),
        RecursionError(),
        AttributeError("x"),
        SystemExit(1),
    ],
    ids=lambda error: type(error).__name__ + str(error)[:12],
)
def test_no_error_ends_the_way_up(
    sqlite_database: Database, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 1)])
    with bench(tmp_path, sqlite_database) as station:
        times, said = 0, threading.Event()

        def fails() -> None:
            nonlocal times
            times += 1
            if times <= 2:
                raise error
            said.set()

        monkeypatch.setattr(station._sync.beat, "say", fails)
        packed(station, "DE-1-1")
        assert station._sync.drained(30)
        while not said.wait(0.01):
            station._sync.hurry()
        assert station.settle(30)
        assert comes_to(station, lambda: station._sync.trouble == "")


def test_the_pauses_after_errors_grow_are_not_alike_and_end(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now)
    with bench(tmp_path, sqlite_database) as station:
        pauses = [station._sync._pause(n) for n in range(1, 40)]
        assert 0.2 <= pauses[0] <= 0.3
        assert 24 <= pauses[-1] <= 36
        assert len(set(pauses[20:])) > 10


def test_who_is_in_a_hurry_while_a_try_is_failing_has_another_one_made_at_once(
    sqlite_database: Database, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(sqlite_database, now)
    tries, goes, fails, said = 0, threading.Event(), threading.Event(), threading.Event()

    def say() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            goes.set()
            assert fails.wait(LONG_S)
            raise DatabaseAway("the line was reset")
        said.set()

    clock = FixedClock(now)  # no pause ends by itself
    with closing(Station.open(tmp_path, sqlite_database, "S1", settings=SETTINGS, clock=clock)) as station:
        monkeypatch.setattr(station._sync.beat, "say", say)
        station._sync.hurry()
        assert goes.wait(LONG_S)
        station._sync.hurry()
        fails.set()
        assert said.wait(LONG_S)


def test_a_line_that_fails_after_each_push_but_lets_facts_through_is_tried_again_soon(
    sqlite_database: Database, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost() -> None:
        raise DatabaseAway("the line was reset")

    furnish(sqlite_database, now, DE_1=[("CUP", 8)])
    with bench(tmp_path, sqlite_database) as station:
        answer = station.scan("DE-1-1")
        station._sync.close()
        monkeypatch.setattr(station._sync.beat, "say", lost)
        for _ in range(6):
            answer = station.scan(answer.next[0])
            once(station)
            assert station._journal.acked == station._journal.last_seq
        assert station._sync.trouble == "away"
        assert station._sync._tries == 1
        once(station)  # with nothing to send, nothing says that the way is open
        assert station._sync._tries == 2


def test_a_chore_or_a_listener_that_fails_holds_up_neither_facts_nor_the_other_chores(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 1)])
    done: list[object] = []

    def bad(_: object) -> None:
        raise RuntimeError("a bug")

    with bench(tmp_path, sqlite_database) as station:
        station._sync.close()
        station._sync.chores[:] = [bad, done.append]
        station._sync.on_news.insert(0, bad)
        station._sync.provision._chores_done = -1e9
        station._journal.on_facts.insert(0, lambda: bad(None))
        assert station.scan("PBHELP").outcome == "ok"
        once(station)
        assert done
        assert station._sync.trouble == ""


def test_numbers_that_are_used_up_hold_up_no_fact(sqlite_database: Database, now: datetime, tmp_path: Path) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 1)])
    with bench(tmp_path, sqlite_database) as station:
        with sqlite_database.write() as tx:
            tx.execute(site.number_range.update().values(next=site.number_range.c.last + 1))
        station._sync._numbers.reset(())
        station.scan("DE-1-1")
        station.scan("A-01")
        assert station._sync.drained(30)
        station._sync.close()
        once(station)
        assert station.status().sync.trouble == "numbers_used_up"
        assert station.status().sync.waiting == 0


def test_who_works_on_what_is_said_at_once_and_that_nobody_does_when_it_closes(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(database, now, DE_1=[("CUP", 3)])
    with bench(tmp_path, database) as station:
        station._sync.close()
        with database.read() as tx:
            before = feed.standing(tx)
        station.scan("DE-1-1")
        station.scan("A-01")
        assert station._sync.beat.has_news()
        once(station)
        assert not station._sync.beat.has_news()
        said = presence(database)
        assert (said["operator"], said["workflow"], said["job"], said["of"]) == ("PBPICKER", "pick", "DE-1-1", 3)
        assert said["since"]
        assert int(str(said["scans_hour"])) >= 1
        with database.read() as tx:
            assert "S1" in feed.keys_since(tx, "presence", before)
        heard = seen(database)
        station._sync.beat._said_at -= 25
        once(station)
        assert seen(database) >= heard
    station = Station.open(tmp_path, database, "S1", settings=SETTINGS)
    station.close()
    assert (presence(database)["operator"], presence(database)["state"]) == ("", "closed")
    with database.read() as tx:
        assert tx.execute(select(site.station.c.place).where(site.station.c.name == "S1")).scalar() == ""


def test_after_a_scan_the_floor_elsewhere_shows_it_at_its_next_look_and_the_feed_is_no_longer(
    database: Database, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looked(before: Floor | None = None) -> Floor:
        with as_role(database, SUPERVISOR) as elsewhere, elsewhere.reading() as read:
            return board.looked_at(read, before, now=now) if before else board.floor(read, "LEJ", now=now)

    furnish(database, now, DE_1=[("CUP", 3)])
    with bench(tmp_path, database) as station:
        answer = packing(station)
        monkeypatch.setattr(station._sync.beat, "say", lambda: None)  # the facts alone tell it
        with database.read() as tx:
            standing = feed.standing(tx)
        before = looked()
        assert looked(before) is before
        for n in range(1, 4):
            while answer.done < n:
                answer = station.scan(answer.next[0])
            station._sync.beat._said_at -= 1  # not told just now
            once(station)
            shown = looked(before)
            (one,) = (one for one in shown.benches if one.station == "S1")
            assert (one.done, one.waiting, one.sync) == (n, 0, "in_step")
            assert one.scans_hour > next(b.scans_hour for b in before.benches if b.station == "S1")
            before = shown
        with database.read() as tx:
            assert not feed.keys_since(tx, "presence", standing)


def test_what_was_scanned_just_after_a_bench_said_how_it_is_is_said_a_moment_later(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(database, now, DE_1=[("CUP", 3)])
    with bench(tmp_path, database) as station:
        answer = packing(station)
        beat = station._sync.beat
        beat._said_at += 1000
        while answer.done < 1:
            answer = station.scan(answer.next[0])
        once(station)
        assert (presence(database)["done"], answer.done) == (0, 1)
        assert beat.due_in() > NEWS_S
        beat._said_at -= 1001
        assert beat.due_in() == 0
        once(station)
        assert (presence(database)["done"], presence(database)["waiting"]) == (1, 0)


def test_parcels_of_today_are_counted_on_from_fact_to_fact(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 1)], DE_2=[("TEE", 1)])
    with bench(tmp_path, sqlite_database) as station:
        station._sync.close()
        for n, order in enumerate(("DE-1-1", "DE-2-1"), 1):
            once(station)
            station._sync._thread = station._sync._thread.__class__()
            follow_up(station, order)
            station._sync.beat._said_at -= 25
            once(station)
            assert presence(sqlite_database)["parcels_today"] == n


def packing(station: Station) -> Answer:
    """DE-1-1 lies on the bench, the first item is to be packed; from here on the sync is stepped by hand."""
    picked(station, "DE-1-1")
    answer = station.scan("DE-1-1")
    assert station._sync.drained(30)
    station._sync.close()
    station._sync.beat._heard_at -= BEAT_S
    once(station)
    return answer


def follow_up(station: Station, order: str) -> None:
    """Picks and packs it, the sync being stepped by hand."""
    station._sync.drained = lambda *_args, **_more: (once(station), True)[1]  # type: ignore[method-assign]
    packed(station, order)


def test_a_cache_that_is_deleted_while_the_bench_works_costs_no_scan(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 2)])
    with bench(tmp_path, sqlite_database) as station:
        station.scan("DE-1-1")
        for side in ("", "-wal", "-shm"):
            (tmp_path / f"{CACHE}{side}").unlink(missing_ok=True)
        assert packed(station, "DE-1-1").state in ("finished", "idle")
        assert station.settle(30)
    with bench(tmp_path, sqlite_database) as station:
        assert station.status().sync.trouble == ""


def test_a_cache_that_broke_is_filled_anew_in_the_middle_of_a_session(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 2)])
    with bench(tmp_path, sqlite_database) as station:
        station.scan("DE-1-1")
        assert station.settle(30)
        station._sync.close()

        def broken(_db: sqlite3.Connection) -> None:
            raise sqlite3.DatabaseError("database disk image is malformed")

        assert station._cache._with(broken) is None
        station._cache.drop_work([work.packet.claim for work in station._cache.work()])
        once(station)
        assert [work.packet.jobs[0].shipment for work in station._cache.work()] == ["DE-1-1"]
        assert station._cache.operator("PBPICKER") is not None


def test_a_cache_that_takes_nothing_more_brings_the_same_news_once_only(
    sqlite_database: Database, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 2)])
    with bench(tmp_path, sqlite_database) as station:
        station.scan("DE-1-1")
        assert station.settle(30)
        station._sync.close()
        monkeypatch.setattr(Cache, "_tell", lambda *_: None)  # the disk is full
        told: list[object] = []
        station._sync.on_forgotten.append(told.append)
        with sqlite_database.write() as tx:
            feed.announce(tx, "forgotten", ["DE-9-1"], now)
        once(station)
        once(station)
        assert len(told) == 1


def test_a_line_that_was_cut_is_found_again_without_anybody_asking(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 2)])
    line = Line(sqlite_database)
    with bench(tmp_path, sqlite_database) as station:
        station.scan("DE-1-1")
        line.cut()
        station.scan("A-01")
        assert comes_to(station, lambda: station._sync.trouble == "away")
        assert station._journal.acked < station._journal.last_seq
        line.mend()
        assert comes_to(station, lambda: station._journal.acked == station._journal.last_seq)


def test_a_full_disk_under_the_cache_costs_no_scan_and_the_cache_is_whole_when_there_is_room_again(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 2)])
    with small_disk(tmp_path / "disk", "4m") as disk, bench(tmp_path / "desk", sqlite_database) as station:
        station._sync.close()
        here, station._cache = station._cache, Cache(disk / CACHE)
        for holder in (station._sync, station._sync._meeting, station._sync.provision, station._desk):
            object.__setattr__(holder, "cache" if hasattr(holder, "cache") else "_cache", station._cache)
        ballast = disk / "ballast"
        with suppress(OSError), ballast.open("wb") as file:
            while True:
                file.write(b"\0" * 4096)
                file.flush()
        station._sync._attached = False
        once(station)
        assert station._sync.trouble == ""
        ballast.unlink()
        station._sync._attached = False
        once(station)
        assert station._cache.operator("PBPICKER") is not None
        here.close()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_login_without_a_benchs_rights_is_said_and_no_scan_is_lost(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(database, now)
    with as_role(database, READER) as own:
        station = Station.open(tmp_path, own, "S1", settings=SETTINGS)
        try:
            assert station.status().sync.trouble == "login_may_not"
            station._journal.append(Entry((fact("kept"),))).result()
            assert station.status().sync.waiting == 1
        finally:
            station.close()
