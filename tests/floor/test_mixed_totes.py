"""One tote, one order; where benches that were away took the same, the books say so and a person is asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from app.base.errors import Conflict
from app.cases import store as cases
from app.db import Database, Tx
from app.desk.cancel import cancel
from app.desk.mixed_totes import look_after_totes
from app.desk.settle import settle
from app.floor import bench
from app.floor import check as floor_check
from app.floor.claim import claim_ahead, open_work
from app.floor.packet import Packet
from app.orders import timeline
from app.shipments import check as shipment_check
from app.shipments import store as shipments
from app.stock import check as stock_check
from tests.floor.bench_driver import Driver, bulk_in_a_tote
from tests.small_site import CHIEF, PACKER, build, ship


def furnish(database: Database, now: datetime) -> None:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 2)], now)
        ship(tx, "DE-2", [("TEE", 2)], now)


def picked_by_both(database: Database, now: datetime) -> tuple[Driver, Driver]:
    """Both benches claimed while all totes were free, and have put what they picked into T01; nothing is sent yet."""
    benches = Driver(database, now), Driver(database, now, station="S2", incarnation="J2")
    for driver, code in zip(benches, ("DE-1-1", "DE-2-1"), strict=True):
        driver.attach()
        driver.open(code)
    for driver in benches:
        driver.follow()
        assert driver.state is not None
        lying = {unit.tote for some in bench.tally(driver.state).totes.values() for unit in some}
        assert lying == {"T01"}
    return benches


def broken(tx: Tx) -> set[str]:
    return {one.rule for checks in (floor_check, shipment_check, stock_check) for one in checks.check(tx)}


def opened(database: Database, code: str, now: datetime) -> Packet:
    with database.write() as tx:
        return open_work(tx, op_id=f"open {code}", station="S1", operator=PACKER, code=code, now=now)


def test_goods_that_two_benches_put_into_one_tote_lie_there_and_one_case_names_both_orders(
    database: Database, now: datetime
) -> None:
    furnish(database, now)
    for driver in picked_by_both(database, now):
        assert {out for one in driver.send() for out in one.outcomes.values()} == {("applied", "")}
    with database.write() as tx:
        (case,) = cases.listing(tx, state="open")
        assert (case.kind, case.subject_kind, case.subject, case.acts) == ("tote_mixed", "tote", "T01", ("noted",))
        assert case.detail == {"tote": "T01", "shipments": ["DE-1-1", "DE-2-1"], "orders": ["DE-1", "DE-2"]}
        for order, other in (("DE-1", "DE-2-1"), ("DE-2", "DE-1-1")):
            (told,) = [one.entry for one in timeline.read(tx, order) if one.entry.event == "tote_mixed"]
            assert told.detail == {"tote": "T01", "others": other}
        assert broken(tx) == set()
        cases.settle(tx, [case.id], act="noted", by="PBCHIEF", now=now)
        assert broken(tx) == set()
        tx.execute(text("DELETE FROM case_"))
        assert broken(tx) == {"one_order_in_a_tote"}


def test_who_opens_a_tote_of_several_orders_is_asked_which_and_packs_each_by_its_code(
    database: Database, now: datetime
) -> None:
    furnish(database, now)
    first, second = picked_by_both(database, now)
    first.send(), second.send()
    with pytest.raises(Conflict) as asked:
        opened(database, "T01", now)
    assert (asked.value.kind, asked.value.values["jobs"]) == ("tote_of_several", "DE-1-1, DE-2-1")
    for driver, code in ((first, "DE-1-1"), (second, "DE-2-1")):
        assert [job.shipment for job in driver.open(code).jobs] == [code]
        driver.follow()
        driver.send()
    with database.read() as tx:
        assert {one.state for one in shipments.get(tx, ["DE-1-1", "DE-2-1"]).values()} == {"labelled"}
        assert broken(tx) == set()


def test_whoever_asks_for_the_next_work_gets_one_order_of_such_a_tote(database: Database, now: datetime) -> None:
    furnish(database, now)
    for driver in picked_by_both(database, now):
        driver.send()
    with database.write() as tx:
        some = [claim_ahead(tx, station=one, operator=PACKER, kind="pack", now=now) for one in ("S1", "S2", "S1")]
    assert [[job.shipment for job in packet.jobs] if packet else None for packet in some] == [
        ["DE-1-1"], ["DE-2-1"], None,
    ]  # fmt: skip


def test_orders_picked_in_bulk_belong_into_one_tote(database: Database, now: datetime) -> None:
    _, tote = bulk_in_a_tote(database, now)
    with database.read() as tx:
        assert cases.listing(tx) == []
        assert broken(tx) == set()
    assert tote == "T01"
    assert len(opened(database, tote, now).jobs) == 4


def test_a_third_order_is_named_in_the_same_case(database: Database, now: datetime) -> None:
    furnish(database, now)
    with database.write() as tx:
        ship(tx, "DE-3", [("TEE", 2)], now)
    third = Driver(database, now)
    third.attach()
    packet = third.open("DE-3-1")
    for driver in picked_by_both(database, now):
        driver.send()
        if driver.station == "S1":
            third.seq, third.sent = driver.seq, driver.sent
    third.follow()
    third.send()
    assert third.packet == packet
    with database.read() as tx:
        (case,) = cases.listing(tx, state="open")
        assert case.detail["shipments"] == ["DE-1-1", "DE-2-1", "DE-3-1"]
        assert broken(tx) == set()


def closed(database: Database, now: datetime) -> bool:
    """Whether a look finds that there is nothing left to sort."""
    with database.write() as tx:
        found = look_after_totes(tx, now)
        assert broken(tx) == set()
    return bool(found)


def test_the_case_ends_when_one_of_two_orders_has_left_and_both_are_told_why(database: Database, now: datetime) -> None:
    furnish(database, now)
    first, second = picked_by_both(database, now)
    first.send(), second.send()
    assert not closed(database, now)
    first.open("DE-1-1")
    first.follow()
    first.send()
    later = now + timedelta(hours=1)  # the bench's clock has gone on
    assert closed(database, later)
    assert not closed(database, later)
    with database.read() as tx:
        (case,) = cases.listing(tx)
        assert (case.state, case.settled_by, case.act) == ("settled", "due", "noted")
        for order in ("DE-1", "DE-2"):
            told = [one.entry for one in timeline.read(tx, order)][-1]
            assert (told.event, told.by, told.detail, told.source) == ("tote_sorted", "due", {"tote": "T01"}, case.id)


def test_a_cancelled_orders_goods_are_still_mixed_with_the_others_until_they_are_put_back(
    database: Database, now: datetime
) -> None:
    furnish(database, now)
    for driver in picked_by_both(database, now):
        driver.send()
    with database.write() as tx:
        cancel(tx, "DE-1", reason="", operator=CHIEF, now=now)
    assert not closed(database, now)
    with database.write() as tx:
        (case,) = [one for one in cases.listing(tx, state="open") if one.kind == "put_back"]
        settle(tx, case.id, act="put_back", operator=CHIEF, reason="", now=now)
    assert closed(database, now)


def test_goods_put_into_a_tote_while_somebody_looks_keep_its_case_open(
    postgres_database: Database, now: datetime
) -> None:
    furnish(postgres_database, now)
    with postgres_database.write() as tx:
        ship(tx, "DE-3", [("TEE", 2)], now)
    third = Driver(postgres_database, now)
    third.attach()
    third.open("DE-3-1")
    first, second = picked_by_both(postgres_database, now)
    first.send(), second.send()
    first.open("DE-1-1")
    first.follow()
    first.send()
    third.seq, third.sent = first.seq, first.sent
    third.follow()
    with ThreadPoolExecutor(1) as pool, postgres_database.write() as tx:
        third.put(tx)
        looked = pool.submit(closed, postgres_database, now)
        waits = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        while not tx.execute(waits).scalar_one():
            assert not looked.done()
        tx.commit()
        assert not looked.result()


def test_of_two_benches_that_send_at_once_the_second_sees_what_the_first_put_there(
    postgres_database: Database, now: datetime
) -> None:
    furnish(postgres_database, now)
    first, second = picked_by_both(postgres_database, now)
    with ThreadPoolExecutor(1) as pool:
        with postgres_database.write() as tx:
            first.put(tx)
            sent = pool.submit(second.send)
            waits = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            while not tx.execute(waits).scalar_one():
                assert not sent.done()
        sent.result()
    with postgres_database.read() as tx:
        (case,) = cases.listing(tx, state="open")
        assert case.detail["orders"] == ["DE-1", "DE-2"]
        assert broken(tx) == set()
