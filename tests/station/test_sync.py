"""Between bench and shared database: every fact applied exactly once, whatever is lost on the way."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from app.db import Database
from app.floor import tables
from app.shipments import store as shipments
from app.station.audit import verify
from app.station.journal import FILE
from app.station.records import Entry
from app.station.station import Station
from tests.station.benches import SETTINGS, bench, furnish, packed, picked
from tests.station.making import fact


def outcomes(database: Database) -> dict[str, int]:
    with database.read() as tx:
        rows = tx.execute(select(tables.fact.c.outcome, func.count().label("count")).group_by(tables.fact.c.outcome))
        return {row.outcome: row.count for row in rows}


def test_facts_sent_again_after_a_lost_answer_take_effect_once(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(database, now, DE_1=[("CUP", 3), ("TEE", 2)])
    with bench(tmp_path, database) as station:
        packed(station, "DE-1-1")
        assert station.settle(30)
        before = outcomes(database)
        station._journal._acked = 0  # as if no answer had ever come
        assert station._sync.drained(30)
        assert station._journal.acked == station._journal.last_seq
        assert outcomes(database) == before == {"applied": station._journal.last_seq}
    with database.read() as tx:
        assert [(line.picked, line.packed) for line in shipments.get(tx, ["DE-1-1"])["DE-1-1"].lines] == [
            (3, 3),
            (2, 2),
        ]


def test_what_became_of_each_paper_is_told(database: Database, now: datetime, tmp_path: Path) -> None:
    furnish(database, now, DE_1=[("CUP", 1)])
    with bench(tmp_path, database) as station:
        packed(station, "DE-1-1")
        assert station.settle(30)
        told = {job.key: job.state for job in station.print_jobs()}
    with database.read() as tx:
        rows = tx.exec_driver_sql("SELECT subject, document, issue, copy, state FROM print_job")
        assert {tuple(row[:4]): row[4] for row in rows} == told


def test_a_fact_that_cannot_be_applied_is_kept_aside_and_holds_up_nothing(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(database, now, DE_1=[("CUP", 1)])
    with bench(tmp_path, database) as station:
        station._journal.append(Entry((fact("astray", claim="no such claim"),))).result()
        assert picked(station, "DE-1-1").message == "pick_done"
        assert station._sync.drained(30)
        assert outcomes(database)["set_aside"] == 1
        assert station._cache.set_aside() == {"astray": "claim_unknown"}
    with database.read() as tx:
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "picked"


def test_a_fact_of_a_newer_form_stops_the_sending_and_says_so(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now)
    with bench(tmp_path, sqlite_database) as station:
        newer = fact("newer")
        object.__setattr__(newer, "version", 99)
        station._journal.append(Entry((newer,))).result()
        assert not station._sync.drained(30)
        state = station.status().sync
        assert (state.trouble, state.waiting) == ("newer_form", 1)
    assert outcomes(sqlite_database) == {}


def test_an_older_copy_of_the_journal_is_recognised_and_nothing_of_it_is_sent(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 3)])
    with bench(tmp_path / "desk", sqlite_database) as station:
        station.scan("DE-1-1")
        station.scan("A-01")
        assert station.settle(30)
    shutil.copy(tmp_path / "desk" / FILE, tmp_path / "older.db")
    with bench(tmp_path / "desk", sqlite_database) as station:
        station.scan("4006381333931")
        assert station.settle(30)
    shutil.copy(tmp_path / "older.db", tmp_path / "desk" / FILE)
    assert verify(tmp_path / "desk" / FILE) == []
    with bench(tmp_path / "desk", sqlite_database) as station:
        station.scan("4006381333931")
        assert not station._sync.drained(30)
        assert station.status().sync.trouble == "journal_restored"
    assert outcomes(sqlite_database) == {"applied": 2}


def test_a_station_the_site_does_not_know_says_so(sqlite_database: Database, now: datetime, tmp_path: Path) -> None:
    furnish(sqlite_database, now)
    station = Station.open(tmp_path, sqlite_database, "NOWHERE", settings=SETTINGS)
    assert station.status().sync.trouble == "not_found"
    station.close()
