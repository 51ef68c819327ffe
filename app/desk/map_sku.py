"""Saying which of our products a shop means by its code."""

from __future__ import annotations

from datetime import datetime

from app.base.errors import NotFound
from app.catalog import store as catalog
from app.db import Tx
from app.desk.order import plan_again, tell, the_order
from app.orders import store as orders
from app.planning.keep_still import keep_still
from app.site.roles import Operator, require


def map_sku(tx: Tx, shop: str, code: str, sku: str, *, operator: Operator, now: datetime) -> tuple[str, ...]:
    """From now on the shop's `code` is our `sku`; orders that waited for it go back to planning, and are the answer."""
    require(operator, "order.plan")
    if not catalog.known(tx, [sku]):
        raise NotFound(f"no SKU {sku!r:.60}", kind="unknown_sku", sku=sku[:60])
    catalog.add_alias(tx, shop, code, sku)
    waited = tuple(orders.waiting_for(tx, shop, code))
    keep_still(tx, waited)
    orders.map_sku(tx, waited, code, sku)
    for order_id in waited:
        tell(tx, order_id, "sku_mapped", operator.badge, now, {"sku": sku})
        order = the_order(tx, order_id)
        if all(line.sku for line in order.lines if line.ships):
            plan_again(tx, order, act="map_sku", by=operator.badge, now=now)
    return waited
