"""A shop's buffer: units that are never promised to its orders, so that it does not sell the last ones twice."""

from __future__ import annotations

from datetime import datetime

from app.base.errors import BadInput, NotFound
from app.catalog import store as catalog
from app.db import Tx
from app.db.feed import announce
from app.site import store as site
from app.site.roles import Operator, require
from app.stock import store
from app.stock.ledger import MOST


def keep_back(tx: Tx, sku: str, qty: int, *, shop: str, warehouse: str, operator: Operator, now: datetime) -> int:
    """From now on the shop sees so many units fewer there; 0: all. How many it was before.

    What is promised already stays so. NotFound: no such SKU, shop or warehouse. BadInput: no number of units.
    """
    require(operator, "stock.adjust")
    if not 0 <= qty <= MOST:
        raise BadInput(f"got {qty}, expected 0 to {MOST}", field="qty")
    if not catalog.known(tx, {sku}):
        raise NotFound(f"no SKU {sku!r:.60}", kind="unknown_sku", sku=sku[:60])
    if shop not in site.shops(tx):
        raise NotFound(f"shop {shop!r:.40}", kind="unknown_shop", shop=shop[:40])
    houses = site.warehouses(tx)
    if warehouse not in houses:
        known = ", ".join(houses)
        raise NotFound(f"warehouse {warehouse!r:.40}", kind="unknown_warehouse", got=warehouse[:40], known=known)
    before = store.buffers(tx, shop, [sku]).get((sku, warehouse), 0)
    store.set_buffer(tx, shop, sku, warehouse, qty)
    announce(tx, "stock", [sku], now)
    return before
