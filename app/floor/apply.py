"""How accepted facts take effect in the shared database: by the bench's own fold, once, one transaction a batch.

A batch's state is read once, folded in memory and written in bulk: the statements of a batch don't grow with its facts.
A fact that can't be applied is kept and opens a case; it never blocks those behind it and is never dropped.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from app.base.errors import Conflict, Refused, SchemaMismatch
from app.base.turns import in_turns
from app.db import Tx, savepoint
from app.db.blame import blames_the_values
from app.db.engine import written_singly
from app.floor import bench, store
from app.floor.aside import ask_about
from app.floor.chain import chained
from app.floor.facts import FORM, Fact, shortages
from app.floor.folded import decoded, folded, packets, remember, remembered
from app.floor.judge import Work, judge
from app.floor.mistaken import note_mistakes
from app.floor.received import store as received
from app.floor.received.store import Received
from app.floor.shortage import keep_still
from app.floor.standing.store import Mark, Standing, standing
from app.floor.store import Claim
from app.floor.take_effect import take_effect
from app.floor.verdict import APPLIED, SET_ASIDE
from app.shipments import store as shipments
from app.site import store as site
from app.site.site import Station

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Applied:
    """How far the station's facts are applied now, and what became of each: {op_id: (applied | set_aside, reason)}."""

    last_seq: int
    outcomes: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Bench:
    """Whose facts are applied, and when. `before`: a fact's place in the order of all is its number and this."""

    station: str
    warehouse: str
    incarnation: str
    now: datetime
    before: int


def apply_batch(
    tx: Tx, *, station: str, incarnation: str, facts: Sequence[Fact], before: str, now: datetime, hopeful: bool = False
) -> Applied:
    """Applies the station's facts in order, each exactly once: what was applied before is passed over.

    `before` is the journal's link behind the fact before the first of them. Conflict: journal_unknown, journal_gap or
    journal_restored, the facts are not those that follow what was taken in. SchemaMismatch: one is of a newer form.
    In either case nothing was done. `hopeful`, which saves two round trips: nothing is looked for that cannot be
    applied; whatever is wrong with a fact is raised, and the transaction spoilt.
    """
    found = _standing(tx, station, facts)
    row, known = found.station, found.known
    if row.incarnation != incarnation:
        raise Conflict(
            f"{station}: journal {incarnation} is not the one known", kind="journal_unknown", station=station
        )
    last_hash = _linked(row, facts, before, known)
    fresh = [fact for fact in facts if fact.seq > row.last_seq]
    if not fresh:
        return Applied(row.last_seq, {})
    newer = next((fact for fact in fresh if fact.version > FORM), None)
    if newer:
        raise SchemaMismatch(f"fact of form {newer.version}, this program knows {FORM}", kind="newer_form")

    again = [fact for fact in fresh if fact.op_id in known]
    new = [fact for fact in fresh if fact.op_id not in known]
    received.add_again(tx, station, incarnation, again)
    at = _Bench(station, row.warehouse, incarnation, now, row.facts + 1 - fresh[0].seq)
    outcomes = {fact.op_id: (known[fact.op_id].outcome, known[fact.op_id].reason) for fact in again}
    if new:
        outcomes |= _apply(tx, at, new, found) if hopeful else _whole(tx, at, new, found)
    site.advance_station(
        tx,
        station,
        incarnation=incarnation,
        last_seq=fresh[-1].seq,
        last_hash=last_hash,
        facts=row.facts + len(fresh),
        now=now,
    )
    return Applied(fresh[-1].seq, outcomes)


def _linked(row: Station, facts: Sequence[Fact], before: str, known: Mapping[str, Received]) -> str:
    """The chain's link behind the last of these facts, if they hang in the chain that was taken in so far.

    Two copies of one journal number their facts alike: without this the facts of one would pass for those of the other.
    """
    link, due = before, facts[0].seq if facts else row.last_seq + 1
    if due > row.last_seq + 1 or [fact.seq for fact in facts] != list(range(due, due + len(facts))):
        raise Conflict(f"{row.name}: expected fact {row.last_seq + 1}, got {due}", kind="journal_gap", station=row.name)
    for fact in facts:
        if fact.seq == row.last_seq + 1 and link != row.last_hash:
            raise _restored(row)
        link = chained(link, fact, fact.seq)
        if fact.seq <= row.last_seq and fact.op_id not in known:
            raise _restored(row)
    return link


def _restored(row: Station) -> Conflict:
    return Conflict(
        f"{row.name}: {row.last_seq} facts were sent, this journal's differ", kind="journal_restored", station=row.name
    )


def _standing(tx: Tx, station: str, facts: Sequence[Fact]) -> Standing:
    """Who books a shortage locks the shipments it may hurt beside his own."""
    known = packets({fact.claim for fact in facts})
    return standing(tx, station, facts, packets=known, shipments_too=not list(shortages(facts)))


