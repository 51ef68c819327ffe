"""Writing something to an order."""

from __future__ import annotations

from datetime import datetime

from app.base.clock import stamp
from app.base.errors import BadInput
from app.db import Tx
from app.desk.order import tell, the_order
from app.orders import store as orders
from app.site.roles import Operator, require


def note(tx: Tx, order_id: str, body: str, *, operator: Operator, now: datetime) -> None:
    """Free text, kept where it can be erased; the timeline says only that there is one."""
    require(operator, "order.note")
    the_order(tx, order_id)
    if not body.strip():
        raise BadInput("got nothing, expected some words", field="note")
    orders.add_note(tx, order_id, body.strip(), by=operator.badge, at=stamp(now))
    tell(tx, order_id, "noted", operator.badge, now)
