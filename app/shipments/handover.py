"""Giving parcels to a carrier. Loading is checked live; closing checks all again and takes the goods out of stock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.base.clock import stamp
from app.base.errors import Conflict, NotFound
from app.base.ids import uuid7
from app.db import Tx
from app.db.feed import announce
from app.orders.timeline import Entry, record
from app.shipments import progress, relabel, store
from app.shipments.shipment import GONE, Hop, Parcel, Shipment
from app.site.roles import Operator, require
from app.stock.dispatch import Out, take_out
from app.stock.ledger import parcel_place


@dataclass(frozen=True, slots=True)
class Handover:
    """`loaded`: parcel ids on it now."""

    id: str
    carrier: str
    warehouse: str
    loaded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """`count`: parcels on the handover, this one included."""

    parcel: str
    shipment: str
    count: int


@dataclass(frozen=True, slots=True)
class Unloaded:
    parcel: str
    shipment: str
    count: int


@dataclass(frozen=True, slots=True)
class LoadRefused:
    """Nothing was done.

    message: cancelled | held | unlabelled | wrong_carrier | already_loaded | unknown_parcel | not_loaded (by unload)
    """

    message: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Closed:
    """`to_unload`: (parcel, reason) for each that must come off again: cancelled or held since it was loaded.

    Without `parcels` nothing has left: the handover is still open, and there is no list to print.
    """

    handover: str
    parcels: tuple[str, ...]
    to_unload: tuple[tuple[str, str], ...] = ()


def open_handover(tx: Tx, warehouse: str, carrier: str, *, operator: Operator, now: datetime) -> Handover:
    """The open handover of that carrier here, a new one if there is none."""
    require(operator, "floor.load")
    while (found := store.open_handover_of(tx, warehouse, carrier)) is None:
        # Of two benches that open one at once the second finds the first's.
        new = uuid7()
        if store.add_handover(tx, new, warehouse, carrier, at=stamp(now), by=operator.badge):
            announce(tx, "handover", [new], now)
    return Handover(found, carrier, warehouse, tuple(p.id for p in store.parcels_on(tx, found)))


def load(tx: Tx, handover_id: str, parcel_id: str, *, operator: Operator, now: datetime) -> Loaded | LoadRefused:
    """The parcel stands on the handover, or why it may not."""
    require(operator, "floor.load")
    to = _open(tx, handover_id)
    box = store.parcels(tx, [parcel_id]).get(parcel_id)
    if box is None:
        return LoadRefused("unknown_parcel", {"parcel": parcel_id[:60]})
    store.lock(tx, [box.shipment])
    box, shipment = store.parcels(tx, [parcel_id])[parcel_id], store.get(tx, [box.shipment])[box.shipment]
    refused = _unfit(box, shipment, to)
    if refused is None and relabel.outdated(tx, [shipment]):
        # At the dock it is what it would be without any label: back to the packing bench.
        refused = LoadRefused("unlabelled", {"parcel": box.id, "job": shipment.id, "why": "old_address"})
    if refused is not None:
        return refused
    store.set_parcels(tx, [box.id], state="loaded", on=to.id)
    _note(tx, box, shipment, "loaded", operator, to.id, now)
    return Loaded(box.id, shipment.id, len(store.parcels_on(tx, to.id)))


def unload(tx: Tx, handover_id: str, parcel_id: str, *, operator: Operator, now: datetime) -> Unloaded | LoadRefused:
    """The parcel comes off again; a cancelled one stays void."""
    require(operator, "floor.load")
    on = _open(tx, handover_id)
    box = store.parcels(tx, [parcel_id]).get(parcel_id)
    if box is None or box.handover != on.id:
        return LoadRefused("not_loaded", {"parcel": parcel_id[:60]})
    store.lock(tx, [box.shipment])
    shipment = store.get(tx, [box.shipment])[box.shipment]
    _take_off(tx, [box])
    _note(tx, box, shipment, "unloaded", operator, on.id, now)
    return Unloaded(box.id, shipment.id, len(store.parcels_on(tx, on.id)))


def close(tx: Tx, handover_id: str, *, operator: Operator, now: datetime) -> Closed:
    """Every parcel is checked again; those that may go leave the stock here and now, the others are named.

    A shipment is dispatched when all its parcels are. With none to go the handover stays open. Conflict: it was closed.
    """
    require(operator, "floor.load")
    handover = _open(tx, handover_id)
    boxes = store.parcels_on(tx, handover_id)
    store.lock(tx, {box.shipment for box in boxes})
    boxes = store.parcels_on(tx, handover_id)
    shipments = store.get(tx, {box.shipment for box in boxes})
    stays = {box.id: why for box in boxes if (why := _must_stay(box, shipments[box.shipment]))}
    going = [box for box in boxes if box.id not in stays]
    _take_off(tx, [box for box in boxes if box.id in stays])
    announce(tx, "parcel", [box.id for box in boxes], now)
    if not going:
        return Closed(handover_id, (), tuple(sorted(stays.items())))
    outs = [
        Out(box.shipment, box.id, i.sku, handover.warehouse, parcel_place(box.id), i.qty, i.lot, i.serial)
        for box in going
        for i in box.items
    ]
    take_out(tx, outs, source=handover_id, now=now)
    store.set_parcels(tx, [box.id for box in going], state="dispatched")
    store.set_handover_closed(tx, handover_id, at=stamp(now), by=operator.badge)
    detail = {"handover": handover_id}
    record(
        tx,
        [
            Entry(shipments[box.shipment].order_id, box.id, "dispatched", operator.badge, detail, handover_id)
            for box in going
        ],
        now,
    )
    whole = [
        shipment
        for shipment, all_of_it in store.parcels_of(tx, {box.shipment for box in going}).items()
        if all(p.state in GONE | {"void"} for p in all_of_it)
    ]
    store.hops(tx, [Hop(one, "dispatched", operator.badge, handover_id) for one in whole], now)
    progress.follow(tx, {shipments[box.shipment].order_id for box in going}, by=operator.badge, now=now)
    announce(tx, "handover", [handover_id], now)
    return Closed(handover_id, tuple(box.id for box in going), tuple(sorted(stays.items())))


def _open(tx: Tx, handover_id: str) -> Handover:
    row = store.handover_row(tx, handover_id, to_change=True)
    if row is None:
        raise NotFound(f"no handover {handover_id!r:.60}", kind="unknown_handover", handover=handover_id[:60])
    if row["state"] != "open":
        raise Conflict(
            f"handover {handover_id} was closed at {row['closed_at']} by {row['closed_by']}",
            kind="handover_closed",
            handover=handover_id,
            at=row["closed_at"],
            by=row["closed_by"],
        )
    return Handover(row["id"], row["carrier"], row["warehouse"])


def _unfit(box: Parcel, shipment: Shipment, to: Handover) -> LoadRefused | None:
    values: dict[str, object] = {"parcel": box.id, "job": shipment.id}
    if shipment.state == "cancelled":
        return LoadRefused("cancelled", values)
    if box.state == "void":
        return LoadRefused("unlabelled", values)
    if shipment.state == "held":
        return LoadRefused("held", values)
    if box.state in GONE or box.state == "loaded":
        return LoadRefused("already_loaded", values | {"handover": box.handover or ""})
    if (shipment.warehouse, shipment.carrier) != (to.warehouse, to.carrier):
        return LoadRefused(
            "wrong_carrier",
            values | {"expected": to.carrier, "got": shipment.carrier, "warehouse": shipment.warehouse},
        )
    # One consignment: none of its parcels travels before the last one is labelled.
    if box.state != "labelled" or shipment.state != "labelled":
        return LoadRefused("unlabelled", values | {"state": shipment.state})
    return None


def _must_stay(box: Parcel, shipment: Shipment) -> str:
    if shipment.state in {"cancelled", "held"}:
        return shipment.state
    return "" if box.state == "loaded" and shipment.state == "labelled" else "unlabelled"


def _take_off(tx: Tx, boxes: list[Parcel]) -> None:
    store.set_parcels(tx, [b.id for b in boxes if b.state == "loaded"], state="labelled", on=None)
    store.set_parcels(tx, [b.id for b in boxes if b.state != "loaded"], on=None)


def _note(tx: Tx, box: Parcel, shipment: Shipment, event: str, by: Operator, handover: str, now: datetime) -> None:
    record(tx, [Entry(shipment.order_id, box.id, event, by.badge, {"handover": handover}, handover)], now)
    announce(tx, "parcel", [box.id], now)
