"""An order before a supervisor: found, or said to be nowhere; and sent back to planning."""

from __future__ import annotations

from datetime import datetime

from app.base.errors import NotFound
from app.cases import store as cases
from app.cases.case import SHORT
from app.cases.settle import settle_of
from app.db import Tx
from app.db.feed import announce
from app.orders import store as orders
from app.orders.order import StoredOrder
from app.orders.timeline import Entry, record
from app.planning.keep_still import keep_still
from app.planning.screen import SCREENED
from app.shipments import store as shipments
from app.shipments.shipment import Shipment


def the_order(tx: Tx, order_id: str) -> StoredOrder:
    """Kept still from here on. NotFound."""
    keep_still(tx, [order_id])
    found = orders.load(tx, [order_id])
    if not found:
        raise NotFound(f"no order {order_id!r:.60}", kind="unknown_order", order=order_id[:60])
    return found[0]


def live_shipments(tx: Tx, order_id: str) -> list[Shipment]:
    """Those of an order that is kept still."""
    return [s for s in shipments.of_orders(tx, [order_id])[order_id] if s.live]


def plan_again(tx: Tx, order: StoredOrder, *, act: str, by: str, now: datetime) -> bool:
    """A waiting order goes back to `new`, so that planning takes and screens it; what stood against it is settled.

    Whether it did: an order that a person holds, or of which something is planned, stays where it is.
    """
    if order.state not in {"new", "held"} or any(case.kind == "on_hold" for case in cases.open_of(tx, order.id)):
        return False
    if live_shipments(tx, order.id):
        return False
    settle_of(tx, order.id, kinds=(*SCREENED, *SHORT), act=act, by=by, now=now)
    if order.state == "held":
        orders.set_state(tx, [order.id], "new")
        tell(tx, order.id, "back_to_planning", by, now, {"act": act})
    return True


def tell(tx: Tx, order_id: str, event: str, by: str, now: datetime, detail: dict[str, object] | None = None) -> None:
    """One line of the order's timeline, and its readers hear of it."""
    record(tx, [Entry(order_id, order_id, event, by, detail or {}, "desk")], now)
    announce(tx, "order", [order_id], now)
