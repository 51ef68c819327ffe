"""Rare acts of the floor in a shared PostgreSQL, each by the login that does it: none of them needs the owner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from app.cases import store as cases
from app.cases.case import KINDS
from app.db import Database
from app.db.grants import HUB, SUPERVISOR
from app.desk.settle import settle
from app.desk.silent import look_after_stations
from app.floor import check as floor_check
from app.floor import tables
from app.floor.claim import LEASE, claim_ahead, open_work, renew
from app.floor.facts import ShortFound
from app.floor.shortage import found_short
from app.floor.takeover import take_work_over, takeover
from app.site.store import lease_numbers
from tests.floor.bench_driver import Driver
from tests.logins import as_bench, as_role
from tests.small_site import CHIEF, PACKER, balance, build, ship

LATER = LEASE + timedelta(minutes=1)


@dataclass
class Floor:
    owner: Database
    s1: Database
    s2: Database
    supervisor: Database
    hub: Database


@pytest.fixture
def floor(database: Database, now: datetime) -> Iterator[Floor]:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3), ("TEE", 2)], now)
        ship(tx, "DE-2", [("CUP", 2)], now)
    with ExitStack() as stack:
        yield Floor(
            database,
            stack.enter_context(as_bench(database, "S1")),
            stack.enter_context(as_bench(database, "S2")),
            stack.enter_context(as_role(database, SUPERVISOR)),
            stack.enter_context(as_role(database, HUB)),
        )


@pytest.fixture
def driver(floor: Floor, now: datetime) -> Driver:
    made = Driver(floor.s1, now)
    made.attach()
    made.open("DE-1-1")
    return made


def sound(floor: Floor) -> bool:
    with floor.owner.read() as tx:
        return list(floor_check.check(tx)) == []


def test_another_bench_takes_a_silent_ones_work_and_the_late_facts_wait_in_a_case(
    floor: Floor, driver: Driver, now: datetime
) -> None:
    driver.follow()
    with floor.s2.write() as tx:
        take_work_over(tx, op_id="q", station="S2", operator=PACKER, approved_by=CHIEF, code="DE-1-1", now=now + LATER)
    driver.send()
    with floor.supervisor.write() as tx:
        (case,) = [c for c in cases.listing(tx, state="open") if c.kind == "late_fact"]
        settle(tx, case.id, act=case.acts[0], operator=CHIEF, reason="counted", now=now + LATER)
    assert sound(floor)


def test_another_bench_takes_the_work_of_one_that_is_heard_and_keeps_the_reason(
    floor: Floor, driver: Driver, now: datetime
) -> None:
    with floor.s2.write() as tx:
        take_work_over(
            tx, op_id="q", station="S2", operator=PACKER, approved_by=CHIEF, code="DE-1-1", now=now,
            force=True, why="needed_now",
        )  # fmt: skip
    assert sound(floor)


@pytest.mark.parametrize("act", KINDS["late_fact"])
def test_every_act_that_settles_late_facts_is_a_supervisors(
    floor: Floor, driver: Driver, now: datetime, act: str
) -> None:
    if act == "noted":  # no goods were moved: nothing but a look
        driver.scan("A-01")
    else:
        driver.follow()
    with floor.supervisor.write() as tx:
        takeover(tx, station="S1", operator=CHIEF, now=now + LATER)
    driver.send()
    with floor.supervisor.write() as tx:
        (case,) = [c for c in cases.listing(tx, state="open") if c.kind == "late_fact"]
        settle(tx, case.id, act=act, operator=CHIEF, reason="counted", now=now + LATER)
    with floor.owner.read() as tx:
        assert cases.get(tx, case.id).state == "settled"
    assert sound(floor)


def test_a_shortage_found_by_work_that_does_not_count_is_booked_by_a_supervisor(
    floor: Floor, driver: Driver, now: datetime
) -> None:
    for code in ("A-01", "PBSHORT", "PBSHORT"):
        driver.scan(code)
    with floor.supervisor.write() as tx:
        takeover(tx, station="S1", operator=CHIEF, now=now + LATER)
    driver.send()
    with floor.supervisor.write() as tx:
        (case,) = [c for c in cases.listing(tx, state="open") if c.kind == "late_fact"]
        settle(tx, case.id, act="discard", operator=CHIEF, reason="counted", now=now + LATER)
    with floor.owner.read() as tx:
        assert balance(tx, "CUP")["on_hand"] < 20
    assert sound(floor)


def test_the_hub_finds_a_silent_bench_and_a_supervisor_takes_its_work(
    floor: Floor, driver: Driver, now: datetime
) -> None:
    with floor.s1.write() as tx:
        renew(tx, "S1", now)
    with floor.hub.write() as tx:
        look_after_stations(tx, now + LATER)
    with floor.supervisor.write() as tx:
        (case,) = cases.listing(tx, state="open")
        settle(tx, case.id, act="take_over", operator=CHIEF, reason="", now=now + LATER)
    assert sound(floor)


def test_a_bench_finds_less_than_there_should_be(floor: Floor, driver: Driver, now: datetime) -> None:
    with floor.s1.write() as tx:
        lost = ShortFound("DE-1-1", 1, "A-01", "CUP", 3)
        found_short(tx, lost, warehouse="LEJ", by=PACKER.badge, source="f", now=now)
    assert sound(floor)


def test_a_bench_is_given_what_it_holds_and_ends_what_is_over(floor: Floor, driver: Driver, now: datetime) -> None:
    assert driver.take_next().claim == driver.claim
    driver.follow()
    driver.send()
    with floor.owner.write() as tx:
        tx.execute(update(tables.claim).values(state="live"))
    assert driver.take_next().kind == "pack"
    assert sound(floor)


def test_a_bench_claims_ahead_and_leases_numbers(floor: Floor, now: datetime) -> None:
    with floor.s1.write() as tx:
        open_work(tx, op_id="q", station="S1", operator=PACKER, code="DE-1-1", now=now)
        claim_ahead(tx, station="S1", operator=PACKER, kind="pick", now=now)
        lease_numbers(tx, "sscc", "company", "S1", 10, now)
    assert sound(floor)
