"""Facts that do not take effect: who is asked about them, when nobody is, and that no claim stays live for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from app.cases import check as case_check
from app.cases import store as cases
from app.cases.case import Case
from app.db import Database
from app.desk.cancel import cancel
from app.desk.settle import settle
from app.floor import bench, tables
from app.floor import check as floor_check
from app.floor import store as floor
from app.floor.claim import LEASE
from app.floor.takeover import takeover
from app.floor.work import News
from app.shipments import check as shipment_check
from app.shipments import store as shipments
from app.stock import check as stock_check
from tests.floor.bench_driver import Driver
from tests.small_site import CHIEF, balance, build, ship

WRONG = "4012345678901"


@pytest.fixture
def driver(database: Database, now: datetime) -> Driver:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 2), ("OIL", 1)], now)
        ship(tx, "DE-2", [("CUP", 3), ("OIL", 1)], now)
    made = Driver(database, now)
    made.attach()
    return made


def sound(driver: Driver) -> None:
    with driver.database.read() as tx:
        found = [f for room in (floor_check, shipment_check, stock_check, case_check) for f in room.check(tx)]
    assert found == []


def waiting(driver: Driver) -> dict[str, Case]:
    with driver.database.read() as tx:
        return {case.kind: case for case in cases.listing(tx, state="open")}


def settled(driver: Driver, kind: str, act: str) -> None:
    case = waiting(driver)[kind]
    with driver.database.write() as tx:
        settle(tx, case.id, act=act, operator=CHIEF, reason="", now=driver.now)


def cancelled(driver: Driver, order: str) -> None:
    with driver.database.write() as tx:
        cancel(tx, order, reason="", operator=CHIEF, now=driver.now)


def scan_until(driver: Driver, kind: str) -> None:
    while not any(fact.kind == kind for fact in driver.waiting):
        driver.scan(bench.view(driver.state).hints[0])  # type: ignore[arg-type]


def state(driver: Driver, shipment: str) -> str:
    with driver.database.read() as tx:
        return shipments.get(tx, [shipment])[shipment].state


def live(driver: Driver) -> list[str]:
    with driver.database.read() as tx:
        return [claim.id for claim in floor.live_claims(tx)]


def test_a_claim_whose_leaving_did_not_fit_is_passed_by_and_ends_with_the_case_about_it(driver: Driver) -> None:
    driver.open("DE-1-1")
    left = driver.claim
    for code in (bench.view(driver.state).hints[0], WRONG, "PBOK", "PBEXIT", "PBEXIT"):  # type: ignore[arg-type]
        driver.scan(code)
    driver.waiting = [replace(f, kind="Spoilt") if f.kind == "StopCleared" else f for f in driver.waiting]
    assert driver.waiting[-1].kind == "JobLeft"
    (applied,) = driver.send()
    assert {why for _, why in applied.outcomes.values()} == {"", "unreadable", "does_not_fit"}
    assert [job.shipment for job in driver.take_next().jobs] == ["DE-2-1"]
    assert left in live(driver)
    settled(driver, "late_fact", "noted")
    assert live(driver) == [driver.claim]
    assert state(driver, "DE-1-1") == "ready"
    sound(driver)


def test_goods_of_facts_that_did_not_fit_are_brought_back_and_their_claim_ends(driver: Driver) -> None:
    driver.open("DE-1-1")
    driver.follow()
    lost = next(fact for fact in driver.waiting if fact.kind == "ItemTaken")
    driver.waiting = [replace(f, kind="Spoilt") if f is lost else f for f in driver.waiting]
    driver.send()
    assert live(driver) == [driver.claim]
    settled(driver, "late_fact", "discard")
    assert live(driver) == []
    assert waiting(driver).keys() == {"bring_back"}
    sound(driver)


def test_a_claim_that_is_over_by_its_facts_is_given_to_nobody_and_ends(driver: Driver) -> None:
    driver.open("DE-1-1")
    driver.follow()
    driver.send()
    over = driver.claim
    with driver.database.write() as tx:
        tx.execute(update(tables.claim).where(tables.claim.c.id == over).values(state="live"))
    with driver.database.read() as tx:
        assert [found.rule for found in floor_check.check(tx)] == ["claims_end_with_their_work"]
    packet = driver.take_next()
    assert (packet.kind, [job.shipment for job in packet.jobs]) == ("pack", ["DE-1-1"])
    assert live(driver) == [packet.claim]
    sound(driver)


def test_leaving_a_claim_that_was_taken_over_asks_nothing_of_anybody(driver: Driver) -> None:
    driver.open("DE-1-1")
    with driver.database.write() as tx:
        takeover(tx, station="S1", operator=CHIEF, now=driver.now + LEASE + timedelta(minutes=1))
    driver.scan("PBEXIT")
    driver.scan("PBEXIT")
    (applied,) = driver.send()
    assert set(applied.outcomes.values()) == {("set_aside", "taken_over")}
    assert waiting(driver) == {}
    sound(driver)


def test_what_was_in_the_hand_when_its_order_was_cancelled_is_said_to_lie_in_its_tote(driver: Driver) -> None:
    driver.take_next()
    scan_until(driver, "ItemTaken")
    driver.send()
    cancelled(driver, "DE-1")
    driver.follow()
    driver.send()
    assert (live(driver), state(driver, "DE-2-1")) == ([], "picked")
    assert waiting(driver)["late_fact"].order_id == "DE-1"
    settled(driver, "late_fact", "discard")
    lies = {(g["sku"], g["qty"], g["belongs"]) for g in waiting(driver)["bring_back"].detail["goods"]}  # type: ignore[attr-defined]
    assert {(sku, qty) for sku, qty, _ in lies} == {("CUP", 2), ("OIL", 1)}
    sound(driver)


def test_a_label_made_after_its_order_was_cancelled_is_to_be_destroyed_and_the_parcel_put_back(driver: Driver) -> None:
    driver.open("DE-1-1")
    driver.follow()
    driver.send()
    driver.open("DE-1-1")
    scan_until(driver, "ItemPacked")
    driver.send()
    cancelled(driver, "DE-1")
    driver.follow()
    driver.send()
    assert live(driver) == []
    settled(driver, "late_fact", "discard")
    assert [label["parcel"] for label in waiting(driver)["bring_back"].detail["labels"]] == ["DE-1-1/1"]  # type: ignore[attr-defined]
    settled(driver, "put_back", "put_back")
    sound(driver)


def test_a_cart_of_which_every_order_is_cancelled_ends_when_its_bench_has_heard(driver: Driver) -> None:
    driver.take_next()
    scan_until(driver, "ItemPlaced")
    for order in ("DE-1", "DE-2"):
        cancelled(driver, order)
        driver.news[f"{order}-1"] = News("cancelled")
    driver.send()
    driver.follow()
    driver.send()
    assert live(driver) == []
    sound(driver)


def test_what_a_bin_lacks_is_a_fact_though_the_order_it_was_found_for_was_cancelled(driver: Driver) -> None:
    driver.open("DE-1-1")
    driver.scan(bench.view(driver.state).hints[0])  # type: ignore[arg-type]
    cancelled(driver, "DE-1")
    driver.scan("PBSHORT")
    driver.scan("PBSHORT")
    (applied,) = driver.send()
    assert {outcome for outcome, _ in applied.outcomes.values()} == {"applied"}
    with driver.database.read() as tx:
        assert balance(tx, "CUP")["on_hand"] < 20 or balance(tx, "OIL")["on_hand"] < 20
    sound(driver)


def test_late_facts_of_a_cart_are_booked_though_one_of_its_orders_was_cancelled_and_again_what_comes_after(
    driver: Driver,
) -> None:
    driver.take_next()
    scan_until(driver, "ItemTaken")
    driver.send()
    with driver.database.write() as tx:
        takeover(tx, station="S1", operator=CHIEF, now=driver.now + LEASE + timedelta(minutes=1))
    cancelled(driver, "DE-1")
    driver.follow()
    rest = driver.waiting
    half = next(n for n, fact in enumerate(rest) if fact.kind == "ItemPlaced") + 1
    driver.waiting = rest[:half]
    driver.send()
    settled(driver, "late_fact", "accept")
    assert waiting(driver)["late_fact"].why == {"cancelled"}
    sound(driver)
    driver.waiting = rest[half:]
    driver.send()
    assert waiting(driver)["late_fact"].why == {"cancelled", "taken_over"}
    settled(driver, "late_fact", "accept")
    assert state(driver, "DE-2-1") == "picked"
    settled(driver, "late_fact", "discard")
    goods = waiting(driver)["bring_back"].detail["goods"]
    assert sum(g["qty"] for g in goods) == 3  # type: ignore[attr-defined]
    sound(driver)
