"""Between bench and shared database: every fact applied exactly once, whatever is lost on the way."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from app.cases import store as cases
from app.db import Database
from app.db.line import Line
from app.floor import check as floor_check
from app.floor import tables
from app.floor.chain import chained
from app.floor.received import store as received
from app.shipments import check as shipment_check
from app.shipments import store as shipments
from app.site import check as site_check
from app.station.journal.journal import FILE
from app.station.journal.records import Entry
from app.station.station import Station
from app.stock import check as stock_check
from tests.small_site import open_kinds
from tests.station.benches import BADGE, SETTINGS, bench, furnish, packed, picked
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


def put_back(folder: Path, copy: Path) -> None:
    """The journal as it was when it was copied; what lay beside it belonged to the other one."""
    shutil.copy(copy, folder / FILE)
    for side in ("-wal", "-shm"):
        (folder / f"{FILE}{side}").unlink(missing_ok=True)


def broken_promises(database: Database) -> list[object]:
    with database.read() as tx:
        return [found for check in (floor_check, shipment_check, stock_check, site_check) for found in check.check(tx)]


def open_cases(database: Database) -> dict[str, int]:
    with database.read() as tx:
        return open_kinds(tx)


def test_a_journal_put_back_is_set_apart_and_the_bench_goes_on_where_the_shared_database_knows_it_to_be(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(database, now, DE_1=[("CUP", 3)])
    desk = tmp_path / "desk"
    with bench(desk, database) as station:
        station.scan("DE-1-1")
        station.scan("A-01")
        assert station.settle(30)
        first = station._journal.incarnation
    shutil.copy(desk / FILE, tmp_path / "older.db")
    with bench(desk, database) as station:
        station.scan("4006381333931")
        station.scan("T01")
        assert station.settle(30)
        assert station.kept_job().done == 1  # type: ignore[union-attr]
        leased = {lease.id for lease in station._journal.leases()}
    put_back(desk, tmp_path / "older.db")
    with bench(desk, database) as station:
        assert station._journal.incarnation != first
        assert station.kept_job().done == 1  # type: ignore[union-attr]
        assert not leased & {lease.id for lease in station._journal.leases() if lease.left}
        assert packed(station, "DE-1-1").state == "finished" or station.settle(30)
        assert station.settle(30)
        assert station.status().sync.trouble == ""
    assert set(outcomes(database)) == {"applied"}
    assert open_cases(database) == {"journal_restored": 1}
    assert len(list(desk.glob("journal.before-*.db"))) == 1
    assert broken_promises(database) == []


def test_a_second_loss_while_the_case_of_the_first_is_open_is_added_to_it(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 3)])
    desk = tmp_path / "desk"
    with bench(desk, sqlite_database) as station:
        assert station.settle(30)
    shutil.copy(desk / FILE, tmp_path / "older.db")
    with bench(desk, sqlite_database) as station:
        station.scan("DE-1-1")
        station.scan("A-01")
        assert station.settle(30)
    for times in (1, 2):
        put_back(desk, tmp_path / "older.db")
        with bench(desk, sqlite_database) as station:
            assert station.settle(30)
        with sqlite_database.read() as tx:
            (case,) = cases.open_about(tx, "journal_restored", ["S1"])
        assert len(set(str(case.detail["apart"]).split(", "))) == times


def test_facts_that_only_the_journal_put_back_knows_are_sent_and_nothing_twice(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 3)])
    desk = tmp_path / "desk"
    line = Line(sqlite_database)
    with bench(desk, sqlite_database) as station:
        station.scan("DE-1-1")
        station.scan("A-01")
        assert station.settle(30)
        line.cut()
        station.scan("4006381333931")
        shutil.copy(desk / FILE, tmp_path / "older.db")
        shutil.copy(desk / f"{FILE}-wal", tmp_path / "older.db-wal")
        line.mend()
        station.scan("T01")
        assert station.settle(30)
    with closing(sqlite3.connect(tmp_path / "older.db")) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute("DELETE FROM fact WHERE seq = (SELECT max(seq) FROM fact)")
        link = db.execute("SELECT hash FROM fact ORDER BY seq DESC LIMIT 1").fetchone()[0]
        astray = replace(fact("only here", claim=""), seq=3)
        db.execute(
            "INSERT INTO fact VALUES (3,?,?,1,'',1,?,?,?,?)",
            (astray.op_id, astray.kind, astray.operator, astray.made_at, astray.body, chained(link, astray, 3)),
        )
        db.commit()
    put_back(desk, tmp_path / "older.db")
    with bench(desk, sqlite_database) as station:
        assert station.settle(30)
    with sqlite_database.read() as tx:
        assert received.received(tx, ["only here"])["only here"].outcome == "set_aside"
    assert broken_promises(sqlite_database) == []


def test_a_copied_journal_at_work_elsewhere_is_told_so_and_does_nothing(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(database, now, DE_1=[("CUP", 3)])
    with bench(tmp_path / "desk", database) as station:
        station.scan("DE-1-1")
        assert station.settle(30)
        shutil.copytree(tmp_path / "desk", tmp_path / "copy", ignore=shutil.ignore_patterns("*.lock"))
        copy = Station.open(tmp_path / "copy", database, "S1", settings=SETTINGS)
        try:
            before = copy._journal.last_seq
            assert copy.status().sync.trouble == "journal_copied"
            assert (copy.scan("A-01").message, copy.scan(BADGE).outcome) == ("journal_copied", "stop")
            assert copy._journal.last_seq == before
        finally:
            copy.close()
        assert station.scan("A-01").outcome == "ok"
        assert station.settle(30)
    with bench(tmp_path / "copy", database) as copy:  # the other has said goodbye: this one may go on
        assert copy.status().sync.trouble == ""
        assert packed(copy, "DE-1-1").outcome != "stop"
        assert copy.settle(30)
    assert broken_promises(database) == []


def test_a_station_the_site_does_not_know_says_so(sqlite_database: Database, now: datetime, tmp_path: Path) -> None:
    furnish(sqlite_database, now)
    station = Station.open(tmp_path, sqlite_database, "NOWHERE", settings=SETTINGS)
    assert station.status().sync.trouble == "not_found"
    station.close()
