"""Goods of a cancelled shipment go from totes and parcels back to a bin."""

from __future__ import annotations

from datetime import datetime

from app.base.errors import Conflict, NotFound
from app.catalog import store as catalog
from app.db import Tx
from app.shipments import store as shipments
from app.site.roles import Operator, require
from app.stock.ledger import parcel_place, tote_place
from app.stock.move import Move, move


def put_back(tx: Tx, shipment_id: str, bin_: str, *, operator: Operator, now: datetime) -> int:
    """All of it lies in `bin_` now. How many units. Conflict: the shipment is not cancelled."""
    require(operator, "stock.move")
    shipment = shipments.get(tx, [shipment_id]).get(shipment_id)
    if shipment is None:
        raise NotFound(f"no shipment {shipment_id!r:.60}", kind="unknown_shipment", shipment=shipment_id[:60])
    if shipment.state != "cancelled":
        raise Conflict(f"{shipment_id} is {shipment.state}", kind="shipment_not_cancelled", shipment=shipment_id)
    if bin_ not in catalog.bins(tx, shipment.warehouse):
        raise NotFound(
            f"no bin {bin_!r:.60} in {shipment.warehouse}",
            kind="unknown_bin",
            bin=bin_[:60],
            warehouse=shipment.warehouse,
        )
    lying = shipments.in_totes(tx, [shipment_id])
    boxes = shipments.parcels_of(tx, [shipment_id])[shipment_id]
    from_places = [(tote_place(i.tote), i.sku, i.qty, i.lot, i.serial) for i in lying]
    from_places += [(parcel_place(p.id), i.sku, i.qty, i.lot, i.serial) for p in boxes for i in p.items]
    moves = [
        Move(sku, shipment.warehouse, place, bin_, qty, "put_back", shipment_id, lot, serial)
        for place, sku, qty, lot, serial in from_places
    ]
    move(tx, moves, now)
    shipments.take_from_tote(tx, lying)
    shipments.empty_parcels(tx, [p.id for p in boxes])
    return sum(m.qty for m in moves)
