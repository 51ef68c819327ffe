"""Claiming work: a packet of one or more shipments for one station, which nobody else can then open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from app.base.clock import from_stamp, stamp
from app.base.errors import Conflict, Crossed, NotFound
from app.base.forms import from_plain
from app.base.ids import uuid7
from app.db import Tx, feed
from app.db.at_once import written_at_once
from app.floor import bench, prepare, store
from app.floor.claiming import store as claiming
from app.floor.claiming.store import Chance, Meant
from app.floor.folded import decoded, folded
from app.floor.held import store as holding
from app.floor.needed import store as needed
from app.floor.needed.store import Standing
from app.floor.packet import Box, Packet
from app.floor.question import once
from app.orders import timeline
from app.orders.timeline import Entry
from app.shipments import store as shipments
from app.shipments.shipment import GONE, Hop, Shipment
from app.site.roles import Operator, require

_READ = from_plain(Packet)
LEASE, SPARE = timedelta(minutes=15), timedelta(minutes=13)
# How much one picker takes along: cart places for orders of several items, one tote for those of one.
CART, BULK = 6, 12

# Refused so: another bench has it, and is heard or not.
ELSEWHERE = ("claimed_elsewhere", "claimed_silent")

# What a shipment's state means to whoever scans it at an idle bench.
# A labelled one is opened for another label, or to open a parcel; left as it was, it is labelled again.
KIND = {"ready": "pick", "picking": "pick"} | dict.fromkeys(("picked", "packing", "packed", "labelled"), "pack")


def open_work(tx: Tx, *, op_id: str, station: str, operator: Operator, code: str, now: datetime) -> Packet:
    """The work that `code` (shipment id, job code or tote) stands for, claimed for this station.

    Work this station holds already is given back as it is. NotFound: the code means nothing here. Conflict says why
    not in its `kind`: other_warehouse, not_ready, held, cancelled, claimed_elsewhere, no_free_tote, already_loaded,
    already_gone; tote_of_several: orders that don't belong together lie in it, and one must be named; claimed_silent:
    claimed elsewhere, by a bench nobody hears, from which it can be taken over.
    """
    return once(tx, op_id, station, "open_work", _READ, lambda: opened(tx, station, operator, code, now), now)


def open_or_tell(
    tx: Tx, *, op_id: str, station: str, operator: Operator, code: str, now: datetime
) -> Packet | Conflict:
    """`open_work`; but that another bench has it is given, not raised, and stands in the order's timeline.

    There once for a bench and a claim, however often it scans.
    """
    try:
        return open_work(tx, op_id=op_id, station=station, operator=operator, code=code, now=now)
    except Conflict as why:  # before anything was written
        if why.kind not in ELSEWHERE:
            raise
        _tell(tx, why, station, operator, now)
        return why


def _tell(tx: Tx, why: Conflict, station: str, operator: Operator, now: datetime) -> None:
    order, job, claim = (str(why.values[name]) for name in ("order", "job", "claim"))
    detail = {"station": station, "holder": why.values["station"]}
    if not any(one.source == claim and one.detail == detail for one in timeline.told(tx, job, "refused")):
        # `now` is of before the wait for whoever was just claiming it: their claim comes first all the same.
        at = max(now, from_stamp(str(why.values["since"])))
        timeline.record(tx, [Entry(order, job, "refused", operator.badge, detail, claim)], at)


def next_work(tx: Tx, *, op_id: str, station: str, operator: Operator, now: datetime) -> Packet:
    """The most urgent work nobody holds: what this bench left unfinished first, then by the hour it has to leave.

    What is picked already comes by its tote, to be packed; of two that leave together the one this bench picked. To be
    picked, one-item orders come in bulk, others as many as a cart holds. NotFound when there is nothing to do.
    """
    return once(tx, op_id, station, "next_work", _READ, lambda: _next(tx, station, operator, now), now)


def renew(tx: Tx, station: str, now: datetime) -> None:
    """The station was heard at `now` (the shared database's clock): what it holds stays its own for another lease.

    As often as one likes: a lease with much of its time left is not written again.
    """
    holding.renew(tx, station, now + LEASE, unless=now + SPARE)


def opened(tx: Tx, station: str, operator: Operator, code: str, now: datetime) -> Packet:
    """`open_work` inside a question that does more than that."""
    meant = claiming.meant(tx, station, code)
    if not meant.shipments:
        raise NotFound(f"no shipment, job or tote {code!r:.60}", kind="unknown_work", code=code[:60])
    if meant.mixed:
        jobs = ", ".join(meant.shipments)
        raise Conflict(f"in {meant.tote} lie {jobs}", kind="tote_of_several", tote=meant.tote, jobs=jobs)
    return _open(tx, meant, meant.shipments, station, operator, now)


def _open(tx: Tx, meant: Meant, ids: Iterable[str], station: str, operator: Operator, now: datetime) -> Packet:
    """These shipments, which are locked, or what of them can be had. Conflict: nothing, as the first says."""
    known = needed.standing(tx, ids)
    free, refused = [], []
    for shipment in known.shipments.values():
        try:
            _claimable(shipment, known, meant.here, station, now)
            free.append(shipment)
        except Conflict as why:  # of a tote's orders one may be in work elsewhere: the others are not its business
            refused.append(why)
    if not free:
        raise refused[0]
    if holder := known.holders.get(free[0].id):
        return store.packet(tx, holder.claim)
    kind = KIND[free[0].state]
    require(operator, f"floor.{kind}")
    mine = {s.id: s for s in free if KIND[s.state] == kind and s.id not in known.holders}
    if kind == "pick" and not any(s.tote for s in mine.values()) and meant.totes < 1:
        raise _no_tote(meant.here)
    return _claim(tx, kind, replace(known, shipments=mine), station, operator, now)


def _claimable(shipment: Shipment, known: Standing, here: str, station: str, now: datetime) -> None:
    why = {
        "planned": "not_ready",
        "held": "held",
        "cancelled": "cancelled",
        "labelled": _on_its_way(known.boxes.get(shipment.id, ())),
        "dispatched": "already_gone",
        "delivered": "already_gone",
    }.get(shipment.state)
    if shipment.warehouse != here:
        why = "other_warehouse"
    holder = known.holders.get(shipment.id)
    if holder is not None and holder.station != station:
        raise Conflict(
            f"{shipment.id} is claimed by {holder.station} since {holder.since}",
            kind="claimed_silent" if holder.silent(now) else "claimed_elsewhere",
            job=shipment.id,
            order=shipment.order_id,
            claim=holder.claim,
            station=holder.station,
            since=holder.since,
            worker=holder.operator,
        )
    if why:
        raise Conflict(f"{shipment.id}: {why}", kind=why, job=shipment.id, warehouse=shipment.warehouse)


def _on_its_way(boxes: Iterable[Box]) -> str:
    """Why a labelled shipment's parcels can't be opened any more; empty while they stand in the house."""
    stands = {box.state for box in boxes}
    return "already_gone" if stands & GONE else "already_loaded" if "loaded" in stands else ""


def _next(tx: Tx, station: str, operator: Operator, now: datetime) -> Packet:
    if held := _unfinished(tx, station, now):
        return held
    require(operator, "floor.pick")
    states, passed = ("picked", "packing", "picking"), set[str]()
    while True:
        found = claiming.chance(tx, station, states, fresh=True, besides=passed)
        begun, fresh = found.begun, found.fresh
        if begun is None or (fresh and fresh.leaves_at < begun.leaves_at):
            break
        if packet := _begun(tx, begun.lot, station, operator, now):
            return packet
        passed.add(begun.lot)
    if fresh is None:
        raise NotFound("no work waits here", kind="no_work", warehouse=found.here)
    return _pick(tx, found, station, operator, now)


def _unfinished(tx: Tx, station: str, now: datetime) -> Packet | None:
    """The oldest work the station holds that can be gone on with.

    Work that is over by its facts ends here, whatever kept it. Of work of which something did not fit the bench tells
    otherwise than the books: that is a person's to see to first.
    """
    held = {packet.claim: packet for packet in store.live_packets(tx, station)}
    if not held:
        return None
    facts, apart = store.facts_of(tx, list(held)), holding.apart(tx, held)
    over = [claim for claim, packet in held.items() if bench.over(folded(packet, decoded(facts[claim])))]
    if over:
        store.end_claims(tx, dict.fromkeys(over, "done"))
        feed.announce(tx, "claim", over, now)
    return next((packet for claim, packet in held.items() if claim not in apart.union(over)), None)


def claim_ahead(tx: Tx, *, station: str, operator: Operator, kind: str, now: datetime) -> Packet | None:
    """One more claim of that kind (pick | pack) for a bench that is at work; None: nothing waits, or no tote is free.

    To be packed comes first what this bench has picked: it stands there. If the answer is lost, the bench finds the
    claim when it next pulls.
    """
    require(operator, f"floor.{kind}")
    if kind == "pick":
        found = claiming.chance(tx, station, fresh=True)
        return _pick(tx, found, station, operator, now) if found.fresh and found.totes > 0 else None
    passed = set[str]()
    while begun := claiming.chance(tx, station, ("picked", "packing"), fresh=False, besides=passed).begun:
        if packet := _begun(tx, begun.lot, station, operator, now):
            return packet
        passed.add(begun.lot)
    return None


def _begun(tx: Tx, lot: str, station: str, operator: Operator, now: datetime) -> Packet | None:
    """A lot of begun work; None: somebody else is just claiming it, or nothing of it is left."""
    if not claiming.only_me(tx, lot):
        return None
    meant = claiming.meant(tx, station, lot)
    # Of a tote in which other orders lie too, what was picked in bulk.
    ids = [one for one, units in meant.shipments.items() if units == 1] if meant.mixed else meant.shipments
    if not ids:  # emptied meanwhile
        return None
    try:
        return _open(tx, meant, ids, station, operator, now)
    except Crossed:  # in the midst of claiming: nothing of it may be kept
        raise
    except Conflict:  # meanwhile
        return None


def _pick(tx: Tx, found: Chance, station: str, operator: Operator, now: datetime) -> Packet:
    """The first of what nobody has begun with others of its sort: one-item orders in bulk, others as a cart holds."""
    assert found.fresh
    if found.totes < 1:
        raise _no_tote(found.here)
    single = found.fresh.units == 1
    ids = claiming.ready(tx, station, single=single, most=BULK if single else min(CART, found.totes))
    return _claim(tx, "pick", needed.standing(tx, ids), station, operator, now)


def _no_tote(here: str) -> Conflict:
    return Conflict(f"no tote is free in {here}", kind="no_free_tote", warehouse=here)


def _claim(tx: Tx, kind: str, known: Standing, station: str, operator: Operator, now: datetime) -> Packet:
    packet = prepare.packet(tx, uuid7(), kind, known, station)
    with written_at_once(tx):
        store.add_claim(tx, packet, operator.badge, now, stamp(now + LEASE))
        doing = {"pick": "picking", "pack": "packing"}[kind]
        moved = [one for one, shipment in known.shipments.items() if shipment.state != doing]
        hops = [Hop(one, doing, operator.badge, packet.claim, station) for one in moved]
        shipments.hops(tx, hops, now, known=known.shipments)
        feed.announce(tx, "claim", [packet.claim], now)
    return packet
