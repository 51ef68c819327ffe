"""The bench's work list: earliest cut-off first, what lies ready before what must be fetched, who holds what."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert

from app.base.clock import stamp
from app.db import Database
from app.desk.views import work_list
from app.floor import tables as floor
from app.floor.claim import open_work
from app.shipments import store as shipments
from app.shipments import tables as ships
from tests.small_site import PACKER, build, ship

EARLY, LATE = "2026-11-18T13:30:00.000Z", "2026-11-18T15:00:00.000Z"


@pytest.fixture
def shop(database: Database, now: datetime) -> Database:
    """LEJ: two to leave early, one of them fragile; three late, picked or not; another house's; one gone."""
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 2), ("OIL", 1)], now, leaves_at=EARLY)
        ship(tx, "DE-2", [("TEE", 1)], now, leaves_at=EARLY)
        ship(tx, "DE-3", [("TEE", 1)], now, leaves_at=LATE)
        ship(tx, "DE-4", [("TEE", 2)], now, leaves_at=LATE)
        ship(tx, "DE-5", [("CAM", 1)], now, leaves_at=LATE)
        ship(tx, "DE-6", [("CUP", 1)], now, warehouse="SZX", leaves_at=EARLY)
        ship(tx, "DE-7", [("TEE", 1)], now, leaves_at=EARLY, state="planned")
        for state in ("picking", "picked"):
            shipments.move_state(tx, ["DE-4-1"], state, by="x", source="", now=now)
        tx.execute(ships.shipment.update().where(ships.shipment.c.id == "DE-4-1").values(tote="T02"))
        line = {"tote": "T02", "shipment_id": "DE-4-1", "line": 1, "sku": "TEE", "qty": 2, "lot": "", "serial": ""}
        tx.execute(insert(ships.tote_item).values(**line))
        tx.execute(ships.shipment_line.update().where(ships.shipment_line.c.shipment_id == "DE-4-1").values(picked=2))
    return database


def listed(database: Database, now: datetime, *, station: str = "S1", limit: int = 50) -> work_list.WorkList:
    with database.reading() as read:
        return work_list.work_list(read, station, now=now, today=now.replace(hour=0), limit=limit)


def finished(database: Database, *made: tuple[str, datetime]) -> None:
    """Facts of packing that was finished: (station, when)."""
    with database.write() as tx:
        for seq, (station, at) in enumerate(made, 1):
            tx.execute(
                insert(floor.fact).values(
                    op_id=f"op{seq}", station=station, incarnation="i", seq=seq, kind="PackFinished", version=1,
                    claim_id="c", epoch=1, operator="x", made_at=stamp(at), body="{}", outcome="applied", reason="",
                    applied_at=stamp(at),
                )
            )  # fmt: skip


def test_the_earliest_cut_off_comes_first_and_what_lies_picked_before_what_must_be_fetched(
    shop: Database, now: datetime
) -> None:
    seen = listed(shop, now)
    assert [(row.shipment, row.state) for row in seen.rows] == [
        ("DE-1-1", "ready"),
        ("DE-2-1", "ready"),
        ("DE-4-1", "picked"),
        ("DE-3-1", "ready"),
        ("DE-5-1", "ready"),
    ]
    assert [(one.name, one.ready, one.to_pick, one.left) for one in seen.cut_offs] == [
        ("Gelbe Post", 0, 2, 2),
        ("Gelbe Post", 1, 2, 3),
    ]


def test_a_row_says_for_whom_how_much_where_it_lies_and_what_the_goods_ask_for(shop: Database, now: datetime) -> None:
    rows = {row.shipment: row for row in listed(shop, now).rows}
    first = rows["DE-1-1"]
    assert (first.name, first.city, first.country, first.units, first.to_pick) == ("Ada Muster", "Berlin", "DE", 3, 3)
    assert (first.marks, first.tote) == (("fragile", "liquid"), "")
    assert (rows["DE-5-1"].marks, rows["DE-2-1"].marks) == (("battery",), ())
    assert (rows["DE-4-1"].tote, rows["DE-4-1"].to_pick) == ("T02", 0)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_by_key_hold_every_row_once_in_the_same_order(shop: Database, now: datetime, size: int) -> None:
    paged: list[work_list.WorkRow] = []
    with shop.reading() as read:
        while part := work_list.page(read, "LEJ", after=paged[-1].key if paged else "", limit=size):
            paged += part
    assert tuple(paged) == listed(shop, now).rows


