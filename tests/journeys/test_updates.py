"""What shops say later about orders that were planned already: every update of the demo ends as its sidecar states."""

from __future__ import annotations

import json
import tomllib
from contextlib import closing
from typing import Any

from app.base.paths import RESOURCES
from app.db import open_database
from tests.command import run
from tests.demo_shop import Shop

DEMO = RESOURCES / "demo"


def command(shop: Shop, *words: str) -> Any:
    """By who does such things: the hub what comes in and falls due, a supervisor the rest."""
    env = shop.hub if words[0] in {"import", "jobs", "check"} else shop.env
    badge = ["--operator", "PBCHIEF"] if words[0] == "plan" else []
    code, told, errors = run(env, *words, *badge, "--json")
    assert code == 0, (told, errors)
    return json.loads(told)


def stands(shop: Shop, order: str) -> tuple[set[str], set[str]]:
    """(what the order and its live shipments are, kinds of its open cases)"""
    shown = command(shop, "show", "order", order)
    live = {s["state"] for s in shown["shipments"] if s["state"] != "cancelled"}
    return live or {shown["state"]}, {c["kind"] for c in shown["cases"] if c["state"] == "open"}


def test_later_words_of_the_shop_lead_where_the_sidecar_says(any_demo: Shop) -> None:
    demo = any_demo
    stated = tomllib.loads((DEMO / "trouble.toml").read_text("utf-8"))["order"]
    later = sorted((o for o in stated if "then" in o), key=lambda o: o["then"]["file"])
    assert len(later) == 6
    for order in later:
        then = order["then"]
        if "after" in then:  # the 72 hours have passed, and somebody else had the units
            with closing(open_database(demo.url_of("postgres"))) as database, database.write() as tx:
                past = "'2026-01-01T00:00:00.000Z'"
                tx.exec_driver_sql(f"UPDATE reservation SET expires_at = {past} WHERE expires_at IS NOT NULL")
            assert command(demo, "jobs")["unpaid"] > 0
            assert command(demo, "plan", "DE-1118")["planned"] == 1
        file = str(DEMO / "orders" / "updates" / then["file"])
        report = command(demo, "import", "orders", "--channel", "shopify", "--shop", "DE", file)
        assert report[then.get("import", "updated")] == 1, order["id"]
        command(demo, "plan")
        state, cases = stands(demo, order["id"])
        assert state == {then["state"]}, order["id"]
        assert then.get("case") in {None, *cases}, order["id"]
        again = command(demo, "import", "orders", "--channel", "shopify", "--shop", "DE", file)
        assert again["unchanged"] == 1, order["id"]
    assert command(demo, "check")["findings"] == []
