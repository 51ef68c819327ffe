"""What a bench sent too late: a person says that it is what happened, or that it does not count.

Either way the stock stays true. Accepted facts take effect as if they had come in time; discarded ones never did, so
the goods are brought back to where the books have them, and the labels that were made are destroyed. But what a bin was
found to lack, it lacks whatever becomes of the work: that is booked all the same, once, so not if the shipment's next
picker has looked there since, or is on the way. So is what a tote lacks, as long as the books have it there and nobody
has looked since: put back or planned anew it would be sold again, for only packing counts units.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app.base.errors import Conflict, Crossed
from app.cases.case import Case
from app.cases.open import open_case
from app.db import Tx, feed, savepoint
from app.floor import bench, shortage, store
from app.floor.apply import apply_late
from app.floor.aside import ask_about
from app.floor.facts import BrokenFound, Fact, ShortFound, shortages
from app.floor.held import store as holding
from app.floor.left_behind import left_behind, readable
from app.floor.needed import store as needed
from app.floor.packet import Box, Packet
from app.floor.store import Claim
from app.floor.takeover import rest, take
from app.floor.verdict import ACCEPTED, APPLIED, CANCELLED, TAKEN_OVER
from app.orders.timeline import Entry, record
from app.shipments import store as shipments
from app.shipments.shipment import Hop, Shipment
from app.site import store as site
from app.site.roles import Operator, require
from app.stock.ledger import is_bin

# Where shipments rest that nobody has claimed since, and where the claim's work on them goes on from.
_RESTS = {"pick": frozenset({"ready", "picking"}), "pack": frozenset({"picked"})}
_DOING = {"pick": "picking", "pack": "packing"}


def accept(tx: Tx, case: Case, *, operator: Operator, now: datetime) -> None:
    """The late facts are what happened: they take effect, and the shipments stand where they brought them.

    A later claim under which nothing was done ends for it, and its bench hears so. Conflict says why it can't be:
    late_begun (somebody went on with the work), late_moved, late_does_not_fit. What was done for an order cancelled
    meanwhile stays set aside, in a case of its own.
    """
    require(operator, "floor.takeover")
    waiting = holding.late_facts(tx, case.subject)
    late = [fact for fact, why in waiting if why != CANCELLED]  # those for cancelled orders are in the fold already
    claim = keep_still(tx, case)
    if claim is None or claim.state != TAKEN_OVER:
        raise _unfit(case.subject, "not_taken_over")
    earlier = holding.folded(tx, claim.id)
    _end_later(tx, claim, operator, now)
    _stand_still(tx, claim, earlier)
    ids = [job.shipment for job in claim.packet.jobs]
    shipments.hops(tx, list(_back_to_work(tx, claim, operator)), now)
    try:
        with savepoint(tx):
            outcomes = apply_late(tx, claim, earlier, late, now)
    except Crossed:
        raise
    except Conflict as why:
        raise _unfit(claim.id, why.kind) from why
    unfit = next((why for _, why in outcomes.values() if why not in ("", CANCELLED)), None)
    if unfit:
        raise _unfit(claim.id, unfit)
    rest(tx, ids, by=operator.badge, source=case.id, now=now)
    aside = [fact for fact in late if outcomes[fact.op_id][0] != APPLIED]
    holding.settle_facts(tx, [fact for fact in late if fact not in aside], ACCEPTED, case.id, now)
    holding.settle_facts(tx, aside, CANCELLED, case.id, now)
    _tell(tx, claim.packet, "late_accepted", {"station": claim.station, "claim": claim.id}, operator, case, now)
    left = [*aside, *(fact for fact, why in waiting if why == CANCELLED)]
    if not ask_about(tx, claim.station, [(fact, CANCELLED) for fact in left], {claim.id: claim.packet}, now):
        holding.settle_facts(tx, left, "noted", case.id, now)


def keep_still(tx: Tx, case: Case) -> Claim | None:
    """Nobody changes the claim the case is about, those made since of its shipments, or any of their shipments.

    Nor what the late facts found too little of. None: no such claim is known.
    """
    known = store.claims(tx, [case.subject])
    later = [
        id_ for one in known.values() for _, id_, _, state in holding.claimed_since(tx, one.epochs) if state == "live"
    ]
    found = store.claims(tx, sorted({*known, *later}), to_change=True)
    concerned = {job.shipment for one in found.values() for job in one.packet.jobs}
    lacking = [what for _, what in shortages(fact for fact, _ in holding.late_facts(tx, case.subject))]
    concerned.update(what.shipment for what in lacking)
    shortage.keep_still(tx, concerned, {what.sku for what in lacking}, _warehouse(tx, case))
    return found.get(case.subject)


def _warehouse(tx: Tx, case: Case) -> str:
    """Where the facts were made; of a claim nobody knows, its bench's own."""
    packet = _packet(tx, case.subject)
    return packet.warehouse if packet else site.station(tx, str(case.detail["station"])).warehouse


