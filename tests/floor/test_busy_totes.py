"""A tote in which goods lie is busy, whether or not the books have them there: until somebody has seen to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.base.errors import Conflict
from app.base.ids import uuid7
from app.cases import store as cases
from app.db import Database
from app.db.at_once import written_at_once
from app.desk.cancel import cancel
from app.desk.settle import settle
from app.desk.views.work import store as views
from app.floor import bench
from app.floor.claim import LEASE, open_work
from app.floor.needed.store import busy_totes
from app.floor.takeover import takeover
from app.shipments import tables as ships
from tests.floor.bench_driver import Driver
from tests.small_site import CHIEF, PACKER, build, ship


@pytest.fixture
def driver(database: Database, now: datetime) -> Driver:
    """S1 has an order of two articles on its cart; the house has three totes."""
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 2), ("TEE", 1)], now)
        ship(tx, "DE-2", [("TEE", 2)], now)
    made = Driver(database, now)
    made.attach()
    made.open("DE-1-1")
    return made


def placed(driver: Driver) -> None:
    """The first article is in the tote."""
    while not any(fact.kind == "ItemPlaced" for fact in driver.waiting):
        driver.scan(bench.view(driver.state).hints[0])  # type: ignore[arg-type]


def cancelled(driver: Driver) -> None:
    with driver.database.write() as tx:
        cancel(tx, "DE-1", reason="", operator=CHIEF, now=driver.now)


def taken_over(driver: Driver) -> None:
    with driver.database.write() as tx:
        takeover(tx, station="S1", operator=CHIEF, now=driver.now + LEASE + timedelta(minutes=1))


def busy(driver: Driver) -> Sequence[str]:
    """For other work; it is the same for a claim made now, for those held ahead, and what a desk is shown."""
    with driver.database.read() as tx:
        found = busy_totes(tx, "LEJ", ["DE-2-1"])
    with driver.database.reading() as read:
        assert views.totes(read, "LEJ") == (3, 3 - len(found))
    with driver.database.write() as tx:
        packet = open_work(tx, op_id="look", station="S2", operator=PACKER, code="DE-2-1", now=driver.now)
        assert packet.busy == found
        tx.rollback()
    return found


def settled(driver: Driver, kind: str, act: str) -> None:
    with driver.database.write() as tx:
        (case,) = [one for one in cases.listing(tx, state="open") if one.kind == kind]
        settle(tx, case.id, act=act, operator=CHIEF, reason="", now=driver.now)


@pytest.mark.parametrize("befalls", [cancelled, taken_over])
def test_a_tote_filled_after_the_order_was_gone_is_busy_till_its_goods_are_brought_back(
    driver: Driver, befalls: Callable[[Driver], None]
) -> None:
    placed(driver)
    befalls(driver)
    assert busy(driver) == ()
    driver.send()
    assert busy(driver) == ("T01",)
    settled(driver, "late_fact", "discard")
    assert busy(driver) == ("T01",)
    settled(driver, "bring_back", "brought_back")
    assert busy(driver) == ()


def test_what_was_booked_into_a_tote_before_is_put_back_by_itself(driver: Driver) -> None:
    placed(driver)
    driver.send()
    cancelled(driver)
    driver.follow()
    driver.send()
    assert busy(driver) == ("T01",)
    settled(driver, "put_back", "put_back")
    assert busy(driver) == ("T01",)  # by what came late
    settled(driver, "late_fact", "discard")
    settled(driver, "bring_back", "brought_back")
    assert busy(driver) == ()


def test_goods_that_went_back_to_their_bin_keep_no_tote(driver: Driver) -> None:
    placed(driver)
    cancelled(driver)
    driver.send()
    assert busy(driver) == ("T01",)
    driver.scan("PBUNDO")
    assert [fact.kind for fact in driver.waiting][-1] == "Undone"
    driver.send()
    assert busy(driver) == ()


def test_what_was_put_into_a_tote_by_a_fact_that_no_database_takes_is_there_all_the_same(driver: Driver) -> None:
    placed(driver)
    driver.waiting[-1] = replace(driver.waiting[-1], epoch=2**70)
    with driver.database.write() as tx, written_at_once(tx):  # as a bench sends it
        applied = driver.put(tx)
    assert ("set_aside", "refused") in applied.outcomes.values()
    assert busy(driver) == ("T01",)


def test_late_facts_that_count_are_in_the_books(driver: Driver) -> None:
    placed(driver)
    taken_over(driver)
    driver.send()
    settled(driver, "late_fact", "accept")
    assert busy(driver) == ("T01",)
    with driver.database.read() as tx:
        assert cases.listing(tx, state="open") == []
        assert {row.tote for row in tx.execute(ships.tote_item.select())} == {"T01"}


def test_no_order_is_claimed_for_a_tote_that_is_not_free(driver: Driver) -> None:
    with driver.database.write() as tx:
        ship(tx, "DE-3", [("TEE", 2)], driver.now)
        ship(tx, "DE-4", [("TEE", 2)], driver.now)
    placed(driver)
    cancelled(driver)
    driver.send()
    asked = {code: asked_for(driver, code) for code in ("DE-2-1", "DE-3-1", "DE-4-1")}
    assert asked == {"DE-2-1": "", "DE-3-1": "", "DE-4-1": "no_free_tote"}
    settled(driver, "late_fact", "discard")
    settled(driver, "bring_back", "brought_back")
    assert asked_for(driver, "DE-4-1") == ""


def asked_for(driver: Driver, code: str) -> str:
    """Why it can't be had; empty: it is claimed."""
    try:
        with driver.database.write() as tx:
            open_work(tx, op_id=uuid7(), station="S2", operator=PACKER, code=code, now=driver.now)
    except Conflict as why:
        return why.kind
    return ""
