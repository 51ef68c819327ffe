"""The floor: who is heard, who is not, what needs somebody first, and whether all is packed in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from app.base.clock import FixedClock, stamp
from app.base.errors import NotFound
from app.cases.open import open_case
from app.db import Database, Tx
from app.db.grants import READER
from app.desk.views.floor import board
from app.desk.views.floor.board import Bench, Floor
from app.floor import tables as facts
from app.floor.claim import LEASE, open_work
from app.floor.silence import HEARD, SILENT
from app.floor.takeover import takeover
from app.shipments import store as shipments
from app.site import tables as site
from app.site.roles import SYSTEM
from tests.logins import as_bench, as_role
from tests.small_site import CHIEF, PACKER, build, ship

LEAVES = timedelta(hours=4)


def is_here(tx: Tx, station: str, at: datetime, **said: Any) -> None:
    tx.execute(insert(site.presence).values(**{"station": station, "at": stamp(at), **said}))


@pytest.fixture
def house(database: Database, now: datetime) -> Database:
    """Two benches in LEJ, one in SZX; three shipments to leave in four hours, the first held by S1."""
    with database.write() as tx:
        build(tx, now)
        for n in (1, 2, 3):
            ship(tx, f"DE-{n}", [("TEE", 1)], now, leaves_at=stamp(now + LEAVES))
        open_work(tx, op_id="q1", station="S1", operator=PACKER, code="DE-1-1", now=now)
    return database


def seen(database: Database, now: datetime, *, limit: int = 100) -> Floor:
    with database.reading() as read:
        return board.floor(read, "LEJ", now=now, limit=limit)


def bench(database: Database, now: datetime, station: str = "S1") -> Bench:
    return next(one for one in seen(database, now).benches if one.station == station)


def test_a_bench_is_in_step_then_offline_then_silent_by_the_time_nobody_heard_it(
    house: Database, now: datetime
) -> None:
    with house.write() as tx:
        is_here(tx, "S1", now, operator=PACKER.badge, workflow="pick", job="DE-1-1", done=1, of=3, since=stamp(now))
    first = bench(house, now)
    assert (first.sync, first.person, first.job, first.done, first.of, first.claims, first.shipments) == (
        "in_step", "Pat", "DE-1-1", 1, 3, 1, 1,
    )  # fmt: skip
    assert first.need is None
    assert (bench(house, now + HEARD).sync, bench(house, now + HEARD).need) == ("offline", "offline")
    assert bench(house, now + SILENT).need == "silent"


def test_a_closed_bench_is_free_until_what_it_holds_is_nobodys_business_any_more(
    house: Database, now: datetime
) -> None:
    with house.write() as tx:
        is_here(tx, "S1", now, state="closed")
        is_here(tx, "S2", now, state="closed")
    assert bench(house, now + HEARD).sync == "free"
    assert bench(house, now + LEASE + timedelta(seconds=1)).sync == "silent"
    assert bench(house, now + LEASE * 9, "S2").sync == "free"


def test_the_worst_comes_first_and_a_well_bench_never(house: Database, now: datetime) -> None:
    with house.write() as tx:
        is_here(tx, "S1", now, operator=PACKER.badge, waiting=3)
        is_here(tx, "S2", now - HEARD, operator=PACKER.badge, printer="unplugged", waiting=37)
        open_case(
            tx, kind="raised_at_bench", subject_kind="shipment", subject="DE-1-1", order_id="DE-1", by="x", now=now,
            detail={},
        )  # fmt: skip
    found = seen(house, now)
    assert [(one.station, one.need) for one in found.needs] == [("S2", "offline"), ("S1", "help")]
    assert found.waiting == (40, 2)
    help_ = found.needs[1].help
    assert help_ is not None
    assert (help_.shipment, help_.since) == ("DE-1-1", now)


def test_a_printer_in_trouble_needs_somebody_only_where_somebody_works(house: Database, now: datetime) -> None:
    with house.write() as tx:
        is_here(tx, "S1", now, operator=PACKER.badge, printer="unplugged")
        is_here(tx, "S2", now, printer="unplugged")
    assert [(one.station, one.need) for one in seen(house, now).needs] == [("S1", "printer")]


def test_at_this_pace_all_is_packed_by_then(house: Database, now: datetime) -> None:
    """Two packed in half an hour, two left: done in half an hour more."""
    with house.write() as tx:
        ship(tx, "DE-4", [("TEE", 1)], now, leaves_at=stamp(now + LEAVES))
        ship(tx, "DE-5", [("TEE", 1)], now, leaves_at=stamp(now + LEAVES + timedelta(hours=9)))
        for state in ("picking", "picked", "packing", "packed", "labelled"):
            shipments.move_state(tx, ["DE-3-1"], state, by="x", source="", now=now)
        for seq, ago in enumerate((30, 10), 1):
            at = stamp(now - timedelta(minutes=ago))
            tx.execute(
                insert(facts.fact).values(
                    op_id=f"op{seq}", station="S2", incarnation="i", seq=seq, kind="PackFinished", version=1,
                    claim_id="c", epoch=1, operator="x", made_at=at, body="{}", outcome="applied", applied_at=at,
                )
            )  # fmt: skip
    found = seen(house, now)
    assert found.burn is not None
    assert (found.burn.left, found.burn.total, found.burn.leaves_at) == (3, 4, now + LEAVES)
    assert found.packed_hour == pytest.approx(4.0)
    assert found.burn.done_at == now + timedelta(minutes=45)
    assert found.burn.on_time
    assert found.burn.needed == pytest.approx(3 / 4)
    assert found.burn.curve[-1] == (now, 3)


@pytest.mark.parametrize("wrong", [timedelta(days=-1), timedelta(0), timedelta(days=1)])
def test_the_pace_goes_by_when_packing_was_heard_of_whatever_a_benchs_clock_says(
    house: Database, now: datetime, wrong: timedelta
) -> None:
    with house.write() as tx:
        for seq, ago in enumerate((60 * 5, 30, 10), 1):
            at = now - timedelta(minutes=ago)
            tx.execute(
                insert(facts.fact).values(
                    op_id=f"op{seq}", station="S2", incarnation="i", seq=seq, kind="PackFinished", version=1,
                    claim_id="c", epoch=1, operator="x", made_at=stamp(at + wrong), body="{}", outcome="applied",
                    applied_at=stamp(at),
                )
            )  # fmt: skip
    found = seen(house, now)
    assert found.packed_hour == pytest.approx(4.0)
    assert found.burn is not None
    assert found.burn.done_at == now + timedelta(minutes=45)


def test_with_nothing_packed_nobody_says_when_it_will_be_done(house: Database, now: datetime) -> None:
    found = seen(house, now)
    assert found.packed_hour is None
    assert found.burn is not None
    assert (found.burn.done_at, found.burn.on_time) == (None, None)


def test_more_benches_than_are_shown_are_counted(house: Database, now: datetime) -> None:
    found = seen(house, now, limit=1)
    assert ([one.station for one in found.benches], found.rest) == (["S1"], 1)


def test_benches_stand_in_the_order_people_count_in(house: Database, now: datetime) -> None:
    with house.write() as tx:
        for name in ("S10", "S9"):
            tx.execute(insert(site.station).values(name=name, warehouse="LEJ"))
    assert [one.station for one in seen(house, now).benches] == ["S1", "S2", "S9", "S10"]


def test_the_command_line_sees_all_houses_by_name_and_state(house: Database, now: datetime) -> None:
    with house.write() as tx:
        is_here(tx, "S4", now, operator=PACKER.badge)
    with house.reading() as read:
        assert [one["id"] for one in board.listed(read, now=now, limit=2)] == ["S1", "S2"]
        assert [one["id"] for one in board.listed(read, now=now, limit=9, after="S1")] == ["S2", "S4"]
        assert [one["id"] for one in board.listed(read, now=now, limit=1, state="in_step")] == ["S4"]
        whole = board.shown(read, "S1", now=now)
        (claim,) = whole["claims"]
        assert (claim["operator"], claim["since"], claim["shipments"]) == (
            PACKER.badge, stamp(now), [{"shipment": "DE-1-1", "epoch": 1}],
        )  # fmt: skip
        with pytest.raises(NotFound):
            board.shown(read, "S99", now=now)
        there = board.now(read, FixedClock(now))
    assert (there == now) is house.is_sqlite


def test_a_bench_sees_the_floor_and_a_supervisor_there_takes_work_over_by_the_benchs_own_login(
    house: Database, now: datetime
) -> None:
    with house.write() as tx:
        is_here(tx, "S1", now - LEASE * 2, operator=PACKER.badge)
    late = now + LEASE + timedelta(seconds=1)
    with as_bench(house, "S2") as own:
        assert seen(own, late).needs[0].station == "S1"
        with own.write() as tx:
            takeover(tx, station="S1", operator=CHIEF, now=late)
        assert bench(own, late).claims == 0


def test_whoever_only_reads_sees_benches_and_no_names(house: Database, now: datetime) -> None:
    with as_role(house, READER) as own, own.reading() as read:
        assert len(board.listed(read, now=now, limit=9)) == 3
        assert board.shown(read, "S1", now=now)["claims"]


def test_needs_are_of_who_works_there(now: datetime) -> None:
    assert replace(Bench("S1", "LEJ", "free"), old=True).need is None
    assert Bench("S1", "LEJ", "in_step", badge=SYSTEM.badge, old=True).need == "update"
