"""A paper that stays unprinted becomes a case, and the case ends when the paper came out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.base.ids import parcel_id
from app.cases import store as cases
from app.db import Database
from app.desk.failed_prints import PATIENCE, look_after_prints
from app.floor.outcome.store import put_prints
from app.floor.printing import Printed
from tests.floor.bench_driver import Driver
from tests.small_site import build, ship

LABEL = (parcel_id("DE-1-1", 1), "parcel_label", 1, 1)
SLIP = (parcel_id("DE-1-1", 1), "packing_slip", 1, 1)


@pytest.fixture
def shop(database: Database, now: datetime) -> Database:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 2)], now)
    driver = Driver(database, now)
    driver.attach()
    for _ in ("pick", "pack"):
        driver.open("DE-1-1")
        driver.follow()
        driver.send()
    return database


def tell(database: Database, now: datetime, **states: str) -> None:
    keys = {"label": LABEL, "slip": SLIP, "list": ("c-1", "pick_list", 1, 1)}
    with database.write() as tx:
        put_prints(tx, "S1", [Printed(keys[name], state, "PBPICKER") for name, state in states.items()], now)


def look(database: Database, now: datetime) -> int:
    with database.write() as tx:
        return len(look_after_prints(tx, now))


def open_ones(database: Database) -> list[tuple[str, str, str | None]]:
    with database.read() as tx:
        return [(c.kind, c.subject, c.order_id) for c in cases.listing(tx, state="open", kind="print_failed")]


def test_a_label_that_fails_for_minutes_opens_one_case(shop: Database, now: datetime) -> None:
    tell(shop, now, label="failed", slip="failed")
    later = now + PATIENCE + timedelta(minutes=1)
    assert (look(shop, now), look(shop, later), look(shop, later)) == (0, 1, 0)
    assert open_ones(shop) == [("print_failed", "DE-1-1/1", "DE-1")]


def test_the_case_ends_when_everything_of_it_came_out(shop: Database, now: datetime) -> None:
    later = now + PATIENCE
    tell(shop, now, label="failed", slip="failed")
    look(shop, later)
    tell(shop, later, label="sent")
    assert look(shop, later) == 0
    tell(shop, later, slip="sent")
    assert look(shop, later) == 1
    assert open_ones(shop) == []


def test_a_list_that_fails_is_a_case_of_no_order(shop: Database, now: datetime) -> None:
    tell(shop, now, list="failed")
    look(shop, now + PATIENCE)
    assert open_ones(shop) == [("print_failed", "c-1", None)]


@pytest.mark.parametrize("state", ["queued", "sending", "sent", "confirmed", "unknown", "void"])
def test_what_did_not_fail_is_no_case(shop: Database, now: datetime, state: str) -> None:
    tell(shop, now, slip=state)
    assert look(shop, now + timedelta(days=1)) == 0


def test_some_at_a_time_leave_none_behind(shop: Database, now: datetime) -> None:
    keys = [(f"c-{n}", "pick_list", 1, 1) for n in range(7)]
    with shop.write() as tx:
        put_prints(tx, "S1", [Printed(key, "failed", "PBPICKER") for key in keys], now)
    done = 0
    for _ in range(4):
        with shop.write() as tx:
            done += len(look_after_prints(tx, now + PATIENCE, limit=3))
    assert done == 7
