"""A bench nobody hears: its work is taken over by a person, with a record, and nothing of it is lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.base.clock import stamp
from app.base.errors import BadInput, Conflict, NotAllowed, NotFound
from app.cases import store as cases
from app.db import Database, Tx
from app.desk.settle import settle
from app.desk.silent import look_after_stations
from app.floor import bench
from app.floor import check as floor_check
from app.floor.claim import LEASE, open_work, renew
from app.floor.held import store as holding
from app.floor.takeover import take_work_over, takeover
from app.orders import timeline
from app.shipments import check as shipment_check
from app.shipments import store as shipments
from app.stock import check as stock_check
from tests.floor.bench_driver import Driver
from tests.small_site import CHIEF, PACKER, build, ship

LATER = LEASE + timedelta(minutes=1)


def sound(tx: Tx) -> list[object]:
    return [f for room in (shipment_check, stock_check, floor_check) for f in room.check(tx)]


def state(database: Database, shipment: str) -> str:
    with database.read() as tx:
        return shipments.get(tx, [shipment])[shipment].state


@pytest.fixture
def driver(database: Database, now: datetime) -> Driver:
    """S1 has opened an order of three cups and two shirts and one of a cup, and has done nothing yet."""
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3), ("TEE", 2)], now)
        ship(tx, "DE-2", [("CUP", 2)], now)
    made = Driver(database, now)
    made.attach()
    made.open("DE-1-1")
    return made


def test_untouched_work_of_a_silent_station_is_ready_again_and_its_next_claim_has_a_higher_epoch(
    driver: Driver, now: datetime
) -> None:
    with driver.database.write() as tx:
        (taken,) = takeover(tx, station="S1", operator=CHIEF, now=now + LATER)
        assert (taken.station, taken.worker, taken.by) == ("S1", "PBPICKER", "PBCHIEF")
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "ready"
        packet = open_work(tx, op_id="q", station="S2", operator=PACKER, code="DE-1-1", now=now + LATER)
        assert packet.jobs[0].epoch == 2
        assert sound(tx) == []


def test_begun_work_stays_where_it_lies_and_the_timeline_says_where_and_who(driver: Driver, now: datetime) -> None:
    while not [units for units in bench.tally(driver.state).totes.values() if units]:  # type: ignore[arg-type]
        driver.scan(bench.view(driver.state).hints[0])  # type: ignore[arg-type]
    driver.send()
    with driver.database.write() as tx:
        (taken,) = takeover(tx, claim_id=driver.claim, operator=PACKER, approved_by=CHIEF, now=driver.now + LATER)
        assert taken.lies == {"DE-1-1": ("T01",)}
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "picking"
        told = [h.entry for h in timeline.read(tx, "DE-1") if h.entry.event == "taken_over"]
        assert [(one.by, one.detail["worker"], one.detail["asked_by"], one.detail["lies"]) for one in told] == [
            ("PBCHIEF", "PBPICKER", "PBPICKER", ["T01"])
        ]
        assert sound(tx) == []


def test_packed_work_taken_over_is_picked_again_with_its_parcels(driver: Driver, now: datetime) -> None:
    driver.follow()
    driver.send()
    driver.open("DE-1-1")
    driver.follow_until_closed()
    driver.send()
    with driver.database.write() as tx:
        takeover(tx, station="S1", operator=CHIEF, now=driver.now + LATER)
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "picked"
        assert sound(tx) == []
        again = open_work(tx, op_id="q", station="S2", operator=PACKER, code="DE-1-1", now=driver.now + LATER)
        assert [box.state for box in again.jobs[0].boxes] == ["closed"]


def test_a_station_that_is_heard_keeps_its_work_unless_it_is_forced_with_a_reason(
    driver: Driver, now: datetime
) -> None:
    with driver.database.write() as tx, pytest.raises(Conflict) as refused:
        takeover(tx, station="S1", operator=CHIEF, now=now + timedelta(minutes=5))
    assert refused.value.kind == "station_heard"
    with driver.database.write() as tx, pytest.raises(BadInput):
        takeover(tx, station="S1", operator=CHIEF, force=True, now=now)
    with driver.database.write() as tx:
        assert takeover(tx, station="S1", operator=CHIEF, force=True, reason="the bench burns", now=now)
        assert "the bench burns" not in repr(timeline.read(tx, "DE-1"))


def test_taking_over_is_a_supervisors_act_and_needs_work_that_is_held(driver: Driver, now: datetime) -> None:
    with driver.database.write() as tx:
        with pytest.raises(NotAllowed):
            takeover(tx, station="S1", operator=PACKER, now=now + LATER)
        with pytest.raises(NotFound):
            takeover(tx, station="S2", operator=CHIEF, now=now + LATER)
        with pytest.raises(NotFound):
            takeover(tx, operator=CHIEF, now=now + LATER)


def test_a_lease_is_renewed_while_the_station_is_heard(driver: Driver, now: datetime) -> None:
    for minutes in range(0, 60, 5):
        with driver.database.write() as tx:
            renew(tx, "S1", now + timedelta(minutes=minutes))
            assert not holding.held(tx)[0].silent(now + timedelta(minutes=minutes + 5))
    with driver.database.read() as tx:
        assert holding.held(tx)[0].silent(now + timedelta(minutes=55) + LATER)


def test_a_second_bench_hears_that_the_first_is_silent_and_a_supervisors_badge_takes_its_work(
    driver: Driver, now: datetime
) -> None:
    at = now + LATER
    with driver.database.write() as tx, pytest.raises(Conflict) as refused:
        open_work(tx, op_id="q1", station="S2", operator=PACKER, code="DE-1-1", now=at)
    assert (refused.value.kind, refused.value.values["since"]) == ("claimed_silent", stamp(now))
    asked = {"op_id": "q2", "station": "S2", "operator": PACKER, "approved_by": CHIEF, "code": "DE-1-1", "now": at}
    with driver.database.write() as tx:
        packet = take_work_over(tx, **asked)  # type: ignore[arg-type]
    with driver.database.write() as tx:
        assert take_work_over(tx, **asked) == packet  # type: ignore[arg-type]
        assert (packet.station, packet.jobs[0].epoch) == ("S2", 2)
        assert sound(tx) == []


def test_a_silent_station_has_one_case_until_it_is_heard_again_and_one_that_was_seen_is_not_told_twice(
    driver: Driver, now: datetime
) -> None:
    def look(minutes: int) -> list[str]:
        with driver.database.write() as tx:
            look_after_stations(tx, now + timedelta(minutes=minutes))
            return [f"{c.subject} {c.state}" for c in cases.listing(tx) if c.kind == "silent_station"]

    assert look(14) == []
    assert look(16) == look(17) == ["S1 open"]
    with driver.database.write() as tx:
        renew(tx, "S1", now + timedelta(minutes=18))
    assert look(19) == ["S1 settled"]
    assert look(40) == ["S1 settled", "S1 open"]
    with driver.database.write() as tx:
        (open_,) = cases.open_about(tx, "silent_station", ["S1"])
        settle(tx, open_.id, act="noted", operator=CHIEF, reason="on holiday", now=now + timedelta(minutes=41))
    assert look(90) == ["S1 settled", "S1 settled"]


def test_the_case_of_a_silent_station_is_settled_by_taking_its_work_over(driver: Driver, now: datetime) -> None:
    with driver.database.write() as tx:
        look_after_stations(tx, now + LATER)
        (case,) = cases.listing(tx, state="open")
        settle(tx, case.id, act="take_over", operator=CHIEF, reason="", now=now + LATER)
        assert holding.held(tx) == []
        assert cases.get(tx, case.id).act == "take_over"  # type: ignore[union-attr]