def discard(tx: Tx, case: Case, *, operator: Operator, now: datetime) -> None:
    """The late facts do not count. What they left behind is brought back: a case says which goods and labels.

    What they found missing or broken is booked, unless another books it. In a bin nobody's line is short by it, for all
    are picked anew; in a tote its own is.
    """
    require(operator, "floor.takeover")
    waiting = holding.late_facts(tx, case.subject)
    late = [fact for fact, _ in waiting]
    packet = _packet(tx, case.subject)
    left = left_behind(packet, holding.effective(tx, case.subject), late)
    holding.settle_facts(tx, late, "discarded", case.id, now)
    _end_apart(tx, case.subject, waiting, operator, now)
    where = _warehouse(tx, case)
    for fact, what in _lacked(tx, late):
        shortage.found_short(tx, what, warehouse=where, by=fact.operator, source=fact.op_id, now=now)
    station = str(case.detail.get("station", ""))
    detail = {
        "station": station,
        "claim": case.subject,
        "goods": [
            {"sku": g.sku, "qty": g.qty, "lies": g.lies, "belongs": g.belongs, "lot": g.lot, "serial": g.serial}
            for g in left.goods
        ],
        "labels": [{"parcel": parcel, "issue": issue, "sscc": sscc} for parcel, issue, sscc in left.labels],
        "totes": left.totes,
    }
    if left.goods or left.labels:
        open_case(
            tx, kind="bring_back", subject_kind="claim", subject=case.subject, order_id=case.order_id, by=case.id,
            detail=detail, now=now,
        )  # fmt: skip
    if packet:
        _tell(tx, packet, "late_discarded", {"station": station, "claim": case.subject}, operator, case, now)


def note(tx: Tx, case: Case, *, operator: Operator, now: datetime) -> None:
    """Nothing but a look. Conflict (late_moved_goods): goods or labels are concerned, which asks for a decision.

    Goods that were not there, too: a found shortage that nobody else books is never only looked at.
    """
    waiting = holding.late_facts(tx, case.subject)
    late = [fact for fact, _ in waiting]
    left = left_behind(_packet(tx, case.subject), holding.effective(tx, case.subject), late)
    if left.goods or left.labels or any(_lacked(tx, late)):
        raise Conflict(f"late facts of {case.subject} moved or missed goods, or made labels", kind="late_moved_goods")
    holding.settle_facts(tx, late, "noted", case.id, now)
    _end_apart(tx, case.subject, waiting, operator, now)


def _end_apart(tx: Tx, claim: str, waiting: Iterable[tuple[Fact, str]], operator: Operator, now: datetime) -> None:
    """A live claim of which something could not be folded in ends: its bench and the books tell of it differently.

    Its bench may have left it, and would never end it. The work goes on from where the books have it.
    """
    if any(why != CANCELLED for _, why in waiting):
        take(tx, holding.held(tx, claims=[claim]), operator, operator, now=now)


def brought_back(tx: Tx, case: Case, *, operator: Operator, now: datetime) -> None:
    """Goods lie again where the books have them, labels are destroyed: somebody has done it."""
    packet = _packet(tx, case.subject)
    if packet:
        _tell(tx, packet, "brought_back", {"claim": case.subject}, operator, case, now)


def _lacked(tx: Tx, late: Iterable[Fact]) -> Iterator[tuple[Fact, ShortFound | BrokenFound]]:
    """What bins and totes were found to lack and is not booked by another, as it is to be, one after the other."""
    for fact, what in shortages(late):
        if is_bin(what.place):
            if not _looked_for(tx, fact, what):
                yield fact, replace(what, shipment="")
        elif units := min(what.qty, _not_looked_for(tx, fact, what)):
            yield fact, replace(what, qty=units)


