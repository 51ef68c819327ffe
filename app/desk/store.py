"""What the desk asks across the rooms before it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app.base.clock import stamp
from app.db import Tx
from app.orders.order import FIRM
from app.orders.tables import order
from app.shipments.tables import shipment


def presale_orders(tx: Tx, now: datetime, *, limit: int) -> list[str]:
    """Paid orders with shipments that wait for a day that has come or comes within one: days are said in any zone."""
    waits = or_(shipment.c.state == "planned", shipment.c.held_from == "planned")
    query = (
        select(order.c.id)
        .distinct()
        .join(shipment, shipment.c.order_id == order.c.id)
        .where(waits, order.c.payment.in_(sorted(FIRM)), order.c.available_from <= stamp(now + timedelta(days=1)))
        .order_by(order.c.id)
        .limit(limit)
    )
    return list(tx.execute(query).scalars())
