"""A warehouse with as many benches as are asked for, and an order for each."""

from __future__ import annotations

import csv
from contextlib import closing
from pathlib import Path

from app.base.clock import SystemClock
from app.base.ids import scan_code
from app.bench import shop
from app.site import store as site
from app.site.roles import SYSTEM
from app.site.site import Station
from app.upkeep.take_in import take

_SKUS = 10
# What a bench has in hand and holds ahead.
_TOTES = 3
_TOTE_FILE = "crowd-totes.csv"


def furnish(
    db: str,
    home: Path,
    benches: int,
    *,
    lines: int,
    units: int,
    orders: int = 0,
    totes: int = _TOTES,
    skus: int = _SKUS,
) -> None:
    """A new shop at `db`: benches, totes for each, and an order for each (or so many) of so many lines and units.

    Orders that follow each other want neighbours among the `skus` there are.
    """
    with closing(shop.open_shop(home, skus=skus, db=db)) as database:
        with database.write() as tx:
            site.put(
                tx,
                company=site.company(tx),
                shops=tuple(site.shops(tx).values()),
                warehouses=tuple(site.warehouses(tx).values()),
                stations=[Station(station(n), shop.WAREHOUSE) for n in range(benches)],
                operators=site.operators(tx),
                ranges=[],
            )
        file = home / _TOTE_FILE
        with file.open("w", encoding="utf-8", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(["code", "scan", "warehouse"])
            rows.writerows([f"CROWD{n}", scan_code("PBT"), shop.WAREHOUSE] for n in range(totes * benches))
        taken = take(database, "totes", file, operator=SYSTEM, now=SystemClock().now())
        assert not taken.refused, taken.refused
        many = orders or benches
        wanted = {str(n): [(shop.sku((n + i) % skus + 1), units) for i in range(lines)] for n in range(many)}
        shop.sell(database, home, wanted)
        assert shop.plan(database) == many


def totes(home: Path, each: int) -> list[list[str]]:
    """The codes of those at each bench, as `furnish` made so many for each: a tote is in one place."""
    with (home / _TOTE_FILE).open(encoding="utf-8", newline="") as rows:
        codes = [row["scan"] for row in csv.DictReader(rows)]
    return [codes[i : i + each] for i in range(0, len(codes), each)]


def station(n: int) -> str:
    return f"BENCH{n}"


def shipment(n: int) -> str:
    """Of the order made for that bench."""
    return f"{shop.SHOP}-{n}-1"
