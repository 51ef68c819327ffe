"""What judged facts change in the shared database: goods, lines, parcels, states, papers, cases; in bulk, in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.cases.case import NewCase
from app.cases.open import open_cases
from app.db import Tx, feed
from app.floor import bench, effects, store
from app.floor import facts as f
from app.floor.facts import Fact
from app.floor.judge import OVER, Work
from app.floor.mixed import ask_about_mixed, totes_filled
from app.floor.outcome import store as outcome
from app.floor.outcome.store import Progress
from app.floor.packet import Box, Lying
from app.floor.places import covered
from app.floor.shortage import found_short
from app.floor.totes import store as totes
from app.orders.timeline import record
from app.shipments import store as shipments
from app.shipments.shipment import Hop, Shipment
from app.stock import store as stock
from app.stock.move import Move, move

_MOVES_ON = (f.PickFinished, f.PackFinished, f.JobHeld, f.JobLeft)


def take_effect(tx: Tx, station: str, works: Sequence[Work], known: Mapping[str, Shipment], now: datetime) -> None:
    """The works' new facts take effect, and claims of which nothing more can come end. `known`: their shipments."""
    filled = totes_filled(one for work in works for one in work.new)
    totes.only_mine(tx, list(filled))  # of two benches that fill one at once the second sees what the first put there
    _move_goods(tx, works, now)
    _write_folds(tx, works, known)
    ask_about_mixed(tx, station, filled, now)
    _shortages(tx, works, now)
    shipments.hops(tx, _hops(tx, works), now)
    new = [(fact, event) for work in works for fact, event in work.new]
    outcome.put_prints(tx, station, [one for fact, event in new for one in effects.prints(event, fact.operator)], now)
    record(tx, [entry for fact, event in new for entry in effects.told(fact, event, known)], now)
    raised = [case for fact, event in new for case in effects.cases(fact, event, known)]
    if raised:
        open_cases(tx, raised, now)
    ended = {work.claim.id: end for work in works if work.claim.state == "live" and (end := _end(work))}
    if ended:
        store.end_claims(tx, ended)
        feed.announce(tx, "claim", ended, now)


def _write_folds(tx: Tx, works: Sequence[Work], known: Mapping[str, Shipment]) -> None:
    """How lines, parcels and totes stand by the folds; what lies where of a cancelled shipment stays as it was then."""
    progress: set[Progress] = set()
    boxes: dict[str, Sequence[Box]] = {}
    lying: dict[str, Sequence[Lying]] = {}
    for work in works:
        if work.claim.state in OVER:  # what stands there is a later claim's
            continue
        tally, before = bench.tally(work.state), bench.tally(work.stood) if work.stood else None
        touched = {job.shipment for job in work.packet.jobs if known[job.shipment].state != "cancelled"}
        progress |= {Progress(n.shipment, n.line, n.picked, n.packed) for n in tally.lines if n.shipment in touched}
        if work.packet.kind == "pack":
            boxes |= {s: tally.boxes[s] for s in touched if not before or tally.boxes[s] != before.boxes[s]}
        lying |= {s: tally.totes[s] for s in touched if not before or tally.totes[s] != before.totes[s]}
    stood = {Progress(s, n.line, n.picked, n.packed) for s, one in known.items() for n in one.lines}
    outcome.set_progress(tx, sorted(progress - stood))
    outcome.put_boxes(tx, boxes)
    outcome.put_totes(tx, lying, {s: known[s].tote for s in lying})


def _move_goods(tx: Tx, works: Sequence[Work], now: datetime) -> None:
    moves = [
        Move(m.sku, m.warehouse, m.from_place, m.to_place, m.qty, work.packet.kind, op_id, m.lot, m.serial)
        for work in works
        for op_id, m in bench.moves(work.packet, work.earlier, [(fact.op_id, event) for fact, event in work.new])
    ]
    if moves:
        led, found, differs = covered(tx, moves)
        stock.post(tx, found, now)
        move(tx, led, now)
        warehouse = moves[0].warehouse
        cases = [
            NewCase("place_differs", "sku", sku, None, source, {"warehouse": warehouse, "place": place, "units": units})
            for sku, place, units, source in differs
        ]
        if cases:
            open_cases(tx, cases, now)


def _shortages(tx: Tx, works: Sequence[Work], now: datetime) -> None:
    """Found shortages are rare, and each is an act of its own on other people's reservations."""
    for work in works:
        for fact, event in work.new:
            if isinstance(event, f.ShortFound | f.BrokenFound):
                where = work.packet.warehouse
                found_short(tx, event, warehouse=where, by=fact.operator, source=fact.op_id, now=now)


def _hops(tx: Tx, works: Sequence[Work]) -> list[Hop]:
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


def _end(work: Work) -> str | None:
    tally = bench.tally(work.state)
    return "released" if tally.left else "done" if tally.over else None
