"""Planning on the database: reserved, written, traced; held with a case; each order whole or not at all."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from app.base.clock import stamp
from app.base.errors import NotAllowed, NotFound
from app.cases import store as cases
from app.db import Database, Tx
from app.orders import store as orders
from app.orders.order import Address
from app.orders.timeline import read
from app.planning import store
from app.planning.check import check
from app.planning.plan import explain, plan_orders
from app.planning.record import plan_record
from app.shipments import store as shipments
from app.shipments.shipment import Shipment
from app.site.roles import SYSTEM, Operator
from app.stock import store as stock
from app.stock.check import check as check_stock
from tests.planning.making import NOW, an_order, arrive, furnish, receive, trace_of

PACKER = Operator("PBPICKER", "Pia", "packer")


def planned(database: Database, *orders: object, units: dict[tuple[str, str], int]) -> dict[str, object]:
    with database.write() as tx:
        furnish(tx, units)
        arrive(tx, *orders)  # type: ignore[arg-type]
    return plan_orders(database, None, operator=SYSTEM, now=NOW).as_dict()


def of(tx: Tx, order_id: str) -> tuple[Shipment, ...]:
    return shipments.of_orders(tx, [order_id])[order_id]


def whole(database: Database) -> None:
    with database.read() as tx:
        assert list(check(tx)) == []
        assert list(check_stock(tx)) == []


def test_a_paid_order_becomes_a_claimable_shipment_with_its_units_reserved(database: Database) -> None:
    said = planned(database, an_order("1042", ("SET", 2), ("TEE", 1)), units={("CUP", "LEJ"): 9, ("TEE", "LEJ"): 9})
    assert said == {"planned": 1, "held": {}, "cancelled": 0, "unchanged": 0, "shipments": 1}
    with database.read() as tx:
        (one,) = of(tx, "DE-1042")
        assert (one.id, one.state, one.warehouse, one.service) == ("DE-1042-1", "ready", "LEJ", "HOME")
        assert one.leaves_at == "2026-11-18T16:00:00.000Z"
        assert [(line.line, line.order_line, line.sku, line.qty) for line in one.lines] == [
            (1, 1, "CUP", 4),
            (2, 1, "TEE", 2),
            (3, 2, "TEE", 1),
        ]
        assert stock.available(tx, ["CUP", "TEE"]) == {("CUP", "LEJ"): 5, ("TEE", "LEJ"): 6}
        assert [r.expires_at for r in stock.reservations(tx, shipments=[one.id])] == [None, None]
        (order,) = orders.load(tx, ["DE-1042"])
        assert (order.state, order.plan_no) == ("planned", 1)
        assert "planned" in [h.entry.event for h in read(tx, "DE-1042")]
        assert [line.stage for line in trace_of(tx, "DE-1042", 1)][-1] == "commit"
    whole(database)


def test_an_order_may_be_parted_between_warehouses_and_keeps_its_id(database: Database) -> None:
    planned(database, an_order("7", ("CUP", 1), ("TEE", 1)), units={("CUP", "LEJ"): 1, ("TEE", "SZX"): 1})
    with database.read() as tx:
        assert [(s.id, s.warehouse, s.units) for s in of(tx, "DE-7")] == [("DE-7-1", "LEJ", 1), ("DE-7-2", "SZX", 1)]
        result = store.latest(tx, ["DE-7"])["DE-7"].result
        assert [s["declaration"] is None for s in result["shipments"]] == [True, False]  # type: ignore[attr-defined]
    whole(database)


def test_an_unpaid_order_reserves_until_its_shops_hours_have_passed(database: Database) -> None:
    here, there = (an_order(n, ("CUP", 1), shop=shop, payment="pending") for n, shop in (("1", "DE"), ("2", "US")))
    planned(database, here, there, units={("CUP", "LEJ"): 5})
    with database.read() as tx:
        held = stock.reservations(tx, shipments=["DE-1-1", "US-2-1"])
        assert {r.shipment: r.expires_at for r in held} == {
            "DE-1-1": stamp(NOW + timedelta(hours=72)),
            "US-2-1": stamp(NOW + timedelta(hours=24)),
        }
        assert {s.state for s in shipments.get(tx, ["DE-1-1", "US-2-1"]).values()} == {"planned"}
    whole(database)


def test_a_presale_is_reserved_firm_and_waits_for_its_day(database: Database) -> None:
    planned(database, an_order("1", ("CUP", 1), available_from="2026-12-01T00:00:00.000Z"), units={("CUP", "LEJ"): 1})
    with database.read() as tx:
        (one,) = of(tx, "DE-1")
        assert (one.state, one.leaves_at) == ("planned", "2026-12-01T16:00:00.000Z")
        assert stock.reservations(tx, shipments=[one.id])[0].expires_at is None


@pytest.mark.parametrize("payments", [("pending", "paid"), ("paid", "pending")])
def test_whoever_ordered_first_is_served_first_paid_or_not(database: Database, payments: tuple[str, str]) -> None:
    some = [an_order(str(i), ("CUP", 1), payment=payment) for i, payment in enumerate(payments, 1)]
    said = planned(database, *some, units={("CUP", "LEJ"): 1})
    assert said["held"] == {"short_stock": 1}
    with database.read() as tx:
        assert (len(of(tx, "DE-1")), len(of(tx, "DE-2"))) == (1, 0)
    whole(database)


def test_what_needs_a_person_is_held_with_a_case_for_each_reason_and_reserves_nothing(database: Database) -> None:
    said = planned(
        database,
        an_order("1", ("GHOST", 1), ship_to=Address(country="FR")),
        an_order("2", ("BANK", 1), ("SPRAY", 1)),
        an_order("3", ("CUP", 99)),
        an_order("4", ("CUP", 1), cancelled_at="2026-11-18T00:00:00.000Z"),
        units={("CUP", "LEJ"): 5, ("BANK", "LEJ"): 5, ("SPRAY", "LEJ"): 5},
    )
    assert said["held"] == {"incomplete_address": 1, "restricted_goods": 1, "short_stock": 1, "unknown_sku": 1}
    with database.read() as tx:
        assert [c.kind for c in cases.open_of(tx, "DE-1")] == ["unknown_sku", "incomplete_address"]
        assert cases.open_of(tx, "DE-3")[0].detail == {"missing": {"CUP": 94}}
        assert [o.state for o in orders.load(tx, ["DE-1", "DE-2", "DE-3", "DE-4"])] == ["held"] * 3 + ["cancelled"]
        assert set(stock.available(tx, ["CUP", "BANK", "SPRAY"]).values()) == {5}
    whole(database)


def test_a_held_order_is_planned_once_its_cause_is_gone_and_its_case_is_settled(database: Database) -> None:
    planned(database, an_order("1", ("CUP", 3)), units={("CUP", "LEJ"): 1})
    again = plan_orders(database, None, operator=SYSTEM, now=NOW)
    assert again.as_dict()["planned"] == 0  # only new orders take their turn by themselves
    with database.write() as tx:
        receive(tx, {("CUP", "LEJ"): 5})
    assert plan_orders(database, ["DE-1"], operator=SYSTEM, now=NOW).planned == 1
    with database.read() as tx:
        assert cases.open_of(tx, "DE-1") == []
        assert [c.act for c in cases.of_order(tx, "DE-1")] == ["replan"]
    whole(database)


def test_a_sku_made_or_mapped_since_intake_is_known_at_planning(database: Database) -> None:
    from app.catalog import store as catalog

    with database.write() as tx:
        furnish(tx, {("CUP", "LEJ"): 5})
        arrive(tx, an_order("1", ("OLD-CUP", 1)))
        catalog.add_alias(tx, "DE", "OLD-CUP", "CUP")
    assert plan_orders(database, None, operator=SYSTEM, now=NOW).planned == 1
    with database.read() as tx:
        assert [line.sku for line in of(tx, "DE-1")[0].lines] == ["CUP"]
    whole(database)


def test_planning_twice_changes_nothing(database: Database) -> None:
    planned(database, an_order("1", ("CUP", 1)), units={("CUP", "LEJ"): 5})
    said = plan_orders(database, ["DE-1"], operator=SYSTEM, now=NOW).as_dict()
    assert said == {"planned": 0, "held": {}, "cancelled": 0, "unchanged": 1, "shipments": 0}
    with database.read() as tx:
        assert len(of(tx, "DE-1")) == 1
    whole(database)


def test_an_unknown_order_refuses_the_whole_request(database: Database) -> None:
    with database.write() as tx:
        furnish(tx, {("CUP", "LEJ"): 5})
        arrive(tx, an_order("1", ("CUP", 1)))
    with pytest.raises(NotFound, match="DE-9"):
        plan_orders(database, ["DE-1", "DE-9"], operator=SYSTEM, now=NOW)
    with database.read() as tx:
        assert orders.load(tx, ["DE-1"])[0].state == "new"


def test_a_packer_may_not_plan(database: Database) -> None:
    with pytest.raises(NotAllowed):
        plan_orders(database, None, operator=PACKER, now=NOW)


def test_a_preview_is_the_plan_and_writes_nothing(database: Database) -> None:
    with database.write() as tx:
        furnish(tx, {("CUP", "LEJ"): 1, ("TEE", "SZX"): 1})
        arrive(tx, an_order("1", ("CUP", 1), ("TEE", 1)))
    with database.read() as tx:
        before = explain(tx, "DE-1", NOW)
        told = json.loads(json.dumps(plan_record(before, "en")))
        assert [s["warehouse"] for s in told["shipments"]] == ["LEJ", "SZX"]
        assert all(line["text"] for line in told["trace"])
        assert orders.load(tx, ["DE-1"])[0].state == "new"
        with pytest.raises(NotFound):
            explain(tx, "DE-9", NOW)
    plan_orders(database, ["DE-1"], operator=SYSTEM, now=NOW)
    with database.read() as tx:
        assert trace_of(tx, "DE-1", 1)[:-1] == before.trace
        assert explain(tx, "DE-1", NOW).shipments == before.shipments  # its own units count as free


def test_a_shop_sees_stock_less_its_buffer(database: Database) -> None:
    with database.write() as tx:
        furnish(tx, {("CUP", "LEJ"): 3})
        stock.set_buffer(tx, "DE", "CUP", "LEJ", 2)
        arrive(tx, an_order("1", ("CUP", 2)), an_order("2", ("CUP", 2), shop="US"))
    said = plan_orders(database, None, operator=SYSTEM, now=NOW)
    assert (said.planned, dict(said.held)) == (1, {"short_stock": 1})
    with database.read() as tx:
        assert len(of(tx, "US-2")) == 1


def test_many_orders_are_planned_in_batches_and_progress_is_told(database: Database) -> None:
    with database.write() as tx:
        furnish(tx, {("CUP", "LEJ"): 70})
        arrive(tx, *(an_order(f"{i:03}", ("CUP", 1)) for i in range(120)))
    told: list[int] = []
    said = plan_orders(database, None, operator=SYSTEM, now=NOW, progress=told.append)
    assert (said.planned, said.held["short_stock"]) == (70, 50)
    assert told == [50, 100, 120]
    with database.read() as tx:
        assert stock.available(tx, ["CUP"]) == {("CUP", "LEJ"): 0}
    whole(database)


def test_check_finds_each_planted_fault(database: Database) -> None:
    from sqlalchemy import text

    planned(database, an_order("1", ("CUP", 2)), an_order("2", ("CUP", 1)), an_order("3", ("CUP", 1)),
            units={("CUP", "LEJ"): 5})  # fmt: skip
    faults = {
        "UPDATE shipment_line SET qty = 1 WHERE shipment_id = 'DE-1-1'": "no_unit_is_lost",
        "UPDATE shipment_line SET qty = 3 WHERE shipment_id = 'DE-1-1'": "no_unit_is_sent_twice",
        "UPDATE order_ SET plan_no = 9 WHERE id = 'DE-1'": "newest_plan_is_the_orders",
        "DELETE FROM plan_trace WHERE order_id = 'DE-2'": "decisions_say_why",
        "DELETE FROM plan WHERE order_id = 'DE-3'": "planned_orders_have_a_plan",
    }
    for fault, rule in faults.items():
        with database.read() as tx:  # rolled back at its end
            tx.execute(text(fault))
            assert rule in {finding.rule for finding in check(tx)}, fault
    whole(database)
