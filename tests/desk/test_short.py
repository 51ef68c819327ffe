"""What was found short is never sent short unless somebody says so, and no order is forgotten over it."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.base.errors import Conflict, OutOfStock
from app.cases import store as cases
from app.db import Database, Tx
from app.desk.hold import hold, release
from app.desk.settle import settle
from app.floor import check as floor_check
from app.floor.facts import ShortFound
from app.floor.shortage import counted, found_short
from app.orders import store as orders
from app.planning import check as planning_check
from app.planning.plan import plan_orders
from app.planning.replan import replan
from app.shipments import check as shipment_check
from app.shipments import store as shipments
from app.shipments.handover import LoadRefused, load, open_handover
from app.shipments.shipment import Hop
from app.site.roles import SYSTEM
from app.stock import check as stock_check
from app.stock import store as stock
from app.stock.count import Counted
from app.stock.ledger import Row
from tests.floor.bench_driver import Driver
from tests.planning.making import NOW, an_order, arrive, furnish, receive
from tests.small_site import CHIEF, PACKER, build, ship


@pytest.fixture
def driver(database: Database, now: datetime) -> Driver:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 2), ("TEE", 1)], now)
    made = Driver(database, now)
    made.attach()
    return made


def sound(tx: Tx) -> None:
    assert [f for room in (floor_check, shipment_check, stock_check) for f in room.check(tx)] == []


def pick_one_cup_too_few(driver: Driver) -> None:
    """The picker finds one cup of two, says so, and goes on with the rest."""
    driver.open("DE-1-1")
    for code in ("A-01", "4006381333931", "T01", "PBSHORT", "PBSHORT"):
        driver.scan(code)
    driver.send()


def finish(driver: Driver) -> None:
    driver.follow()
    driver.send()


def stands(driver: Driver) -> tuple[str, str | None]:
    with driver.database.read() as tx:
        found = shipments.get(tx, ["DE-1-1"])["DE-1-1"]
        sound(tx)
        return found.state, found.held_from


def decide(driver: Driver, act: str) -> None:
    with driver.database.write() as tx:
        (case,) = cases.open_of(tx, "DE-1")
        settle(tx, case.id, act=act, operator=CHIEF, reason="", now=driver.now)


def due(driver: Driver) -> int:
    with driver.database.read() as tx:
        return sum(line.due for line in shipments.get(tx, ["DE-1-1"])["DE-1-1"].lines)


def test_a_picker_who_finds_too_few_goes_on_and_the_shipment_then_waits_for_a_decision(driver: Driver) -> None:
    pick_one_cup_too_few(driver)
    assert stands(driver) == ("picking", None)
    finish(driver)
    assert stands(driver) == ("held", "picked")
    with pytest.raises(Conflict) as told:
        driver.open("DE-1-1")
    assert told.value.kind == "held"
    with pytest.raises(Conflict), driver.database.write() as tx:
        release(tx, "DE-1", operator=CHIEF, now=driver.now)
    decide(driver, "noted")
    assert stands(driver) == ("picked", None)
    driver.open("DE-1-1")
    finish(driver)
    assert (stands(driver), due(driver)) == (("labelled", None), 2)


def test_missing_units_that_lie_in_other_bins_are_picked_there_for_the_same_shipment(driver: Driver) -> None:
    pick_one_cup_too_few(driver)
    finish(driver)
    decide(driver, "pick_again")
    assert (stands(driver), due(driver)) == (("picking", None), 3)
    packet = driver.open("DE-1-1")
    assert [(stop.sku, stop.qty) for stop in packet.stops] == [("CUP", 1)]
    finish(driver)
    assert stands(driver) == ("picked", None)
    driver.open("DE-1-1")
    finish(driver)
    assert (stands(driver), due(driver)) == (("labelled", None), 3)


def test_units_that_lie_nowhere_cannot_be_picked_again_and_nothing_is_done(driver: Driver) -> None:
    pick_one_cup_too_few(driver)
    finish(driver)
    with driver.database.write() as tx:
        ship(tx, "DE-2", [("CUP", 18)], driver.now)
    with pytest.raises(OutOfStock):
        decide(driver, "pick_again")
    with driver.database.read() as tx:
        assert [case.state for case in cases.open_of(tx, "DE-1")] == ["open"]
    assert stands(driver) == ("held", "picked")


def test_what_is_found_broken_at_packing_waits_at_once_and_is_not_loaded_before_a_decision(driver: Driver) -> None:
    driver.open("DE-1-1")
    finish(driver)
    driver.open("DE-1-1")
    for code in ("PBBROKEN", "4006381333931", "PBBROKEN", "4006381333931"):
        driver.scan(code)
    driver.send()
    assert stands(driver) == ("held", "packing")
    finish(driver)  # a bench that has not heard of it goes on
    assert stands(driver) == ("held", "labelled")
    with driver.database.write() as tx:
        to = open_handover(tx, "LEJ", "GELB", operator=PACKER, now=driver.now).id
        refused = load(tx, to, "DE-1-1/1", operator=PACKER, now=driver.now)
        assert isinstance(refused, LoadRefused)
        assert refused.message == "held"
    decide(driver, "noted")
    assert stands(driver) == ("labelled", None)


def test_a_hold_released_does_not_decide_what_is_short(driver: Driver) -> None:
    pick_one_cup_too_few(driver)
    finish(driver)
    with driver.database.write() as tx:
        hold(tx, "DE-1", reason="", operator=CHIEF, now=driver.now)
        release(tx, "DE-1", operator=CHIEF, now=driver.now)
        assert [case.kind for case in cases.open_of(tx, "DE-1")] == ["short_pick"]
        assert orders.load(tx, ["DE-1"])[0].state == "planned"
    assert stands(driver) == ("held", "picked")


def test_a_decision_on_what_is_short_does_not_end_a_persons_hold(driver: Driver) -> None:
    pick_one_cup_too_few(driver)
    finish(driver)
    with driver.database.write() as tx:
        hold(tx, "DE-1", reason="", operator=CHIEF, now=driver.now)
        (case,) = [c for c in cases.open_of(tx, "DE-1") if c.kind == "short_pick"]
        settle(tx, case.id, act="noted", operator=CHIEF, reason="", now=driver.now)
    assert stands(driver) == ("held", "picked")
    with driver.database.write() as tx:
        release(tx, "DE-1", operator=CHIEF, now=driver.now)
    assert stands(driver) == ("picked", None)


def test_another_buyers_shipment_that_pays_for_a_shortage_waits_for_a_decision_too(
    database: Database, now: datetime
) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 2)], now)
        ship(tx, "DE-2", [("CUP", 18)], now)
        lose(tx, "DE-1-1", 3, now)
        assert shipments.get(tx, ["DE-2-1"])["DE-2-1"].state == "held"
        (case,) = cases.open_of(tx, "DE-2")
        settle(tx, case.id, act="noted", operator=CHIEF, reason="", now=now)
        assert shipments.get(tx, ["DE-2-1"])["DE-2-1"].state == "ready"
        sound(tx)


# ---- nothing left ---------------------------------------------------------------------------------------


def lose(tx: Tx, shipment: str, qty: int, now: datetime, *, place: str = "A-01") -> None:
    found_short(tx, ShortFound(shipment, 1, place, "CUP", qty), warehouse="LEJ", by="P", source="f", now=now)


def planned(database: Database, units: int) -> None:
    """DE-1 wants two cups, and so many are in Leipzig."""
    with database.write() as tx:
        furnish(tx, {("CUP", "LEJ"): units})
        arrive(tx, an_order("1", ("CUP", 2)))
    plan_orders(database, None, operator=SYSTEM, now=NOW)


def checked(tx: Tx) -> None:
    for room in (planning_check, shipment_check, stock_check):
        assert list(room.check(tx)) == []


def test_an_order_of_which_nothing_is_left_is_held_by_its_case_and_the_check_is_clean(database: Database) -> None:
    planned(database, 2)
    with database.write() as tx:
        lose(tx, "DE-1-1", 2, NOW, place="A-01-1")
        assert orders.load(tx, ["DE-1"])[0].state == "held"
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "cancelled"
        (case,) = cases.open_of(tx, "DE-1")
        assert case.kind == "short_pick"
        checked(tx)
        for act in ("noted", "pick_again"):
            assert act not in case.acts
            with pytest.raises(Conflict):
                settle(tx, case.id, act=act, operator=CHIEF, reason="", now=NOW)
        checked(tx)


def test_an_order_of_which_nothing_was_left_is_planned_anew_when_there_is_stock_again(database: Database) -> None:
    planned(database, 2)
    with database.write() as tx:
        lose(tx, "DE-1-1", 2, NOW, place="A-01-1")
        receive(tx, {("CUP", "LEJ"): 5})
        (case,) = cases.open_of(tx, "DE-1")
        settle(tx, case.id, act="replan", operator=CHIEF, reason="", now=NOW)
        assert orders.load(tx, ["DE-1"])[0].state == "planned"
        assert [s.state for s in shipments.of_orders(tx, ["DE-1"])["DE-1"]] == ["cancelled", "ready"]
        checked(tx)


def test_an_order_lost_bit_by_bit_ends_held_as_one_lost_at_once(database: Database) -> None:
    planned(database, 2)
    with database.write() as tx:
        for _ in range(2):
            lose(tx, "DE-1-1", 1, NOW, place="A-01-1")
            checked(tx)
        assert orders.load(tx, ["DE-1"])[0].state == "held"
        (case,) = cases.open_of(tx, "DE-1")
        assert "noted" not in case.acts


def test_replanning_what_is_short_changes_nothing_while_nothing_is_to_be_had(database: Database) -> None:
    planned(database, 2)
    with database.write() as tx:
        lose(tx, "DE-1-1", 1, NOW, place="A-01-1")
        (case,) = cases.open_of(tx, "DE-1")
    with pytest.raises(Conflict) as told, database.write() as tx:
        settle(tx, case.id, act="replan", operator=CHIEF, reason="", now=NOW)
    assert told.value.kind == "nothing_to_replan"
    with database.read() as tx:
        assert [c.id for c in cases.open_of(tx, "DE-1")] == [case.id]
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "held"
        checked(tx)


@pytest.mark.parametrize("act", ["replan", "hold", "cancel", "noted"])
def test_of_a_shipment_that_nothing_is_left_of_nothing_is_picked_again_and_what_is_offered_can_be_done(
    database: Database, act: str
) -> None:
    """The other shipment of the order goes on."""
    with database.write() as tx:
        furnish(tx, {("CUP", "LEJ"): 2, ("TEE", "SZX"): 1})
        arrive(tx, an_order("1", ("CUP", 2), ("TEE", 1)))
    plan_orders(database, None, operator=SYSTEM, now=NOW)
    with database.write() as tx:
        (emptied,) = [s.id for s in shipments.of_orders(tx, ["DE-1"])["DE-1"] if s.lines[0].sku == "CUP"]
        for _ in range(2):
            lose(tx, emptied, 1, NOW, place="A-01-1")
        (case,) = cases.open_of(tx, "DE-1")
        assert (case.subject, case.detail["units"]) == (emptied, 2)
        assert case.acts == ("replan", "hold", "cancel", "noted")
        receive(tx, {("CUP", "LEJ"): 5})
        settle(tx, case.id, act=act, operator=CHIEF, reason="", now=NOW)
        assert case.id not in {c.id for c in cases.open_of(tx, "DE-1")}
        checked(tx)


def test_picking_again_what_a_shipment_lacks_settles_all_that_was_asked_about_it(
    database: Database, now: datetime
) -> None:
    """Its own picker missed two, two counts took five more back; then cups are delivered."""
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 10)], now)
        lose(tx, "DE-1-1", 2, now)
        for place, lie in (("A-01", 0), ("B-01", 3)):
            counted(tx, Counted("CUP", "LEJ", place, lie), source="c", operator=CHIEF, now=now)
        asked = {case.kind: case for case in cases.open_of(tx, "DE-1")}
        assert {kind: case.detail["units"] for kind, case in asked.items()} == {"short_pick": 2, "found_short": 5}
        stock.post(tx, [Row("CUP", "LEJ", "on_hand", 9, "receive", "r", "A-01")], now)
        settle(tx, asked["found_short"].id, act="pick_again", operator=CHIEF, reason="", now=now)
        assert cases.open_of(tx, "DE-1") == []
        (own,) = shipments.get(tx, ["DE-1-1"]).values()
        assert (own.state, [line.short for line in own.lines]) == ("ready", [0])
        sound(tx)


def test_a_shipment_that_is_planned_anew_leaves_no_question_behind_about_what_it_lacked(database: Database) -> None:
    """Its picker missed one and left the rest untouched: nobody has begun it."""
    planned(database, 2)
    with database.write() as tx:
        shipments.hops(tx, [Hop("DE-1-1", "picking", "P")], NOW)
        lose(tx, "DE-1-1", 1, NOW, place="A-01-1")
        shipments.hops(tx, [Hop("DE-1-1", "ready", "P")], NOW)
        receive(tx, {("CUP", "LEJ"): 5})
        replan(tx, "DE-1", operator=CHIEF, now=NOW)
        assert [s.state for s in shipments.of_orders(tx, ["DE-1"])["DE-1"]] == ["cancelled", "ready"]
        assert cases.open_of(tx, "DE-1") == []
        checked(tx)
