"""Promising units to shipments, and taking the promise back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.base.errors import Conflict, OutOfStock
from app.db import Tx
from app.stock import store
from app.stock.ledger import Key, Reservation, Row


@dataclass(frozen=True, slots=True)
class Want:
    """Units of a stock-keeping SKU (bundles are expanded already) that a shipment needs from its warehouse."""

    shipment: str
    sku: str
    warehouse: str
    qty: int


def reserve(tx: Tx, wants: Sequence[Want], *, expires_at: str | None, source: str, now: datetime) -> None:
    """All of `wants` or nothing: OutOfStock says what is missing, and then nothing was done.

    The check is the reservation: one conditional UPDATE per (SKU, warehouse), in key order.
    """
    demand: dict[Key, int] = {}
    parts: dict[tuple[str, str, str], int] = {}
    for want in wants:
        if want.qty <= 0:
            raise ValueError(f"{want.shipment}: {want.qty} of {want.sku}, expected a positive number")
        demand[want.sku, want.warehouse] = demand.get((want.sku, want.warehouse), 0) + want.qty
        part = (want.shipment, want.sku, want.warehouse)
        parts[part] = parts.get(part, 0) + want.qty
    if not demand:
        return
    rows = [Row(sku, warehouse, "reserved", qty, "reserve", source or s) for (s, sku, warehouse), qty in parts.items()]
    while True:
        savepoint = tx.begin_nested()
        try:
            store.post(tx, rows, now)
            store.add_reservations(tx, parts, expires_at, now)
        except Conflict:
            savepoint.rollback()
            free = store.available(tx, (sku for sku, _ in demand))
            short = {key: qty - free.get(key, 0) for key, qty in sorted(demand.items()) if free.get(key, 0) < qty}
            if short:
                raise OutOfStock(short) from None
            # Somebody gave units back between the miss and the look: there is enough now, so ask again.
        except BaseException:
            savepoint.rollback()
            raise
        else:
            savepoint.commit()
            return


def release(tx: Tx, shipments: Sequence[str], *, source: str, now: datetime) -> None:
    """Give back all that the shipments still hold; a shipment that holds nothing is no error."""
    gone = store.drop_reservations(tx, shipments)
    store.post(tx, [_back(r, r.qty, "release", source) for r in gone], now)


def take_back(
    tx: Tx, parts: Mapping[tuple[str, str], int], *, warehouse: str, reason: str, source: str, now: datetime
) -> None:
    """Give back units of (shipment, SKU). Conflict when a shipment holds less; the transaction must be rolled back."""
    store.lower_reservations(tx, parts)
    rows = [Row(sku, warehouse, "reserved", -qty, reason, source or shipment) for (shipment, sku), qty in parts.items()]
    store.post(tx, rows, now)


def make_firm(tx: Tx, shipments: Sequence[str]) -> None:
    """The shipments' reservations no longer expire."""
    store.firm_reservations(tx, shipments)


def _back(held: Reservation, qty: int, reason: str, source: str) -> Row:
    return Row(held.sku, held.warehouse, "reserved", -qty, reason, source or held.shipment)
