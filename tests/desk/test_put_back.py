"""Goods out of totes and parcels: each SKU to its own bin, broken pieces aside."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.base.errors import BadInput, NotFound
from app.cases import store as cases
from app.catalog import store as catalog
from app.db import Database, Tx
from app.desk.cancel import cancel
from app.desk.settle import settle
from app.shipments import check as shipment_check
from app.stock import check as stock_check
from app.stock import store as stock
from tests.floor.bench_driver import Driver
from tests.small_site import CHIEF, balance, build, ship


@pytest.fixture
def driver(database: Database, now: datetime) -> Driver:
    """A bench that has picked three cups and two shirts into one tote, and has opened it for packing."""
    with database.write() as tx:
        build(tx, now)
        catalog.add_bins(tx, [{"warehouse": "LEJ", "bin": "Q-01", "walk_order": 90, "kind": "damaged"}])
        ship(tx, "DE-1", [("CUP", 3), ("TEE", 2)], now)
    made = Driver(database, now)
    made.attach()
    made.open("DE-1-1")
    made.follow()
    made.send()
    return made


def lies(tx: Tx, sku: str) -> dict[str, int]:
    return {p.place: p.on_hand for p in stock.places(tx, [(sku, "LEJ")])}


def sound(tx: Tx) -> None:
    assert [f for room in (shipment_check, stock_check) for f in room.check(tx)] == []


def settle_as(driver: Driver, tx: Tx, kind: str, values: dict[str, object]) -> None:
    (case,) = [c for c in cases.listing(tx, state="open") if c.kind == kind]
    settle(tx, case.id, act=kind, values=values, operator=CHIEF, reason="", now=driver.now)


@pytest.mark.parametrize(
    ("said", "cups", "shirts"),
    [({}, "A-01", "A-02"), ({"TEE": "B-01"}, "A-01", "B-01"), ({"bin": "B-01", "CUP": "A-02"}, "A-02", "B-01")],
)
def test_goods_put_back_go_to_the_bin_said_for_their_sku_and_otherwise_to_their_own(
    driver: Driver, said: dict[str, object], cups: str, shirts: str
) -> None:
    with driver.database.write() as tx:
        cancel(tx, "DE-1", reason="", operator=CHIEF, now=driver.now)
        before = lies(tx, "CUP").get(cups, 0), lies(tx, "TEE").get(shirts, 0)
        settle_as(driver, tx, "put_back", said)
        assert (lies(tx, "CUP")[cups], lies(tx, "TEE")[shirts]) == (before[0] + 3, before[1] + 2)
        assert not [place for sku in ("CUP", "TEE") for place in lies(tx, sku) if place.startswith("T:")]
        sound(tx)


def test_a_bin_for_goods_that_are_not_there_and_a_bin_that_is_nowhere_are_refused(driver: Driver) -> None:
    with driver.database.write() as tx:
        cancel(tx, "DE-1", reason="", operator=CHIEF, now=driver.now)
    refused: list[tuple[type[Exception], dict[str, object]]] = [
        (BadInput, {"OIL": "A-01"}),
        (NotFound, {"TEE": "X-99"}),
    ]
    for kind, said in refused:
        with pytest.raises(kind), driver.database.write() as tx:
            settle_as(driver, tx, "put_back", said)
    with driver.database.read() as tx:
        assert [c.state for c in cases.listing(tx, kind="put_back")] == ["open"]
        assert lies(tx, "TEE")["T:T01"] == 2


@pytest.mark.parametrize(("said", "where"), [({}, "Q-01"), ({"bin": "B-01"}, "B-01")])
def test_a_piece_broken_at_packing_leaves_its_tote_for_the_bin_of_damaged_goods(
    driver: Driver, said: dict[str, object], where: str
) -> None:
    driver.open("DE-1-1")
    for code in ("PBBROKEN", "4006381333931", "PBBROKEN", "4006381333931"):
        driver.scan(code)
    driver.send()
    with driver.database.write() as tx:
        before = lies(tx, "CUP").get(where, 0)
        settle_as(driver, tx, "put_away", said)
        assert lies(tx, "CUP")[where] == before + 1
        assert [(p.place, p.damaged) for p in stock.places(tx, [("CUP", "LEJ")]) if p.damaged] == [(where, 1)]
        assert (balance(tx, "CUP")["on_hand"], balance(tx, "CUP")["damaged"]) == (20, 1)
        sound(tx)
