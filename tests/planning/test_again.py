"""Planning anew: what is given back, what stays, pins; and several planners at once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.base.errors import BadInput, NotFound
from app.cases import store as cases
from app.db import Database
from app.desk.cancel import cancel
from app.desk.due import expire_unpaid
from app.desk.news import heard
from app.orders import store as orders
from app.planning import store
from app.planning.check import check
from app.planning.pin import pin, unpin
from app.planning.plan import plan_orders
from app.planning.replan import replan
from app.shipments import store as shipments
from app.site.roles import SYSTEM
from app.stock import store as stock
from app.stock.adjust import Adjustment, adjust
from app.stock.check import check as check_stock
from tests.planning.making import NOW, an_order, arrive, furnish, receive, trace_of
from tests.small_site import CHIEF

LATER = NOW + timedelta(hours=73)


def begin(database: Database, *some: object, units: dict[tuple[str, str], int]) -> None:
    with database.write() as tx:
        furnish(tx, units)
        arrive(tx, *some)  # type: ignore[arg-type]
    plan_orders(database, None, operator=SYSTEM, now=NOW)


def whole(database: Database) -> None:
    with database.read() as tx:
        assert list(check(tx)) == []
        assert list(check_stock(tx)) == []


def pays(database: Database, order_id: str) -> None:
    with database.write() as tx:
        tx.execute(text("UPDATE order_ SET payment = 'paid' WHERE id = :id"), {"id": order_id})


def states(database: Database, order_id: str) -> list[str]:
    with database.read() as tx:
        return [s.state for s in shipments.of_orders(tx, [order_id])[order_id]]


# ---- planning anew --------------------------------------------------------------------------------------


def test_replanning_moves_the_reservation_and_numbers_go_on(database: Database) -> None:
    begin(database, an_order("1", ("CUP", 1)), units={("CUP", "SZX"): 1})
    with database.write() as tx:
        receive(tx, {("CUP", "LEJ"): 1})
        assert replan(tx, "DE-1", operator=SYSTEM, now=NOW).planned == 1
        assert [(s.id, s.warehouse, s.state) for s in shipments.of_orders(tx, ["DE-1"])["DE-1"]] == [
            ("DE-1-1", "SZX", "cancelled"),
            ("DE-1-2", "LEJ", "ready"),
        ]
        assert stock.available(tx, ["CUP"]) == {("CUP", "SZX"): 1, ("CUP", "LEJ"): 0}
        assert store.latest(tx, ["DE-1"])["DE-1"].no == 2
    whole(database)


def test_what_a_bench_has_begun_stays_and_only_the_missing_units_are_planned(database: Database) -> None:
    begin(database, an_order("1", ("CUP", 3)), units={("CUP", "LEJ"): 3})
    with database.write() as tx:
        shipments.move_state(tx, ["DE-1-1"], "picking", by="PBPICKER", source="t", now=NOW)
        receive(tx, {("CUP", "SZX"): 5})
        assert replan(tx, "DE-1", operator=SYSTEM, now=NOW).unchanged == 1  # nothing is missing
        # A bench finds one missing: promised no more, on hand no more.
        shipments.raise_short(tx, {("DE-1-1", 1): 1})
        stock.lower_reservations(tx, {("DE-1-1", "CUP"): 1})
        stock.post(tx, [_row("CUP", "LEJ", "reserved", -1), _row("CUP", "LEJ", "on_hand", -1, "A-01-1")], NOW)
        assert replan(tx, "DE-1", operator=SYSTEM, now=NOW).planned == 1
        first, second = shipments.of_orders(tx, ["DE-1"])["DE-1"]
        assert (first.state, second.warehouse, [line.qty for line in second.lines]) == ("picking", "SZX", [1])
    whole(database)


def test_what_was_cancelled_after_the_rest_had_left_is_not_missed_also_once_its_story_is_filed_away(
    database: Database,
) -> None:
    begin(database, an_order("1", ("CUP", 3)), units={("CUP", "LEJ"): 2, ("CUP", "SZX"): 1})
    with database.write() as tx:
        first, second = (s.id for s in shipments.of_orders(tx, ["DE-1"])["DE-1"])
        for to in ("picking", "picked", "packing", "packed", "labelled", "dispatched"):
            shipments.move_state(tx, [first], to, by="PBPICKER", source="t", now=NOW)
        assert cancel(tx, "DE-1", reason="", operator=CHIEF, now=NOW).shipments == (second,)
        assert orders.load(tx, ["DE-1"])[0].state == "shipped"
    with database.write() as tx:
        assert list(check(tx)) == []
        tx.execute(text("DELETE FROM timeline"))
        assert [found.rule for found in check(tx)] == ["no_unit_is_lost"]
        tx.execute(text("UPDATE order_ SET archived = 'a file'"))
        assert list(check(tx)) == []


def _row(sku: str, warehouse: str, kind: str, qty: int, place: str = "") -> object:
    from app.stock.ledger import Row

    return Row(sku, warehouse, kind, qty, "short", "t", place)


def test_when_nothing_better_can_be_had_the_old_plan_stays_with_its_units(database: Database) -> None:
    begin(database, an_order("1", ("CUP", 2)), units={("CUP", "LEJ"): 2})
    with database.write() as tx:
        pin(tx, "DE-1", "split", "*", {"warehouse": "SZX"}, operator=SYSTEM, now=NOW)
        said = replan(tx, "DE-1", operator=SYSTEM, now=NOW)
        assert dict(said.held) == {"short_stock": 1}
        assert orders.load(tx, ["DE-1"])[0].state == "planned"
        assert sum(r.qty for r in stock.reservations(tx, shipments=["DE-1-1"])) == 2
        assert [c.kind for c in cases.open_of(tx, "DE-1")] == ["short_stock"]
    assert states(database, "DE-1") == ["ready"]
    whole(database)


def test_a_pin_is_followed_by_the_next_plan_and_kept_with_its_author(database: Database) -> None:
    begin(database, an_order("1", ("CUP", 1)), units={("CUP", "LEJ"): 1, ("CUP", "SZX"): 1})
    with database.write() as tx:
        pin(tx, "DE-1", "split", "1", {"warehouse": "SZX"}, operator=SYSTEM, now=NOW)
        pin(tx, "DE-1", "carriage", "SZX", {"service": "PACKET"}, operator=SYSTEM, now=NOW)
        replan(tx, "DE-1", operator=SYSTEM, now=NOW)
        last = shipments.of_orders(tx, ["DE-1"])["DE-1"][-1]
        assert (last.warehouse, last.service) == ("SZX", "PACKET")
        assert [(p.stage, p.by) for p in store.pins(tx, ["DE-1"])["DE-1"]] == [
            ("carriage", "SYSTEM"),
            ("split", "SYSTEM"),
        ]
        assert "warehouse_pinned" in {line.reason for line in trace_of(tx, "DE-1", 2)}
        unpin(tx, "DE-1", "split", "1", operator=SYSTEM, now=NOW)
        replan(tx, "DE-1", operator=SYSTEM, now=NOW)
        assert shipments.of_orders(tx, ["DE-1"])["DE-1"][-1].warehouse == "LEJ"
        with pytest.raises(NotFound):
            unpin(tx, "DE-1", "split", "1", operator=SYSTEM, now=NOW)
    whole(database)


@pytest.mark.parametrize(
    ("stage", "key", "value"),
    [
        ("weather", "*", {"warehouse": "LEJ"}),
        ("split", "first", {"warehouse": "LEJ"}),
        ("split", "1", {"carton": "S"}),
        ("split", "1", {"warehouse": ""}),
        ("declaration", "1", {"value_minor": -1}),
        ("declaration", "*", {"value_minor": 1}),
        ("split", "*", {"warehouse": "ATLANTIS"}),
        ("parcels", "*", {"carton": "SUITCASE"}),
        ("carriage", "*", {"service": "PIGEON"}),
    ],
)
def test_a_pin_no_stage_can_follow_is_refused(
    sqlite_database: Database, stage: str, key: str, value: dict[str, object]
) -> None:
    begin(sqlite_database, an_order("1", ("CUP", 1)), units={("CUP", "LEJ"): 1})
    with sqlite_database.write() as tx, pytest.raises(BadInput):
        pin(tx, "DE-1", stage, key, value, operator=SYSTEM, now=NOW)


# ---- several planners at once ---------------------------------------------------------------------------


def test_two_planners_never_promise_one_unit_twice_nor_plan_one_order_twice(database: Database) -> None:
    with database.write() as tx:
        furnish(tx, {("CUP", "LEJ"): 40, ("TEE", "LEJ"): 200, ("TEE", "SZX"): 200})
        arrive(tx, *(an_order(f"{i:03}", ("CUP", 1), ("TEE", 1)) for i in range(120)))
    failures: list[BaseException] = []
    start = threading.Barrier(3)

    def work(ids: list[str] | None) -> None:
        try:
            start.wait()
            plan_orders(database, ids, operator=SYSTEM, now=NOW)
        except BaseException as error:  # noqa: BLE001 - shown below, in the test's own thread
            failures.append(error)

    backwards = [f"DE-{i:03}" for i in reversed(range(120))]
    threads = [threading.Thread(target=work, args=(ids,)) for ids in (None, None, backwards)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    # Whoever was skipped because another planner had it in hand takes its turn now.
    plan_orders(database, None, operator=SYSTEM, now=NOW)
    with database.read() as tx:
        found = shipments.of_orders(tx, backwards)
        assert sum(len(theirs) for theirs in found.values()) == 40
        assert stock.available(tx, ["CUP"]) == {("CUP", "LEJ"): 0}
        assert {o.state for o in orders.load(tx, backwards)} == {"planned", "held"}
    whole(database)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_happens_in_whatever_order_no_unit_is_lost_or_promised_twice(
    sqlite_database: Database, data: st.DataObject
) -> None:
    database = sqlite_database
    with database.write() as tx:
        for table in reversed(list(_tables())):
            tx.execute(table.delete())
        furnish(tx, {("CUP", "LEJ"): 4, ("CUP", "SZX"): 3, ("TEE", "LEJ"): 3})
        arrive(
            tx,
            an_order("1", ("CUP", 2), payment="pending"),
            an_order("2", ("CUP", 3), ("TEE", 1)),
            an_order("3", ("SET", 1), payment="pending"),
        )
    ids = ["DE-1", "DE-2", "DE-3"]
    acts = ["plan", "plan named", "expire", "pay", "replan", "receive", "pin", "lose"]
    for act in data.draw(st.lists(st.sampled_from(acts), max_size=10)):
        one = data.draw(st.sampled_from(ids))
        if act == "plan":
            plan_orders(database, None, operator=SYSTEM, now=NOW)
        elif act == "plan named":
            plan_orders(database, [one], operator=SYSTEM, now=NOW)
        elif act == "pay":
            pays(database, one)
        with database.write() as tx:
            if act == "expire":
                expire_unpaid(tx, LATER)
            elif act == "pay":
                heard(tx, one, ["payment"], operator=SYSTEM, now=NOW)
            elif act == "replan":
                replan(tx, one, operator=SYSTEM, now=NOW)
            elif act == "receive":
                receive(tx, {("CUP", "SZX"): 1})
            elif act == "pin":
                pin(tx, one, "split", "*", {"warehouse": "LEJ"}, operator=SYSTEM, now=NOW)
            elif act == "lose" and stock.available(tx, ["CUP"]).get(("CUP", "LEJ"), 0):
                adjust(tx, Adjustment("CUP", "LEJ", "A-01-1", -1, "lost"), source="t", operator=SYSTEM, now=NOW)
        whole(database)


def _tables() -> list[object]:
    from app.bootstrap import metadata

    return list(metadata().sorted_tables)
