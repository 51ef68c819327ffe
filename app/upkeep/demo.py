"""The demo shop: site, goods, stock and orders that we wrote ourselves, taken in the way real ones are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from app.base.paths import RESOURCES
from app.channels.intake import import_orders
from app.db import Database
from app.planning.plan import plan_orders
from app.site.roles import Operator
from app.upkeep.take_in import take

FOLDER = RESOURCES / "demo"
_FILES = (
    ("site", "site.toml"),
    ("products", "products.csv"),
    ("bins", "bins.csv"),
    ("cartons", "cartons.csv"),
    ("totes", "totes.csv"),
    ("stock", "stock.csv"),
)  # fmt: skip
# Asked for when the orders are there, so that it knows how many: told how many are planned.
Progress = Callable[[], Callable[[int], None] | None]


def load_demo(
    database: Database, *, orders: bool, operator: Operator, now: datetime, progress: Progress | None = None
) -> dict[str, object]:
    """Loads what is not there yet and says what it did; a second time changes nothing. Orders are planned at once."""
    done: dict[str, object] = {}
    for kind, name in _FILES:
        taken = take(database, kind, FOLDER / name, operator=operator, now=now)
        if taken.refused:
            first = taken.refused[0]
            raise ValueError(f"{name}: {first.at} {first.field} {first.reason}")
        done[kind] = {"added": taken.added, "updated": taken.updated, "unchanged": taken.unchanged}
    if orders:
        for shop, channel, pattern, mapped in (
            ("DE", "shopify", "de/*.json", None),
            ("US", "csv", "us/*.csv", "us-map.toml"),
        ):
            files = sorted((FOLDER / "orders").glob(pattern))
            done[f"orders {shop}"] = _orders(database, shop, channel, files, mapped, operator, now)
        summary = plan_orders(database, None, operator=operator, now=now, progress=progress and progress())
        done["plan"] = summary.as_dict()
    return done


def _orders(
    database: Database,
    shop: str,
    channel: str,
    files: list[Path],
    mapped: str | None,
    operator: Operator,
    now: datetime,
) -> dict[str, int]:
    report = import_orders(
        database,
        files,
        channel=channel,
        shop=shop,
        map_file=FOLDER / mapped if mapped else None,
        operator=operator,
        now=now,
    )
    if report.refused:
        first = report.refused[0]
        raise ValueError(f"{first.file}: {first.at} {first.field} {first.reason}")
    return {"added": report.added, "updated": report.updated, "unchanged": report.unchanged, "held": report.held}