def _looked_for(tx: Tx, fact: Fact, what: ShortFound | BrokenFound) -> bool:
    """Whether a claim made since led to the same bin for it, and was not given up before, or told of a shortage there.

    Whoever was sent there found it missing too, or found it, or is going to.
    """
    later = holding.claimed_since(tx, {what.shipment: fact.epoch})
    sent = store.claims(tx, [claim for _, claim, _, state in later if state in {"live", "done"}]).values()
    stops = {(s.shipment, s.sku, s.bin) for one in sent for s in one.packet.stops}
    return (what.shipment, what.sku, what.place) in stops or _missed_since(tx, later, what)


def _not_looked_for(tx: Tx, fact: Fact, what: ShortFound | BrokenFound) -> int:
    """Units the books have in the tote that nobody else found missing there since, nor is just packing from it."""
    later = holding.claimed_since(tx, {what.shipment: fact.epoch})
    if any(state == "live" for *_, state in later) or _missed_since(tx, later, what):
        return 0
    return sum(item.qty for item in shortage.listed(tx, what))


def _missed_since(tx: Tx, later: Iterable[tuple[str, str, str, str]], what: ShortFound | BrokenFound) -> bool:
    """Whether facts of these claims tell of a shortage there; those that came late too have a case of their own."""
    facts = holding.shortages_of(tx, {claim for _, claim, *_ in later})
    return (what.shipment, what.line, what.place) in {(e.shipment, e.line, e.place) for _, e in shortages(facts)}


def _packet(tx: Tx, claim: str) -> Packet | None:
    found = store.claims(tx, [claim]).get(claim)
    return found.packet if found else None


def _end_later(tx: Tx, claim: Claim, operator: Operator, now: datetime) -> None:
    """Claims made since then are ended, if nothing was done under them yet."""
    later = holding.claimed_since(tx, claim.epochs)
    live = sorted({id_ for _, id_, _, state in later if state == "live"})
    begun = holding.begun(tx, {id_ for _, id_, _, _ in later})
    for shipment, id_, station, _ in later:
        if id_ in begun:
            raise Conflict(
                f"{shipment} was begun anew at {station}", kind="late_begun", shipment=shipment, station=station
            )
    if live:
        take(tx, holding.held(tx, claims=live), operator, operator, now=now)


def _stand_still(tx: Tx, claim: Claim, earlier: Sequence[Fact]) -> None:
    """Conflict unless the shipments are as the claim's facts left them: nobody has changed a line, tote or box."""
    ids = [job.shipment for job in claim.packet.jobs]
    tally = bench.tally(bench.fold(claim.packet, readable(earlier)))
    there = needed.standing(tx, ids)
    for one in (s for s in there.shipments.values() if s.state != "cancelled"):
        lines = {n.line: (n.picked, n.packed) for n in tally.lines if n.shipment == one.id}
        if (
            one.stage not in _RESTS[claim.kind]
            or {n.line: (n.picked, n.packed) for n in one.lines if n.line in lines} != lines
            or _as_said(tally.boxes.get(one.id, ())) != _as_said(there.boxes.get(one.id, ()))
            or sorted(map(repr, tally.totes.get(one.id, ()))) != sorted(map(repr, there.lying.get(one.id, ())))
        ):
            raise Conflict(
                f"{one.id} is {one.state}, and not as {claim.id} left it", kind="late_moved", shipment=one.id,
                state=one.state,
            )  # fmt: skip


def _as_said(boxes: Iterable[Box]) -> list[tuple[object, ...]]:
    return sorted((b.n, b.state, b.issue, b.sscc, tuple(sorted(map(repr, b.items)))) for b in boxes)


def _back_to_work(tx: Tx, claim: Claim, operator: Operator) -> Iterable[Hop]:
    doing = _DOING[claim.kind]
    found: Mapping[str, Shipment] = shipments.get(tx, [job.shipment for job in claim.packet.jobs])
    for one in found.values():
        if one.live and one.stage != doing:
            yield Hop(one.id, doing, operator.badge, claim.id)


def _tell(
    tx: Tx, packet: Packet, event: str, detail: Mapping[str, object], operator: Operator, case: Case, now: datetime
) -> None:
    record(tx, [Entry(job.order, job.shipment, event, operator.badge, detail, case.id) for job in packet.jobs], now)
    feed.announce(tx, "shipment", [job.shipment for job in packet.jobs], now)


def _unfit(claim: str, why: str) -> Conflict:
    return Conflict(f"{claim}: {why}", kind="late_does_not_fit", claim=claim, why=why)
