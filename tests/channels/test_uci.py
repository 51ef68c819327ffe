"""A real year of a real shop: 502,938 lines that nobody here wrote."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from app.base.paths import RESOURCES
from app.channels.csv import read
from app.channels.csv_map import read_map
from app.channels.intake import import_orders
from app.channels.reading import Skipped
from app.db import Database
from app.orders.check import check
from app.orders.order import Order, RawDocument
from app.site.roles import SYSTEM
from tests.orders.making import open_shop

ROOT = Path(__file__).parents[2]
YEAR = ROOT.parent / "shared/data/orders-uci/online_retail_2009-12_2010-11.csv.gz"
MAP = RESOURCES / "channels" / "uci-map.toml"
needs_year = pytest.mark.skipif(not YEAR.exists(), reason="the UCI year (../shared/data/orders-uci) is not here")

NO_GOODS = {
    "POST",
    "DOT",
    "C2",
    "C3",
    "D",
    "M",
    "m",
    "S",
    "B",
    "AMAZONFEE",
    "BANK CHARGES",
    "ADJUST",
    "ADJUST2",
    "GIFT",
}


@needs_year
def test_every_line_of_the_year_is_counted_once_and_only_goods_are_goods() -> None:
    lines: Counter[str] = Counter()
    documents: Counter[str] = Counter()
    for one in read(YEAR, read_map(MAP.read_text("utf-8")), "UK"):
        lines.update(one.lines)
        match one.item:
            case Order():
                documents["order"] += 1
                assert not NO_GOODS & {line.shop_sku for line in one.item.lines}
                assert not any(line.shop_sku.startswith(("gift_", "TEST")) for line in one.item.lines)
                assert all(line.unit_price > 0 for line in one.item.lines)
            case RawDocument(kind=kind) | Skipped(kind=kind):
                documents[kind] += 1
            case refusal:
                pytest.fail(str(refusal))
    assert lines.total() == 502_938
    assert documents.total() == 27_728
    assert (documents["credit_note"], documents["bad_debt"]) == (4_456, 3)
    assert lines["refused"] == 0


@pytest.mark.slow
@needs_year
def test_the_year_comes_in_and_a_second_time_nothing_changes(sqlite_database: Database, now: datetime) -> None:
    with sqlite_database.write() as tx:
        open_shop(tx, "UK")
    first, second = (
        import_orders(
            sqlite_database,
            [YEAR],
            channel="csv",
            shop="UK",
            map_file=MAP,
            create_products=True,
            operator=SYSTEM,
            now=now,
        )
        for _ in range(2)
    )
    assert first.refused == []
    assert first.added == second.unchanged > 19_000
    assert (second.added, second.updated, second.products_made) == (0, 0, 0)
    assert first.skipped == second.skipped
    assert first.read == first.added + first.skipped.total() == 27_728
    with sqlite_database.read() as tx:
        assert list(check(tx)) == []
