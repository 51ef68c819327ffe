"""Facts take effect once, in order, in a fixed number of statements; what can't be applied is kept and seen."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import event as sql_event

from app.base.errors import Conflict, OutOfStock, SchemaMismatch
from app.cases import store as cases
from app.cases.case import SHORT
from app.db import Database
from app.desk.cancel import cancel
from app.desk.settle import settle
from app.floor import bench
from app.floor import check as floor_check
from app.floor.apply import apply_batch
from app.floor.facts import StopShown, encode
from app.shipments import check as shipment_check
from app.shipments import store as shipments
from app.shipments.handover import Loaded, load, open_handover
from app.stock import check as stock_check
from tests.floor.bench_driver import Driver
from tests.small_site import CHIEF, balance, build, open_kinds, ship


@pytest.fixture
def driver(database: Database, now: datetime) -> Driver:
    with database.write() as tx:
        build(tx, now)
    made = Driver(database, now)
    made.attach()
    return made


def findings(database: Database) -> list[object]:
    with database.read() as tx:
        return [f for check in (floor_check, shipment_check, stock_check) for f in check.check(tx)]


def pick_and_pack(driver: Driver, shipment: str) -> None:
    driver.open(shipment)
    driver.follow()
    driver.send()
    driver.open(shipment)
    driver.follow()
    driver.send()


def test_a_shift_by_hints_alone_ends_labelled_with_every_unit_in_a_parcel(driver: Driver) -> None:
    with driver.database.write() as tx:
        ship(tx, "DE-1", [("CUP", 3), ("TEE", 2), ("OIL", 11), ("CAM", 1)], driver.now)
    pick_and_pack(driver, "DE-1-1")
    with driver.database.read() as tx:
        done = shipments.get(tx, ["DE-1-1"])["DE-1-1"]
        assert done.state == "labelled"
        assert [(x.qty, x.picked, x.packed) for x in done.lines] == [(3, 3, 3), (2, 2, 2), (11, 11, 11), (1, 1, 1)]
        parcels = shipments.parcels_of(tx, ["DE-1-1"])["DE-1-1"]
        assert {p.state for p in parcels} == {"labelled"}
        assert sum(i.qty for p in parcels for i in p.items) == 17
        assert balance(tx, "CUP") == {"on_hand": 20, "damaged": 0, "reserved": 3, "available": 17}
    assert findings(driver.database) == []


def test_sending_again_after_a_lost_answer_changes_nothing(driver: Driver) -> None:
    with driver.database.write() as tx:
        ship(tx, "DE-1", [("CUP", 3)], driver.now)
    pick_and_pack(driver, "DE-1-1")
    with driver.database.read() as tx:
        before = shipments.parcels_of(tx, ["DE-1-1"]), balance(tx, "CUP")
    with driver.database.write() as tx:
        again = apply_batch(tx, station="S1", incarnation="J1", facts=driver.sent, before="J1", now=driver.now)
    assert again.last_seq == driver.seq
    assert again.outcomes == {}
    with driver.database.read() as tx:
        assert (shipments.parcels_of(tx, ["DE-1-1"]), balance(tx, "CUP")) == before


def test_a_gap_a_foreign_journal_and_a_newer_form_are_refused_whole(driver: Driver) -> None:
    with driver.database.write() as tx:
        ship(tx, "DE-1", [("CUP", 3)], driver.now)
    driver.open("DE-1-1")
    driver.follow()
    facts = driver.waiting

    def refused(kind: type[Exception], incarnation: str, some: list[object]) -> None:
        with pytest.raises(kind), driver.database.write() as tx:
            apply_batch(tx, station="S1", incarnation=incarnation, facts=some, before="J1", now=driver.now)  # type: ignore[arg-type]

    refused(Conflict, "J1", facts[1:])
    refused(Conflict, "J2", facts)
    refused(SchemaMismatch, "J1", [replace(facts[0], version=99)])
    assert driver.send()[-1].last_seq == len(facts)
    assert findings(driver.database) == []


def test_a_batch_takes_the_same_number_of_statements_for_10_facts_and_for_200(driver: Driver) -> None:
    counts = []
    for order, qty in (("DE-1", 4), ("DE-2", 8)):
        with driver.database.write() as tx:
            ship(tx, order, [("CUP", qty)], driver.now)
        driver.open(f"{order}-1")
        driver.follow()
        driver.send()
        driver.open(f"{order}-1")
        if order == "DE-2":  # in and out, many times: work that goes on
            for _ in range(65):
                driver.scan("4006381333931")
                driver.scan("PBUNDO")
                driver.scan("4006381333931")
                driver.scan("PBUNDO")
            driver.waiting = driver.waiting[:200]
        else:
            for _ in range(5):
                driver.scan("4006381333931")
                driver.scan("PBUNDO")
        size = len(driver.waiting)
        with statements(driver.database) as seen:
            driver.send()
        counts.append((size, len(seen)))
    (few, at_few), (many, at_many) = counts
    assert few == 10
    assert many == 200
    assert at_many <= at_few + 2, counts


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sql_event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    sql_event.remove(database.engine, "before_cursor_execute", note)


def test_facts_of_an_order_cancelled_meanwhile_are_kept_and_open_a_case(driver: Driver) -> None:
    with driver.database.write() as tx:
        ship(tx, "DE-1", [("CUP", 2)], driver.now)
    driver.open("DE-1-1")
    driver.follow()
    with driver.database.write() as tx:
        cancel(tx, "DE-1", reason="", operator=CHIEF, now=driver.now)
    (applied,) = driver.send()
    assert applied.last_seq == driver.seq
    assert ("set_aside", "cancelled") in applied.outcomes.values()
    with driver.database.read() as tx:
        assert "late_fact" in open_kinds(tx)
        assert balance(tx, "CUP")["reserved"] == 0
    assert findings(driver.database) == []


def test_a_fact_nobody_can_read_or_place_is_set_aside_and_those_behind_it_are_applied(driver: Driver) -> None:
    with driver.database.write() as tx:
        ship(tx, "DE-1", [("CUP", 2)], driver.now)
    driver.open("DE-1-1")
    driver.follow()
    good = driver.waiting
    bad = [replace(good[0], op_id="bad-1", kind="Nonsense"), replace(good[0], op_id="bad-2", claim="no-such-claim")]
    driver.waiting = [replace(fact, seq=i) for i, fact in enumerate([*bad, *good], 1)]
    (applied,) = driver.send()
    assert applied.outcomes["bad-1"] == ("set_aside", "unreadable")
    assert applied.outcomes["bad-2"] == ("set_aside", "claim_unknown")
    with driver.database.read() as tx:
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "picked"
    assert findings(driver.database) == []


def test_a_late_stop_of_a_claim_that_is_over_leaves_what_was_packed_since_as_it_is(driver: Driver) -> None:
    with driver.database.write() as tx:
        ship(tx, "DE-1", [("CUP", 2)], driver.now)
    driver.open("DE-1-1")
    picking = driver.claim
    driver.follow()
    driver.send()
    driver.open("DE-1-1")
    driver.follow()
    driver.send()
    kind, body = encode(StopShown("wrong_item", "4012345678901", driver.now.isoformat()))
    driver.seq += 1
    driver.waiting = [replace(driver.sent[-1], op_id="late", seq=driver.seq, kind=kind, claim=picking, body=body)]
    driver.send()
    with driver.database.read() as tx:
        assert [(x.picked, x.packed) for x in shipments.get(tx, ["DE-1-1"])["DE-1-1"].lines] == [(2, 2)]
    assert findings(driver.database) == []


def test_work_given_back_is_not_gone_on_with_by_its_old_claim(driver: Driver) -> None:
    with driver.database.write() as tx:
        ship(tx, "DE-1", [("CUP", 2)], driver.now)
    driver.open("DE-1-1")
    old = driver.claim
    driver.scan("PBEXIT")
    driver.scan("PBEXIT")
    driver.send()
    given_back = len(driver.sent)
    driver.open("DE-1-1")
    driver.follow()
    # Its journal was put back to before it was left: somebody goes on with the old claim.
    late = [replace(fact, op_id=f"late {fact.seq}", claim=old) for fact in driver.waiting]
    assert driver.claim != old
    driver.waiting = [replace(fact, seq=given_back + n) for n, fact in enumerate([*late, *driver.waiting], 1)]
    (applied,) = driver.send()
    assert {applied.outcomes[fact.op_id] for fact in late} == {("set_aside", "claim_over")}
    with driver.database.read() as tx:
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "picked"
    assert findings(driver.database) == []


def decide(driver: Driver, shipment: str, act: str) -> None:
    """A person decides on what was found short; when there is nothing to pick any more, it goes without."""
    with driver.database.read() as tx:
        every = cases.listing(tx, state="open", limit=10_000)
        short = [case.id for case in every if case.kind in SHORT and case.subject == shipment]
    for case in short:
        for one in dict.fromkeys((act, "noted")):
            try:
                with driver.database.write() as tx:
                    settle(tx, case, act=one, operator=CHIEF, reason="", now=driver.now)
                break
            except (Conflict, OutOfStock):
                continue


@pytest.mark.parametrize("seed", range(6))
def test_random_scans_sent_in_random_batches_leave_ledger_rows_and_fold_agreed(driver: Driver, seed: int) -> None:
    dice = random.Random(seed)
    with driver.database.write() as tx:
        ship(tx, "DE-1", [("CUP", 3), ("TEE", 2), ("OIL", 2), ("CAM", 1)], driver.now)
        ship(tx, "DE-2", [("CUP", 4)], driver.now)
    codes = ["4006381333931", "14006381333938", "4012345678901", "4000417025005", "A-01", "A-02", "B-01", "T01", "T02",
             "PBXEE", "PBUNDO", "PBUNDO", "PBOUT", "PBSHIFT", "PBNEXT", "PBCLOSE", "PBREOPEN", "PBVOID", "PBREPRINT",
             "PBSHORT", "PBBROKEN", "PBOK", "PBCOUNT", "2", "nonsense"]  # fmt: skip
    for shipment in ("DE-1-1", "DE-2-1"):
        for phase in range(8):
            decide(driver, shipment, "pick_again" if phase < 4 else "noted")
            with driver.database.read() as tx:
                state = shipments.get(tx, [shipment])[shipment].state
            if state not in ("ready", "picking", "picked", "packing"):
                break
            driver.open(shipment)
            for _ in range(dice.randrange(40, 90)):
                assert driver.state is not None
                hints = bench.view(driver.state).hints
                driver.scan(hints[0] if hints and dice.random() < 0.6 else dice.choice(codes))
                if dice.random() < 0.1:
                    driver.send(most=dice.choice((1, 3, 200)))
                    assert findings(driver.database) == []
            driver.follow()
            driver.send()
            assert findings(driver.database) == []
        decide(driver, shipment, "noted")
    assert findings(driver.database) == []
    with driver.database.read() as tx:
        final = shipments.get(tx, ["DE-1-1", "DE-2-1"])
    assert {s.state for s in final.values()} <= {"labelled", "cancelled"}


def test_a_code_nobody_knows_stays_unreadable_in_the_facts_and_still_acknowledges_its_stop(driver: Driver) -> None:
    with driver.database.write() as tx:
        ship(tx, "DE-1", [("CUP", 1)], driver.now)
    driver.open("DE-1-1")
    driver.follow()
    driver.send()
    driver.open("DE-1-1")
    assert driver.scan("BEGIN:VCARD Rosalind Muster").message.id == "unknown_code"
    assert driver.waiting
    assert not any("MUSTER" in fact.body.upper() and "ROSALIND" in fact.body.upper() for fact in driver.waiting)
    driver.scan("BEGIN:VCARD Rosalind Muster")
    assert driver.state is not None
    assert bench.view(driver.state).standing is None


def test_a_parcel_loaded_while_others_of_its_claim_are_packed_stays_loaded(driver: Driver) -> None:
    with driver.database.write() as tx:
        for order in ("DE-1", "DE-2"):
            ship(tx, order, [("CUP", 1)], driver.now)
    assert len(driver.take_next().jobs) == 2
    driver.follow()
    driver.send()
    driver.take_next()
    driver.follow_until_closed()
    driver.send()
    with driver.database.read() as tx:
        parcel = next(p.id for some in shipments.parcels_of(tx, ["DE-1-1", "DE-2-1"]).values() for p in some)
    driver.scan(parcel)
    driver.send()
    with driver.database.write() as tx:
        handover = open_handover(tx, "LEJ", "GELB", operator=CHIEF, now=driver.now)
        assert isinstance(load(tx, handover.id, parcel, operator=CHIEF, now=driver.now), Loaded)
    driver.follow()
    outcomes = [outcome for applied in driver.send() for outcome in applied.outcomes.values()]
    assert set(outcomes) == {("applied", "")}
    with driver.database.read() as tx:
        parcels = {p.id: p.state for some in shipments.parcels_of(tx, ["DE-1-1", "DE-2-1"]).values() for p in some}
    assert sorted(parcels.values()) == ["labelled", "loaded"]
    assert parcels[parcel] == "loaded"
    assert findings(driver.database) == []
