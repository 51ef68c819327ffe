"""Acts that the server ends in another's favour are begun anew, whoever asked for them: on a real PostgreSQL."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from app.cases.open import open_case
from app.catalog import store as catalog
from app.channels.intake import take_orders
from app.db import Database
from app.orders import store as orders
from app.planning.plan import plan_orders
from app.shipments import store as shipments
from app.site.roles import SYSTEM
from app.stock import check as stock_check
from app.stock import store as stock
from app.upkeep import take_in
from tests.command import run
from tests.orders.making import line, order, read
from tests.small_site import balance, build, ship

# Sequences are not rolled back: the first to come so far is ended when it commits, with all it did.
_MEET = """
CREATE SEQUENCE met;
CREATE FUNCTION meet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF nextval('met') = 1 THEN RAISE EXCEPTION 'met another' USING ERRCODE = '40P01'; END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER meet AFTER INSERT ON {} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION meet();
"""


@pytest.fixture
def shop(postgres_database: Database, now: datetime) -> Database:
    with postgres_database.write() as tx:
        build(tx, now)
    return postgres_database


def first_ends(database: Database, table: str) -> None:
    """The first transaction that adds to the table is ended by the server, as one of two that wait for each other."""
    with database.write() as tx:
        tx.exec_driver_sql(_MEET.format(table))


def begun_anew(database: Database) -> bool:
    with database.read() as tx:
        return int(tx.execute(text("SELECT last_value FROM met")).scalar_one()) > 1


def command(database: Database, home: Path, *words: str) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    code, said, errors = run({"PACKBENCH_DB": url, "PACKBENCH_HOME": str(home)}, *words)
    assert code == 0, said + errors


def test_orders_that_came_in_come_in_again_with_the_products_made_for_them(shop: Database, now: datetime) -> None:
    first_ends(shop, "order_")
    two = read(order("1", lines=(line(sku="NEW"),)), order("1", lines=(line(sku="NEW"), line(2, "NEWER"))))
    taken = take_orders(shop, two, shop="DE", operator=SYSTEM, now=now, create_products=True)
    assert (taken.read, taken.added, taken.products_made, taken.held) == (2, 1, 2, 0)
    with shop.read() as tx:
        assert catalog.known(tx, {"NEW", "NEWER"}) == {"NEW", "NEWER"}
        assert [one.id for one in orders.load(tx, ["DE-1"])] == ["DE-1"]
    assert begun_anew(shop)


def test_what_was_planned_is_planned_again_and_reserved_once(shop: Database, now: datetime) -> None:
    take_orders(shop, read(order("1", lines=(line(sku="CUP"),))), shop="DE", operator=SYSTEM, now=now)
    first_ends(shop, "shipment")
    told = plan_orders(shop, None, operator=SYSTEM, now=now)
    assert (told.planned, told.shipments) == (1, 1)
    with shop.read() as tx:
        assert list(shipments.get(tx, ["DE-1-1"])) == ["DE-1-1"]
        assert balance(tx, "CUP")["reserved"] == 2
    assert begun_anew(shop)


def test_a_case_is_settled_at_the_second_try(shop: Database, now: datetime, tmp_path: Path) -> None:
    with shop.write() as tx:
        ship(tx, "DE-1", [("CUP", 2)], now)
        asked = {"kind": "raised_at_bench", "subject_kind": "shipment", "subject": "DE-1-1", "order_id": "DE-1"}
        case = open_case(tx, **asked, by="f", now=now)
    first_ends(shop, "case_note")
    command(shop, tmp_path, "case", "settle", str(case), "--act", "cancel", "--reason", "bought twice")
    with shop.read() as tx:
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "cancelled"
        assert balance(tx, "CUP")["reserved"] == 0
    assert begun_anew(shop)


@pytest.mark.parametrize(
    ("words", "lies"),
    [
        (["receive", "TEE", "5", "--warehouse", "LEJ", "--bin", "A-01"], {"A-01": 5, "A-02": 20}),
        (["move", "TEE", "5", "--warehouse", "LEJ", "--from", "A-02", "--to", "B-01"], {"A-02": 15, "B-01": 5}),
    ],
    ids=["receive", "move"],
)
def test_goods_come_in_or_are_carried_once_at_the_second_try(
    shop: Database, tmp_path: Path, words: list[str], lies: dict[str, int]
) -> None:
    first_ends(shop, "stock_ledger")
    command(shop, tmp_path, "stock", *words)
    with shop.read() as tx:
        assert {here.place: here.on_hand for here in stock.places(tx, [("TEE", "LEJ")]) if here.on_hand} == lies
        assert list(stock_check.check(tx)) == []
    assert begun_anew(shop)


def test_a_file_of_goods_is_taken_once_at_the_second_try(shop: Database, now: datetime, tmp_path: Path) -> None:
    file = tmp_path / "stock.csv"
    file.write_text("sku,warehouse,bin,type,qty\nTEE,LEJ,A-02,on_hand,3\n")
    first_ends(shop, "stock_ledger")
    taken = take_in.take(shop, "stock", file, operator=SYSTEM, now=now)
    assert (taken.added, taken.refused) == (1, ())
    with shop.read() as tx:
        assert balance(tx, "TEE")["on_hand"] == 23
    assert begun_anew(shop)


def test_a_customer_is_forgotten_at_the_second_try(shop: Database, now: datetime, tmp_path: Path) -> None:
    with shop.write() as tx:
        ship(tx, "DE-1", [("CUP", 2)], now, state="cancelled")
        orders.set_state(tx, ["DE-1"], "cancelled")
    first_ends(shop, "change")
    command(shop, tmp_path, "forget", "DE-1")
    with shop.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM customer WHERE name = 'Ada Muster'")).scalar_one() == 0
    assert begun_anew(shop)
