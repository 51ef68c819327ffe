"""What planning looks up in other rooms, once for many orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from app.carriers import store as carriers
from app.carriers.service import Service
from app.catalog import store as catalog
from app.catalog.product import Product
from app.customs.book import books
from app.db import Tx
from app.orders import store as orders
from app.orders.order import StoredOrder
from app.planning.house import House, weights
from app.planning.planned import Want
from app.planning.stages.split import Free
from app.site import store as site
from app.site.site import Shop
from app.stock import store as stock


class Lookup:
    """The house as a run of planning sees it: read once, products added as orders ask for them."""

    def __init__(self, tx: Tx, now: datetime) -> None:
        self.shops: dict[str, Shop] = site.shops(tx)
        self._products: dict[str, Product] = {}
        self._asked: set[str] = set()
        services: dict[str, tuple[Service, ...]] = {}
        for service in carriers.services(tx):
            services[service.warehouse] = (*services.get(service.warehouse, ()), service)
        self.house = House(
            products=self._products,
            cartons=catalog.cartons(tx),
            warehouses=site.warehouses(tx),
            services=services,
            books=books(),
            weights=weights(),
            now=now,
        )

    @property
    def products(self) -> Mapping[str, Product]:
        return self._products

    def know(self, tx: Tx, skus: Iterable[str]) -> None:
        """Read the products of these SKUs and, of bundles, their parts."""
        fresh = set(skus) - self._asked
        while fresh:
            found = catalog.products(tx, fresh)
            self._products |= found
            self._asked |= fresh
            fresh = {sku for product in found.values() for sku, _ in product.parts} - self._asked


def take_in(tx: Tx, found: Sequence[StoredOrder], lookup: Lookup) -> list[StoredOrder]:
    """The orders with every line named that can be: a SKU that was made or mapped since intake is known now."""
    nameless: dict[str, set[str]] = {}
    for order in found:
        codes = {line.shop_sku for line in order.lines if line.ships and line.sku is None}
        if codes:
            nameless.setdefault(order.shop, set()).update(codes)
    mapped = False
    for shop, codes in nameless.items():
        named = {code: code for code in catalog.known(tx, codes)} | catalog.aliases(tx, shop, codes)
        for code, sku in sorted(named.items()):
            orders.map_sku(tx, [order.id for order in found if order.shop == shop], code, sku)
            mapped = True
    if mapped:
        found = orders.load(tx, [order.id for order in found])
    lookup.know(tx, {line.sku for order in found for line in order.lines if line.ships and line.sku})
    return list(found)


class Shelf:
    """Units that may be promised, going down as a batch of orders takes them; each shop sees them less its buffer."""

    def __init__(self, tx: Tx, wants: Iterable[Want], shops: Iterable[str]) -> None:
        skus = sorted({want.sku for want in wants})
        self._free = stock.available(tx, skus)
        self._kept = {shop: stock.buffers(tx, shop, skus) for shop in sorted(set(shops))}

    def free(self, shop: str) -> Free:
        kept = self._kept.get(shop)
        if not kept:
            return self._free
        return {key: max(0, units - kept.get(key, 0)) for key, units in self._free.items()}

    def take(self, sku: str, warehouse: str, qty: int) -> None:
        """Negative `qty` puts back: a preview counts what the order itself has reserved."""
        self._free[sku, warehouse] = self._free.get((sku, warehouse), 0) - qty
