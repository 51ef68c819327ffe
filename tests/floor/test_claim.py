"""Claims: one bench at a time, asked twice done once, and a packet that holds all the work needs."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.base.clock import stamp
from app.base.errors import Conflict, NotFound
from app.db import Database
from app.floor import bench, store
from app.floor.claim import next_work, open_or_tell, open_work
from app.floor.needed import store as needed
from app.floor.packet import Packet
from app.orders import timeline
from app.orders.timeline import Entry
from app.shipments import store as shipments
from tests.floor.bench_driver import Driver, bulk_in_a_tote
from tests.small_site import PACKER, build, ship


def claim(database: Database, code: str, now: datetime, *, station: str = "S1", op_id: str = "") -> Packet:
    with database.write() as tx:
        return open_work(tx, op_id=op_id or f"{station}-{code}", station=station, operator=PACKER, code=code, now=now)


def test_a_ready_shipment_is_opened_for_picking_by_its_id_in_any_case(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3)], now)
    packet = claim(database, "de-1-1 ", now)
    assert (packet.kind, [j.shipment for j in packet.jobs]) == ("pick", ["DE-1-1"])
    with database.read() as tx:
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "picking"


def test_stops_follow_the_walk_and_take_the_earlier_lot_first(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 15), ("OIL", 12), ("TEE", 1)], now)
    stops = claim(database, "DE-1-1", now).stops
    assert [(s.bin, s.sku, s.lot, s.qty) for s in stops] == [
        ("A-01", "CUP", "", 12),
        ("A-01", "OIL", "L2", 2),
        ("A-02", "TEE", "", 1),
        ("B-01", "CUP", "", 3),
        ("B-01", "OIL", "L1", 10),
    ]


def test_a_second_bench_is_told_who_has_the_work_and_since_when(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now)
    claim(database, "DE-1-1", now)
    with pytest.raises(Conflict) as refused:
        claim(database, "DE-1-1", now, station="S2")
    assert refused.value.kind == "claimed_elsewhere"
    assert refused.value.values["station"] == "S1"


def test_that_a_bench_was_refused_stands_in_the_timeline_once_however_often_it_scans(
    database: Database, now: datetime
) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now)
    first = claim(database, "DE-1-1", now)
    for station, op_id in (("S2", "a"), ("S2", "b")):
        with database.write() as tx:
            why = open_or_tell(tx, op_id=op_id, station=station, operator=PACKER, code="DE-1-1", now=now)
        assert isinstance(why, Conflict)
        assert why.kind == "claimed_elsewhere"
    with database.write() as tx:
        assert open_or_tell(tx, op_id="d", station="S1", operator=PACKER, code="DE-1-1", now=now) == first
        told = timeline.told(tx, "DE-1-1", "refused")
    assert told == [Entry("DE-1", "DE-1-1", "refused", PACKER.badge, {"station": "S2", "holder": "S1"}, first.claim)]


def test_a_bench_that_began_to_ask_before_the_claim_was_made_is_refused_after_it_in_the_timeline(
    database: Database, now: datetime
) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now)
    claim(database, "DE-1-1", now)
    earlier = now - timedelta(seconds=2)
    with database.write() as tx:
        open_or_tell(tx, op_id="a", station="S2", operator=PACKER, code="DE-1-1", now=earlier)
    with database.read() as tx:
        told = [(one.entry.event, one.at) for one in timeline.read(tx, "DE-1")]
    assert told[-1] == ("refused", stamp(now))
    assert told == sorted(told, key=lambda one: one[1])


def test_asking_again_after_a_lost_answer_gives_the_same_claim(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now)
    first = claim(database, "DE-1-1", now, op_id="q1")
    assert claim(database, "DE-1-1", now, op_id="q1") == first
    assert claim(database, "DE-1-1", now, op_id="q2") == first
    with database.read() as tx:
        assert needed.standing(tx, ["DE-1-1"]).latest["DE-1-1"][0] == 1


@pytest.mark.parametrize("state", ["planned", "held", "cancelled"])
def test_work_that_may_not_be_done_is_refused_with_its_reason(database: Database, now: datetime, state: str) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now)
        shipments.move_state(tx, ["DE-1-1"], state, by="x", source="", now=now)
    with pytest.raises(Conflict) as refused:
        claim(database, "DE-1-1", now)
    assert refused.value.kind == {"planned": "not_ready"}.get(state, state)


def test_another_warehouses_work_and_unknown_codes_are_told_apart(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now, warehouse="SZX")
    with pytest.raises(Conflict) as refused:
        claim(database, "DE-1-1", now)
    assert refused.value.kind == "other_warehouse"
    with pytest.raises(NotFound):
        claim(database, "DE-9-9", now)


def test_next_work_gives_the_first_to_leave_and_one_item_orders_in_bulk(database: Database, now: datetime) -> None:
    later = "2026-11-19T15:00:00.000Z"
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 2), ("TEE", 1)], now, leaves_at=later)
        for n in range(2, 6):
            ship(tx, f"DE-{n}", [("CUP", 1)], now)
    with database.write() as tx:
        bulk = next_work(tx, op_id="a", station="S1", operator=PACKER, now=now)
    assert bulk.bulk
    assert [j.shipment for j in bulk.jobs] == [f"DE-{n}-1" for n in range(2, 6)]
    with database.write() as tx:
        rest = next_work(tx, op_id="b", station="S2", operator=PACKER, now=now)
    assert [j.shipment for j in rest.jobs] == ["DE-1-1"]
    with database.write() as tx, pytest.raises(NotFound):
        next_work(tx, op_id="c", station="S4", operator=PACKER, now=now + timedelta(hours=1))


def test_two_carts_are_not_sent_for_the_same_unit(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 12)], now)
        ship(tx, "DE-2", [("CUP", 6)], now)
    assert [s.bin for s in claim(database, "DE-1-1", now).stops] == ["A-01"]
    assert [s.bin for s in claim(database, "DE-2-1", now, station="S2").stops] == ["B-01"]


def test_two_carts_are_not_offered_the_same_serial_number_first(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CAM", 2)], now)
        ship(tx, "DE-2", [("CAM", 2)], now)
    first, second = (claim(database, f"DE-{n}-1", now).stops[0].serials for n in (1, 2))
    assert sorted(first) == sorted(second) == [f"SN{n}" for n in range(5)]
    assert not set(first[:2]) & set(second[:2])


def test_a_packet_names_what_comes_from_elsewhere_and_no_person(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now)
        ship(tx, "DE-1", [("CUP", 3)], now, n=2, warehouse="SZX")
    packet = claim(database, "DE-1-1", now)
    (job,) = packet.jobs
    assert (job.n, job.of, job.elsewhere) == (1, 2, ((3, "Shenzhen"),))
    assert "Ada" not in repr(packet)
    assert "Gasse" not in repr(packet)


def test_next_work_finishes_what_is_picked_before_picking_what_leaves_then(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now)
        ship(tx, "DE-2", [("CUP", 2)], now)
        for state in ("picking", "picked"):
            shipments.move_state(tx, ["DE-2-1"], state, by="x", source="", now=now)
    with database.write() as tx:
        packet = next_work(tx, op_id="a", station="S1", operator=PACKER, now=now)
    assert (packet.kind, [j.shipment for j in packet.jobs]) == ("pack", ["DE-2-1"])


def test_of_what_leaves_together_a_bench_packs_first_what_it_picked_itself(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        for n in (1, 2, 3):
            ship(tx, f"DE-{n}", [("CUP", 2)], now, leaves_at=f"2026-11-18T{16 if n == 3 else 15}:00:00.000Z")
    for station, shipment in (("S1", "DE-1-1"), ("S2", "DE-2-1"), ("S2", "DE-3-1")):
        packet = claim(database, shipment, now, station=station)
        with database.write() as tx:
            store.end_claims(tx, {packet.claim: "done"})
            shipments.move_state(tx, [shipment], "picked", by="x", source="", now=now)
    for n, (station, wanted) in enumerate((("S2", "DE-2-1"), ("S2", "DE-1-1"), ("S1", "DE-3-1"))):
        with database.write() as tx:
            packet = next_work(tx, op_id=f"n{n}", station=station, operator=PACKER, now=now)
            assert [job.shipment for job in packet.jobs] == [wanted]
            store.end_claims(tx, {packet.claim: "done"})
            shipments.move_state(tx, [wanted], "packed", by="x", source="", now=now)
            shipments.move_state(tx, [wanted], "labelled", by="x", source="", now=now)


def test_a_packet_names_the_totes_that_hold_other_work(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now)
        ship(tx, "DE-2", [("CUP", 2)], now)
    driver = Driver(database, now)
    driver.attach()
    driver.open("DE-1-1")
    driver.follow()
    driver.send()
    (used,) = {u.tote for some in bench.tally(driver.state).totes.values() for u in some}  # type: ignore[arg-type]
    assert claim(database, "DE-2-1", now, station="S2").busy == (used,)
    assert claim(database, "DE-1-1", now).busy == ()


def test_a_cart_gets_no_more_shipments_than_there_are_free_totes(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        for n in range(1, 6):
            ship(tx, f"DE-{n}", [("CUP", 2)], now)
    with database.write() as tx:
        assert len(next_work(tx, op_id="a", station="S1", operator=PACKER, now=now).jobs) == 3
        tx.exec_driver_sql("DELETE FROM tote")
    with database.write() as tx, pytest.raises(Conflict) as refused:
        next_work(tx, op_id="b", station="S2", operator=PACKER, now=now)
    assert refused.value.kind == "no_free_tote"


def test_what_was_picked_in_bulk_comes_next_as_its_whole_tote(database: Database, now: datetime) -> None:
    bulk_in_a_tote(database, now)
    with database.write() as tx:
        packet = next_work(tx, op_id="pack", station="S2", operator=PACKER, now=now)
    assert (packet.kind, packet.bulk, len(packet.jobs)) == ("pack", True, 4)


def test_one_order_of_a_tote_in_work_elsewhere_leaves_the_others_to_whoever_scans_it(
    database: Database, now: datetime
) -> None:
    _, tote = bulk_in_a_tote(database, now)
    claim(database, "DE-2-1", now, station="S2")
    assert [job.shipment for job in claim(database, tote, now).jobs] == ["DE-1-1", "DE-3-1", "DE-4-1"]
