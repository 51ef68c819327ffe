"""However often, in whatever pieces and order facts arrive: each takes effect once, a bad one alone is set aside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.base.errors import Conflict, Crossed, DatabaseAway, PackbenchError
from app.db import Database
from app.floor import apply, bench, tables
from app.floor import check as floor_check
from app.floor.apply import apply_batch
from app.floor.attach import attach
from app.floor.chain import chained
from app.floor.facts import Fact, JobLeft, ShortFound, encode
from app.floor.outcome import store as outcome
from app.floor.received import store as received
from app.floor.verdict import SET_ASIDE
from app.shipments import check as shipment_check
from app.shipments import store as shipments
from app.stock import check as stock_check
from tests.floor.bench_driver import Driver
from tests.small_site import balance, build, open_kinds, ship


@pytest.fixture
def driver(database: Database, now: datetime) -> Driver:
    with database.write() as tx:
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3), ("TEE", 1)], now)
        ship(tx, "DE-2", [("CUP", 2)], now)
    made = Driver(database, now)
    made.attach()
    return made


def findings(database: Database) -> list[object]:
    with database.read() as tx:
        return [f for check in (floor_check, shipment_check, stock_check) for f in check.check(tx)]


def picked(driver: Driver, shipment: str = "DE-1-1") -> list[Fact]:
    """The facts of a pick, kept and not sent."""
    driver.open(shipment)
    driver.follow()
    facts, driver.waiting = driver.waiting, []
    return facts


def links(facts: list[Fact], incarnation: str) -> list[str]:
    found = [incarnation]
    for fact in facts:
        found.append(chained(found[-1], fact, fact.seq))
    return found


def send(driver: Driver, facts: list[Fact], before: str, incarnation: str = "J1") -> int:
    with driver.database.write() as tx:
        return apply_batch(
            tx, station="S1", incarnation=incarnation, facts=facts, before=before, now=driver.now
        ).last_seq


def state_of(database: Database) -> object:
    with database.read() as tx:
        facts = tx.execute(select(tables.fact.c.seq, tables.fact.c.outcome).order_by(tables.fact.c.n)).all()
        found = shipments.get(tx, ["DE-1-1", "DE-2-1"])
        lines = {id_: (s.state, [(x.picked, x.packed) for x in s.lines]) for id_, s in found.items()}
        return [tuple(row) for row in facts], lines, balance(tx, "CUP"), balance(tx, "TEE")


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_pieces_any_number_of_times_in_any_order_come_to_the_same(
    sqlite_database: Database, now: datetime, data: st.DataObject
) -> None:
    with sqlite_database.write() as tx:
        for table in reversed(tables.metadata.sorted_tables):
            tx.execute(delete(table))
        build(tx, now)
        ship(tx, "DE-1", [("CUP", 3), ("TEE", 1)], now)
        ship(tx, "DE-2", [("CUP", 2)], now)
    driver = Driver(sqlite_database, now)
    driver.attach()
    facts = picked(driver)
    chain = links(facts, "J1")
    done = 0
    for _ in range(data.draw(st.integers(1, 12))):
        first = data.draw(st.integers(0, len(facts) - 1))
        last = data.draw(st.integers(first + 1, len(facts)))
        if first > done:
            with pytest.raises(Conflict, match="expected fact"):
                send(driver, facts[first:last], chain[first])
        else:
            reached = send(driver, facts[first:last], chain[first])
            done = max(done, last)
            assert reached == done
        assert findings(sqlite_database) == []
    assert send(driver, facts[done:], chain[done]) == len(facts) if done < len(facts) else True
    seqs, lines, *_ = state_of(sqlite_database)  # type: ignore[misc]
    assert seqs == [(n, "applied") for n in range(1, len(facts) + 1)]
    assert lines["DE-1-1"] == ("picked", [(3, 0), (1, 0)])
    assert findings(sqlite_database) == []


def test_facts_of_another_copy_of_the_journal_never_pass_for_those_that_were_sent(driver: Driver) -> None:
    facts = picked(driver)
    chain = links(facts, "J1")
    send(driver, facts, chain[0])
    other = [replace(fact, op_id=f"other-{fact.seq}") for fact in facts[3:]]
    for some, before in ((other, chain[3]), (other[:1], chain[3]), ([replace(facts[-1], seq=len(facts) + 1)], "no")):
        with pytest.raises(Conflict) as caught:
            send(driver, some, before)
        assert caught.value.kind == "journal_restored"
    assert findings(driver.database) == []


def test_a_new_journal_that_sends_what_is_known_has_it_passed_over_with_what_became_of_it(driver: Driver) -> None:
    facts = picked(driver)
    bad = replace(facts[0], op_id="bad", kind="Nonsense", seq=len(facts) + 1)
    chain = links([*facts, bad], "J1")
    send(driver, [*facts, bad], chain[0])
    before = state_of(driver.database)
    driver.incarnation, driver.sent = "J2", []
    driver.attach()
    again = [replace(fact, seq=n) for n, fact in enumerate([bad, *facts], 1)]
    with driver.database.write() as tx:
        applied = apply_batch(tx, station="S1", incarnation="J2", facts=again, before="J2", now=driver.now)
    assert applied.outcomes["bad"] == (SET_ASIDE, "unreadable")
    assert {outcome for op_id, (outcome, _) in applied.outcomes.items() if op_id != "bad"} == {"applied"}
    assert state_of(driver.database) == before
    assert findings(driver.database) == []


def test_a_fact_that_lies_in_the_archive_and_comes_again_is_known(driver: Driver) -> None:
    facts = picked(driver)
    send(driver, facts, "J1")
    with driver.database.write() as tx:  # what the archive takes away; its key stays
        tx.execute(delete(tables.fact))
    driver.incarnation, driver.sent = "J2", []
    driver.attach()
    with driver.database.write() as tx:
        applied = apply_batch(tx, station="S1", incarnation="J2", facts=facts, before="J2", now=driver.now)
        known = received.received(tx, [fact.op_id for fact in facts])
        assert tx.execute(select(tables.fact)).first() is None
    assert applied.last_seq == len(facts)
    assert {one.outcome for one in known.values()} == {"applied"}
    with driver.database.read() as tx:
        assert [line.picked for line in shipments.get(tx, ["DE-1-1"])["DE-1-1"].lines] == [3, 1]


POISON: dict[str, Callable[[Fact], Fact]] = {
    "no text any database takes": lambda fact: replace(fact, body=fact.body + "\0"),
    "half a sign": lambda fact: replace(fact, operator="\ud800"),
    "a number too big": lambda fact: replace(fact, epoch=2**70),
    "of no claim": lambda fact: replace(fact, claim="\0"),
}


@pytest.mark.parametrize("kind", POISON)
def test_a_poisoned_fact_is_set_aside_alone_with_a_case_and_holds_up_nothing(driver: Driver, kind: str) -> None:
    good = picked(driver)
    poison = replace(POISON[kind](good[0]), op_id="poison", seq=4)
    facts = [*good[:3], poison, *(replace(fact, seq=fact.seq + 1) for fact in good[3:])]
    link = "J1"
    with driver.database.write() as tx:
        try:
            applied = apply_batch(tx, station="S1", incarnation="J1", facts=facts, before=link, now=driver.now)
        except UnicodeEncodeError:  # what no hash can be made of no journal has written
            assert kind == "half a sign"
            return
    assert applied.outcomes["poison"][0] == SET_ASIDE
    assert {out for op, (out, _) in applied.outcomes.items() if op != "poison"} == {"applied"}
    with driver.database.read() as tx:
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "picked"
        assert open_kinds(tx) == {"late_fact": 1}
    # What no database takes was kept in other words: the chain says so, and rightly.
    assert {found.rule for found in findings(driver.database)} <= {"chain_is_whole"}  # type: ignore[attr-defined]


def _with_a_shortage(driver: Driver) -> list[Fact]:
    """The first fact of a pick, a shortage, and that the bench left."""
    first = picked(driver)[0]
    said = [encode(event) for event in (ShortFound("DE-1-1", 1, "A-01", "CUP", 1), JobLeft(first.claim))]
    return [first, *(replace(first, op_id=kind, kind=kind, body=body, seq=n) for n, (kind, body) in enumerate(said, 2))]


def test_what_stands_before_a_shortage_and_a_poisoned_fact_in_one_batch_is_applied(driver: Driver) -> None:
    facts = _with_a_shortage(driver)
    facts[2] = replace(facts[2], op_id="poison", claim="\0")
    with driver.database.write() as tx:
        applied = apply_batch(tx, station="S1", incarnation="J1", facts=facts, before="J1", now=driver.now)
    assert {op for op, (out, _) in applied.outcomes.items() if out == SET_ASIDE} == {"poison"}


def test_what_follows_a_shortage_that_is_sent_again_is_applied(driver: Driver) -> None:
    facts = _with_a_shortage(driver)
    send(driver, facts[:2], "J1")
    with driver.database.write() as tx:
        applied = apply_batch(tx, station="S1", incarnation="J1", facts=facts, before="J1", now=driver.now)
    assert applied.outcomes == {facts[2].op_id: ("applied", "")}


def test_a_bug_that_one_fact_brings_out_costs_that_fact_alone_and_few_tries(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = picked(driver)
    right, tries = bench.evolve, []

    def evolve(state: bench.State, op_id: str, event: object) -> bench.State:
        if op_id == facts[-1].op_id:
            tries.append(op_id)
            raise KeyError("a bug")
        return right(state, op_id, event)  # type: ignore[arg-type]

    monkeypatch.setattr(apply.bench, "evolve", evolve)
    with driver.database.write() as tx:
        applied = apply_batch(tx, station="S1", incarnation="J1", facts=facts, before="J1", now=driver.now)
    assert [op for op, (out, _) in applied.outcomes.items() if out == SET_ASIDE] == [facts[-1].op_id]
    assert len(tries) < 8


@pytest.mark.parametrize("met", [DatabaseAway("cut"), Crossed("met", kind="shipment_moved")], ids=["cut", "crossed"])
def test_what_is_no_facts_fault_sets_nothing_aside_and_all_are_sent_again(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, met: PackbenchError
) -> None:
    facts = picked(driver)

    def meets(*_: object) -> None:
        raise met

    with monkeypatch.context() as patch:
        patch.setattr(outcome, "set_progress", meets)
        with pytest.raises(type(met)):
            send(driver, facts, "J1")
    with driver.database.read() as tx:
        assert received.received(tx, [fact.op_id for fact in facts]) == {}
    assert send(driver, facts, "J1") == len(facts)


def test_a_claim_set_aside_in_many_batches_has_one_case(driver: Driver) -> None:
    facts = [replace(fact, claim="nobody's") for fact in picked(driver)]
    chain = links(facts, "J1")
    for n, fact in enumerate(facts):
        send(driver, [fact], chain[n])
    with driver.database.read() as tx:
        assert open_kinds(tx) == {"late_fact": 1}
    assert findings(driver.database) == []


def test_another_journal_at_work_has_the_station_until_it_was_silent_for_two_minutes(driver: Driver) -> None:
    facts = picked(driver)
    send(driver, facts[:2], "J1")

    def meet(place: str) -> int:
        with driver.database.write() as tx:
            return attach(tx, station="S1", journal=driver, place=place, now=driver.now).last_seq

    driver.sent = facts
    assert meet("here") == 2
    with pytest.raises(Conflict) as caught:
        meet("elsewhere")
    assert caught.value.kind == "journal_copied"
    assert meet("here") == 2
    driver.now = driver.now.replace(year=driver.now.year + 1)
    assert meet("elsewhere") == 2
