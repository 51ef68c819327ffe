"""A bin is not counted behind the back of a bench that may have taken something from it of which nobody has heard."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.base.clock import stamp
from app.base.errors import Conflict
from app.cases import store as cases
from app.db import Database
from app.db.grants import SUPERVISOR
from app.floor.shortage import counted
from app.floor.silence import HEARD
from app.floor.takeover import takeover
from app.shipments import store as shipments
from app.site import store as site
from app.site.site import Presence
from app.stock import store as stock
from app.stock.count import Counted
from app.stock.receive import Receipt, ReceiptLine, receive
from tests.desk.coming_back import LATER, begun, sound
from tests.floor.bench_driver import Driver
from tests.logins import as_role
from tests.small_site import CHIEF, balance, ship

CUP = "4006381333931"


@pytest.fixture
def picker(database: Database, now: datetime) -> Driver:
    """All cups are promised; S1 stands at A-01 for those of DE-1."""
    return begun(database, now, "A-01")


def finds_two(driver: Driver) -> None:
    """Two of three lie there, and are in the tote; the third is missing."""
    for code in (CUP, CUP, "T01", "PBSHORT", "PBSHORT"):
        driver.scan(code)
    assert "ShortFound" in {fact.kind for fact in driver.waiting}


def count(driver: Driver, at: datetime, qty: int, place: str = "A-01", *, sku: str = "CUP", force: bool = False) -> int:
    with driver.database.write() as tx:
        what = Counted(sku, "LEJ", place, qty)
        return counted(tx, what, source="count", operator=CHIEF, force=force, now=at)


def refused(driver: Driver, at: datetime) -> Conflict:
    with pytest.raises(Conflict) as told:
        count(driver, at, 0)
    assert told.value.kind == "count_in_flight"
    return told.value


def says(driver: Driver, at: datetime, **said: int | str) -> None:
    with driver.database.write() as tx:
        site.hear_station(tx, "S1", place="", now=at)
        site.put_presence(tx, Presence("S1", **said), at)  # type: ignore[arg-type]


def places(database: Database) -> dict[str, int]:
    with database.read() as tx:
        sound(tx)
        return {p.place: p.on_hand for p in stock.places(tx, [("CUP", "LEJ")]) if p.on_hand}


def test_a_bin_is_not_counted_while_a_bench_that_is_not_heard_may_have_picked_there(
    picker: Driver, now: datetime
) -> None:
    finds_two(picker)
    told = refused(picker, now + HEARD)
    assert told.values == {"units": 3, "sku": "CUP", "bin": "A-01", "benches": f"S1 ({stamp(now)})"}
    assert places(picker.database) == {"A-01": 12, "B-01": 8}


def test_other_bins_and_goods_are_counted_whoever_is_away(picker: Driver, now: datetime) -> None:
    assert count(picker, now + LATER, 7, "B-01") == -1
    assert count(picker, now + LATER, 10, "A-01", sku="TEE") == 10


def test_a_bench_that_is_heard_with_nothing_waiting_hinders_no_count(picker: Driver, now: datetime) -> None:
    assert count(picker, now + HEARD - timedelta(seconds=1), 11) == -1
    says(picker, now + LATER, operator="PBPICKER", waiting=0)
    assert count(picker, now + LATER, 12) == 1


def test_a_bench_that_is_heard_hinders_a_count_as_long_as_facts_wait_there(picker: Driver, now: datetime) -> None:
    says(picker, now, operator="PBPICKER", waiting=2)
    refused(picker, now + timedelta(seconds=1))


def test_units_that_the_books_know_of_are_no_more_in_flight(picker: Driver, now: datetime) -> None:
    for code in (CUP, CUP, "T01"):
        picker.scan(code)
    picker.send()
    assert refused(picker, picker.now + HEARD).values["units"] == 1
    picker.follow()
    picker.send()
    assert count(picker, picker.now + LATER, 9) == 0


def test_nobody_is_in_the_way_once_the_work_was_taken_over(picker: Driver, now: datetime) -> None:
    with picker.database.write() as tx:
        takeover(tx, station="S1", operator=CHIEF, now=now + LATER)
    assert count(picker, now + LATER, 11) == -1


def test_a_bench_that_closed_may_work_on_without_its_line_but_not_beside_its_database(
    picker: Driver, now: datetime
) -> None:
    says(picker, now, state="closed", waiting=1)
    refused(picker, now + LATER)
    says(picker, now, state="closed", waiting=0)
    if picker.database.is_sqlite:
        assert count(picker, now + LATER, 11) == -1
    else:
        refused(picker, now + LATER)


def test_a_supervisors_login_may_ask_who_is_in_the_way(picker: Driver, now: datetime) -> None:
    with as_role(picker.database, SUPERVISOR) as own, own.write() as tx, pytest.raises(Conflict) as told:
        counted(tx, Counted("CUP", "LEJ", "A-01", 9), source="c", operator=CHIEF, now=now + LATER)
    assert told.value.kind == "count_in_flight"


def test_a_forced_count_stands_and_what_the_bench_sends_is_booked_on_top(picker: Driver, now: datetime) -> None:
    """The bin is empty, two are in the tote; ten are delivered. The books then miss the three until it is counted."""
    database = picker.database
    finds_two(picker)
    assert count(picker, now + LATER, 0, force=True) == -12
    with database.write() as tx:
        receive(tx, Receipt("R1", "LEJ", (ReceiptLine("CUP", 10, "A-01"),)), operator=CHIEF, now=now + LATER)
        ship(tx, "DE-3", [("CUP", 10)], now + LATER)
    picker.send()
    assert places(database) == {"A-01": 7, "B-01": 8, "T:T01": 2}
    with database.read() as tx:
        found = shipments.get(tx, ["DE-1-1", "DE-2-1", "DE-3-1"]).values()
        # Those the count took back, and the one its picker missed. Of DE-3 nothing is taken back.
        assert [sum(line.short for line in s.lines) for s in found] == [1, 12, 0]
        assert balance(tx, "CUP") == {"on_hand": 17, "damaged": 0, "reserved": 17, "available": 0}
    picker.attach()
    assert count(picker, picker.now, 10) == 3


def test_a_shortage_in_a_bin_that_a_forced_count_has_emptied_takes_nothing_from_anybody(
    picker: Driver, now: datetime
) -> None:
    """What the picker holds was found at the other bin, as the books see it; the missing one they have lost already."""
    finds_two(picker)
    count(picker, now + LATER, 0, force=True)
    picker.send()
    assert places(picker.database) == {"B-01": 6, "T:T01": 2}
    with picker.database.read() as tx:
        found = shipments.get(tx, ["DE-1-1", "DE-2-1"]).values()
        assert [sum(line.short for line in s.lines) for s in found] == [1, 12]
        assert balance(tx, "CUP") == {"on_hand": 8, "damaged": 0, "reserved": 7, "available": 1}
        assert {c.kind: c.detail["units"] for c in cases.listing(tx, state="open")} == {
            "found_short": 12, "place_differs": 2, "short_pick": 1,
        }  # fmt: skip


@pytest.mark.parametrize("delivered", [0, 10])
def test_a_forced_count_that_took_the_pickers_own_units_back_is_paid_by_nobody_else(
    picker: Driver, now: datetime, delivered: int
) -> None:
    """All that is left of the house are two in a tote, and they don't fit what is still promised: a person decides."""
    finds_two(picker)
    count(picker, now + LATER, 0, force=True)
    count(picker, now + LATER, 1, "B-01")
    with picker.database.write() as tx:
        if delivered:
            goods = Receipt("R1", "LEJ", (ReceiptLine("CUP", delivered, "A-01"),))
            receive(tx, goods, operator=CHIEF, now=now + LATER)
            ship(tx, "DE-3", [("CUP", delivered)], now + LATER)
    picker.send()
    assert places(picker.database) == {"B-01": 1} | ({"A-01": delivered - 1} if delivered else {})
    with picker.database.read() as tx:
        assert all(not line.short for s in shipments.get(tx, ["DE-3-1"]).values() for line in s.lines)
        assert "late_fact" in {c.kind for c in cases.listing(tx, state="open")}