def test_a_row_says_which_bench_holds_it_and_since_when(shop: Database, now: datetime) -> None:
    with shop.write() as tx:
        open_work(tx, op_id="1", station="S2", operator=PACKER, code="DE-1-1", now=now)
    row = listed(shop, now).rows[0]
    assert (row.shipment, row.state, row.station, row.since) == ("DE-1-1", "picking", "S2", now)


def test_what_the_bench_itself_has_not_finished_is_named(shop: Database, now: datetime) -> None:
    with shop.write() as tx:
        open_work(tx, op_id="1", station="S1", operator=PACKER, code="DE-4-1", now=now)
    assert listed(shop, now).held == (work_list.HeldRow("DE-4-1", "pack", "packing", "T02", 0, 2),)
    assert listed(shop, now, station="S2").held == ()


def test_the_next_cut_off_is_the_first_to_come_with_something_left_to_pack(shop: Database, now: datetime) -> None:
    with shop.reading() as read:
        first = work_list.next_cut_off(read, "LEJ", now)
        later = work_list.next_cut_off(read, "LEJ", now + timedelta(hours=5, minutes=30))
        assert work_list.next_cut_off(read, "LEJ", now + timedelta(days=1)) is None
    assert first is not None
    assert (stamp(first.leaves_at), first.carriers, first.left) == (EARLY, ("Gelbe Post",), 2)
    assert later is not None
    assert (stamp(later.leaves_at), later.left) == (LATE, 3)


def test_what_is_overdue_counts_towards_the_next_cut_off(shop: Database, now: datetime) -> None:
    at = now.replace(hour=14, minute=0)
    assert listed(shop, at).pace.left == 5
    assert listed(shop, at).pace.needed == pytest.approx(5.0)
    past = listed(shop, now.replace(hour=16)).pace
    assert (past.left, past.needed) == (5, None)


def test_the_pace_needed_is_shared_among_benches_that_packed_within_the_hour(shop: Database, now: datetime) -> None:
    assert (listed(shop, now).pace.done, listed(shop, now).pace.on_time) == (None, None)
    ago = timedelta(minutes=30)
    finished(shop, ("S1", now - 4 * ago), ("S1", now - ago), ("S2", now - ago), ("S9", now - 3 * ago))
    seen = listed(shop, now).pace
    assert (seen.benches, seen.left) == (2, 2)
    assert seen.done == pytest.approx(1.0)
    assert seen.needed == pytest.approx(2 / 5 / 2)
    assert seen.on_time


def test_facts_of_yesterday_are_no_pace_of_today(shop: Database, now: datetime) -> None:
    finished(shop, ("S1", now - timedelta(days=1)))
    assert listed(shop, now).pace.done is None


def test_totes_that_hold_nothing_are_counted(shop: Database, now: datetime) -> None:
    seen = listed(shop, now)
    assert (seen.totes, seen.free) == (3, 2)


def test_a_bench_nobody_set_up_has_an_empty_list(shop: Database, now: datetime) -> None:
    seen = listed(shop, now, station="S99")
    assert (seen.warehouse, seen.rows, seen.cut_offs, seen.pace.left) == ("", (), (), 0)


def test_the_dock_sees_what_is_loaded_and_what_still_waits_for_the_carrier(shop: Database, now: datetime) -> None:
    with shop.write() as tx:
        for number, (shipment, state, handover) in enumerate(
            (("DE-1-1", "labelled", None), ("DE-2-1", "loaded", "H1"), ("DE-3-1", "open", None)), 1
        ):
            tx.execute(ships.shipment.update().where(ships.shipment.c.id == shipment).values(state="labelled"))
            tx.execute(
                insert(ships.parcel).values(
                    id=f"{shipment}/1", shipment_id=shipment, n=1, state=state, weight_g=900, issue=1,
                    tracking=f"GX{number}", handover_id=handover,
                )
            )  # fmt: skip
    with shop.reading() as read:
        seen = work_list.at_dock(read, "S1", "GELB", "H1", limit=10)
        short = work_list.at_dock(read, "S1", "GELB", "", limit=1)
        other = work_list.at_dock(read, "S1", "OTHER", "", limit=1)
    assert (seen.carrier, seen.count, list(seen.loaded)) == ("Gelbe Post", 1, ["DE-2-1/1"])
    assert [(row.parcel, row.tracking, row.weight_g) for row in seen.waiting] == [("DE-1-1/1", "GX1", 900)]
    assert (short.count, len(short.waiting), short.loaded) == (1, 1, {})
    assert (other.carrier, other.count) == ("OTHER", 0)
