"""A bench that was taken over while it was away comes back, and somebody decides about what it did."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.cases import check as case_check
from app.cases import store as cases
from app.cases.case import Case
from app.db import Database, Tx
from app.desk.settle import settle
from app.floor import check as floor_check
from app.floor.claim import LEASE
from app.floor.verdict import SET_ASIDE
from app.shipments import check as shipment_check
from app.stock import check as stock_check
from tests.floor.bench_driver import Driver
from tests.small_site import CHIEF, build, ship

LATER = LEASE + timedelta(minutes=1)


def begun(database: Database, now: datetime, *codes: str) -> Driver:
    """Twenty cups, all promised: three to DE-1, whose picker S1 has scanned these codes; seventeen to DE-2."""
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3)], now)
        ship(tx, "DE-2", [("CUP", 17)], now + timedelta(minutes=1))
    driver = Driver(database, now)
    driver.attach()
    driver.open("DE-1-1")
    for code in codes:
        driver.scan(code)
    return driver


def sound(tx: Tx) -> None:
    rooms = (shipment_check, stock_check, floor_check, case_check)
    assert [finding for room in rooms for finding in room.check(tx)] == []


def settled(database: Database, kind: str, act: str, now: datetime) -> Case:
    with database.write() as tx:
        (case,) = [c for c in cases.listing(tx, state="open") if c.kind == kind]
        settle(tx, case.id, act=act, operator=CHIEF, reason="", now=now)
        return case


def come_back(driver: Driver, *, most: int = 200) -> None:
    for applied in driver.send(most):
        assert {outcome for outcome, _ in applied.outcomes.values()} == {SET_ASIDE}
