"""A labelled shipment can be opened again until a parcel of it is loaded, and ends labelled however it is left."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.base.errors import Conflict
from app.db import Database
from app.floor import bench
from app.floor import check as floor_check
from app.floor.outcome.store import tell_prints
from app.floor.printing import Printed
from app.shipments import check as shipment_check
from app.shipments import handover
from app.shipments import store as shipments
from app.shipments.handover import Loaded, LoadRefused
from app.shipments.shipment import Parcel, Shipment
from app.shipments.tables import print_job
from app.stock import check as stock_check
from tests.floor.bench_driver import Driver
from tests.small_site import CHIEF, build, ship

CUP = "4006381333931"


@pytest.fixture
def driver(database: Database, now: datetime) -> Driver:
    """A bench, and a shipment of two cups picked, packed and labelled."""
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 2)], now)
    made = Driver(database, now)
    made.attach()
    for _ in ("pick", "pack"):
        made.open("DE-1-1")
        made.follow()
        made.send()
    assert stands(made)[0].state == "labelled"
    return made


def stands(driver: Driver) -> tuple[Shipment, Parcel]:
    """The shipment and its one parcel, with nothing to be found wrong about them."""
    with driver.database.read() as tx:
        assert [f for check in (floor_check, shipment_check, stock_check) for f in check.check(tx)] == []
        (parcel,) = shipments.parcels_of(tx, ["DE-1-1"])["DE-1-1"]
        return shipments.get(tx, ["DE-1-1"])["DE-1-1"], parcel


def test_a_bench_whose_new_label_did_not_count_does_not_end_the_one_that_stands(driver: Driver) -> None:
    label = ("DE-1-1/1", "parcel_label", 1, 1)
    with driver.database.write() as tx:
        tell_prints(tx, driver.station, [Printed(label, "void", "PBPICKER")], driver.now)
    assert stands(driver)[1].issue == 1
    with driver.database.write() as tx:
        shipments.set_parcels(tx, ["DE-1-1/1"], state="void")
        tell_prints(tx, driver.station, [Printed(label, "void", "PBPICKER")], driver.now)
        assert {job.state for job in tx.execute(print_job.select().where(print_job.c.document == label[1]))} == {"void"}


def load(driver: Driver) -> Loaded | LoadRefused:
    with driver.database.write() as tx:
        to = handover.open_handover(tx, "LEJ", "GELB", operator=CHIEF, now=driver.now)
        return handover.load(tx, to.id, "DE-1-1/1", operator=CHIEF, now=driver.now)


def test_left_as_it_was_it_is_labelled_with_the_same_label(driver: Driver) -> None:
    before = stands(driver)[1]
    assert driver.open("DE-1-1").kind == "pack"
    driver.follow()
    driver.send()
    shipment, parcel = stands(driver)
    assert (shipment.state, parcel) == ("labelled", before)
    assert isinstance(load(driver), Loaded)


@pytest.mark.parametrize(
    ("scans", "issue", "copies"),
    [("PBREPRINT 3", 1, 2), ("PBVOID PBVOID", 2, 1), ("PBREOPEN 3", 2, 1)],
    ids=["printed again", "made anew", "opened"],
)
def test_after_its_last_label_was_confirmed_a_label_is_printed_again_made_anew_or_its_parcel_opened(
    driver: Driver, scans: str, issue: int, copies: int
) -> None:
    label = stands(driver)[1].sscc
    assert label
    driver.open("DE-1-1")
    for code in (label, *scans.split()):
        driver.scan(code)
    driver.follow()
    driver.send()
    shipment, parcel = stands(driver)
    assert (shipment.state, parcel.state, parcel.issue) == ("labelled", "labelled", issue)
    assert (parcel.sscc == label) == (issue == 1)
    packet = driver.open("DE-1-1")
    assert [box.copy for box in packet.jobs[0].boxes] == [copies]


def test_its_parcels_can_be_emptied_by_scans_alone_and_packed_another_day(driver: Driver) -> None:
    driver.open("DE-1-1")
    for code in ("PBREOPEN", "1", "PBOUT", "T01", CUP, "PBOUT", "T01", CUP):
        driver.scan(code)
    assert driver.state is not None
    assert bench.tally(driver.state).boxes["DE-1-1"] == ()
    driver.scan("PBEXIT")
    driver.send()
    with driver.database.read() as tx:
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "picked"
    driver.open("DE-1-1")
    driver.follow()
    driver.send()
    with driver.database.read() as tx:
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "labelled"


def test_while_it_is_open_at_a_bench_nothing_of_it_is_loaded(driver: Driver) -> None:
    driver.open("DE-1-1")
    refused = load(driver)
    assert isinstance(refused, LoadRefused)
    assert refused.message == "unlabelled"


def test_what_is_loaded_is_refused_with_its_reason_until_it_is_taken_off(driver: Driver) -> None:
    on = load(driver)
    assert isinstance(on, Loaded)
    with pytest.raises(Conflict) as refused:
        driver.open("DE-1-1")
    assert refused.value.kind == "already_loaded"
    with driver.database.write() as tx:
        to = handover.open_handover(tx, "LEJ", "GELB", operator=CHIEF, now=driver.now)
        handover.unload(tx, to.id, "DE-1-1/1", operator=CHIEF, now=driver.now)
    assert driver.open("DE-1-1").kind == "pack"


def test_what_has_left_is_not_opened_any_more(driver: Driver) -> None:
    load(driver)
    with driver.database.write() as tx:
        to = handover.open_handover(tx, "LEJ", "GELB", operator=CHIEF, now=driver.now)
        handover.close(tx, to.id, operator=CHIEF, now=driver.now)
    with pytest.raises(Conflict) as refused:
        driver.open("DE-1-1")
    assert refused.value.kind == "already_gone"
