"""What a bin or a tote was found to lack by a bench that was away: a fact, whatever becomes of the work."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from app.base.errors import Conflict
from app.cases import store as cases
from app.db import Database
from app.desk.cancel import cancel
from app.desk.settle import settle
from app.floor.facts import ShortFound, decode
from app.floor.takeover import takeover
from app.shipments import store as shipments
from app.stock import store as stock
from tests.desk.coming_back import LATER, begun, come_back, settled, sound
from tests.floor.bench_driver import Driver
from tests.small_site import CHIEF, balance, build, ship


@pytest.fixture
def lacking(database: Database, now: datetime) -> Driver:
    """All cups are promised; S1 misses those of DE-1 at A-01, offline, and is taken over meanwhile."""
    driver = begun(database, now, "A-01", "PBSHORT", "PBSHORT")
    assert "ShortFound" in {fact.kind for fact in driver.waiting}
    driver.now += LATER
    with database.write() as tx:
        takeover(tx, station="S1", operator=CHIEF, now=driver.now)
    return driver


def lacks(database: Database, sku: str) -> tuple[int, int]:
    """Of how many units the books know in A-01, and in all."""
    with database.read() as tx:
        sound(tx)
        lying = stock.places(tx, [(sku, "LEJ")])
        return sum(p.on_hand for p in lying if p.place == "A-01"), sum(p.on_hand for p in lying)


def test_a_shortage_found_late_is_no_matter_for_a_look(lacking: Driver) -> None:
    come_back(lacking)
    with pytest.raises(Conflict) as refused:
        settled(lacking.database, "late_fact", "noted", lacking.now)
    assert refused.value.kind == "late_moved_goods"


def test_a_shortage_found_late_by_work_that_counts_is_that_of_its_own_line(lacking: Driver) -> None:
    come_back(lacking)
    settled(lacking.database, "late_fact", "accept", lacking.now)
    assert lacks(lacking.database, "CUP") == (9, 17)
    with lacking.database.read() as tx:
        assert {c.kind: c.order_id for c in cases.listing(tx, state="open")} == {"short_pick": "DE-1"}


def test_a_shortage_found_late_is_a_fact_though_the_work_does_not_count(lacking: Driver) -> None:
    come_back(lacking)
    settled(lacking.database, "late_fact", "discard", lacking.now)
    assert lacks(lacking.database, "CUP") == (9, 17)
    with lacking.database.read() as tx:
        assert {c.kind: c.order_id for c in cases.listing(tx, state="open")} == {"found_short": "DE-2"}
        found = shipments.get(tx, ["DE-1-1", "DE-2-1"])
        assert [(one.state, one.lines[0].short) for one in found.values()] == [("ready", 0), ("held", 3)]


def test_a_shortage_found_late_is_a_fact_though_nobody_knows_the_claim(lacking: Driver) -> None:
    lacking.waiting = [replace(fact, claim="of-another-time") for fact in lacking.waiting]
    come_back(lacking)
    settled(lacking.database, "late_fact", "discard", lacking.now)
    assert lacks(lacking.database, "CUP") == (9, 17)


@pytest.mark.parametrize(("finds", "stands"), [("all", (9, 20)), ("nothing", (9, 17)), ("not yet", (12, 20))])
def test_what_a_bin_lacks_is_not_booked_again_when_the_next_picker_looks_there(
    lacking: Driver, finds: str, stands: tuple[int, int]
) -> None:
    come_back(lacking)
    other = another(lacking)
    if finds == "nothing":
        for code in ("A-01", "PBSHORT", "PBSHORT"):
            other.scan(code)
    elif finds == "all":
        other.follow()
    other.send()
    assert lacks(lacking.database, "CUP") == stands
    settled(lacking.database, "late_fact", "noted", other.now)
    assert lacks(lacking.database, "CUP") == stands


def test_what_a_bin_lacks_is_booked_though_the_next_picker_gave_the_work_up_before_he_was_there(
    lacking: Driver,
) -> None:
    come_back(lacking)
    other = another(lacking)
    with lacking.database.write() as tx:
        takeover(tx, station="S2", operator=CHIEF, now=other.now + LATER)
    settled(lacking.database, "late_fact", "discard", other.now)
    assert lacks(lacking.database, "CUP") == (9, 17)


def test_what_two_benches_missed_late_at_one_bin_is_booked_once(lacking: Driver) -> None:
    other = another(lacking)
    for code in ("A-01", "PBSHORT", "PBSHORT"):
        other.scan(code)
    other.now += LATER
    with lacking.database.write() as tx:
        takeover(tx, station="S2", operator=CHIEF, now=other.now)
    come_back(lacking)
    come_back(other)
    with lacking.database.write() as tx:
        for case in [case for case in cases.listing(tx, state="open") if case.kind == "late_fact"]:
            settle(tx, case.id, act="discard", operator=CHIEF, reason="", now=other.now)
    assert lacks(lacking.database, "CUP") == (9, 17)


def test_goods_broken_in_a_bin_found_late_can_not_be_sold_though_the_work_does_not_count(lacking: Driver) -> None:
    lacking.waiting = [
        replace(fact, kind="BrokenFound") if fact.kind == "ShortFound" else fact for fact in lacking.waiting
    ]
    come_back(lacking)
    settled(lacking.database, "late_fact", "discard", lacking.now)
    assert lacks(lacking.database, "CUP") == (12, 20)
    with lacking.database.read() as tx:
        assert balance(tx, "CUP") == {"on_hand": 20, "damaged": 3, "reserved": 17, "available": 0}


@pytest.fixture
def packing(database: Database, now: datetime) -> Driver:
    """S1 picked three cups into T01, sent that, and is about to pack them."""
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3)], now)
    driver = Driver(database, now)
    driver.attach()
    driver.open("DE-1-1")
    driver.follow()
    driver.send()
    driver.open("DE-1-1")
    return driver


@pytest.fixture
def emptier(packing: Driver) -> Driver:
    """Packing offline it misses one, and is taken over meanwhile."""
    miss_one(packing)
    packing.now += LATER
    with packing.database.write() as tx:
        takeover(tx, station="S1", operator=CHIEF, now=packing.now)
    return packing


def miss_one(driver: Driver) -> None:
    for code in ("4006381333931", "4006381333931", "PBSHORT", "PBSHORT"):
        driver.scan(code)
    (found,) = [decode(fact.kind, fact.body) for fact in driver.waiting if fact.kind == "ShortFound"]
    assert found == ShortFound("DE-1-1", 1, "T:T01", "CUP", 1)


def another(driver: Driver, station: str = "S2", incarnation: str = "J2") -> Driver:
    made = Driver(driver.database, driver.now, station=station, incarnation=incarnation)
    made.attach()
    made.open("DE-1-1")
    return made


def in_the_tote(database: Database) -> tuple[int, int]:
    """By the stock, of cups: in T01, and in all."""
    with database.read() as tx:
        sound(tx)
        lying = stock.places(tx, [("CUP", "LEJ")])
        return sum(p.sellable for p in lying if p.place == "T:T01"), sum(p.sellable for p in lying)


def test_what_a_tote_lacks_is_booked_and_decided_though_the_work_does_not_count(emptier: Driver) -> None:
    come_back(emptier)
    with pytest.raises(Conflict):
        settled(emptier.database, "late_fact", "noted", emptier.now)
    settled(emptier.database, "late_fact", "discard", emptier.now)
    assert in_the_tote(emptier.database) == (2, 19)
    with emptier.database.read() as tx:
        assert {c.kind: c.order_id for c in cases.listing(tx, state="open")} == {
            "bring_back": "DE-1",
            "short_pick": "DE-1",
        }
        (own,) = shipments.get(tx, ["DE-1-1"]).values()
        assert (own.state, own.lines[0].short, own.lines[0].picked) == ("held", 1, 2)


def test_what_a_tote_lacks_of_a_cancelled_order_is_not_put_back(emptier: Driver) -> None:
    with emptier.database.write() as tx:
        cancel(tx, "DE-1", reason="", operator=CHIEF, now=emptier.now)
    come_back(emptier)
    settled(emptier.database, "late_fact", "discard", emptier.now)
    assert in_the_tote(emptier.database) == (2, 19)
    settled(emptier.database, "put_back", "put_back", emptier.now)
    assert in_the_tote(emptier.database) == (0, 19)


def test_what_a_tote_lacked_of_an_order_cancelled_on_the_bench_is_not_put_back(packing: Driver) -> None:
    with packing.database.write() as tx:
        cancel(tx, "DE-1", reason="", operator=CHIEF, now=packing.now)
    miss_one(packing)
    packing.send()
    settled(packing.database, "late_fact", "discard", packing.now)
    settled(packing.database, "put_back", "put_back", packing.now)
    assert in_the_tote(packing.database) == (0, 19)


def test_what_a_tote_lacks_is_left_to_whoever_packs_from_it_now_and_is_booked_once(emptier: Driver) -> None:
    come_back(emptier)
    other = another(emptier)
    settled(emptier.database, "late_fact", "discard", emptier.now)
    assert in_the_tote(emptier.database) == (3, 20)
    miss_one(other)
    other.send()
    assert in_the_tote(emptier.database)[1] == 19


@pytest.mark.parametrize("finds", [True, False])
def test_what_a_tote_lacked_is_not_booked_again_after_another_has_looked(emptier: Driver, finds: bool) -> None:
    come_back(emptier)
    other = another(emptier)
    if finds:
        miss_one(other)
        other.send()
        other.now += LATER
        with emptier.database.write() as tx:
            takeover(tx, station="S2", operator=CHIEF, now=other.now)
    else:
        other.follow()
        other.send()
    before = in_the_tote(emptier.database)
    settled(emptier.database, "late_fact", "discard", other.now)
    assert in_the_tote(emptier.database) == before


def test_goods_broken_in_a_tote_found_late_are_carried_aside_though_the_work_does_not_count(emptier: Driver) -> None:
    emptier.waiting = [
        replace(fact, kind="BrokenFound") if fact.kind == "ShortFound" else fact for fact in emptier.waiting
    ]
    come_back(emptier)
    settled(emptier.database, "late_fact", "discard", emptier.now)
    assert in_the_tote(emptier.database) == (2, 19)
    with emptier.database.read() as tx:
        assert balance(tx, "CUP")["damaged"] == 1
        assert {c.kind for c in cases.listing(tx, state="open")} == {"bring_back", "short_pick", "put_away"}
