"""Goods leave the house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db import Tx
from app.stock import store
from app.stock.ledger import Row


@dataclass(frozen=True, slots=True)
class Out:
    """Units of a parcel that leave; `place` is where they lie, `P:parcel id`."""

    shipment: str
    parcel: str
    sku: str
    warehouse: str
    place: str
    qty: int
    lot: str = ""
    serial: str = ""


def take_out(tx: Tx, items: Sequence[Out], *, source: str, now: datetime) -> None:
    """The items leave on_hand and reserved together, so what is available stays as it was.

    Conflict when a place or a reservation holds less; the transaction must be rolled back.
    """
    held: dict[tuple[str, str], int] = {}
    rows: list[Row] = []
    for item in items:
        held[item.shipment, item.sku] = held.get((item.shipment, item.sku), 0) + item.qty
        rows.append(
            Row(item.sku, item.warehouse, "on_hand", -item.qty, "dispatch", source, item.place, item.lot, item.serial)
        )
        rows.append(Row(item.sku, item.warehouse, "reserved", -item.qty, "dispatch", source))
    store.lower_reservations(tx, held)
    store.post(tx, rows, now)
