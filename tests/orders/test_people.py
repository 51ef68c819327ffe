"""Forgetting a customer: what goes, what stays, and that the check would notice."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.base.errors import NotFound
from app.catalog import store as catalog
from app.catalog.product import Product
from app.channels.intake import take_orders
from app.channels.reading import Read
from app.db import Database
from app.orders import store, timeline
from app.orders.check import check
from app.orders.forget import find, forget, orders_of
from app.orders.order import RawDocument
from app.orders.timeline import Entry
from app.site.roles import SYSTEM
from tests.orders.making import HOME, SECRET, open_shop, order, read

TABLES = (
    *("order_", "order_line", "order_charge", "customer", "address", "payload", "order_note", "raw_document"),
    *("timeline", "change"),
)


@pytest.fixture
def house(database: Database, now: datetime) -> Database:
    with database.write() as tx:
        open_shop(tx)
        catalog.add_products(tx, [Product("MUG", "A mug")])
    note = Read(RawDocument("DE", "C1042", "credit_note", f"back from {SECRET}", "C7"), {"credit_note": 1})
    reads = [*read(order(), order("1043", customer=None, ship_to=None, notes=(), body="")), note]
    take_orders(database, reads, shop="DE", operator=SYSTEM, now=now)
    return database


def everything(house: Database) -> str:
    with house.read() as tx:
        tables = (
            "order_",
            "order_line",
            "order_charge",
            "customer",
            "address",
            "payload",
            "order_note",
            "raw_document",
        )
        return repr([tx.exec_driver_sql(f"SELECT * FROM {table}").all() for table in (*tables, "timeline", "change")])


def test_forgetting_empties_every_place_and_leaves_the_order(house: Database, now: datetime) -> None:
    assert SECRET in everything(house)
    with house.write() as tx:
        customer = find(tx, "C7")
        assert orders_of(tx, customer) == [("DE-1042", "new")]
        assert forget(tx, customer, now) == 1
    left = everything(house)
    for said in (SECRET, "Geheimgasse", "wilhelmine", "+43 1 555", "C7"):
        assert said not in left
    with house.read() as tx:
        (kept,) = store.load(tx, ["DE-1042"])
        assert (kept.total_minor, kept.country) == (1390, "AT")
        assert orders_of(tx, customer) == [("DE-1042", "new")]
        assert [happened.entry.event for happened in timeline.read(tx, "DE-1042")] == ["received", "forgotten"]
        assert list(check(tx)) == []


def test_forgetting_twice_changes_nothing_more(house: Database, now: datetime) -> None:
    with house.write() as tx:
        customer = find(tx, "C7")
        forget(tx, customer, now)
        assert forget(tx, customer, now) == 1
        assert list(check(tx)) == []


def test_nobody_is_forgotten_by_a_word_that_fits_nobody(house: Database) -> None:
    with house.read() as tx, pytest.raises(NotFound):
        find(tx, "nobody@example.net")


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("UPDATE order_ SET total_minor = total_minor + 1", "order_adds_up"),
        ("UPDATE order_line SET total_minor = 1", "order_adds_up"),
        ("UPDATE order_line SET line = 7", "order_adds_up"),
        ("DELETE FROM order_line", "order_adds_up"),
        ("UPDATE timeline SET order_id = 'DE-9'", "order_exists"),
        ("UPDATE order_note SET order_id = 'DE-9'", "order_exists"),
        ("UPDATE address SET customer_id = NULL", "address_has_an_owner"),
        ("UPDATE customer SET name = 'again' WHERE forgotten_at IS NOT NULL", "forgotten_stays_forgotten"),
        ("UPDATE address SET city = 'Wien'", "forgotten_stays_forgotten"),
        ("UPDATE payload SET body = 'again'", "forgotten_stays_forgotten"),
        ("UPDATE order_ SET tags = '[\"again\"]'", "forgotten_stays_forgotten"),
        ("UPDATE order_ SET campaign = 'again'", "forgotten_stays_forgotten"),
        ("UPDATE order_line SET title = 'again'", "forgotten_stays_forgotten"),
        ("UPDATE order_line SET shop_sku = 'again'", "forgotten_stays_forgotten"),
        ("UPDATE order_charge SET title = 'again'", "forgotten_stays_forgotten"),
    ],
)
def test_the_check_finds_a_planted_fault(house: Database, now: datetime, fault: str, rule: str) -> None:
    if rule == "forgotten_stays_forgotten":
        with house.write() as tx:
            forget(tx, find(tx, "C7"), now)
    with house.write() as tx:
        assert list(check(tx)) == []
        tx.exec_driver_sql(fault)
        assert {finding.rule for finding in check(tx)} == {rule}


def test_an_address_given_later_by_a_person_can_be_forgotten_too(house: Database, now: datetime) -> None:
    with house.write() as tx:
        store.set_address(tx, "DE-1043", HOME)
        (kept,) = store.load(tx, ["DE-1043"])
        assert (kept.ship_to, kept.country) == (HOME, "AT")
        assert kept.customer_id
        forget(tx, kept.customer_id, now)
        forget(tx, find(tx, "C7"), now)
        assert list(check(tx)) == []
    assert SECRET not in everything(house)


def test_entries_of_one_record_keep_their_order(house: Database, now: datetime) -> None:
    said = [Entry("DE-1042", "DE-1042-1", f"step {n}", "PBPICKER", {"n": n}, "op") for n in range(200)]
    with house.write() as tx:
        timeline.record(tx, said, now)
        assert [happened.entry for happened in timeline.read(tx, "DE-1042")[1:]] == said
