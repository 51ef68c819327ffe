"""An order follows its shipments: shipped in part, shipped."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.cases import store as cases
from app.cases.case import SHORT
from app.db import Tx
from app.db.feed import announce
from app.orders import store as orders
from app.orders.timeline import Entry, record
from app.shipments import store
from app.shipments.shipment import order_state

# While one of these is open, units of the order are still owed.
OWED = (*SHORT, "short_stock")


def follow(tx: Tx, order_ids: Iterable[str], *, by: str, now: datetime) -> None:
    """Set each order's state from its shipments; orders of which nothing has gone stay as they are."""
    ids = sorted(set(order_ids))
    owed = cases.orders_with_open(tx, ids, OWED)
    shipments = store.of_orders(tx, ids)
    moved: dict[str, str] = {}
    for order in orders.load(tx, ids):
        state = order_state(shipments[order.id], lacking=order.id in owed)
        if state is not None and state != order.state:
            moved[order.id] = state
    for state in sorted(set(moved.values())):
        orders.set_state(tx, [one for one, to in moved.items() if to == state], state)
    record(tx, [Entry(one, one, state, by) for one, state in moved.items()], now)
    announce(tx, "order", moved, now)
