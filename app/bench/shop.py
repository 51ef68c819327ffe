"""The shop that benchmarks work on: the demo's site, and goods and orders of its own, taken in as real ones are."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from app.base.clock import SystemClock
from app.base.ids import gs1_check_digit
from app.bench.driver import run, surroundings
from app.channels.intake import import_orders
from app.db import Database, open_database
from app.planning.plan import plan_orders
from app.site.roles import SYSTEM
from app.upkeep.demo import FOLDER as DEMO
from app.upkeep.take_in import take

SHOP, WAREHOUSE, STATION, BADGE = "US", "ONT", "S6", "PBCHIEF"
MAP = DEMO / "us-map.toml"
# Small and light: a whole order of them goes into one carton, so that no scan has to wait for a question.
_GOODS = {"handling": "plain", "weight_g": 10, "length_mm": 20, "width_mm": 20, "height_mm": 10, "hs_code": "392690",
          "origin": "US", "customs_description": "Plastic token"}  # fmt: skip
# Of these a bin holds enough for any run.
_PLENTY = 900_000
# Common destinations of an order from one line to three.
_PEOPLE = (
    ("Abigail Turner", "418 Maple Avenue", "Portland", "OR", "97205", "USA"),
    ("Noah Friesen", "55 Osborne Street", "Winnipeg", "MB", "R3L 1Y4", "Canada"),
    ("Oliver Hughes", "12 Castle Street", "Bristol", "", "BS1 3XD", "UK"),
    ("Isla Campbell", "7 Beach Road", "Brisbane", "QLD", "4000", "Australia"),
)


def url(home: Path) -> str:
    """Where `packbench` keeps the shared database of this home."""
    return f"sqlite:///{home / 'packbench.db'}"


def open_shop(home: Path, *, skus: int = 10, db: str = "") -> Database:
    """The demo's site and goods in a new database, and `skus` articles of our own: plenty of each in one bin.

    `db`: the address of an empty database; without it a SQLite file in `home`.
    """
    db = db or url(home)
    code, _, errors = run(surroundings(home, db=db), "demo", "--no-orders", "--json")
    assert code == 0, errors
    database, now = open_database(db), SystemClock().now()
    bins = _column(DEMO / "bins.csv", "bin", warehouse=WAREHOUSE, kind="shelf")
    goods = [
        {"sku": sku(n), "title": f"Token {n}", **_GOODS, "barcodes": f"{gtin(n)}*1", "lot_tracked": "no"}
        for n in range(1, skus + 1)
    ]
    stock = [
        {"warehouse": WAREHOUSE, "bin": bins[n % len(bins)], "sku": row["sku"], "type": "on_hand", "qty": _PLENTY}
        for n, row in enumerate(goods)
    ]
    for kind, rows in (("products", goods), ("stock", stock)):
        taken = take(database, kind, _written(home / f"{kind}.csv", rows), operator=SYSTEM, now=now)
        assert not taken.refused, taken.refused
    return database


def sku(n: int) -> str:
    return f"TOKEN-{n}"


def gtin(n: int) -> str:
    """Under the prefix GS1 keeps for demonstrations."""
    digits = f"952123490{n:03d}"
    return digits + gs1_check_digit(digits)


def sell(
    database: Database, home: Path, orders: Mapping[str, Sequence[tuple[str, int]]], *, now: datetime | None = None
) -> None:
    """Takes these orders in, (SKU, units) a line, by way of the shop's own export. They are new: nothing plans them."""
    now = now or SystemClock().now()
    report = import_orders(
        database,
        [orders_file(home, orders, now)],
        channel="csv",
        shop=SHOP,
        map_file=MAP,
        operator=SYSTEM,
        now=now,
    )
    assert report.added == len(orders), report.as_json()


def orders_file(home: Path, orders: Mapping[str, Sequence[tuple[str, int]]], now: datetime | None = None) -> Path:
    """These orders as the shop exports them, to be imported with `MAP`."""
    columns = _columns(next((DEMO / "orders/us").glob("*.csv")))
    return _written(home / "orders.csv", _rows(orders, now or SystemClock().now()), columns)


def plan(database: Database) -> int:
    """Plans all that is new; how many orders got a shipment."""
    return plan_orders(database, None, operator=SYSTEM, now=SystemClock().now()).planned


def copied(home: Path, to: Path) -> Path:
    """A home of its own with the same database in it; no program may have that open."""
    to.mkdir(parents=True)
    for file in home.glob("packbench.db*"):
        shutil.copy2(file, to)
    return to


def big_order(home: Path, *, lines: int, units: int, db: str = "") -> str:
    """A new shop with one shipment of so many lines and units a line, ready to be picked; its id. `db`: where."""
    with closing(open_shop(home, skus=lines, db=db)) as database:
        sell(database, home, {"1": [(sku(n), units) for n in range(1, lines + 1)]})
        assert plan(database) == 1
    return f"{SHOP}-1-1"


def _rows(orders: Mapping[str, Sequence[tuple[str, int]]], now: datetime) -> Iterable[Mapping[str, object]]:
    for i, (number, lines) in enumerate(orders.items()):
        name, street, city, state, postcode, country = _PEOPLE[i % len(_PEOPLE)]
        for n, (code, qty) in enumerate(lines, 1):
            yield {
                "Order Number": number, "Line": n, "Item SKU": code, "Item": code, "Qty": qty, "Unit Price": "2.50",
                "Ordered": f"{now:%Y-%m-%d %H:%M:%S}", "Payment": "paid", "Ship Name": name, "Ship Address 1": street,
                "Ship City": city, "Ship State": state, "Ship ZIP": postcode, "Ship Country": country,
            }  # fmt: skip


def _written(file: Path, rows: Iterable[Mapping[str, object]], columns: Sequence[str] = ()) -> Path:
    some = list(rows)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns or list(some[0]))
        writer.writeheader()
        writer.writerows(some)
    return file


def _columns(file: Path) -> Sequence[str]:
    with file.open(encoding="utf-8", newline="") as rows:
        return next(csv.reader(rows))


def _column(file: Path, name: str, **where: str) -> list[str]:
    with file.open(encoding="utf-8", newline="") as rows:
        return [row[name] for row in csv.DictReader(rows) if all(row[k] == v for k, v in where.items())]
