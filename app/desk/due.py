"""What falls due by the clock alone: reservations nobody paid for, presales whose day has come."""

from __future__ import annotations

from datetime import datetime

from app.cases.case import NewCase
from app.cases.open import open_cases
from app.db import Tx
from app.desk import store
from app.desk.cancel import drop_shipments
from app.desk.news import let_go
from app.desk.order import live_shipments, tell, the_order
from app.orders import store as orders
from app.orders.order import FIRM
from app.planning.keep_still import keep_still
from app.shipments import store as shipments
from app.stock import store as stock
from app.stock.reserve import make_firm

BY = "due"
_SOME = 500


def expire_unpaid(tx: Tx, now: datetime, *, limit: int = _SOME) -> list[str]:
    """Reservations that ran out without payment are given back. The orders concerned, at most `limit`.

    They wait, held with a case, and are not planned again by themselves: that would only reserve the same units once
    more. Payment, or a supervisor, plans them anew.
    """
    overdue = shipments.get(tx, stock.expired(tx, now))
    ids = sorted({s.order_id for s in overdue.values()})[:limit]
    keep_still(tx, ids)
    lines = (line for some in shipments.of_orders(tx, ids).values() for s in some for line in s.lines)
    stock.balances(tx, {line.sku for line in lines}, to_change=True)
    expired: list[str] = []
    for order_id in ids:
        order = the_order(tx, order_id)
        live = live_shipments(tx, order_id)
        if order.payment in FIRM:  # paid meanwhile: nothing to take back
            make_firm(tx, [s.id for s in live])
            continue
        # A bench never begins unpaid work, so all of them are still only planned.
        waiting = [s for s in live if s.stage == "planned"]
        drop_shipments(tx, waiting, by=BY, source="expired", now=now)
        if len(waiting) == len(live):
            orders.set_state(tx, [order_id], "held")
            open_cases(tx, [NewCase("unpaid_expired", "order", order_id, order_id, BY, {})], now)
        tell(tx, order_id, "expired", BY, now, {"shipments": [s.id for s in waiting]})
        expired.append(order_id)
    return expired


def begin_presales(tx: Tx, now: datetime, *, limit: int = _SOME) -> list[str]:
    """Shipments of paid presale orders whose day has come become ready. Their ids; at most `limit` orders."""
    begun: list[str] = []
    ids = store.presale_orders(tx, now, limit=limit)
    keep_still(tx, ids)
    for order_id in ids:
        begun += let_go(tx, the_order(tx, order_id), live_shipments(tx, order_id), by=BY, now=now)
    return begun
