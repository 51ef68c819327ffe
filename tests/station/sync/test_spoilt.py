"""A bench killed while it was cut off, and its disk spoils the WAL where its scans stand: told, and no number twice."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from app.base.forms import from_json
from app.base.wording import word
from app.cases import store as cases
from app.db import Database
from app.db.line import Line
from app.floor.facts import Fact
from app.station.journal import wal
from app.station.journal.journal import FILE
from app.station.station import Station
from tests.station.benches import BADGE, answered, bench, follow, furnish, picked
from tests.station.sync.test_sync import broken_promises, open_cases, outcomes

_body = from_json(dict)
HEAD, SIZE = 32, 24 + wal.PAGE


def facts(station: Station) -> list[Fact]:
    return [fact for claim in station._journal.claims() for fact in station._journal.facts_of(claim)]


def numbers(some: list[Fact], shipment: str) -> set[str]:
    """On the labels of its parcels."""
    bodies = [_body(fact.body) for fact in some if fact.kind == "ParcelClosed"]
    return {body["sscc"] for body in bodies if body["shipment"] == shipment}


@pytest.mark.parametrize("back", [2, 5, 20])
def test_what_was_kept_offline_behind_a_spoilt_frame_is_sent_or_told_and_no_label_bears_a_number_again(
    database: Database, now: datetime, tmp_path: Path, back: int
) -> None:
    furnish(database, now, DE_1=[("CUP", 2)], DE_2=[("TEE", 1)])
    desk, killed = tmp_path / "desk", tmp_path / "killed"
    with bench(desk, database) as station:
        for order in ("DE-1-1", "DE-2-1"):
            picked(station, order)
        answered(station, "DE-1-1")
        assert station.settle(30)
        line = Line(station._sync._database)
        line.cut()
        before = {fact.op_id for fact in facts(station)}
        follow(station, station.scan("PBHELP"))
        kept = facts(station)
        only_here = {fact.op_id for fact in kept} - before
        assert station._spool.drain(30)  # a paper that is being printed has a file for a moment only
        shutil.copytree(desk, killed)
    assert only_here
    assert numbers(kept, "DE-1-1")
    for file in desk.glob("*.db*"):
        file.unlink()
    for file in killed.glob("*.db*"):
        shutil.copy(file, desk)
    log = wal.log(desk / FILE)
    place = [n for n, frame in enumerate(log.frames) if frame.commits][-back]
    with (desk / f"{FILE}-wal").open("r+b") as file:
        file.seek(HEAD + place * SIZE + 24 + 200)
        file.write(b"\xff" * 64)
    with bench(desk, database, badge="") as station:
        station.sign_in(BADGE)
        assert word("station.trouble.journal_damaged") in station.scan("PBHELP").trouble
        assert station._journal.past is not None
    line.mend()
    with bench(desk, database, badge="") as station:
        station.sign_in(BADGE)
        assert station.settle(30)
        assert station.status().sync.trouble == ""
        follow(station, answered(station, "DE-1-1"))
        follow(station, answered(station, "DE-2-1"))
        assert station.settle(30)
        fresh = numbers(facts(station), "DE-2-1")
        assert fresh
        assert not fresh & numbers(kept, "DE-1-1")
    assert open_cases(database)["journal_damaged"] == 1
    with database.read() as tx:
        (case,) = cases.open_about(tx, "journal_damaged", ["S1"])
        arrived = {row[0] for row in tx.exec_driver_sql("SELECT op_id FROM fact_key")}
    assert len(only_here - arrived) <= case.detail["lost"]  # type: ignore[operator]
    assert set(outcomes(database)) == {"applied"}
    assert broken_promises(database) == []
