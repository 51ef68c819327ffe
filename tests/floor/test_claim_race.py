"""Benches that want the same work at the same instant, on a real PostgreSQL: one has it, the others hear who."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from time import monotonic
from typing import Any

import pytest

from app.base.errors import Conflict, Crossed, NotFound, PackbenchError
from app.base.ids import uuid7
from app.db import Database, Tx
from app.desk.cancel import cancel
from app.floor import bench, prepare
from app.floor import check as floor_check
from app.floor.claim import LEASE, claim_ahead, next_work, open_or_tell, open_work
from app.floor.claiming import store as claiming
from app.floor.held import store as holding
from app.floor.packet import Packet
from app.floor.takeover import take_work_over
from app.orders import timeline
from app.shipments import store as shipments
from app.shipments import tables as ships
from app.site import store as site
from tests.floor.bench_driver import Driver
from tests.small_site import CHIEF, PACKER, build, open_kinds, ship

BENCHES = [f"B{n}" for n in range(8)]


@pytest.fixture
def shared(postgres_database: Database, now: datetime) -> Database:
    with postgres_database.write() as tx:
        build(tx, now)
        for name in BENCHES:
            tx.execute(site.t.station.insert().values(name=name, warehouse="LEJ"))
    return postgres_database


def all_at_once(act: Callable[[str], Packet | None]) -> tuple[dict[str, Packet], dict[str, PackbenchError]]:
    """What each bench was given, and what each was refused with."""
    start, given, refused = Barrier(len(BENCHES)), {}, {}

    def one(station: str) -> None:
        start.wait(30)
        try:
            if packet := act(station):
                given[station] = packet
        except PackbenchError as why:
            refused[station] = why

    with ThreadPoolExecutor(len(BENCHES)) as pool:
        list(pool.map(one, BENCHES))
    return given, refused


def held_once(database: Database) -> set[str]:
    with database.read() as tx:
        counted = Counter(one for claim in holding.held(tx) for one in claim.shipments)
        assert set(counted.values()) <= {1}
        assert list(floor_check.check(tx)) == []
    return set(counted)


def test_of_benches_that_scan_the_same_shipment_one_has_it_and_the_others_hear_who_and_since_when(
    shared: Database, now: datetime
) -> None:
    with shared.write() as tx:
        ship(tx, "DE-1", [("CUP", 3)], now)

    def scan(station: str) -> Packet:
        with shared.write() as tx:
            given = open_or_tell(tx, op_id=uuid7(), station=station, operator=PACKER, code="DE-1-1", now=now)
        if isinstance(given, Conflict):
            raise given
        return given

    given, refused = all_at_once(scan)
    ((winner, packet),) = given.items()
    assert packet.jobs[0].epoch == 1
    assert len(refused) == len(BENCHES) - 1
    for why in refused.values():
        assert isinstance(why, Conflict)
        assert (why.kind, why.values["station"], why.values["since"]) == (
            "claimed_elsewhere", winner, "2026-11-18T08:30:00.000Z",
        )  # fmt: skip
    assert held_once(shared) == {"DE-1-1"}
    with shared.read() as tx:
        told = timeline.told(tx, "DE-1-1", "refused")
    assert {one.detail["station"] for one in told} == set(refused)
    assert {(one.detail["holder"], one.source, one.by) for one in told} == {(winner, packet.claim, PACKER.badge)}


def test_benches_that_ask_for_the_next_work_at_once_get_all_there_is_and_nothing_twice(
    shared: Database, now: datetime
) -> None:
    with shared.write() as tx:
        for n in range(1, 9):
            ship(tx, f"DE-{n}", [("CUP", 1)] if n % 2 else [("CUP", 1), ("TEE", 1)], now)
        # One for all of one item, one each for the others: for want of a tote nothing is left.
        more = [{"code": f"T1{n}", "scan": f"PBT1{n}", "warehouse": "LEJ"} for n in range(5)]
        tx.execute(ships.tote.insert(), more)

    def ask(station: str) -> Packet:
        with shared.write() as tx:
            return next_work(tx, op_id=uuid7(), station=station, operator=PACKER, now=now)

    for _ in range(3):  # who found all of it locked asks again
        _, refused = all_at_once(ask)
        assert [why for why in refused.values() if not isinstance(why, NotFound)] == []
    assert held_once(shared) == {f"DE-{n}-1" for n in range(1, 9)}


def test_what_lies_picked_in_one_tote_goes_to_one_bench_whoever_asks_with_it(shared: Database, now: datetime) -> None:
    with shared.write() as tx:
        for n in range(1, 5):
            ship(tx, f"DE-{n}", [("CUP", 1)], now)
    driver = Driver(shared, now)
    driver.attach()
    driver.take_next()
    driver.follow()
    driver.send()

    def ahead(station: str) -> Packet | None:
        with shared.write() as tx:
            return claim_ahead(tx, station=station, operator=PACKER, kind="pack", now=now)

    given, refused = all_at_once(ahead)
    assert refused == {}
    assert [len(packet.jobs) for packet in given.values()] == [4]
    assert len(held_once(shared)) == 4


def picked_whole(shared: Database, now: datetime) -> Driver:
    """A one-item order lies in its tote, and nobody holds it."""
    with shared.write() as tx:
        ship(tx, "DE-1", [("CUP", 1)], now)
    driver = Driver(shared, now)
    driver.attach()
    driver.open("DE-1-1")
    driver.follow()
    driver.send()
    return driver


@pytest.mark.parametrize("ahead", [False, True])
def test_a_tote_that_is_empty_by_the_time_it_is_locked_is_passed_by(
    shared: Database, now: datetime, monkeypatch: pytest.MonkeyPatch, *, ahead: bool
) -> None:
    picked_whole(shared, now)
    chosen: list[str] = []

    def only_me(tx: Tx, lot: str) -> bool:
        chosen.append(lot)
        with shared.write() as other:
            cancel(other, "DE-1", reason="", operator=CHIEF, now=now)
        return True

    monkeypatch.setattr(claiming, "only_me", only_me)
    with shared.write() as tx:
        if ahead:
            assert claim_ahead(tx, station="B1", operator=PACKER, kind="pack", now=now) is None
        else:
            with pytest.raises(NotFound) as nothing:
                next_work(tx, op_id="q", station="B1", operator=PACKER, now=now)
            assert nothing.value.kind == "no_work"
    assert len(chosen) == 1
    assert held_once(shared) == set()


def test_a_claim_that_meets_another_act_half_way_leaves_nothing_behind(
    shared: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    picked_whole(shared, now)
    made = prepare.packet

    def then_moved(tx: Tx, *args: Any) -> Packet:
        tx.exec_driver_sql("UPDATE shipment SET state = 'held', held_from = 'picked'")
        return made(tx, *args)

    monkeypatch.setattr(prepare, "packet", then_moved)
    with pytest.raises(Crossed), shared.write() as tx:
        next_work(tx, op_id="q", station="B1", operator=PACKER, now=now)
    assert held_once(shared) == set()


def test_of_benches_that_take_over_the_same_work_one_has_it_and_the_timeline_says_so_once(
    shared: Database, now: datetime
) -> None:
    with shared.write() as tx:
        ship(tx, "DE-1", [("CUP", 3)], now)
        open_work(tx, op_id="q", station="S1", operator=PACKER, code="DE-1-1", now=now)
    at = now + LEASE + timedelta(minutes=1)

    def take(station: str) -> Packet:
        with shared.write() as tx:
            asked = uuid7()
            return take_work_over(
                tx, op_id=asked, station=station, operator=PACKER, approved_by=CHIEF, code="DE-1-1", now=at
            )

    given, refused = all_at_once(take)
    assert len(given) == 1
    assert {why.kind for why in refused.values()} <= {"claimed_elsewhere", "station_heard"}
    with shared.read() as tx:
        told = [h.entry.event for h in timeline.read(tx, "DE-1")]
        assert told.count("taken_over") == 1
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "picking"
    assert held_once(shared) == {"DE-1-1"}


def test_facts_that_meet_a_cancellation_half_way_are_judged_when_it_is_done(shared: Database, now: datetime) -> None:
    with shared.write() as tx:
        ship(tx, "DE-1", [("CUP", 3)], now)
    driver = Driver(shared, now)
    driver.attach()
    driver.open("DE-1-1")
    while not any(fact.kind == "ItemPlaced" for fact in driver.waiting):
        assert driver.state is not None
        driver.scan(bench.view(driver.state).hints[0])
    with ThreadPoolExecutor(1) as pool:
        with shared.write() as tx:
            cancel(tx, "DE-1", reason="", operator=CHIEF, now=now)
            sending = pool.submit(driver.send)
            end = monotonic() + 30
            while not somebody_waits(shared):
                assert monotonic() < end
                assert not sending.done()
        (applied,) = sending.result(30)
    assert ("set_aside", "cancelled") in applied.outcomes.values()
    with shared.read() as tx:
        assert open_kinds(tx)["late_fact"] == 1
        assert list(floor_check.check(tx)) == []


def somebody_waits(database: Database) -> bool:
    with database.read() as tx:
        return bool(tx.exec_driver_sql("SELECT 1 FROM pg_locks WHERE NOT granted").first())
