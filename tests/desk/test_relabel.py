"""A parcel never leaves with an address that holds no longer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.cases import store as cases
from app.db import Database, Tx
from app.desk.address import correct_address
from app.desk.hold import hold, release
from app.desk.settle import settle
from app.floor import check as floor_check
from app.orders import timeline
from app.orders.order import Address
from app.shipments import check as shipment_check
from app.shipments import store as shipments
from app.shipments import tables as t
from app.shipments.handover import Loaded, LoadRefused, close, load, open_handover
from app.stock import check as stock_check
from tests.floor.bench_driver import Driver
from tests.small_site import CHIEF, PACKER, build, ship

NEWER = Address(name="Ada Muster", street=("Newer Road 22",), city="Berlin", postcode="10117", country="DE")


@pytest.fixture
def driver(database: Database, now: datetime) -> Driver:
    """A bench that has just labelled DE-1, in one parcel."""
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 2)], now)
    made = Driver(database, now)
    made.attach()
    for _ in ("pick", "pack"):
        work(made)
    with database.read() as tx:
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "labelled"
    return made


def work(driver: Driver) -> None:
    driver.open("DE-1-1")
    driver.follow()
    driver.send()
    driver.now += timedelta(minutes=1)


def readdress(driver: Driver) -> None:
    with driver.database.write() as tx:
        correct_address(tx, "DE-1", NEWER, operator=CHIEF, now=driver.now)
    driver.now += timedelta(minutes=1)


def let_go(driver: Driver) -> None:
    with driver.database.write() as tx:
        (case,) = cases.open_of(tx, "DE-1")
        settle(tx, case.id, act="release", operator=CHIEF, reason="", now=driver.now)
    driver.now += timedelta(minutes=1)


def put_on(driver: Driver, tx: Tx) -> Loaded | LoadRefused:
    to = open_handover(tx, "LEJ", "GELB", operator=PACKER, now=driver.now).id
    return load(tx, to, "DE-1-1/1", operator=PACKER, now=driver.now)


def prints(tx: Tx) -> list[tuple[int, str]]:
    job = t.print_job.c
    query = select(job.issue, job.state).where(job.document == "parcel_label").order_by(job.issue, job.copy)
    return [(row.issue, row.state) for row in tx.execute(query)]


def sound(tx: Tx) -> None:
    assert [f for room in (floor_check, shipment_check, stock_check) for f in room.check(tx)] == []


def test_releasing_a_changed_address_voids_the_old_label_and_the_bench_makes_the_next(driver: Driver) -> None:
    with driver.database.read() as tx:
        before = shipments.parcels(tx, ["DE-1-1/1"])["DE-1-1/1"]
    readdress(driver)
    let_go(driver)
    with driver.database.read() as tx:
        open_box = shipments.parcels(tx, ["DE-1-1/1"])["DE-1-1/1"]
        assert (open_box.state, open_box.sscc, open_box.tracking, open_box.issue) == ("open", None, None, 1)
        assert open_box.items == before.items
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "picked"
        assert prints(tx) == [(1, "void")]
        told = [h.entry for h in timeline.read(tx, "DE-1") if h.entry.event == "label_voided"]
        assert [(entry.subject, entry.detail) for entry in told] == [("DE-1-1/1", {"issue": 1})]
        sound(tx)
    work(driver)
    with driver.database.write() as tx:
        after = shipments.parcels(tx, ["DE-1-1/1"])["DE-1-1/1"]
        assert (after.state, after.issue) == ("labelled", 2)
        assert after.sscc not in (None, before.sscc)
        assert after.tracking not in (None, before.tracking)
        assert prints(tx) == [(1, "void"), (2, "confirmed")]
        assert isinstance(put_on(driver, tx), Loaded)
        sound(tx)


def test_releasing_the_order_by_its_name_voids_the_old_label_too(driver: Driver) -> None:
    readdress(driver)
    with driver.database.write() as tx:
        release(tx, "DE-1", operator=CHIEF, now=driver.now)
        assert prints(tx) == [(1, "void")]
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "picked"
        sound(tx)


def test_a_release_without_a_new_address_leaves_the_label_as_it_is(driver: Driver) -> None:
    with driver.database.write() as tx:
        hold(tx, "DE-1", reason="", operator=CHIEF, now=driver.now)
        release(tx, "DE-1", operator=CHIEF, now=driver.now)
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "labelled"
        assert prints(tx) == [(1, "confirmed")]


def test_a_label_older_than_its_orders_address_is_not_loaded_whoever_let_it_pass(driver: Driver) -> None:
    readdress(driver)
    with driver.database.write() as tx:  # as a bench would that had not heard of it: nothing is held, the label stands
        shipments.move_state(tx, ["DE-1-1"], "labelled", by="x", source="x", now=driver.now)
        refused = put_on(driver, tx)
        assert isinstance(refused, LoadRefused)
        assert (refused.message, refused.values["why"]) == ("unlabelled", "old_address")


def test_a_parcel_already_loaded_when_its_address_changed_comes_off_again(driver: Driver) -> None:
    with driver.database.write() as tx:
        assert isinstance(put_on(driver, tx), Loaded)
    readdress(driver)
    let_go(driver)
    with driver.database.write() as tx:
        to = open_handover(tx, "LEJ", "GELB", operator=PACKER, now=driver.now).id
        assert close(tx, to, operator=PACKER, now=driver.now).to_unload == (("DE-1-1/1", "unlabelled"),)
        sound(tx)
    work(driver)
    with driver.database.write() as tx:
        assert isinstance(put_on(driver, tx), Loaded)
        assert close(tx, to, operator=PACKER, now=driver.now).parcels == ("DE-1-1/1",)
        sound(tx)
