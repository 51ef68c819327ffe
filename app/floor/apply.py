"""How accepted facts take effect in the shared database: by the bench's own fold, once, one transaction a batch.

A batch's state is read once, folded in memory and written in bulk: the statements of a batch don't grow with its facts.
A fact that can't be applied is kept and opens a case; it never blocks those behind it and is never dropped.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from app.base.errors import Conflict, Refused, SchemaMismatch
from app.base.turns import in_turns
from app.cases.case import NewCase
from app.cases.open import open_cases
from app.db import Tx, feed, savepoint
from app.db.blame import blames_the_values
from app.db.migrate import still_fits
from app.floor import bench, effects, store
from app.floor import facts as f
from app.floor.aside import ask_about
from app.floor.chain import chained
from app.floor.facts import FORM, Event, Fact, decode, lacking
from app.floor.folded import Facts, folded, remember, remembered
from app.floor.mistaken import note_mistakes
from app.floor.outcome import store as outcome
from app.floor.outcome.store import Progress
from app.floor.packet import Box, Lying, Packet
from app.floor.places import covered
from app.floor.received import store as received
from app.floor.received.store import Received
from app.floor.shortage import found_short, keep_still
from app.floor.store import Claim
from app.floor.workflows.waiting import PASSING
from app.orders.timeline import record
from app.shipments import store as shipments
from app.shipments.shipment import Hop, Shipment
from app.site import store as site
from app.site.site import Station
from app.stock import store as stock
from app.stock.move import Move, move

_LOG = logging.getLogger(__name__)
APPLIED, SET_ASIDE = "applied", "set_aside"


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


@dataclass(slots=True)
class _Work:
    """One claim while its facts of the batch are folded in."""

    claim: Claim
    earlier: Facts
    state: bench.State
    new: list[tuple[Fact, Event]] = field(default_factory=list)

    @property
    def packet(self) -> Packet:
        return self.claim.packet


def apply_batch(
    tx: Tx, *, station: str, incarnation: str, facts: Sequence[Fact], before: str, now: datetime
) -> Applied:
    """Applies the station's facts in order, each exactly once: what was applied before is passed over.

    `before` is the journal's link behind the fact before the first of them. Conflict: journal_unknown, journal_gap or
    journal_restored, the facts are not those that follow what was taken in. SchemaMismatch: one is of a newer form.
    In either case nothing was done.
    """
    row = site.lock_station(tx, station)
    still_fits(tx)
    if row.incarnation != incarnation:
        raise Conflict(
            f"{station}: journal {incarnation} is not the one known", kind="journal_unknown", station=station
        )
    known = received.received(tx, [fact.op_id for fact in facts])
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
        outcomes |= _whole(tx, at, new)
    site.advance_station(
        tx, station, incarnation=incarnation, last_seq=fresh[-1].seq, last_hash=last_hash, facts=len(fresh), now=now
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


def _whole(tx: Tx, at: _Bench, fresh: Sequence[Fact]) -> dict[str, tuple[str, str]]:
    """The batch as one; if something in it is refused, by halves, so that only what is at fault is set aside.

    Whatever is wrong with a fact, the rules or the program that meets it: it must not hold up those behind it.
    """
    try:
        with savepoint(tx):
            return _apply(tx, at, fresh)
    except Exception as error:
        if not blames_the_values(error):
            raise
        if len(fresh) > 1:
            half = len(fresh) // 2
            return _whole(tx, at, fresh[:half]) | _whole(tx, at, fresh[half:])
        if not isinstance(error, Refused):
            _LOG.warning("%s: fact %d set aside", at.station, fresh[0].seq, exc_info=True)
    fact = _plain(fresh[0])
    outcomes = {fact.op_id: (SET_ASIDE, "refused")}
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


def _apply(tx: Tx, at: _Bench, fresh: Sequence[Fact]) -> dict[str, tuple[str, str]]:
    works = _begin(tx, fresh, at.station)
    concerned = {job.shipment for work in works.values() for job in work.packet.jobs}
    # Cancelled or held before their facts are judged, or after they took effect.
    keep_still(tx, concerned, lacking(fresh), at.warehouse)
    known = shipments.get(tx, concerned)
    outcomes = {fact.op_id: _fold(fact, works.get(fact.claim), known) for fact in in_turns(fresh, 8)}
    received.add_facts(tx, at.station, at.incarnation, fresh, outcomes, at.now, at.before)
    _write(tx, at, [work for work in works.values() if work.new], known)
    note_mistakes(tx, [fact for fact in fresh if outcomes[fact.op_id][0] == APPLIED], at.station, at.now)
    _set_aside(tx, fresh, outcomes, at, works)
    for work in works.values():
        remember(work.packet, [*work.earlier, *((fact.op_id, event) for fact, event in work.new)], work.state)
    return outcomes


def _begin(tx: Tx, fresh: Sequence[Fact], station: str) -> dict[str, _Work]:
    # Locked: a claim is taken over before its facts are judged, or after they took effect.
    claims = store.claims(tx, sorted({fact.claim for fact in fresh if fact.claim}), to_change=True)
    # Of a long job a batch adds little: what is remembered of it needn't be read and decoded again.
    known = {id_: remembered(id_, *mark) for id_, mark in received.applied_marks(tx, list(claims)).items()}
    applied = store.facts_of(tx, [id_ for id_ in claims if known.get(id_) is None])
    works = {}
    for id_, claim in claims.items():
        if claim.station == station:
            earlier = known.get(id_) or [
                (fact.op_id, decode(fact.kind, fact.body)) for fact in in_turns(applied[id_], 32)
            ]
            works[id_] = _Work(claim, earlier, folded(claim.packet, earlier))
    return works


def _fold(fact: Fact, work: _Work | None, known: Mapping[str, Shipment]) -> tuple[str, str]:
    """Folds one fact in, or says why not. A bad fact changes nothing."""
    try:
        event = decode(fact.kind, fact.body)
    except ValueError:
        return SET_ASIDE, "unreadable"
    if isinstance(event, f.PinFailed):
        return APPLIED, ""
    if work is None:
        return SET_ASIDE, "claim_unknown"
    if work.claim.state == "taken_over":
        return SET_ASIDE, "taken_over"
    if work.claim.state in _OVER and not isinstance(event, PASSING):
        return SET_ASIDE, "claim_over"
    shipment = getattr(event, "shipment", "")
    if shipment in known and known[shipment].state == "cancelled" and isinstance(event, _PHYSICAL):
        return SET_ASIDE, "cancelled"
    try:
        work.state = bench.evolve(work.state, fact.op_id, event)
    except ValueError:
        return SET_ASIDE, "does_not_fit"
    work.new.append((fact, event))
    return APPLIED, ""


# What moves goods or makes papers: of a cancelled shipment that is for a person to put right.
_PHYSICAL = (
    f.ItemPlaced,
    f.ItemPacked,
    f.ItemTakenOut,
    f.ItemShifted,
    f.ParcelClosed,
    f.LabelRecreated,
    f.LabelReprinted,
    f.ShortFound,
    f.BrokenFound,
    f.PickFinished,
    f.PackFinished,
)


def _write(tx: Tx, at: _Bench, works: Sequence[_Work], known: Mapping[str, Shipment]) -> None:
    now = at.now
    _move_goods(tx, at, works)
    progress: list[Progress] = []
    boxes: dict[str, Sequence[Box]] = {}
    totes: dict[str, Sequence[Lying]] = {}
    for work in works:
        if work.claim.state in _OVER:  # what stands there is a later claim's
            continue
        tally = bench.tally(work.state)
        touched = {job.shipment for job in work.packet.jobs if known[job.shipment].state != "cancelled"}
        progress += [Progress(n.shipment, n.line, n.picked, n.packed) for n in tally.lines if n.shipment in touched]
        if work.packet.kind == "pack":
            boxes |= {s: some for s, some in tally.boxes.items() if s in touched}
        totes |= {s: some for s, some in tally.totes.items() if s in touched}
    outcome.set_progress(tx, progress)
    outcome.put_boxes(tx, boxes)
    outcome.put_totes(tx, totes)
    _shortages(tx, at, works)
    shipments.hops(tx, _hops(tx, works), now)
    prints = [printed for work in works for fact, event in work.new for printed in effects.prints(event, fact.operator)]
    outcome.put_prints(tx, at.station, prints, now)
    record(tx, [entry for work in works for fact, event in work.new for entry in effects.told(fact, event, known)], now)
    raised = [case for work in works for fact, event in work.new for case in effects.cases(fact, event, known)]
    if raised:
        open_cases(tx, raised, now)
    ended = {work.claim.id: end for work in works if work.claim.state == "live" and (end := _end(work))}
    if ended:
        store.end_claims(tx, ended)
        feed.announce(tx, "claim", ended, now)


def _move_goods(tx: Tx, at: _Bench, works: Sequence[_Work]) -> None:
    moves = [
        Move(m.sku, at.warehouse, m.from_place, m.to_place, m.qty, work.packet.kind, op_id, m.lot, m.serial)
        for work in works
        for op_id, m in bench.moves(work.packet, work.earlier, [(fact.op_id, event) for fact, event in work.new])
    ]
    if moves:
        led, found, differs = covered(tx, moves)
        stock.post(tx, found, at.now)
        move(tx, led, at.now)
        cases = [
            NewCase(
                "place_differs", "sku", sku, None, source, {"warehouse": at.warehouse, "place": place, "units": units}
            )
            for sku, place, units, source in differs
        ]
        if cases:
            open_cases(tx, cases, at.now)


def _shortages(tx: Tx, at: _Bench, works: Sequence[_Work]) -> None:
    """Found shortages are rare, and each is an act of its own on other people's reservations."""
    for work in works:
        for fact, event in work.new:
            if isinstance(event, f.ShortFound | f.BrokenFound):
                found_short(
                    tx,
                    shipment=event.shipment,
                    line=event.line,
                    sku=event.sku,
                    warehouse=at.warehouse,
                    place=event.place,
                    qty=event.qty,
                    lot=event.lot,
                    serial=event.serial,
                    broken=isinstance(event, f.BrokenFound),
                    by=fact.operator,
                    source=fact.op_id,
                    now=at.now,
                )


