"""Jobs fall due by the clock, are done whole, and end when asked."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from app.base.clock import FixedClock
from app.base.errors import Conflict, NotAllowed
from app.db import Database
from app.db.grants import HUB, READER
from app.hub.due import Job, Rounds, jobs_of, require_hub, run_due, run_forever
from app.hub.places import benches, claim_folder, last_folder
from app.hub.retention import retain
from app.settings import Settings
from tests import small_site
from tests.logins import as_role

NOW = datetime(2026, 11, 18, 8, 30, tzinfo=UTC)


def job(name: str, minutes: int, done: list[str]) -> Job:
    def do(_: Database, at: datetime) -> int:
        done.append(name)
        return 1

    return Job(name, timedelta(minutes=minutes), do)


def test_a_job_is_due_at_once_and_then_after_its_time(sqlite_database: Database) -> None:
    done: list[str] = []
    jobs = (job("often", 1, done), job("seldom", 60, done))
    clock, rounds = FixedClock(NOW), Rounds()
    assert run_due(sqlite_database, jobs, clock, rounds) == {"often": 1, "seldom": 1}
    assert run_due(sqlite_database, jobs, clock, rounds) == {}
    clock.at += timedelta(minutes=1)
    assert run_due(sqlite_database, jobs, clock, rounds) == {"often": 1}
    clock.at += timedelta(hours=1)
    assert run_due(sqlite_database, jobs, clock, rounds) == {"often": 1, "seldom": 1}


def test_going_on_forever_ends_when_asked(sqlite_database: Database) -> None:
    done: list[str] = []
    stop = Event()

    def stopping(_: Database, at: datetime) -> int:
        stop.set()
        return 1

    jobs = (Job("first", timedelta(0), stopping), job("second", 0, done))
    told: list[dict[str, int]] = []
    run_forever(sqlite_database, jobs, FixedClock(NOW), stop, told.append, pause_s=0)
    assert (told, done) == ([{"first": 1}], [])


def test_a_job_that_fails_keeps_none_of_the_others_from_being_done(sqlite_database: Database) -> None:
    done: list[str] = []
    stop = Event()

    def failing(_: Database, at: datetime) -> int:
        raise Conflict("of no other job's concern")

    def stopping(_: Database, at: datetime) -> int:
        stop.set()
        return 1

    jobs = (Job("bad", timedelta(0), failing), job("good", 0, done), Job("last", timedelta(0), stopping))
    run_forever(sqlite_database, jobs, FixedClock(NOW), stop, lambda _: None, pause_s=0)
    assert done == ["good"]
    with pytest.raises(Conflict):
        run_due(sqlite_database, jobs[:1], FixedClock(NOW), Rounds())


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_only_a_login_that_may_do_what_falls_due_holds_it(database: Database) -> None:
    require_hub(database)
    with as_role(database, HUB) as hub:
        require_hub(hub)
    with as_role(database, READER) as reader, pytest.raises(NotAllowed):
        require_hub(reader)


def test_every_job_runs_on_an_empty_shop(database: Database, tmp_path: Path) -> None:
    jobs = jobs_of(Settings(home=str(tmp_path)))
    assert run_due(database, jobs, FixedClock(NOW), Rounds()) == {
        "unpaid": 0,
        "presale": 0,
        "prints": 0,
        "silent": 0,
        "totes": 0,
        "retention": 0,
    }


@pytest.mark.parametrize(("days", "state", "left"), [(20, "dispatched", 0), (20, "labelled", 1), (1, "dispatched", 1)])
def test_label_bytes_leave_some_days_after_dispatch(
    sqlite_database: Database, tmp_path: Path, days: int, state: str, left: int
) -> None:
    with sqlite_database.write() as tx:
        small_site.build(tx, NOW)
        shipment = small_site.ship(tx, "DE-1", [("CUP", 1)], NOW)
        tx.exec_driver_sql("UPDATE shipment SET state = ? WHERE id = ?", (state, shipment))
    folder = claim_folder(tmp_path, "S1", "some-database", "sqlite:///x") / "labels"
    folder.mkdir(parents=True)
    file = folder / f"{shipment}%2F1 parcel_label 1.zpl"
    file.touch()
    at = (datetime.now(UTC) - timedelta(days=days)).timestamp()
    os.utime(file, (at, at))
    retain(sqlite_database, benches(tmp_path, "some-database").values(), datetime.now(UTC) - timedelta(days=14))
    assert len(list(folder.iterdir())) == left


def test_a_bench_has_a_folder_for_each_database_and_finds_it_when_that_is_away(tmp_path: Path) -> None:
    one = claim_folder(tmp_path, "S1", "id-of-the-first-1", "sqlite:///a.db")
    assert claim_folder(tmp_path, "S1", "id-of-the-first-1", "sqlite:///a.db") == one
    anew = claim_folder(tmp_path, "S1", "id-of-the-second", "sqlite:///a.db")  # the file was thrown away and made anew
    other = claim_folder(tmp_path, "S2", "id-of-the-second", "sqlite:///a.db")
    assert len({one, anew, other}) == 3
    assert benches(tmp_path, "id-of-the-second") == {"S1": anew, "S2": other}
    assert last_folder(tmp_path, "S2", "sqlite:///a.db") == other
    assert last_folder(tmp_path, "S2", "sqlite:///b.db") is None
