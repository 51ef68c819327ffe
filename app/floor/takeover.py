"""Taking work over from a bench nobody hears: its claim ends, and what was done stays recorded where it lies.

The next claim of the same shipment has a higher epoch, so what that bench did and has not sent comes too late: it is
set aside and asked about (`aside.py`), never applied behind the new bench's back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.base.clock import stamp
from app.base.errors import BadInput, Conflict, NotFound
from app.base.forms import from_plain
from app.db import Tx, feed
from app.floor import claim, store
from app.floor.claiming import store as claiming
from app.floor.held import store as holding
from app.floor.held.store import Held
from app.floor.packet import Packet
from app.floor.question import once
from app.floor.store import Claim
from app.orders import store as orders
from app.orders.timeline import Entry, record
from app.shipments import store as shipments
from app.shipments.shipment import Hop, Parcel, Shipment
from app.site.roles import Operator, require

_READ = from_plain(Packet)


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A claim that ended: of that station, made by `worker`, taken over by `by`.

    `lies`: the totes and parcels in which each shipment's goods are, at the bench it was taken from.
    """

    claim: str
    station: str
    worker: str
    by: str
    lies: Mapping[str, tuple[str, ...]]


def takeover(
    tx: Tx,
    *,
    station: str = "",
    claim_id: str = "",
    operator: Operator,
    approved_by: Operator | None = None,
    force: bool = False,
    reason: str = "",
    why: str = "",
    now: datetime,
) -> list[TakenOver]:
    """All a station holds, or one claim, is anybody's again: untouched work is ready, begun work waits where it stands.

    `approved_by`: the supervisor whose badge allowed it, where somebody else asked. NotFound: nothing is held there.
    Conflict (station_heard): the station is heard, so its people can be asked; `force` with a reason takes it all the
    same: words of a person, noted on the orders, or `why`, a code, which stands in the timeline.
    """
    chief = approved_by or operator
    require(chief, "floor.takeover")
    found = holding.held(tx, stations=[station] if station else (), claims=[claim_id] if claim_id else ())
    if not found or not (station or claim_id):
        what = claim_id or station
        raise NotFound(f"{what!r:.60} holds no work", kind="nothing_held", what=what[:60])
    heard = next((one for one in found if not one.silent(now)), None)
    if heard is not None and not force:
        raise Conflict(
            f"{heard.station} was heard at {heard.heard_at}", kind="station_heard", station=heard.station,
            since=heard.heard_at,
        )  # fmt: skip
    if heard is not None and not (reason.strip() or why):
        raise BadInput("got nothing, expected why", field="reason")
    return take(tx, found, chief, operator, reason=reason.strip(), why=why, now=now)


def take_work_over(
    tx: Tx,
    *,
    op_id: str,
    station: str,
    operator: Operator,
    approved_by: Operator,
    code: str,
    force: bool = False,
    why: str = "",
    now: datetime,
) -> Packet:
    """The work `code` stands for, taken from silent stations and claimed for this one: both or neither.

    Asked again after a lost answer it is done once. Refused as `takeover` and `claim.open_work` are.
    """

    def taken() -> Packet:
        meant = claiming.named(tx, station, code)

        def elsewhere() -> list[Held]:
            return [one for one in holding.held(tx, shipments=meant) if one.station != station]

        _keep_still(tx, elsewhere(), meant)
        for one in elsewhere():
            takeover(tx, claim_id=one.claim, operator=operator, approved_by=approved_by, force=force, why=why, now=now)
        return claim.opened(tx, station, operator, code, now)

    return once(tx, op_id, station, "take_over", _READ, taken, now)


def rest(tx: Tx, ids: Iterable[str], *, by: str, source: str, now: datetime) -> None:
    """Work nobody holds any more stands where its goods lie: untouched ready, begun picked, labelled if all is."""
    found = shipments.get(tx, ids)
    boxes = shipments.parcels_of(tx, found)
    path = {one: _rests(shipment, boxes[one]) for one, shipment in found.items() if shipment.live}
    shipments.hops(tx, [Hop(one, to, by, source) for one, some in sorted(path.items()) for to in some], now)


def _rests(shipment: Shipment, boxes: Sequence[Parcel]) -> tuple[str, ...]:
    if shipment.stage == "picking":
        return () if any(line.picked for line in shipment.lines) else ("ready",)
    if shipment.stage != "packing":
        return ()
    stands = {box.state for box in boxes if box.state != "void"}
    whole = stands == {"labelled"} and all(line.packed == line.due for line in shipment.lines)
    return ("packed", "labelled") if whole else ("picked",)


def take(
    tx: Tx,
    found: Sequence[Held],
    chief: Operator,
    operator: Operator,
    *,
    reason: str = "",
    why: str = "",
    now: datetime,
) -> list[TakenOver]:
    """The claims end, whoever is heard: `takeover` once it is settled that it may be."""
    claims = _keep_still(tx, found)
    found = [one for one in found if claims[one.claim].state == "live"]
    store.end_claims(tx, {one.claim: "taken_over" for one in found})
    taken = []
    for one in found:
        rest(tx, one.shipments, by=chief.badge, source=one.claim, now=now)
        lies = _lies(tx, one.shipments)
        known = shipments.get(tx, one.shipments)
        detail = {"claim": one.claim, "kind": one.kind, "station": one.station, "worker": one.operator}
        if operator.badge != chief.badge:
            detail["asked_by"] = operator.badge
        if why:
            detail["why"] = why
        record(
            tx,
            [
                Entry(s.order_id, s.id, "taken_over", chief.badge, {**detail, "lies": list(lies[s.id])}, one.claim)
                for s in known.values()
            ],
            now,
        )
        for order_id in sorted({s.order_id for s in known.values()}) if reason else ():
            orders.add_note(tx, order_id, reason, by=chief.badge, at=stamp(now))
        feed.announce(tx, "shipment", one.shipments, now)
        taken.append(TakenOver(one.claim, one.station, one.operator, chief.badge, lies))
    feed.announce(tx, "claim", [one.claim for one in taken], now)
    feed.announce(tx, "station", sorted({one.station for one in taken}), now)
    return taken


def _keep_still(tx: Tx, found: Sequence[Held], more: Iterable[str] = ()) -> Mapping[str, Claim]:
    """Whatever a bench is just sending of these claims is applied before, or comes too late. `more`: shipments."""
    claims = store.claims(tx, [one.claim for one in found], to_change=True)
    shipments.lock(tx, {*more, *(shipment for one in found for shipment in one.shipments)})
    return claims


def _lies(tx: Tx, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """{shipment: totes and parcels in which its goods lie}"""
    found: dict[str, list[str]] = {one: [] for one in ids}
    for item in shipments.in_totes(tx, ids):
        found[item.shipment].append(item.tote)
    for one, boxes in shipments.parcels_of(tx, ids).items():
        found[one] += [box.id for box in boxes if box.items and box.state != "void"]
    return {one: tuple(dict.fromkeys(places)) for one, places in found.items()}
