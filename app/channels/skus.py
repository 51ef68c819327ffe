"""Which of our SKUs a shop's codes mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.catalog import store
from app.catalog.product import Product
from app.db import Tx
from app.orders.order import Order


@dataclass(frozen=True, slots=True)
class Skus:
    """What each code means, as far as one import has asked. `create`: make incomplete products of unknown codes."""

    shop: str
    create: bool
    known: Mapping[str, str] = field(default_factory=dict)

    def looked_up(self, tx: Tx, orders: Sequence[Order]) -> tuple[Skus, int]:
        """The same knowing all codes of these orders; and how many products were made for it.

        They are there once the transaction is: until then whoever asks goes on from what was known before.
        """
        titles: dict[str, str] = {}
        for order in orders:
            for line in order.lines:
                if line.shop_sku not in self.known and (line.ships or line.shop_sku not in titles):
                    titles[line.shop_sku] = titles.get(line.shop_sku) or line.title
        if not titles:
            return self, 0
        # A person's word stands above the likeness of a code.
        known = {**self.known, **{code: code for code in store.known(tx, titles)}}
        known |= store.aliases(tx, self.shop, titles)
        missing = {
            line.shop_sku for order in orders for line in order.lines if line.ships and self.create
        } - known.keys()
        store.add_products(tx, [Product(sku=code, title=titles[code]) for code in sorted(missing)])
        return replace(self, known=known | {code: code for code in missing}), len(missing)

    def unknown(self, order: Order) -> list[str]:
        """The codes of goods to be sent that nobody knows yet, in the order of the lines."""
        codes = (line.shop_sku for line in order.lines if line.ships)
        return list(dict.fromkeys(code for code in codes if code not in self.known))
