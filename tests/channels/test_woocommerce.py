"""Reading WooCommerce's REST orders: exact money, what a status means, and plain refusals."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalog import store as catalog
from app.catalog.product import Product
from app.channels.intake import import_orders
from app.channels.reading import Refusal, Skipped
from app.channels.woocommerce import read
from app.db import Database
from app.orders import store
from app.orders.check import check
from app.orders.forget import find, forget
from app.orders.order import Address, Order, difference
from app.site.roles import SYSTEM
from tests.channels.test_shopify import LEAVES, places
from tests.orders.making import open_shop

FIXTURES = Path(__file__).parents[2].parent / "shared/data/payloads/woocommerce"


def line(n: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": n, "name": "A mug", "product_id": 90 + n, "variation_id": 0, "quantity": 3, "subtotal": "30.00",
        "total": "30.00", "total_tax": "0.00", "taxes": [], "sku": f"SKU-{n}", "price": 10,
    } | more  # fmt: skip


def stated(**more: Any) -> dict[str, Any]:
    return {
        "id": 727, "number": "727", "status": "processing", "currency": "EUR", "prices_include_tax": False,
        "date_created_gmt": "2026-11-01T09:00:00", "date_modified_gmt": "2026-11-01T09:05:00",
        "date_paid_gmt": "2026-11-01T09:00:10", "total": "30.00", "customer_id": 0, "line_items": [line()],
    } | more  # fmt: skip


def one(payload: object) -> Order:
    (found,) = read(json.dumps(payload).encode(), "DE")
    assert isinstance(found.item, Order), found.item
    return found.item


def refusal(payload: object) -> Refusal:
    (found,) = read(payload if isinstance(payload, bytes) else json.dumps(payload).encode(), "DE", file="f.json")
    assert isinstance(found.item, Refusal), found.item
    return found.item


def test_one_order_a_list_and_a_batch_say_the_same() -> None:
    bare = one(stated())
    assert bare == one([stated()]) == one({"create": [stated()]}) == one({"update": [stated()]})
    assert (bare.number, bare.placed_at, bare.updated_at) == (
        "727",
        "2026-11-01T09:00:00.000Z",
        "2026-11-01T09:05:00.000Z",
    )
    assert list(read(b"[]", "DE")) == []


def test_an_order_that_its_shop_deleted_is_refused_and_says_what_to_do() -> None:
    refused = refusal({"delete": [stated()]})
    assert (refused.at, refused.number) == ("delete[0]", "727")
    assert "cancel it" in refused.reason


@pytest.mark.parametrize(
    ("status", "more", "payment", "cancelled", "ships"),
    [
        ("pending", {"date_paid_gmt": None}, "pending", False, True),
        ("on-hold", {"date_paid_gmt": None}, "pending", False, True),
        ("processing", {}, "paid", False, True),
        ("processing", {"date_paid_gmt": None}, "authorized", False, True),
        ("processing", {"refunds": [{"id": 1, "reason": "late", "total": "-5.00"}]}, "partially_refunded", False, True),
        ("processing", {"refunds": [{"id": 1, "total": "-30.00"}]}, "refunded", False, True),
        ("completed", {}, "paid", False, False),
        ("refunded", {}, "refunded", False, False),
        ("cancelled", {"date_paid_gmt": None}, "voided", True, True),
        ("cancelled", {}, "paid", True, True),
        ("trash", {"date_paid_gmt": None}, "voided", True, True),
        ("failed", {"date_paid_gmt": None}, "pending", False, True),
    ],
)
def test_what_a_status_means_for_money_and_goods(
    status: str, more: dict[str, Any], payment: str, cancelled: bool, ships: bool
) -> None:
    order = one(stated(status=status, **more))
    assert (order.payment, order.cancelled_at is not None, order.lines[0].ships) == (payment, cancelled, ships)


def test_a_cart_that_was_never_ordered_is_skipped() -> None:
    (found,) = read(json.dumps(stated(status="checkout-draft")).encode(), "DE")
    assert found.item == Skipped("draft", "727")


def test_a_rate_is_rounded_once_over_the_order_as_the_shop_did() -> None:
    taxes = ["1.125", "0.225", "0.9"]
    lines = [
        line(n, subtotal="10.00", total="10.00", total_tax=tax, taxes=[{"id": 75, "total": tax}])
        for n, tax in enumerate(taxes, 1)
    ]
    rate = {"rate_id": 75, "label": "State Tax", "rate_percent": 7.5, "tax_total": "2.25", "shipping_tax_total": "0.38"}
    post = {
        "id": 9,
        "method_title": "Post",
        "total": "5.00",
        "total_tax": "0.375",
        "taxes": [{"id": 75, "total": "0.375"}],
    }
    order = one(stated(line_items=lines, tax_lines=[rate], shipping_lines=[post], total="37.63"))
    assert [part.taxes[0].minor for part in order.lines] == [113, 22, 90]
    assert order.lines[0].taxes[0].rate == Decimal("0.075")
    assert [(charge.kind, charge.minor, charge.taxes[0].minor) for charge in order.charges] == [("shipping", 500, 38)]
    assert order.total_minor == 3763


def test_amounts_are_net_though_the_shops_prices_include_tax() -> None:
    taxed = line(1, quantity=1, subtotal="8.403361", total="8.403361", total_tax="1.596639",
                 taxes=[{"id": 1, "total": "1.596639"}])  # fmt: skip
    order = one(
        stated(
            prices_include_tax=True,
            line_items=[taxed],
            tax_lines=[{"rate_id": 1, "label": "MwSt", "rate_percent": 19, "tax_total": "1.60"}],
            total="10.00",
        )
    )
    assert not order.taxes_included
    assert (order.lines[0].unit_price, order.lines[0].total_minor) == (Decimal("8.403361"), 840)
    assert (order.lines[0].taxes[0].minor, order.total_minor, order.charges) == (160, 1000, ())


def test_a_price_that_has_no_last_decimal_is_kept_to_twelve() -> None:
    order = one(stated(line_items=[line(subtotal="10.00", total="10.00", price=3.3333333333333335)], total="10.00"))
    assert (order.lines[0].unit_price, order.lines[0].total_minor) == (Decimal("3.333333333333"), 1000)
    assert str(one(stated()).lines[0].unit_price) == "10"


def test_coupons_are_in_their_lines_and_fees_stand_beside() -> None:
    order = one(
        stated(
            line_items=[line(1, total="27.50"), line(2, total="31.00")],
            coupon_lines=[{"id": 5, "code": "ten", "discount": "2.50", "discount_tax": "0.00"}],
            fee_lines=[
                {"id": 6, "name": "Gift &amp; card", "total": "2.00", "total_tax": "0.00", "taxes": []},
                {"id": 7, "name": "Loyal", "total": "-1.00", "taxes": []},
            ],
            total="59.50",
        )
    )
    assert [(part.total_minor, part.discount_minor) for part in order.lines] == [(3000, 250), (3100, 0)]
    assert [(charge.kind, charge.title, charge.minor) for charge in order.charges] == [
        ("fee", "Gift & card", 200),
        ("discount", "Loyal", -100),
    ]


def test_tax_stated_for_the_order_alone_stands_alone() -> None:
    order = one(stated(total="33.00", total_tax="3.00", cart_tax="2.00", shipping_tax="1.00"))
    assert [(charge.kind, charge.minor) for charge in order.charges] == [("tax", 300)]


def test_a_total_that_does_not_add_up_says_so_in_a_charge_of_its_own() -> None:
    assert [(charge.kind, charge.minor) for charge in one(stated(total="28.50")).charges] == [("difference", -150)]


def test_a_currency_without_cents_stays_whole() -> None:
    order = one(stated(currency="JPY", line_items=[line(subtotal="3000", total="3000")], total="3000"))
    assert (order.total_minor, order.lines[0].total_minor) == (3000, 3000)


def test_products_without_a_code_are_named_by_variation_product_or_line() -> None:
    lines = [line(1, sku="", variation_id=23), line(2, sku=None), line(3, sku="", product_id=0)]
    order = one(stated(line_items=lines, total="90.00"))
    assert [part.shop_sku for part in order.lines] == ["variation 23", "product 92", "line 3"]


def test_titles_are_read_as_the_html_they_are() -> None:
    assert one(stated(line_items=[line(name="Tee &ndash; Caf&eacute;")])).lines[0].title == "Tee – Café"


BILLING = {
    "first_name": "Zoë", "last_name": "Brückner", "company": "Kontor", "address_1": "Gasse 9", "address_2": "2. OG",
    "city": "Graz", "state": "AT-6", "postcode": "8010", "country": "AT", "email": "zoe@example.com", "phone": "0316 1",
}  # fmt: skip
EMPTY = dict.fromkeys(("first_name", "last_name", "company", "address_1", "city", "state", "postcode", "country"), "")


def test_an_empty_shipping_address_means_the_billing_one() -> None:
    order = one(stated(billing=BILLING, shipping=EMPTY, customer_note="ring\u0000 twice"))
    there = Address(
        "Zoë Brückner", "Kontor", ("Gasse 9", "2. OG"), "Graz", "6", "8010", "AT", "0316 1", "zoe@example.com"
    )
    assert (order.ship_to, order.bill_to, order.notes) == (there, there, ("ring twice",))
    assert order.customer is not None
    assert (order.customer.key, order.customer.name) == ("zoe@example.com", "Zoë Brückner")


def test_goods_go_to_the_shipping_address_and_are_called_at_the_buyers_phone() -> None:
    shipping = BILLING | {"first_name": "Ada", "email": None, "phone": "", "city": "Linz"}
    order = one(stated(billing=BILLING, shipping=shipping, customer_id=26))
    assert order.ship_to is not None
    assert order.customer is not None
    assert (order.ship_to.name, order.ship_to.city, order.ship_to.phone) == ("Ada Brückner", "Linz", "0316 1")
    assert (order.customer.key, order.customer.name) == ("26", "Zoë Brückner")


@pytest.mark.parametrize(
    ("meta", "origin"),
    [
        ({"utm_source": "google", "utm_medium": "cpc", "utm_campaign": "mugs"}, ("google", "cpc", "mugs")),
        ({"source_type": "typein"}, ("typein", "", "")),
        ({"utm_source": ["odd"]}, ("checkout", "", "")),
        ({}, ("checkout", "", "")),
    ],
)
def test_where_an_order_came_from(meta: dict[str, Any], origin: tuple[str, str, str]) -> None:
    data = [
        {"id": n, "key": f"_wc_order_attribution_{key}", "value": value} for n, (key, value) in enumerate(meta.items())
    ]
    order = one(stated(created_via="checkout", meta_data=[*data, {"id": 9, "key": "_other", "value": {"a": 1}}]))
    assert (order.source, order.medium, order.campaign) == origin


def test_a_presale_waits_for_the_last_of_its_lines() -> None:
    lines = [line(n, meta_data=[{"id": n, "key": "_available_from", "value": f"2026-12-0{n}"}]) for n in (1, 2)]
    assert one(stated(line_items=lines, total="60.00")).available_from == "2026-12-02T00:00:00.000Z"


@pytest.mark.parametrize(
    ("more", "at", "field"),
    [
        ({"line_items": [line(), line(quantity=1)]}, "order.line_items[1]", "id"),
        ({"line_items": [line(quantity=-1)]}, "order.line_items[0]", "quantity"),
        ({"line_items": [line(quantity=1.5)]}, "order.line_items[0]", "quantity"),
        ({"line_items": [line(total="1e400")]}, "order.line_items[0]", "total"),
        ({"line_items": [line(total=None)]}, "order.line_items[0]", "total"),
        ({"line_items": [line(total="-1.00")]}, "order.line_items[0]", "total"),
        ({"line_items": [line(taxes=[{"id": 1, "total": "much"}])]}, "order.line_items[0].taxes[0]", "total"),
        ({"line_items": [line(sku="A\u0000B")]}, "order.line_items[0]", "sku"),
        ({"line_items": ["mug"]}, "order", "line_items[0]"),
        ({"line_items": []}, "order", "line_items"),
        ({"currency": "euro"}, "order", "currency"),
        ({"status": "rich"}, "order", "status"),
        ({"total": "-5.00"}, "order", "total"),
        ({"prices_include_tax": "yes"}, "order", "prices_include_tax"),
        ({"date_created_gmt": "soon"}, "order", "date_created_gmt"),
        ({"date_created_gmt": None, "date_paid_gmt": None}, "order", "date_created_gmt"),
        ({"refunds": [{"id": 1, "total": "x"}]}, "order.refunds[0]", "total"),
        ({"meta_data": [{"key": "available_from", "value": 12}]}, "order.meta_data[0]", "available_from"),
        ({"shipping": "Vienna"}, "order", "shipping"),
        ({"number": None, "id": None}, "order", "number"),
        ({"customer_note": "x" * 100_001}, "order", "customer_note"),
    ],
)
def test_a_wrong_order_is_refused_with_its_exact_place(more: dict[str, Any], at: str, field: str) -> None:
    found = refusal(stated(**more))
    assert (found.at, found.field) == (at, field)
    assert "expected" in found.reason or "twice" in found.reason


@pytest.mark.parametrize(
    ("payload", "at", "reason"),
    [
        (b"", "byte 0", "Input data was truncated"),
        (b"webhook_id=5", "byte 0", "JSON is malformed"),
        (b'{"id": "\xff"}', "byte 8", "got 0xff, expected UTF-8"),
        (b"null", "file", "got null, expected"),
        (b'{"code": "rest_forbidden", "message": "no"}', "file", "got code, message, expected"),
        (b"[3]", "[0]", "got 3, expected an order's fields"),
        (b'[{"id": 726, "amount": "10.00", "line_items": []}]', "[0]", "got id, amount, line_items, expected"),
        (b'{"create": [{"id": 0, "error": {"code": "x"}}]}', "create[0]", "got id, error, expected"),
    ],
)
def test_what_is_no_order_is_refused_with_the_reason(payload: bytes, at: str, reason: str) -> None:
    found = refusal(payload)
    assert found.at == at
    assert found.reason.startswith(reason)


def test_one_bad_order_of_a_list_leaves_the_others_taken() -> None:
    payload = json.dumps([stated(), stated(currency=""), stated(number="729")]).encode()
    items = [found.item for found in read(payload, "DE")]
    assert [isinstance(item, Order) for item in items] == [True, False, True]
    assert isinstance(items[1], Refusal)
    assert (items[1].at, items[1].number) == ("[1]", "727")


@pytest.mark.skipif(not FIXTURES.exists(), reason="the WooCommerce payloads (../shared/data/payloads) are not here")
def test_every_published_order_is_taken_and_its_total_is_the_sum_of_its_parts() -> None:
    taken = [
        found.item
        for file in sorted(FIXTURES.rglob("orders__*.json"))
        for found in read(file.read_bytes(), "DE", file=file.name)
        if not (isinstance(found.item, Refusal) and found.item.at.startswith("delete["))
    ]
    assert len(taken) == 9
    for order in taken:
        assert isinstance(order, Order)
        assert not any(charge.kind == "difference" for charge in order.charges)


@pytest.mark.parametrize("file", sorted(FIXTURES.rglob("*.json")), ids=lambda file: file.stem)
def test_every_published_payload_is_read_or_refused_with_place_and_reason(file: Path) -> None:
    for found in read(file.read_bytes(), "DE", file=file.name):
        if isinstance(found.item, Refusal):
            assert found.item.at
            assert "expected" in found.item.reason
        else:
            assert file.stem.startswith("orders__")


def test_imported_twice_the_second_time_changes_nothing_and_the_newer_word_wins(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    with database.write() as tx:
        open_shop(tx, "DE")
        catalog.add_products(tx, [Product("SKU-1", "A mug")])
    file = tmp_path / "orders.json"

    def bring(*orders: dict[str, Any]) -> tuple[int, int, int]:
        file.write_text(json.dumps(orders), "utf-8")
        report = import_orders(database, [file], channel="woocommerce", shop="DE", operator=SYSTEM, now=now)
        assert report.refused == []
        return report.added, report.updated, report.unchanged

    order = stated(billing=BILLING, customer_note="For Zoë")
    assert bring(order) == (1, 0, 0)
    assert bring(order) == (0, 0, 1)
    assert bring(order | {"status": "cancelled", "date_modified_gmt": "2026-11-01T08:00:00"}) == (0, 0, 1)
    assert bring(order | {"status": "cancelled", "date_modified_gmt": "2026-11-02T08:00:00"}) == (0, 1, 0)
    with database.write() as tx:
        (kept,) = store.load(tx, ["DE-727"])
        assert (kept.state, kept.currency, kept.total_minor) == ("cancelled", "EUR", 3000)
        assert kept.ship_to is not None
        assert list(check(tx)) == []
        forget(tx, find(tx, "zoe@example.com"), now)
        (kept,) = store.load(tx, ["DE-727"])
        assert kept.ship_to is None or kept.ship_to.name == ""
        assert store.notes(tx, "DE-727") == []


def test_a_shop_that_calls_completed_what_we_have_sent_opens_no_question(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    with database.write() as tx:
        open_shop(tx, "DE")
        catalog.add_products(tx, [Product("SKU-1", "A mug")])
    changes = []
    for word in ({}, {"status": "completed", "date_modified_gmt": "2026-11-03T08:00:00"}):
        file = tmp_path / "order.json"
        file.write_text(json.dumps(stated(**word)), "utf-8")
        report = import_orders(database, [file], channel="woocommerce", shop="DE", operator=SYSTEM, now=now)
        changes.append(report.changes)
        with database.write() as tx:
            store.set_state(tx, ["DE-727"], "shipped")
    assert changes == [{}, {"DE-727": ()}]


FULL = stated(
    customer_note="n",
    created_via="checkout",
    billing=BILLING,
    shipping=BILLING,
    total_tax="1.00",
    meta_data=[{"id": 1, "key": "_wc_order_attribution_utm_source", "value": "x"}],
    tax_lines=[{"rate_id": 1, "label": "T", "rate_percent": 10, "tax_total": "1.00", "shipping_tax_total": "0.10"}],
    shipping_lines=[{"id": 3, "method_title": "P", "total": "4.00", "taxes": [{"id": 1, "total": "0.10"}]}],
    fee_lines=[{"id": 4, "name": "F", "total": "-1.00", "total_tax": "0.00", "taxes": []}],
    refunds=[{"id": 5, "reason": "r", "total": "-1.00"}],
    line_items=[
        line(1, taxes=[{"id": 1, "total": "0.335"}], meta_data=[{"key": "available_from", "value": "2026-12-01"}]),
        line(2, total="29.00", total_tax="0.665", taxes=[{"id": 1, "total": "0.665"}]),
    ],
)  # fmt: skip


@settings(max_examples=300)
@given(data=st.data())
def test_whatever_stands_anywhere_in_a_payload_it_is_an_order_that_adds_up_or_a_refusal(data: st.DataObject) -> None:
    payload: Any = json.loads(json.dumps([FULL]))
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from([place for place in places(payload) if place]))
        spot = payload
        for step in way:
            spot = spot[step]
        spot[last] = data.draw(LEAVES)
    for found in read(json.dumps(payload).encode(), "DE"):
        if isinstance(found.item, Refusal):
            assert found.item.at
            assert found.item.reason
        elif isinstance(found.item, Order):
            order = found.item
            assert difference(order.lines, order.charges, taxes_included=False, stated=None) == ((), order.total_minor)
            assert all(part.qty > 0 and 0 <= part.discount_minor <= part.total_minor for part in order.lines)
            assert "\\x00" not in repr(replace(order, body=""))
