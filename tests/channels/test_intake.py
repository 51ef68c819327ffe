"""Orders come in: whole, once, and the newer word of the shop wins."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Thread

import pytest

from app.base.errors import BadInput, NotAllowed, NotFound
from app.base.paths import RESOURCES
from app.cases import store as cases
from app.catalog import store as catalog
from app.catalog.product import Product
from app.channels.intake import import_orders, take_orders
from app.channels.reading import Read
from app.channels.report import Report
from app.db import Database
from app.orders import store, timeline
from app.orders.check import check
from app.orders.forget import find, forget
from app.orders.order import Address, Charge, Order, StoredOrder
from app.shipments import store as shipments
from app.shipments.shipment import NewShipment, ShipmentLine
from app.site.roles import SYSTEM, Operator
from tests.orders.making import HOME, SECRET, counts, line, open_shop, order, read

TABLES = ("order_", "order_line", "order_charge", "payload", "customer", "address", "order_note", "timeline")


@pytest.fixture
def house(database: Database) -> Database:
    with database.write() as tx:
        open_shop(tx, "DE", "US")
        catalog.add_products(tx, [Product("MUG", "A mug"), Product("BOWL", "A bowl")])
    return database


def take(house: Database, now: datetime, *orders: Order, create_products: bool = False) -> Report:
    return take_orders(house, read(*orders), shop="DE", operator=SYSTEM, now=now, create_products=create_products)


def stored(house: Database, order_id: str = "DE-1042") -> StoredOrder:
    with house.read() as tx:
        (found,) = store.load(tx, [order_id])
    return found


def broken(house: Database) -> list[object]:
    with house.read() as tx:
        return list(check(tx))


def test_an_order_reads_back_as_the_shop_stated_it(house: Database, now: datetime) -> None:
    taken = take(house, now, order(tags=("gift", "vip"), available_from="2026-12-01T00:00:00.000Z"))
    assert (taken.read, taken.added, taken.lines["goods"]) == (1, 1, 1)
    found = stored(house)
    assert (found.id, found.number, found.state, found.payment) == ("DE-1042", "1042", "new", "paid")
    assert found.lines == (replace(line(), sku="MUG"),)
    assert found.charges == (Charge("shipping", "Post", 490),)
    assert (found.ship_to, found.total_minor, found.tags) == (HOME, 1390, ("gift", "vip"))
    with house.read() as tx:
        assert [happened.entry.event for happened in timeline.read(tx, "DE-1042")] == ["received"]
        assert store.unplanned(tx, limit=10) == ["DE-1042"]
    assert broken(house) == []


def test_the_same_order_again_changes_nothing(house: Database, now: datetime) -> None:
    take(house, now, order())
    before = {table: counts(house, table) for table in TABLES}
    again = take(house, now, order(), order(body="sent once more, in other words"))
    assert (again.added, again.updated, again.unchanged) == (0, 0, 2)
    assert {table: counts(house, table) for table in TABLES} == before


def test_a_newer_version_updates_payment_and_address_and_says_so(house: Database, now: datetime) -> None:
    take(house, now, order(payment="pending"))
    moved = replace(HOME, street=("Neue Gasse 1",))
    taken = take(house, now, order(updated_at="2026-11-18T00:00:00.000Z", ship_to=moved, body="new"))
    assert taken.changes == {"DE-1042": ("address", "payment")}
    found = stored(house)
    assert (found.payment, found.ship_to) == ("paid", moved)
    with house.read() as tx:
        happened = timeline.read(tx, "DE-1042")[1].entry
    assert (happened.event, happened.detail) == ("updated", {"fields": ["address", "payment"]})


def test_an_older_version_changes_nothing(house: Database, now: datetime) -> None:
    take(house, now, order())
    taken = take(house, now, order(updated_at="2026-11-01T00:00:00.000Z", payment="pending", body="old"))
    assert (taken.updated, taken.unchanged) == (0, 1)
    assert stored(house).payment == "paid"


def test_versions_come_in_any_order_within_one_import(house: Database, now: datetime) -> None:
    versions = [order(updated_at=f"2026-11-1{n}T00:00:00.000Z", payment=said, body=said) for n, said in
                ((2, "pending"), (4, "paid"), (3, "authorized"))]  # fmt: skip
    taken = take(house, now, *versions)
    assert (taken.added, taken.updated, taken.unchanged) == (1, 1, 1)
    assert stored(house).payment == "paid"


def test_without_a_version_of_the_shop_a_different_body_is_newer(house: Database, now: datetime) -> None:
    take(house, now, order(updated_at="", payment="pending"))
    assert take(house, now, order(updated_at="", payment="pending")).unchanged == 1
    assert take(house, now, order(updated_at="", body="other")).changes == {"DE-1042": ("payment",)}


def test_a_cancellation_stops_an_order_that_nothing_was_planned_for(house: Database, now: datetime) -> None:
    take(house, now, order())
    gone = order(updated_at="2026-11-18T00:00:00.000Z", cancelled_at="2026-11-18T00:00:00.000Z", body="gone")
    assert take(house, now, gone).changes == {"DE-1042": ("cancelled",)}
    found = stored(house)
    assert (found.state, found.cancelled_at) == ("cancelled", "2026-11-18T00:00:00.000Z")


def test_an_order_that_comes_in_cancelled_is_never_planned(house: Database, now: datetime) -> None:
    take(house, now, order(cancelled_at="2026-11-18T00:00:00.000Z"))
    with house.read() as tx:
        assert store.unplanned(tx, limit=10) == []


def test_a_correction_of_ours_outlives_a_newer_version_with_the_old_address(house: Database, now: datetime) -> None:
    take(house, now, order(payment="pending"))
    corrected = replace(HOME, postcode="1080")
    with house.write() as tx:
        store.set_address(tx, "DE-1042", corrected)
    taken = take(house, now, order(updated_at="2026-11-18T00:00:00.000Z", body="paid"))
    assert taken.changes == {"DE-1042": ("payment",)}
    assert stored(house).ship_to == corrected


def test_items_that_changed_before_planning_are_simply_the_order(house: Database, now: datetime) -> None:
    take(house, now, order())
    bowls = order(updated_at="2026-11-18T00:00:00.000Z", lines=(line(1), line(2, "BOWL", 1)), body="bowls")
    assert take(house, now, bowls).changes == {"DE-1042": ("items",)}
    assert [part.sku for part in stored(house).lines] == ["MUG", "BOWL"]
    assert broken(house) == []


def test_items_that_changed_after_planning_are_news_and_no_rewriting(house: Database, now: datetime) -> None:
    take(house, now, order())
    with house.write() as tx:
        store.set_state(tx, ["DE-1042"], "planned")
    bowls = order(updated_at="2026-11-18T00:00:00.000Z", lines=(line(1, qty=1),), body="one mug less")
    assert take(house, now, bowls).changes == {"DE-1042": ("items",)}
    assert stored(house).lines[0].qty == 2


def test_an_order_held_with_shipments_is_not_rewritten(house: Database, now: datetime) -> None:
    take(house, now, order())
    part = NewShipment(
        id="DE-1042-1", order_id="DE-1042", n=1, shop="DE", warehouse="LEJ", state="planned", carrier="", service="",
        incoterm="DDU", country="AT", leaves_at="", news_at="", lines=(ShipmentLine(1, 1, "MUG", 2),),
    )  # fmt: skip
    with house.write() as tx:
        shipments.add(tx, [part], now)
        store.set_state(tx, ["DE-1042"], "held")
    bowls = order(updated_at="2026-11-18T00:00:00.000Z", lines=(line(1, qty=1),), body="one mug less")
    assert take(house, now, bowls).changes == {"DE-1042": ("items",)}
    assert stored(house).lines[0].qty == 2
    with house.read() as tx:
        assert [case.kind for case in cases.open_of(tx, "DE-1042")] == ["items_changed"]


def test_an_unknown_sku_holds_the_order_and_asks_a_person(house: Database, now: datetime) -> None:
    taken = take(house, now, order(lines=(line(), line(2, "VASE"))))
    assert (taken.held, stored(house).state) == (1, "held")
    with house.read() as tx:
        (case,) = cases.open_of(tx, "DE-1042")
    assert (case.kind, case.detail) == ("unknown_sku", {"codes": ["VASE"]})
    with house.write() as tx:
        catalog.add_alias(tx, "DE", "VASE", "BOWL")
        waiting = store.waiting_for(tx, "DE", "VASE")
        assert waiting == ["DE-1042"]
        store.map_sku(tx, waiting, "VASE", "BOWL")
    assert [part.sku for part in stored(house).lines] == ["MUG", "BOWL"]
    assert take(house, now, order("1043", lines=(line(1, "VASE"),))).held == 0


def test_products_are_made_of_unknown_skus_when_asked(house: Database, now: datetime) -> None:
    orders = [order(str(n), lines=(line(1, "VASE"), line(2, "MUG"))) for n in (1, 2)]
    taken = take(house, now, *orders, create_products=True)
    assert (taken.products_made, taken.held) == (1, 0)
    with house.read() as tx:
        product = catalog.products(tx, ["VASE"])["VASE"]
    assert product.title == "A VASE"
    assert "weight_g" in product.missing


def test_nul_bytes_in_texts_reach_no_database(house: Database, now: datetime, tmp_path: Path) -> None:
    shopify = tmp_path / "order.json"
    shopify.write_text(
        json.dumps(
            {
                "name": "#1",
                "currency": "EUR",
                "created_at": "2026-11-01T10:00:00Z",
                "financial_status": "paid",
                "note": "a\0b",
                "tags": "c\0d",
                "landing_site": "/?utm_source=%00",
                "line_items": [{"id": 1, "sku": "MUG", "name": "M\0g", "quantity": 1, "price": "1"}],
            }
        )
    )
    taken = import_orders(house, [shopify], channel="shopify", shop="DE", operator=SYSTEM, now=now)
    assert (taken.added, taken.refused) == (1, [])
    table, how = tmp_path / "orders.csv", tmp_path / "map.toml"
    table.write_text(
        "No,SKU,T,Q,P,At,Who,Note\n2,MUG,M\0g,1,1,2026-11-01,C\0,no\0te\n3,MUG,M\0g,1,1,2026-11-01,C,no\0te\n"
    )
    how.write_text(
        '[columns]\nnumber="No"\nsku="SKU"\ntitle="T"\nqty="Q"\nunit_price="P"\nplaced_at="At"\ncustomer="Who"\n'
        'note="Note"\n[constants]\ncurrency="EUR"\npayment="paid"\n'
    )
    taken = import_orders(house, [table], channel="csv", shop="DE", map_file=how, operator=SYSTEM, now=now)
    assert (taken.added, [one.number for one in taken.refused]) == (1, ["2"])


def test_numbers_that_our_ids_cannot_tell_apart_get_a_suffix(house: Database, now: datetime) -> None:
    numbers = ["A/1", "A-1", "a 1", "A.1.1"]
    for several in (numbers[:2], numbers):
        take(house, now, *(order(number) for number in several))
    with house.read() as tx:
        found = {one.number: one.id for one in store.load(tx, store.unplanned(tx, limit=10))}
    assert len(set(found.values())) == 4
    assert found["A/1"] == "DE-A.1"
    assert all("/" not in key.removeprefix("DE-") and "-" not in key.removeprefix("DE-") for key in found.values())


def test_ctrl_c_leaves_whole_orders_only_and_the_report_says_which(house: Database, now: datetime) -> None:
    def until_interrupted() -> Iterator[Read]:
        yield from read(*(order(str(n)) for n in range(450)))
        raise KeyboardInterrupt

    taken = take_orders(house, until_interrupted(), shop="DE", operator=SYSTEM, now=now)
    assert taken.interrupted
    assert taken.added == taken.read == counts(house, "order_") == 400
    assert broken(house) == []
    rest = take(house, now, *(order(str(n)) for n in range(450)))
    assert (rest.added, rest.unchanged) == (50, 400)


def test_two_imports_of_the_same_orders_at_once_keep_each_once(house: Database, now: datetime) -> None:
    reports: list[Report] = []
    orders = [order(str(n)) for n in range(60)]
    threads = [Thread(target=lambda: reports.append(take(house, now, *orders))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken.added for taken in reports) == [0, 0, 0, 60]
    assert counts(house, "order_") == 60
    assert counts(house, "customer") == 1


def test_an_order_of_a_forgotten_customer_brings_nothing_of_the_person_back(house: Database, now: datetime) -> None:
    take(house, now, order(payment="pending"), order("77", updated_at="", payment="pending"))
    with house.write() as tx:
        forget(tx, find(tx, "wilhelmine@EXAMPLE.net"), now)
    moved = Address(name=SECRET, street=("Anderswo 1",), city="Linz", country="AT")
    newer = order(updated_at="2026-11-18T00:00:00.000Z", ship_to=moved, notes=(f"for {SECRET}",), body=f"new {SECRET}")
    taken = take(house, now, newer, order("77", updated_at="", payment="pending"))
    assert taken.changes == {"DE-1042": ("payment",)}
    assert taken.unchanged == 1
    assert stored(house).payment == "paid"
    assert SECRET not in repr(stored(house))
    assert counts(house, "order_note") == 0
    assert broken(house) == []


def test_an_order_without_a_customer_can_still_be_forgotten(house: Database, now: datetime) -> None:
    take(house, now, order(customer=None))
    found = stored(house)
    assert found.customer_id
    with house.write() as tx:
        forget(tx, found.customer_id, now)
    assert SECRET not in repr(stored(house))


def test_who_may_not_import_and_what_is_no_shop_change_nothing(house: Database, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        take_orders(house, read(order()), shop="DE", operator=Operator("PBX", "Pat", "packer"), now=now)
    with pytest.raises(NotFound):
        take_orders(house, read(order()), shop="XX", operator=SYSTEM, now=now)
    assert counts(house, "order_") == 0


def test_an_import_needs_a_channel_that_exists_and_a_csv_its_map(house: Database, now: datetime) -> None:
    for channel, map_file in (("fax", None), ("csv", None), ("csv", Path("no-such-map.toml"))):
        with pytest.raises(BadInput):
            import_orders(house, [], channel=channel, shop="DE", map_file=map_file, operator=SYSTEM, now=now)


def test_the_demo_shops_come_in_twice_and_their_bad_files_are_refused(house: Database, now: datetime) -> None:
    demo = RESOURCES / "demo"
    told: list[tuple[int, int]] = []

    def bring(channel: str, shop: str, files: list[Path]) -> Report:
        return import_orders(
            house,
            sorted(files),
            channel=channel,
            shop=shop,
            map_file=demo / "us-map.toml",
            create_products=True,
            operator=SYSTEM,
            now=now,
            progress=lambda done, total: told.append((done, total)),
        )

    for channel, shop, files in (
        ("shopify", "DE", list((demo / "orders" / "de").glob("*.json"))),
        ("csv", "US", list((demo / "orders" / "us").glob("*.csv"))),
    ):
        first, second = bring(channel, shop, files), bring(channel, shop, files)
        assert (first.refused, second.added, second.updated) == ([], 0, 0)
        assert first.added == second.unchanged == second.read > 0
        assert told[-1] == (first.read, first.read)
    bad = list((demo / "orders" / "bad").glob("*.json"))
    refused = bring("shopify", "DE", bad)
    assert len(refused.refused) == len(bad)
    assert all(one.at and one.reason for one in refused.refused)
    assert broken(house) == []


def test_a_file_that_is_not_there_is_refused(house: Database, now: datetime, tmp_path: Path) -> None:
    taken = import_orders(house, [tmp_path / "gone.json"], channel="shopify", shop="DE", operator=SYSTEM, now=now)
    assert [one.at for one in taken.refused] == ["file"]
    assert taken.as_json()["refused"] == [
        {"at": "file", "field": "", "reason": "No such file or directory", "file": "gone.json"}
    ]
