"""Whom forgetting means, and what stays: the same on both engines."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from app.base.errors import NotFound, Refused
from app.bootstrap import checks
from app.cases import store as cases
from app.cases.open import open_case
from app.db import Database, Tx, feed
from app.orders import tables as orders
from app.shipments import store as shipments
from app.site.roles import SYSTEM
from app.stock.reserve import release
from app.upkeep.forget import Forgotten, forget_customer
from app.upkeep.promises import broken
from tests import small_site


def gone(tx: Tx, order: str, now: datetime) -> None:
    """An order whose one shipment was cancelled: nothing of it is still to be shipped."""
    shipment = small_site.ship(tx, order, [("CUP", 1)], now)
    release(tx, [shipment], source="test", now=now)
    shipments.move_state(tx, [shipment], "cancelled", by="test", source="test", now=now)
    tx.execute(update(orders.order).where(orders.order.c.id == order).values(state="cancelled"))


@pytest.fixture
def shop(database: Database, now: datetime) -> Database:
    with database.write() as tx:
        small_site.build(tx, now)
        for order in ("DE-1", "DE-2", "DE-3"):
            gone(tx, order, now)
        who = orders.customer
        tx.execute(update(who).where(who.c.id.in_(["c-DE-1", "c-DE-2"])).values(email="Ada@Example.org"))
    return database


def forget(shop: Database, said: str, now: datetime, tmp_path: Path) -> Forgotten:
    return forget_customer(shop, said, benches={}, home=tmp_path, out=tmp_path / "o", operator=SYSTEM, now=now)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("c-DE-3", ("c-DE-3",)),
        ("DE-3", ("c-DE-3",)),
        ("de-3 ", ("c-DE-3",)),
        ("ada@example.ORG", ("c-DE-1", "c-DE-2")),
    ],
)
def test_a_customer_is_found_by_id_order_or_address(
    shop: Database, now: datetime, tmp_path: Path, said: str, meant: tuple[str, ...]
) -> None:
    assert forget(shop, said, now, tmp_path).customers == meant
    with shop.read() as tx:
        left = {row.id for row in tx.execute(orders.customer.select()) if row.name is not None}
    assert left == {"c-DE-1", "c-DE-2", "c-DE-3"} - set(meant)


def test_nobody_is_an_answer(shop: Database, now: datetime, tmp_path: Path) -> None:
    for said in ("", "DE-99", "nobody@example.org", "x"):
        with pytest.raises(NotFound):
            forget(shop, said, now, tmp_path)


def test_what_people_wrote_on_cases_goes_and_benches_hear_of_it(shop: Database, now: datetime, tmp_path: Path) -> None:
    with shop.write() as tx:
        case = open_case(tx, kind="risk", subject_kind="order", subject="DE-3", order_id="DE-3", by="test", now=now)
        assert case
        cases.add_note(tx, case, "Ada called from home", by="PBCHIEF", now=now)
        before = max((c.cursor for c in feed.since(tx, feed.Cursor(), 10_000)), default=feed.Cursor())
    forget(shop, "DE-3", now, tmp_path)
    with shop.read() as tx:
        assert cases.notes(tx, case) == []
        assert ("forgotten", "DE-3-1") in {(c.topic, c.key) for c in feed.since(tx, before)}
    rules = {finding["rule"] for finding in broken(shop, checks())}
    assert "forgotten_stays_forgotten" not in rules


def test_an_order_still_to_ship_refuses_it_whole(shop: Database, now: datetime, tmp_path: Path) -> None:
    with shop.write() as tx:
        small_site.ship(tx, "DE-4", [("CUP", 1)], now)
        tx.execute(update(orders.customer).where(orders.customer.c.id == "c-DE-4").values(email="ada@example.org"))
    with pytest.raises(Refused) as refused:
        forget(shop, "ada@example.org", now, tmp_path)
    assert refused.value.kind == "still_to_ship"
    assert "DE-4" in str(refused.value.values["orders"])
    with shop.read() as tx:
        assert all(row.name for row in tx.execute(orders.customer.select()))
