"""The simulated warehouse: the demo's site with benches and goods of its own, put in place by the real acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from app.base.ids import SCAN_LETTERS
from app.base.measures import Size
from app.bench import shop
from app.catalog import store as catalog
from app.catalog.product import Product
from app.db import Database
from app.planning.plan import plan_orders
from app.shipments.totes import store as totes
from app.site import store as site
from app.site.roles import SYSTEM, Operator
from app.site.site import Station
from app.stock.receive import Receipt, ReceiptLine, receive
from app.upkeep.demo import load_demo

WAREHOUSE = shop.WAREHOUSE
CHIEF = Operator("PBCHIEF", "Chris", "supervisor")
LOTS = ("L1", "L2")
SKUS = 18
# Units of each SKU the house starts with, and is filled up to: little enough that orders wait for it now and then.
PLENTY = 160
# Small, so that most orders go into one carton; one in six is kept by lot, one comes in sixes too.
PRODUCTS = tuple(
    Product(
        shop.sku(n), f"Token {n}", handling="plain", weight_g=40 + n, size=Size(60, 50, 20), hs_code="392690",
        origin="US", customs_description="Plastic token", lot_tracked=n % 6 == 0,
        barcodes=((shop.gtin(n), 1), *(((shop.gtin(500 + n), 6),) if n % 6 == 1 else ())),
    )
    for n in range(1, SKUS + 1)
)  # fmt: skip


def build(database: Database, stations: Sequence[str], people: Sequence[Operator], now: datetime) -> list[str]:
    """Site, goods, totes enough for every bench, stock of each SKU in two bins. The warehouse's bins."""
    load_demo(database, orders=False, operator=SYSTEM, now=now)
    with database.write() as tx:
        benches = [Station(name, WAREHOUSE) for name in stations]
        known = site.company(tx)
        site.put(tx, company=known, shops=(), warehouses=(), stations=benches, operators=people, ranges=())
        catalog.add_products(tx, PRODUCTS)
        codes = [(f"TF{n:03d}", "PBT" + _letters(n), WAREHOUSE) for n in range(6 * len(stations))]
        totes.add_totes(tx, codes)
        bins = sorted(catalog.bins(tx, WAREHOUSE))
        shelves = [bin_ for bin_ in bins if catalog.bins(tx, WAREHOUSE)[bin_][1] == "shelf"]
        receive(tx, delivery("opening", {p.sku: PLENTY for p in PRODUCTS}, shelves), operator=CHIEF, now=now)
    return shelves


def delivery(id_: str, units: Mapping[str, int], bins: Sequence[str]) -> Receipt:
    """So many units of each SKU, half and half into its two bins."""
    lines = []
    for sku, qty in units.items():
        n = int(sku.rpartition("-")[2])
        for half, here in enumerate((qty // 2, qty - qty // 2)):
            if here:
                lines.append(ReceiptLine(sku, here, bins[(n + 7 * half) % len(bins)], LOTS[half] if n % 6 == 0 else ""))
    return Receipt(id_, WAREHOUSE, tuple(lines))


def sell(database: Database, home: Path, orders: Mapping[str, Sequence[tuple[str, int]]], now: datetime) -> None:
    """Orders come in by their shop's export and are planned, as far as the stock goes."""
    shop.sell(database, home, orders, now=now)
    plan_orders(database, None, operator=SYSTEM, now=now)


def _letters(n: int) -> str:
    """Three of the letters printed for scanning, behind one that no tote of the demo has."""
    size = len(SCAN_LETTERS)
    return SCAN_LETTERS[n // size**2 % size] + SCAN_LETTERS[n // size % size] + SCAN_LETTERS[n % size]
