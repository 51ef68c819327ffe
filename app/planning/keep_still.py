"""The order of locks that all acts on whole orders keep."""

from __future__ import annotations

from collections.abc import Iterable

from app.db import Tx
from app.planning import store
from app.shipments import store as shipments


def keep_still(tx: Tx, order_ids: Iterable[str]) -> None:
    """Nobody else changes these orders and their shipments before this transaction ends.

    Shipments first, all at once, then the orders: as ARCHITECTURE.md has it, so that two acts never wait in a circle.
    """
    ids = sorted(set(order_ids))
    shipments.lock(tx, [s.id for some in shipments.of_orders(tx, ids).values() for s in some])
    store.mine(tx, ids, wait=True)
