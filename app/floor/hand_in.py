"""A claim that a shared database put back to before does not know: its bench hands it in again, before its facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from app.base.clock import stamp
from app.db import Tx, feed
from app.floor import store
from app.floor.claim import KIND, LEASE
from app.floor.held import store as holding
from app.floor.needed import store as needed
from app.floor.needed.store import Standing
from app.floor.packet import Job, Lying, Packet
from app.shipments import store as shipments

_DOING = {"pick": "picking", "pack": "packing"}


def hand_in(tx: Tx, packet: Packet, *, operator: str, now: datetime) -> str:
    """Empty: the claim stands as it did. Else why it can't, and its facts are for a person to see to.

    unknown (no such shipment any more), claimed_since (somebody else was given it after the database was put back),
    not_in_work (held, cancelled, gone), set_aside (its facts came already, when it could not be handed in: of a claim
    all counts or nothing), earlier_missing: what another bench, or a claim before, did with it is not here yet. Two
    claims that did the same work can't both count: each goes on from where the goods lay when it was made.
    """
    ids = [job.shipment for job in packet.jobs]
    shipments.lock(tx, ids)
    if packet.claim in store.claims(tx, [packet.claim]):
        return ""
    if holding.came_too_late(tx, packet.claim):
        return "set_aside"
    there = needed.standing(tx, ids)
    found, latest = there.shipments, there.latest
    if len(found) < len(ids):
        return "unknown"
    if any(_claimed_since(job, *latest[job.shipment]) for job in packet.jobs):
        return "claimed_since"
    kinds = {KIND.get(shipment.state) for shipment in found.values()}
    if None in kinds:
        return "not_in_work"
    waits = holding.held(tx, shipments=ids) or any(latest[job.shipment][0] < job.epoch - 1 for job in packet.jobs)
    if waits or kinds != {packet.kind} or not _as_claimed(packet, there):
        return "earlier_missing"
    store.add_claim(tx, packet, operator, now, stamp(now + LEASE))
    doing = _DOING[packet.kind]
    for state in sorted({shipment.state for shipment in found.values()} - {doing}):
        some = [shipment.id for shipment in found.values() if shipment.state == state]
        shipments.move_state(tx, some, doing, by=operator, source=packet.claim, now=now)
    feed.announce(tx, "claim", [packet.claim], now)
    return ""


def _claimed_since(job: Job, epoch: int, claim: str) -> bool:
    """Epochs are given again after the database was put back: the claim before must be the same one, not its number."""
    return epoch >= job.epoch or (epoch == job.epoch - 1 and job.after not in ("", claim))


def _as_claimed(packet: Packet, there: Standing) -> bool:
    """Whether the goods lie where they lay when the claim was made."""
    return all(
        _units(job.totes) == _units(there.lying.get(job.shipment, ()))
        and {box.n: _units(box.items) for box in job.boxes if box.items}
        == {box.n: _units(box.items) for box in there.boxes.get(job.shipment, ()) if box.items}
        for job in packet.jobs
    )


def _units(lying: Iterable[Lying]) -> Counter[tuple[int, str, str, str, str]]:
    found: Counter[tuple[int, str, str, str, str]] = Counter()
    for one in lying:
        found[one.line, one.sku, one.lot, one.serial, one.tote] += one.qty
    return found
