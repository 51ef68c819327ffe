"""A claim that a shared database put back to before does not know: its bench hands it in again, before its facts."""

from __future__ import annotations

from datetime import datetime

from app.base.clock import stamp
from app.db import Tx, feed
from app.floor import store
from app.floor.claim import KIND, LEASE
from app.floor.held import store as holding
from app.floor.packet import Packet
from app.shipments import store as shipments

_DOING = {"pick": "picking", "pack": "packing"}


def hand_in(tx: Tx, packet: Packet, *, operator: str, now: datetime) -> str:
    """Empty: the claim stands as it did. Else why it can't, and its facts are for a person to see to.

    unknown (no such shipment any more), claimed_since (somebody else was given it after the database was put back),
    not_in_work (held, cancelled, gone), earlier_missing: what another bench, or a claim before, did with it is not here
    yet.
    """
    ids = [job.shipment for job in packet.jobs]
    shipments.lock(tx, ids)
    if packet.claim in store.claims(tx, [packet.claim]):
        return ""
    found, latest = shipments.get(tx, ids), store.epochs(tx, ids)
    if len(found) < len(ids):
        return "unknown"
    if any(latest[job.shipment] >= job.epoch for job in packet.jobs):
        return "claimed_since"
    kinds = {KIND.get(shipment.state) for shipment in found.values()}
    if None in kinds:
        return "not_in_work"
    standing = holding.held(tx, shipments=ids)
    if standing or kinds != {packet.kind} or any(latest[job.shipment] < job.epoch - 1 for job in packet.jobs):
        return "earlier_missing"
    store.add_claim(tx, packet, operator, now, stamp(now + LEASE))
    doing = _DOING[packet.kind]
    for state in sorted({shipment.state for shipment in found.values()} - {doing}):
        some = [shipment.id for shipment in found.values() if shipment.state == state]
        shipments.move_state(tx, some, doing, by=operator, source=packet.claim, now=now)
    feed.announce(tx, "claim", [packet.claim], now)
    return ""