# Of such a claim the next may have gone on; a stop shown when all was done may still come, it changes nothing.
_OVER = ("done", "released")
_MOVES_ON = (f.PickFinished, f.PackFinished, f.JobHeld, f.JobLeft)


def _hops(tx: Tx, works: Sequence[_Work]) -> list[Hop]:
    """The moves of shipments' states that these facts are; a shortage may have cancelled one meanwhile."""
    if not any(isinstance(event, _MOVES_ON) for work in works for _, event in work.new):
        return []
    standing = shipments.get(tx, {job.shipment for work in works for job in work.packet.jobs})
    hops: list[Hop] = []

    def go(shipment: str, fact: Fact, *path: str) -> None:
        """On along `path` from where the shipment stands: what it has passed already is passed over."""
        stage = stages[shipment]
        for to in path[path.index(stage) + 1 :] if stage in path else ():
            hops.append(Hop(shipment, to, fact.operator, fact.op_id))
            stages[shipment] = to

    stages = {id_: s.stage for id_, s in standing.items() if s.state != "cancelled"}
    for work in works:
        for fact, event in work.new:
            shipment = getattr(event, "shipment", "")
            match event:
                case f.PickFinished() if shipment in stages:
                    go(shipment, fact, "picking", "picked")
                case f.PackFinished() if shipment in stages:
                    go(shipment, fact, "packing", "packed", "labelled")
                case f.JobHeld() if shipment in stages:
                    if standing[shipment].state != "held":
                        hops.append(Hop(shipment, "held", fact.operator, fact.op_id))
                case f.JobLeft():
                    started = {n.shipment for n in bench.tally(work.state).lines if n.picked}
                    for job in work.packet.jobs:
                        if job.shipment in stages:
                            if job.shipment not in started:
                                go(job.shipment, fact, "picking", "ready")
                            go(job.shipment, fact, "packing", "picked")
                case _:
                    pass
    return hops


