"""Which of our SKUs a shop's codes mean."""

from __future__ import annotations

from collections.abc import Sequence

from app.catalog import store
from app.catalog.product import Product
from app.db import Tx
from app.orders.order import Order


class Skus:
    """Remembers through one import what each code means. `create`: make incomplete products of unknown codes."""

    def __init__(self, shop: str, create: bool) -> None:
        self._shop, self._create = shop, create
        self.known: dict[str, str] = {}

    def look_up(self, tx: Tx, orders: Sequence[Order]) -> int:
        """Find out about all codes of these orders; how many products were made for it."""
        titles: dict[str, str] = {}
        for order in orders:
            for line in order.lines:
                if line.shop_sku not in self.known and (line.ships or line.shop_sku not in titles):
                    titles[line.shop_sku] = titles.get(line.shop_sku) or line.title
        if not titles:
            return 0
        self.known |= {code: code for code in store.known(tx, titles)}
        self.known |= store.aliases(tx, self._shop, titles)  # a person's word stands above the likeness of a code
        if not self._create:
            return 0
        missing = {line.shop_sku for order in orders for line in order.lines if line.ships} - self.known.keys()
        store.add_products(tx, [Product(sku=code, title=titles[code]) for code in sorted(missing)])
        self.known |= {code: code for code in missing}
        return len(missing)

    def unknown(self, order: Order) -> list[str]:
        """The codes of goods to be sent that nobody knows yet, in the order of the lines."""
        codes = (line.shop_sku for line in order.lines if line.ships)
        return list(dict.fromkeys(code for code in codes if code not in self.known))