def _whole(tx: Tx, at: _Bench, fresh: Sequence[Fact], found: Standing) -> dict[str, tuple[str, str]]:
    """The batch as one; if something in it is refused, by halves, so that only what is at fault is set aside.

    Whatever is wrong with a fact, the rules or the program that meets it: it must not hold up those behind it.
    """
    try:
        with savepoint(tx):
            return _apply(tx, at, fresh, found)
    except Exception as error:
        if not blames_the_values(error):
            raise
        if len(fresh) > 1:
            half = len(fresh) // 2
            done = _whole(tx, at, fresh[:half], found)
            return done | _whole(tx, at, fresh[half:], _standing(tx, at.station, fresh[half:]))
        if not isinstance(error, Refused):
            _LOG.warning("%s: fact %d set aside", at.station, fresh[0].seq, exc_info=True)
    fact = _plain(fresh[0])
    outcomes = {fact.op_id: (SET_ASIDE, "refused")}
    with written_singly(tx):  # the case names what lies where by it
        received.add_facts(tx, at.station, at.incarnation, [fact], outcomes, at.now, at.before)
        _set_aside(tx, [fact], outcomes, at)
    return {fresh[0].op_id: outcomes[fact.op_id]}


def _plain(fact: Fact) -> Fact:
    """The fact as any database can keep it: a spoilt disk may have put signs and numbers in it that none takes."""
    texts = {
        name: getattr(fact, name).replace("\0", "").encode("utf-8", "replace").decode()
        for name in ("op_id", "kind", "claim", "operator", "made_at", "body")
    }
    return replace(fact, epoch=max(0, min(fact.epoch, 2**31 - 1)), version=max(0, fact.version), **texts)


def _apply(tx: Tx, at: _Bench, fresh: Sequence[Fact], found: Standing) -> dict[str, tuple[str, str]]:
    works = _begin(tx, fresh, at.station, found.claims)
    known, short = found.shipments, list(shortages(fresh))
    if known is None or short:
        concerned = {job.shipment for work in works.values() for job in work.packet.jobs}
        # Cancelled or held before their facts are judged, or after they took effect.
        keep_still(tx, concerned, {event.sku for _, event in short}, at.warehouse)
        known = shipments.get(tx, concerned)
    outcomes = {fact.op_id: judge(fact, works.get(fact.claim), known) for fact in in_turns(fresh, 8)}
    usual = not short and all(outcome == APPLIED for outcome, _ in outcomes.values())
    # Whose units are lacking, and what a case has to name, is read from what was written just now.
    with nullcontext() if usual else written_singly(tx):
        received.add_facts(tx, at.station, at.incarnation, fresh, outcomes, at.now, at.before)
        take_effect(tx, at.station, [work for work in works.values() if work.folded], known, at.now)
        note_mistakes(tx, [fact for fact in fresh if outcomes[fact.op_id][0] == APPLIED], at.station, at.now)
        _set_aside(tx, fresh, outcomes, at, works)
    for work in works.values():
        remember(work.packet, [*work.earlier, *work.folded], work.state)
    return outcomes


def _begin(tx: Tx, fresh: Sequence[Fact], station: str, held: Mapping[str, tuple[Claim, Mark]]) -> dict[str, Work]:
    wanted = sorted({fact.claim for fact in fresh if fact.claim in held and held[fact.claim][0].station == station})
    # Of a long job a batch adds little: what is remembered of it needn't be read and decoded again.
    known = {id_: remembered(id_, *held[id_][1]) for id_ in wanted}
    before = store.facts_of(tx, [id_ for id_, facts in known.items() if facts is None])
    works = {}
    for id_, facts in known.items():
        claim, earlier = held[id_][0], decoded(before[id_]) if facts is None else facts
        state = folded(claim.packet, earlier)
        works[id_] = Work(claim, earlier, state, stood=state)
    return works


def _set_aside(
    tx: Tx,
    facts: Sequence[Fact],
    outcomes: Mapping[str, tuple[str, str]],
    at: _Bench,
    works: Mapping[str, Work] = MappingProxyType({}),
) -> None:
    aside = [(fact, outcomes[fact.op_id][1]) for fact in facts if outcomes[fact.op_id][0] == SET_ASIDE]
    ask_about(tx, at.station, aside, {claim: work.packet for claim, work in works.items()}, at.now)


def apply_late(
    tx: Tx, claim: Claim, earlier: Sequence[Fact], late: Sequence[Fact], now: datetime
) -> dict[str, tuple[str, str]]:
    """Late facts of a claim that was taken over take effect on top of its `earlier` ones: a person has decided so.

    What became of each; that they were accepted is for the caller to record. The claim stays ended.
    """
    before = decoded(earlier)
    work = Work(replace(claim, state=APPLIED), before, bench.fold(claim.packet, before))
    known = shipments.get(tx, {job.shipment for job in claim.packet.jobs})
    outcomes = {fact.op_id: judge(fact, work, known) for fact in late}
    take_effect(tx, claim.station, [work], known, now)
    return outcomes
