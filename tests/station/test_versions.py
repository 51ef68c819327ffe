"""The shared database is brought up to date while a bench works: it goes on, or says that it is to be updated."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from app.base.wording import known, languages
from app.db import Database
from app.db.head import HEAD
from app.station.journal.audit import verify
from app.station.journal.journal import FILE
from tests.station.benches import bench, follow, furnish, packed

NEXT = "0999"


def brought_up(database: Database, schema: str, oldest: str) -> None:
    with database.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = :schema"), {"schema": schema})
        tx.execute(text("DELETE FROM about WHERE name = 'oldest_program'"))
        tx.execute(text("INSERT INTO about VALUES ('oldest_program', :oldest)"), {"oldest": oldest})


def test_a_bench_that_the_new_schema_lets_go_on_goes_on(database: Database, now: datetime, tmp_path: Path) -> None:
    furnish(database, now, DE_1=[("CUP", 2)], DE_2=[("TEE", 1)])
    with bench(tmp_path, database) as station:
        packed(station, "DE-1-1")
        brought_up(database, NEXT, HEAD)
        packed(station, "DE-2-1")
        assert station.settle(30)
        assert station._sync.trouble == ""
        assert station._journal.acked == station._journal.last_seq


def test_a_bench_too_old_for_it_says_so_keeps_what_it_scans_and_sends_it_once_it_is_updated(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(database, now, DE_1=[("CUP", 2)])
    with bench(tmp_path, database) as station:
        opened = station.scan("DE-1-1")
        assert station.settle(30)
        sent = station._journal.last_seq
        brought_up(database, NEXT, NEXT)
        assert follow(station, opened).state == "finished"  # claimed work goes on
        assert not station._sync.drained(60)  # it has stopped
        assert station._sync.trouble == "schema_newer"
        assert all(known(f"station.why.{station._sync.trouble}", language) for language in languages())
        assert (station._journal.acked, station._journal.last_seq > sent) == (sent, True)
    assert verify(tmp_path / FILE) == []
    brought_up(database, HEAD, HEAD)  # as an updated program finds it
    with bench(tmp_path, database) as station:
        assert station.settle(30)
        assert station._journal.acked == station._journal.last_seq
    with database.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM fact WHERE outcome <> 'applied'")).scalar_one() == 0
