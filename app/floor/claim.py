"""Claiming work: a packet of one or more shipments for one station, which nobody else can then open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.base.clock import stamp
from app.base.errors import Conflict, NotFound
from app.base.forms import from_plain
from app.base.ids import uuid7
from app.db import Tx, feed
from app.floor import prepare, store
from app.floor.held import store as holding
from app.floor.held.store import Held
from app.floor.packet import Packet
from app.floor.question import once
from app.floor.store import Waiting
from app.shipments import store as shipments
from app.shipments.shipment import GONE, Shipment
from app.site import store as site
from app.site.roles import Operator, require

_READ = from_plain(Packet)
LEASE, SPARE = timedelta(minutes=15), timedelta(minutes=13)
# How much one picker takes along: cart places for orders of several items, one tote for those of one.
CART, BULK = 6, 12

# What a shipment's state means to whoever scans it at an idle bench.
# A labelled one is opened for another label, or to open a parcel; left as it was, it is labelled again.
KIND = {"ready": "pick", "picking": "pick"} | dict.fromkeys(("picked", "packing", "packed", "labelled"), "pack")


def open_work(tx: Tx, *, op_id: str, station: str, operator: Operator, code: str, now: datetime) -> Packet:
    """The work that `code` (shipment id, job code or tote) stands for, claimed for this station.

    Work this station holds already is given back as it is. NotFound: the code means nothing here. Conflict says why
    not in its `kind`: other_warehouse, not_ready, held, cancelled, claimed_elsewhere, no_free_tote, already_loaded,
    already_gone; claimed_silent: claimed elsewhere, by a bench nobody hears, from which it can be taken over.
    """
    return once(tx, op_id, station, "open_work", _READ, lambda: opened(tx, station, operator, code, now), now)


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


def live_packets(tx: Tx, station: str) -> list[Packet]:
    """What the station holds, as it stood when claimed, oldest first."""
    return store.live_packets(tx, station)


def opened(tx: Tx, station: str, operator: Operator, code: str, now: datetime) -> Packet:
    """`open_work` inside a question that does more than that."""
    here = site.station(tx, station).warehouse
    ids = store.shipments_by_code(tx, code, here)
    if not ids:
        raise NotFound(f"no shipment, job or tote {code!r:.60}", kind="unknown_work", code=code[:60])
    shipments.lock(tx, ids)  # nothing is loaded while it is opened
    found = sorted(shipments.get(tx, ids).values(), key=lambda s: s.id)
    holders = {one: claim for claim in holding.held(tx, shipments=ids) for one in claim.shipments}
    free, refused = [], []
    for shipment in found:
        try:
            _claimable(tx, shipment, here, station, holders.get(shipment.id), now)
            free.append(shipment)
        except Conflict as why:  # of a tote's orders one may be in work elsewhere: the others are not its business
            refused.append(why)
    if not free:
        raise refused[0]
    if free[0].id in holders:
        return store.packet(tx, holders[free[0].id].claim)
    kind = KIND[free[0].state]
    require(operator, f"floor.{kind}")
    mine = [s for s in free if KIND[s.state] == kind and s.id not in holders]
    return _claim(tx, kind, mine, station, operator, now)


def _claimable(tx: Tx, shipment: Shipment, here: str, station: str, holder: Held | None, now: datetime) -> None:
    why = {
        "planned": "not_ready",
        "held": "held",
        "cancelled": "cancelled",
        "labelled": _on_its_way(tx, shipment),
        "dispatched": "already_gone",
        "delivered": "already_gone",
    }.get(shipment.state)
    if shipment.warehouse != here:
        why = "other_warehouse"
    if holder is not None and holder.station != station:
        raise Conflict(
            f"{shipment.id} is claimed by {holder.station} since {holder.since}",
            kind="claimed_silent" if holder.silent(now) else "claimed_elsewhere",
            job=shipment.id,
            station=holder.station,
            since=holder.since,
            worker=holder.operator,
        )
    if why:
        raise Conflict(f"{shipment.id}: {why}", kind=why, job=shipment.id, warehouse=shipment.warehouse)


def _on_its_way(tx: Tx, shipment: Shipment) -> str:
    """Why a labelled shipment's parcels can't be opened any more; empty while they stand in the house."""
    if shipment.state != "labelled":
        return ""
    stands = {parcel.state for parcel in shipments.parcels_of(tx, [shipment.id])[shipment.id]}
    return "already_gone" if stands & GONE else "already_loaded" if "loaded" in stands else ""


def _next(tx: Tx, station: str, operator: Operator, now: datetime) -> Packet:
    held = store.live_packets(tx, station)
    if held:
        return held[0]
    require(operator, "floor.pick")
    here = site.station(tx, station).warehouse
    fresh = store.ready(tx, here, limit=1)
    begun = _begun(tx, here, ("picked", "packing", "picking"), station, own_first=False)
    if begun and not (fresh and fresh[0].leaves_at < begun.leaves_at):
        return opened(tx, station, operator, begun.lot, now)
    found = _pick(tx, here, fresh, station, operator, now)
    if found is None:
        raise NotFound("no work waits here", kind="no_work", warehouse=here)
    return found


def claim_ahead(tx: Tx, *, station: str, operator: Operator, kind: str, now: datetime) -> Packet | None:
    """One more claim of that kind (pick | pack) for a bench that is at work; None: nothing waits.

    To be packed comes first what this bench has picked: it stands there. If the answer is lost, the bench finds the
    claim when it next pulls.
    """
    require(operator, f"floor.{kind}")
    here = site.station(tx, station).warehouse
    if kind == "pack":
        begun = _begun(tx, here, ("picked", "packing"), station, own_first=True)
        return opened(tx, station, operator, begun.lot, now) if begun else None
    try:
        return _pick(tx, here, store.ready(tx, here, limit=1), station, operator, now)
    except Conflict:  # no tote is free: there is another time
        return None


def _begun(tx: Tx, here: str, states: Sequence[str], station: str, *, own_first: bool) -> Waiting | None:
    """What nobody else is just claiming: of that, the next is looked at."""
    besides: set[str] = set()
    while found := store.begun(tx, here, states, station=station, own_first=own_first, besides=besides):
        if store.only_me(tx, found.lot) and store.unclaimed(tx, [found.shipment]):
            return found
        besides.add(found.lot)
    return None


def _pick(
    tx: Tx, here: str, first: Sequence[Waiting], station: str, operator: Operator, now: datetime
) -> Packet | None:
    """With others of its sort behind it: one-item orders in bulk, others as many as a cart holds."""
    if not first:
        return None
    single = first[0].units == 1
    most = BULK if single else min(CART, max(1, store.free_totes(tx, here)))
    some = store.ready(tx, here, single=single, limit=most)
    return _claim(tx, "pick", list(shipments.get(tx, [one.shipment for one in some]).values()), station, operator, now)


def _claim(tx: Tx, kind: str, found: Sequence[Shipment], station: str, operator: Operator, now: datetime) -> Packet:
    here = found[0].warehouse
    if kind == "pick" and not store.free_totes(tx, here) and not any(s.tote for s in found):
        raise Conflict(f"no tote is free in {here}", kind="no_free_tote", warehouse=here)
    ids = [s.id for s in found]
    packet = prepare.packet(tx, uuid7(), kind, found, store.latest(tx, ids), station)
    store.add_claim(tx, packet, operator.badge, now, stamp(now + LEASE))
    doing = {"pick": "picking", "pack": "packing"}[kind]
    source = packet.claim
    for before in sorted({s.state for s in found} - {doing}):
        some = [s.id for s in found if s.state == before]
        shipments.move_state(tx, some, doing, by=operator.badge, source=source, now=now)
    feed.announce(tx, "claim", [packet.claim], now)
    return packet
