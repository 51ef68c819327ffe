"""Loading and closing a handover: what may leave, what must come off again, and the stock behind it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import insert, text, update

from app.base.clock import stamp
from app.base.errors import Conflict, NotFound
from app.db import Database, Tx
from app.orders import store as orders
from app.orders import timeline
from app.shipments import check as shipment_check
from app.shipments import store
from app.shipments import tables as t
from app.shipments.handover import Handover, Loaded, LoadRefused, Unloaded, close, load, open_handover, unload
from app.shipments.shipment import Hop
from app.stock import check as stock_check
from app.stock.move import Move, move
from app.stock.reserve import release
from tests.small_site import CHIEF, PACKER, balance, build, printed, ship


def label(tx: Tx, shipment: str, now: datetime, *, parcels: int = 1, each: int = 1) -> list[str]:
    """As the applier writes it: picked, packed into so many boxes, labelled."""
    store.hops(
        tx, [Hop(shipment, to, "PBPICKER") for to in ("picking", "picked", "packing", "packed", "labelled")], now
    )
    ids = [f"{shipment}/{n + 1}" for n in range(parcels)]
    for n, one in enumerate(ids, 1):
        move(tx, [Move("CUP", "LEJ", "A-01", f"P:{one}", each, "pack", "f")], now)
        tx.execute(
            insert(t.parcel).values(
                id=one, shipment_id=shipment, n=n, state="labelled", sscc=f"{shipment}#{n}", tracking=f"T{one}", issue=1
            )
        )
        tx.execute(insert(t.parcel_item).values(parcel_id=one, line=1, sku="CUP", qty=each))
        printed(tx, one, now)
    done = parcels * each
    tx.execute(
        update(t.shipment_line).where(t.shipment_line.c.shipment_id == shipment).values(picked=done, packed=done)
    )
    return ids


def sound(tx: Tx) -> None:
    assert list(stock_check.check(tx)) == []
    assert list(shipment_check.check(tx)) == []


def state(tx: Tx, shipment: str) -> str:
    return store.get(tx, [shipment])[shipment].state


def test_a_handover_is_opened_once_for_each_carrier_and_warehouse(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        first = open_handover(tx, "LEJ", "GELB", operator=PACKER, now=now)
        assert open_handover(tx, "LEJ", "GELB", operator=PACKER, now=now) == first
        assert open_handover(tx, "LEJ", "OTHER", operator=PACKER, now=now).id != first.id


def test_benches_that_open_a_carriers_handover_at_once_have_the_same(
    postgres_database: Database, now: datetime
) -> None:
    with postgres_database.write() as tx:
        build(tx, now)

    def second() -> Handover:
        with postgres_database.write() as tx:
            return open_handover(tx, "LEJ", "GELB", operator=CHIEF, now=now)

    with ThreadPoolExecutor(1) as pool:
        with postgres_database.write() as tx:
            first = open_handover(tx, "LEJ", "GELB", operator=PACKER, now=now)
            asked = pool.submit(second)
            blocked = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            while not asked.done():
                with postgres_database.read() as other:
                    if other.execute(blocked).scalar_one():
                        break
            assert not asked.done()
        assert asked.result() == first


def test_a_second_open_handover_of_a_carrier_is_found(database: Database, now: datetime) -> None:
    with database.write() as tx:
        open_handover(tx, "LEJ", "GELB", operator=PACKER, now=now)
        tx.execute(text("DROP INDEX uq_handover_open"))
        tx.execute(
            insert(t.handover).values(
                id="2", warehouse="LEJ", carrier="GELB", state="open", opened_at=stamp(now), opened_by="PBPICKER"
            )
        )
        assert "one_open_handover" in {finding.rule for finding in shipment_check.check(tx)}


def test_closing_takes_the_goods_out_of_stock_and_dispatches_shipment_and_order(
    database: Database, now: datetime
) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 4)], now)
        boxes = label(tx, "DE-1-1", now, parcels=2, each=2)
        to = open_handover(tx, "LEJ", "GELB", operator=PACKER, now=now).id
        assert [load(tx, to, one, operator=PACKER, now=now) for one in boxes] == [
            Loaded("DE-1-1/1", "DE-1-1", 1),
            Loaded("DE-1-1/2", "DE-1-1", 2),
        ]
        sound(tx)
        done = close(tx, to, operator=PACKER, now=now)
        assert (done.parcels, done.to_unload) == (tuple(boxes), ())
        assert balance(tx, "CUP") == {"on_hand": 16, "damaged": 0, "reserved": 0, "available": 16}
        assert state(tx, "DE-1-1") == "dispatched"
        assert orders.load(tx, ["DE-1"])[0].state == "shipped"
        assert [p.state for p in store.parcels_on(tx, to)] == ["dispatched", "dispatched"]
        assert "shipped" in [h.entry.event for h in timeline.read(tx, "DE-1")]
        sound(tx)
        with pytest.raises(Conflict):
            close(tx, to, operator=PACKER, now=now)
        with pytest.raises(Conflict):
            load(tx, to, boxes[0], operator=PACKER, now=now)


def test_a_shipment_is_dispatched_when_the_last_of_its_parcels_is(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 2)], now)
        boxes = label(tx, "DE-1-1", now, parcels=2)
        for n, one in enumerate(boxes):
            to = open_handover(tx, "LEJ", "GELB", operator=PACKER, now=now).id
            load(tx, to, one, operator=PACKER, now=now)
            close(tx, to, operator=PACKER, now=now)
            assert state(tx, "DE-1-1") == ("dispatched" if n else "labelled")
            sound(tx)


def test_an_order_with_a_shipment_still_here_is_part_shipped(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now)
        ship(tx, "DE-1", [("TEE", 1)], now, n=2)
        (box,) = label(tx, "DE-1-1", now)
        to = open_handover(tx, "LEJ", "GELB", operator=PACKER, now=now).id
        load(tx, to, box, operator=PACKER, now=now)
        close(tx, to, operator=PACKER, now=now)
        assert orders.load(tx, ["DE-1"])[0].state == "part_shipped"


def test_what_may_not_leave_is_refused_with_its_own_message(database: Database, now: datetime) -> None:
    def why(parcel: str, to: str) -> str:
        answer = load(tx, to, parcel, operator=PACKER, now=now)
        assert isinstance(answer, LoadRefused)
        return answer.message

    with database.write() as tx:
        build(tx, now)
        for n in range(1, 6):
            ship(tx, f"DE-{n}", [("CUP", 1)], now)
            label(tx, f"DE-{n}-1", now)
        to = open_handover(tx, "LEJ", "GELB", operator=PACKER, now=now).id
        other = open_handover(tx, "LEJ", "ROT", operator=PACKER, now=now).id
        store.move_state(tx, ["DE-1-1"], "cancelled", by="x", source="", now=now)
        store.move_state(tx, ["DE-2-1"], "held", by="x", source="", now=now)
        store.move_state(tx, ["DE-3-1"], "packing", by="x", source="", now=now)
        load(tx, to, "DE-4-1/1", operator=PACKER, now=now)
        assert why("DE-1-1/1", to) == "cancelled"
        assert why("DE-2-1/1", to) == "held"
        assert why("DE-3-1/1", to) == "unlabelled"
        assert why("DE-4-1/1", to) == "already_loaded"
        assert why("DE-4-1/1", other) == "already_loaded"
        assert why("DE-5-1/1", other) == "wrong_carrier"
        assert why("DE-9-1/1", to) == "unknown_parcel"
        with pytest.raises(NotFound):
            load(tx, "nothing", "DE-5-1/1", operator=PACKER, now=now)


def test_cancelled_and_held_since_loading_are_named_and_stay(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        to = open_handover(tx, "LEJ", "GELB", operator=PACKER, now=now).id
        for n in range(1, 4):
            ship(tx, f"DE-{n}", [("CUP", 1)], now)
            (box,) = label(tx, f"DE-{n}-1", now)
            load(tx, to, box, operator=PACKER, now=now)
        store.move_state(tx, ["DE-1-1"], "held", by="x", source="", now=now)
        store.move_state(tx, ["DE-2-1"], "cancelled", by="x", source="", now=now)
        store.set_parcels(tx, ["DE-2-1/1"], state="void")
        release(tx, ["DE-2-1"], source="x", now=now)
        done = close(tx, to, operator=CHIEF, now=now)
        assert done.parcels == ("DE-3-1/1",)
        assert done.to_unload == (("DE-1-1/1", "held"), ("DE-2-1/1", "cancelled"))
        found = store.parcels(tx, ["DE-1-1/1", "DE-2-1/1"])
        assert [(p.state, p.handover) for p in found.values()] == [("labelled", None), ("void", None)]
        assert balance(tx, "CUP")["on_hand"] == 19
        sound(tx)


def test_a_parcel_can_be_taken_off_and_loaded_again(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now)
        (box,) = label(tx, "DE-1-1", now)
        to = open_handover(tx, "LEJ", "GELB", operator=PACKER, now=now).id
        load(tx, to, box, operator=PACKER, now=now)
        assert unload(tx, to, box, operator=PACKER, now=now) == Unloaded(box, "DE-1-1", 0)
        assert unload(tx, to, box, operator=PACKER, now=now) == LoadRefused("not_loaded", {"parcel": box})
        assert load(tx, to, box, operator=PACKER, now=now) == Loaded(box, "DE-1-1", 1)
        sound(tx)


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("UPDATE shipment SET state = 'picked'", "timeline_leads_to_the_state"),
        ("UPDATE shipment SET state = 'lost'", "shipment_state_is_known"),
        (
            'UPDATE timeline SET detail = \'{"from":"ready","to":"labelled"}\' WHERE event = \'state\'',
            "moves_are_allowed",
        ),
        ("UPDATE parcel SET state = 'gone'", "parcel_state_is_known"),
        ("UPDATE parcel SET state = 'dispatched'", "dispatched_on_a_closed_handover"),
        ("UPDATE parcel SET state = 'loaded'", "loaded_on_an_open_handover"),
        ("UPDATE shipment SET state = 'dispatched'", "dispatched_whole"),
        ("UPDATE shipment SET state = 'cancelled'", "cancelled_parcels_are_void"),
        ("DELETE FROM parcel_item", "packed_lies_in_parcels"),
        ("UPDATE shipment_line SET packed = 0", "picked_lies_in_totes"),
        ("UPDATE stock_place SET damaged = on_hand WHERE place LIKE 'P:%'", "parcel_holds_what_is_listed"),
        ("UPDATE stock_place SET place = 'T:T01' WHERE place LIKE 'P:%'", "tote_holds_what_is_listed"),
        ("DELETE FROM reservation", "live_shipments_hold_their_units"),
        ("UPDATE shipment_line SET qty = qty + 1", "live_shipments_hold_their_units"),
    ],
)
def test_a_planted_fault_is_found(database: Database, now: datetime, fault: str, rule: str) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 2)], now)
        label(tx, "DE-1-1", now, each=2)
        sound(tx)
        tx.execute(text(fault.replace(":%", r"\:%").replace(":T", r"\:T").replace('":', '"\\:')))
        assert rule in {finding.rule for finding in shipment_check.check(tx)}


def test_a_handover_with_nothing_left_to_go_stays_open_and_says_so(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 1)], now)
        (box,) = label(tx, "DE-1-1", now)
        to = open_handover(tx, "LEJ", "GELB", operator=PACKER, now=now).id
        assert close(tx, to, operator=PACKER, now=now).parcels == ()
        load(tx, to, box, operator=PACKER, now=now)
        store.move_state(tx, ["DE-1-1"], "cancelled", by="x", source="", now=now)
        store.set_parcels(tx, [box], state="void")
        release(tx, ["DE-1-1"], source="x", now=now)
        done = close(tx, to, operator=PACKER, now=now)
        assert (done.parcels, done.to_unload) == ((), ((box, "cancelled"),))
        again = close(tx, to, operator=PACKER, now=now)
        assert (again.parcels, again.to_unload) == ((), ())
        assert open_handover(tx, "LEJ", "GELB", operator=PACKER, now=now).id == to
        ship(tx, "DE-2", [("CUP", 1)], now)
        (other,) = label(tx, "DE-2-1", now)
        load(tx, to, other, operator=PACKER, now=now)
        assert close(tx, to, operator=PACKER, now=now).parcels == (other,)
