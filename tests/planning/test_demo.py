"""The demo shop's 200 orders: each made for trouble becomes what its sidecar says, all others are ready."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from app.base.wording import known, languages
from app.cases import store as cases
from app.channels.intake import import_orders
from app.db import Database, Tx
from app.orders import store as orders
from app.planning import store
from app.planning.check import check
from app.planning.plan import plan_orders
from app.shipments import store as shipments
from app.site.roles import SYSTEM
from app.stock.check import check as check_stock
from app.upkeep.take_in import take
from tests.planning.making import NOW, trace_of

DEMO = Path(__file__).parents[2] / "resources" / "demo"


@pytest.fixture
def demo(sqlite_database: Database) -> Database:
    """The demo shop with its orders, planned."""
    for kind in ("site", "products", "bins", "cartons", "totes", "stock"):
        name = f"{kind}.{'toml' if kind == 'site' else 'csv'}"
        taken = take(sqlite_database, kind, DEMO / name, operator=SYSTEM, now=NOW)
        assert taken.refused == ()
    for shop, channel, found in (("DE", "shopify", "*.json"), ("US", "csv", "*.csv")):
        files = sorted((DEMO / "orders" / shop.lower()).glob(found))
        import_orders(
            sqlite_database, files, channel=channel, shop=shop, map_file=DEMO / "us-map.toml", operator=SYSTEM, now=NOW
        )
    plan_orders(sqlite_database, None, operator=SYSTEM, now=NOW)
    return sqlite_database


def test_each_demo_order_becomes_what_it_was_made_for(demo: Database) -> None:
    made = {order["id"]: order for order in tomllib.loads((DEMO / "trouble.toml").read_text("utf-8"))["order"]}
    wrong: dict[str, object] = {}
    with demo.read() as tx:
        for order_id in _all(tx):
            state, kinds = _is(tx, order_id)
            told = made.get(order_id, {"outcome": {"state": "ready"}, "issue": 2})
            if told["issue"] != 2:
                continue
            outcome: dict[str, Any] = told["outcome"]
            if state != outcome["state"] or (outcome.get("case") or "none") not in (kinds or ["none"]):
                wrong[order_id] = (state, kinds, outcome)
        assert list(check(tx)) == []
        assert list(check_stock(tx)) == []
    assert wrong == {}


def test_every_plan_of_the_demo_says_why_in_words(demo: Database) -> None:
    with demo.read() as tx:
        planned = [order_id for page in store.planned_orders(tx) for order_id in page]
        assert len(planned) > 150
        reasons = {line.reason for order_id in planned for line in trace_of(tx, order_id, 1)}
        stages = {line.stage for line in trace_of(tx, planned[0], 1)}
    assert stages == {"screen", "split", "parcels", "declaration", "charges", "carriage", "commit"}
    for language in languages():
        assert [reason for reason in sorted(reasons) if not known(f"planning.reason.{reason}", language)] == []


def test_the_tax_of_the_demo_differs_where_it_was_made_to(demo: Database) -> None:
    with demo.read() as tx:
        said = {
            order_id: line.reason
            for page in store.planned_orders(tx)
            for order_id in page
            for line in trace_of(tx, order_id, 1)
            if line.rule == "shop_tax"
        }
    assert {"DE-1049", "DE-1083"} <= {order_id for order_id, reason in said.items() if reason == "tax_differs"}
    assert sum(reason == "tax_agrees" for reason in said.values()) > 75


def _all(tx: Tx) -> list[str]:
    from sqlalchemy import text

    return list(tx.scalars(text("SELECT id FROM order_ ORDER BY id")))


def _is(tx: Tx, order_id: str) -> tuple[str, list[str]]:
    """The order's state as the sidecar tells it, and its open cases."""
    (order,) = orders.load(tx, [order_id])
    states = sorted({s.state for s in shipments.of_orders(tx, [order_id])[order_id]})
    return (states[0] if states else order.state), [case.kind for case in cases.open_of(tx, order_id)]
