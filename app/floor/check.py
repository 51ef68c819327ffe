"""What must hold in claims and facts."""

from __future__ import annotations

from collections.abc import Iterator

from app.base.finding import Finding
from app.db import Tx
from app.floor import bench, store
from app.floor.folded import decoded
from app.floor.history.read import Place, read_on
from app.floor.received import store as received
from app.floor.totes import store as totes
from app.shipments import store as shipments
from app.shipments.shipment import GONE

_HELD_IN = frozenset({"picking", "picked", "packing", "packed", "labelled", "held", "cancelled"})


def check(tx: Tx) -> Iterator[Finding]:
    """Facts have no gap and no double; each not applied stands in a case; claims are what their facts say."""
    ends = {}
    for station, incarnation, facts, first, last in received.sequences(tx):
        ends[station, incarnation] = last
        if facts != last - first + 1 or first != 1:
            yield Finding("facts_without_gap", station, f"{incarnation}: {facts} facts from {first} to {last}")
    for station, incarnation, expected, places, used in received.positions(tx):
        if (found := ends.get((station, incarnation), 0)) != expected:
            yield Finding("facts_counted_once", station, f"last applied {expected}, last fact {found}")
        if used > places:
            yield Finding("facts_counted_once", station, f"{places} places in order, {used} in use")
    for station, incarnation, taken_in, link in received.chains(tx):
        yield from _chain(tx, Place(station, incarnation), ends.get((station, incarnation), 0), taken_in, link)
    for op_id in store.unseen_set_aside(tx):
        yield Finding("set_aside_is_seen", op_id, "not applied, and in no case")
    for shipment in store.forsaken(tx):
        yield Finding("cancelled_goods_are_asked_about", shipment, "cancelled, and its goods lie where nobody looks")
    yield from _claims(tx)


def _claims(tx: Tx) -> Iterator[Finding]:
    asked = totes.asked(tx)
    for tote, lying in totes.mixed(tx).items():
        if not any(lying.keys() <= told for told in asked.get(tote, ())):
            yield Finding("one_order_in_a_tote", tote, f"{', '.join(lying)} lie in it, and nobody is asked")
    live = store.live_claims(tx)
    found_states = shipments.get(tx, {job.shipment for claim in live for job in claim.packet.jobs})
    kept = store.facts_of(tx, [claim.id for claim in live])
    for claim in live:
        try:
            folded = bench.fold(claim.packet, decoded(kept[claim.id]))
        except ValueError as error:
            yield Finding("rows_are_the_fold", claim.id, str(error))
            continue
        if bench.over(folded):
            yield Finding("claims_end_with_their_work", claim.id, f"live at {claim.station}, and nothing is left to do")
        tally = bench.tally(folded)
        for job in claim.packet.jobs:
            state = found_states[job.shipment].state if job.shipment in found_states else "gone"
            # Of a packet of several, what is done may leave while the others are still packed.
            if state not in _HELD_IN and not (state in GONE and job.shipment in tally.finished):
                yield Finding("claimed_work_is_in_work", claim.id, f"{job.shipment} is {state}")
        for tallied in tally.lines:
            stands = found_states.get(tallied.shipment)
            row = next((x for x in stands.lines if x.line == tallied.line), None) if stands else None
            rows, folds = (row.picked, row.packed) if row else None, (tallied.picked, tallied.packed)
            if stands and stands.state != "cancelled" and rows != folds:
                yield Finding("rows_are_the_fold", tallied.shipment, f"line {tallied.line}: rows {rows}, facts {folds}")


def _chain(tx: Tx, place: Place, last: int, taken_in: int | None, link: str) -> Iterator[Finding]:
    """The journal's facts hang together from the first to the last, which is where its station says it stands."""
    page = read_on(tx, place)
    while page.whole and not page.at_end:
        page = read_on(tx, page.place)
    if page.place.seq != last:
        yield Finding("chain_is_whole", place.station, f"{place.incarnation}: nothing leads on from {page.place.seq}")
    elif taken_in == last and page.place.before != link:
        yield Finding("chain_is_whole", place.station, f"{place.incarnation}: a fact up to {last} was changed")
