"""What happened to an order, in the order it happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.base.clock import stamp
from app.db import Tx
from app.orders import store
from app.orders.entry import Entry, Happened

__all__ = ["Entry", "Happened", "read", "record", "told"]


def record(tx: Tx, entries: Sequence[Entry], now: datetime) -> None:
    """Add the entries; within one call they keep their order."""
    store.add_entries(tx, entries, stamp(now))


def read(tx: Tx, order_id: str) -> list[Happened]:
    """All of one order's timeline, its shipments' and parcels' included, oldest first."""
    return store.entries(tx, order_id)


def told(tx: Tx, subject: str, event: str) -> list[Entry]:
    """What was recorded of this kind of one order, shipment or parcel, oldest first."""
    return store.entries_of(tx, subject, event)
