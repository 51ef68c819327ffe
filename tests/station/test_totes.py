"""One tote, one order: what this bench has put goods into is not offered to its other work, whoever knows of it yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from app.db import Database
from app.floor.claim import open_work
from app.station.station import Station
from tests.small_site import PACKER
from tests.station.benches import bench, follow, furnish, held_by_another

LONG_S = 60.0


def ahead(database: Database, station: Station, code: str, now: datetime) -> str:
    """Claimed for the bench while all totes are free, and found by its next pull."""
    with database.write() as tx:
        claim = open_work(tx, op_id=code, station="S1", operator=PACKER, code=code, now=now).claim
    assert comes_to(station, lambda: claim in busy(station))
    return claim


def comes_to(station: Station, wanted: Callable[[], bool]) -> bool:
    station._sync.hurry()
    with station._sync._moved:
        return station._sync._moved.wait_for(wanted, LONG_S)


def comes_to_hold(station: Station, wanted: dict[str, tuple[str, ...]]) -> bool:
    """Nothing but these claims, which know these totes as busy: whatever else it held is over, and it knows."""
    return station.settle(LONG_S) and comes_to(station, lambda: busy(station) == wanted)


def busy(station: Station) -> dict[str, tuple[str, ...]]:
    return {work.packet.claim: work.packet.busy for work in station._cache.work()}


def test_a_tote_that_the_bench_has_just_filled_is_busy_for_what_it_held_ahead_then(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 2)], DE_2=[("TEE", 2)])
    with bench(tmp_path, sqlite_database) as station:
        station.scan("DE-1-1")
        ahead(sqlite_database, station, "DE-2-1", now)
        with held_by_another(sqlite_database):
            done = follow(station, station.scan("PBHELP"))
            assert (done.message, done.values["totes"]) == ("pick_done", "T01")
            waits = follow(station, station.scan("DE-2-1"), until="awaiting_tote")
            assert station.scan("T01").message == "tote_busy"
            assert "PBTEE" not in waits.next
            assert follow(station, station.scan("PBHELP")).values["totes"] == "T02"


def test_what_is_held_ahead_hears_of_totes_that_its_bench_has_filled_and_given_away(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 2)], DE_2=[("TEE", 2)])
    with bench(tmp_path, sqlite_database) as station:
        station.scan("DE-1-1")
        claim = ahead(sqlite_database, station, "DE-2-1", now)
        follow(station, station.scan("PBHELP"))
        assert comes_to_hold(station, {claim: ("T01",)})


def test_what_the_bench_has_packed_empty_again_is_free(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 2)], DE_2=[("TEE", 2)])
    with bench(tmp_path, sqlite_database) as station:
        follow(station, station.scan("DE-1-1"))
        claim = ahead(sqlite_database, station, "DE-2-1", now)
        follow(station, station.scan("DE-1-1"))
        assert comes_to_hold(station, {claim: ()})
        with held_by_another(sqlite_database):
            follow(station, station.scan("DE-2-1"), until="awaiting_tote")
            assert station.scan("T01").message == "item_placed"
