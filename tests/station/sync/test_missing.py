"""A journal that is gone: whoever begins anew in its place says what was held, and no number of it is given again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from app.base.wording import word
from app.cases import store as cases
from app.cases.case import Case
from app.db import Database
from app.db.line import Line
from app.station.journal.journal import FILE
from app.station.station import Station
from tests.station.benches import bench, furnish
from tests.station.sync.test_sync import broken_promises, open_cases

ITEM = "4006381333931"


def told(station: Station) -> bool:
    return word("station.trouble.journal_missing") in station.scan("PBHELP").trouble


def about(database: Database, kind: str) -> Case:
    with database.read() as tx:
        (case,) = cases.open_about(tx, kind, ["S1"])
    return case


def at_work(database: Database, desk: Path) -> set[str]:
    """Work in hand, one unit of which was picked while the line was cut; what numbers the bench held."""
    with bench(desk, database) as station:
        station.scan("DE-1-1")
        station.scan("A-01")
        station.scan(ITEM)
        station.scan("T01")
        assert station.settle(30)
        leased = {lease.id for lease in station._journal.leases() if lease.left}
        line = Line(station._sync._database)
        line.cut()
        assert station.scan(ITEM).outcome == "ok"
    line.mend()
    return leased


def emptied(desk: Path) -> None:
    (desk / FILE).write_bytes(b"")
    for side in ("-wal", "-shm"):
        (desk / f"{FILE}{side}").unlink(missing_ok=True)


def moved_aside(desk: Path) -> None:
    for file in desk.glob(f"{FILE}*"):
        file.rename(desk / f"aside-{file.name}")


def gone_with_its_cache(desk: Path) -> None:
    for file in desk.glob("*.db*"):
        file.unlink()


@pytest.mark.parametrize("lose", [emptied, moved_aside, gone_with_its_cache])
def test_a_bench_whose_journal_is_gone_says_so_with_what_it_held_and_goes_on_with_fresh_numbers(
    database: Database, now: datetime, tmp_path: Path, lose: Callable[[Path], None]
) -> None:
    furnish(database, now, DE_1=[("CUP", 3)])
    desk = tmp_path / "desk"
    leased = at_work(database, desk)
    assert leased
    lose(desk)
    with bench(desk, database) as station:
        assert told(station)
        assert station.settle(30)
        assert station.status().sync.trouble == ""
        assert not leased & {lease.id for lease in station._journal.leases() if lease.left}
        assert station.kept_job() is not None  # what it held is its own still
    assert open_cases(database) == {"journal_missing": 1}
    detail = about(database, "journal_missing").detail
    assert (detail["jobs"], detail["totes"], len(detail["claims"])) == (["DE-1-1"], ["T01"], 1)  # type: ignore[arg-type]
    assert detail["since"]
    with bench(desk, database) as station:  # it is told once
        assert not told(station)
    assert open_cases(database) == {"journal_missing": 1}
    assert broken_promises(database) == []


def test_a_journal_gone_beside_its_cache_is_told_without_the_shared_database(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 3)])
    at_work(sqlite_database, tmp_path)
    emptied(tmp_path)
    line = Line(sqlite_database)
    line.cut()
    with bench(tmp_path, sqlite_database) as station:
        assert told(station)
        assert station.kept_job() is None
    line.mend()
    assert open_cases(sqlite_database) == {}
    with bench(tmp_path, sqlite_database):
        pass
    assert open_cases(sqlite_database) == {"journal_missing": 1}


def test_a_bench_that_was_never_at_work_begins_without_a_word(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(database, now)
    for folder in ("one", "other"):  # switched on, never worked at, and put elsewhere
        with bench(tmp_path / folder, database, badge="") as station:
            assert station.settle(30)
            assert not told(station)
    assert open_cases(database) == {}