def _end(work: _Work) -> str | None:
    tally = bench.tally(work.state)
    return "released" if tally.left else "done" if tally.over else None


def _set_aside(
    tx: Tx,
    facts: Sequence[Fact],
    outcomes: Mapping[str, tuple[str, str]],
    at: _Bench,
    works: Mapping[str, _Work] = MappingProxyType({}),
) -> None:
    aside = [(fact, outcomes[fact.op_id][1]) for fact in facts if outcomes[fact.op_id][0] == SET_ASIDE]
    ask_about(tx, at.station, aside, {claim: work.packet for claim, work in works.items()}, at.now)


def take_effect(
    tx: Tx, claim: Claim, earlier: Sequence[Fact], late: Sequence[Fact], now: datetime
) -> dict[str, tuple[str, str]]:
    """Late facts of a claim that was taken over take effect on top of its `earlier` ones: a person has decided so.

    What became of each; that they were accepted is for the caller to record. The claim stays ended.
    """
    before = [(fact.op_id, decode(fact.kind, fact.body)) for fact in earlier]
    packet = claim.packet
    work = _Work(replace(claim, state=APPLIED), before, bench.fold(packet, before))
    known = shipments.get(tx, {job.shipment for job in packet.jobs})
    outcomes = {fact.op_id: _fold(fact, work, known) for fact in late}
    _write(tx, _Bench(claim.station, packet.warehouse, "", now, 0), [work], known)
    return outcomes
