"""Reading Shopify's REST orders: exact money, what still is to be sent, and plain refusals."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.reading import Refusal, Skipped
from app.channels.shopify import read
from app.orders.order import Order, difference

FIXTURES = Path(__file__).parents[2].parent / "shared/data/payloads/shopify"


def line(n: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": n,
        "sku": f"SKU-{n}",
        "name": "A mug",
        "quantity": 3,
        "price": "10.00",
        "requires_shipping": True,
    } | more


def stated(**more: Any) -> dict[str, Any]:
    return {
        "id": 5740,
        "name": "#1001",
        "created_at": "2026-11-01T10:00:00+01:00",
        "updated_at": "2026-11-01T10:05:00+01:00",
        "currency": "EUR",
        "taxes_included": True,
        "financial_status": "paid",
        "total_price": "30.00",
        "line_items": [line()],
    } | more


def one(payload: object) -> Order:
    (found,) = read(json.dumps(payload).encode(), "DE")
    assert isinstance(found.item, Order), found.item
    return found.item


def refusal(payload: object) -> Refusal:
    (found,) = read(payload if isinstance(payload, bytes) else json.dumps(payload).encode(), "DE", file="f.json")
    assert isinstance(found.item, Refusal), found.item
    return found.item


def test_all_four_forms_of_a_payload_say_the_same() -> None:
    bare = one(stated())
    assert bare == one({"order": stated()}) == one({"orders": [stated()]}) == one({"notice": "x", "order": stated()})
    assert (bare.number, bare.updated_at) == ("#1001", "2026-11-01T09:05:00.000Z")


def test_what_was_taken_back_before_shipping_is_not_shipped() -> None:
    lines = [line(1, current_quantity=2, fulfillable_quantity=2), line(2, current_quantity=0), line(3)]
    order = one(stated(line_items=lines, total_price="90.00"))
    assert [(part.shop_line, part.qty, part.ships) for part in order.lines] == [
        ("1", 2, True),
        ("1", 1, False),
        ("2", 3, False),
        ("3", 3, True),
    ]
    assert [part.line for part in order.lines] == [1, 2, 3, 4]
    assert sum(part.total_minor for part in order.lines) == 9000


def test_gift_cards_and_what_needs_no_shipping_do_not_ship() -> None:
    order = one(stated(line_items=[line(1, gift_card=True), line(2, requires_shipping=False)], total_price="60.00"))
    assert [part.ships for part in order.lines] == [False, False]


def test_a_discount_of_the_whole_order_is_shared_to_the_last_cent() -> None:
    lines = [line(n, quantity=1, price="10.00") for n in (1, 2, 3)]
    order = one(stated(line_items=lines, total_discounts="10.00", total_price="20.00"))
    assert [part.discount_minor for part in order.lines] == [334, 333, 333]
    assert order.charges == ()


def test_an_allocated_discount_stays_where_the_shop_put_it() -> None:
    lines = [line(1, discount_allocations=[{"amount": "5.00"}]), line(2)]
    order = one(stated(line_items=lines, total_discounts="5.00", total_price="55.00"))
    assert [part.discount_minor for part in order.lines] == [500, 0]


def test_tax_shipping_duty_and_tip_go_into_the_money() -> None:
    order = one(
        stated(
            taxes_included=False,
            presentment_currency="JPY",
            total_price_set={"presentment_money": {"amount": "6650", "currency_code": "JPY"}},
            line_items=[
                line(
                    1,
                    tax_lines=[{"title": "VAT", "rate": 0.2, "price": "6.00"}],
                    duties=[{"shop_money": {"amount": "1.20"}}],
                )
            ],
            shipping_lines=[
                {"title": "Air", "price": "7.00", "tax_lines": [{"title": "VAT", "rate": 0.2, "price": "1.40"}]}
            ],
            total_tip_received="2.00",
            total_price="47.60",
        )
    )
    assert [(charge.kind, charge.minor) for charge in order.charges] == [("shipping", 700), ("duty", 120), ("fee", 200)]
    assert order.lines[0].taxes[0].rate == Decimal("0.2")
    assert (order.total_minor, order.paid_currency, order.paid_total_minor) == (4760, "JPY", 6650)


def test_a_total_that_does_not_add_up_says_so_in_a_charge_of_its_own() -> None:
    order = one(stated(total_price="28.50"))
    assert [(charge.kind, charge.minor) for charge in order.charges] == [("difference", -150)]


@pytest.mark.parametrize(
    ("more", "origin"),
    [
        ({"landing_site": "/?utm_source=google&utm_medium=cpc&utm_campaign=mugs"}, ("google", "cpc", "mugs")),
        ({"landing_site": "/", "referring_site": "https://www.blog.example/x"}, ("blog.example", "referral", "")),
        ({"landing_site": "/?utm_source=a%00b%1b"}, ("ab", "", "")),
        ({"source_name": "pos"}, ("pos", "", "")),
        ({"referring_site": "http://[broken"}, ("", "", "")),
    ],
)
def test_where_an_order_came_from(more: dict[str, Any], origin: tuple[str, str, str]) -> None:
    order = one(stated(**more))
    assert (order.source, order.medium, order.campaign) == origin


def test_a_presale_waits_for_the_last_of_its_lines() -> None:
    lines = [line(n, properties=[{"name": "available_from", "value": f"2026-12-0{n}"}]) for n in (1, 2)]
    assert one(stated(line_items=lines, total_price="60.00")).available_from == "2026-12-02T00:00:00.000Z"


def test_a_test_order_is_skipped() -> None:
    (found,) = read(json.dumps(stated(test=True)).encode(), "DE")
    assert found.item == Skipped("test", "#1001")


@pytest.mark.parametrize(
    ("more", "at", "field"),
    [
        ({"line_items": [line(), line(quantity=1)]}, "order.line_items[1]", "id"),
        ({"line_items": [line(quantity=-1)]}, "order.line_items[0]", "quantity"),
        ({"line_items": [line(quantity=10**30)]}, "order.line_items[0]", "quantity"),
        ({"line_items": [line(quantity=1.5)]}, "order.line_items[0]", "quantity"),
        ({"line_items": [line(quantity=True)]}, "order.line_items[0]", "quantity"),
        ({"line_items": [line(price="1e400")]}, "order.line_items[0]", "price"),
        ({"line_items": [line(price=None)]}, "order.line_items[0]", "price"),
        ({"line_items": [line(sku="A\u0000B")]}, "order.line_items[0]", "sku"),
        ({"line_items": [line(name="x" * 10_000_000)]}, "order.line_items[0]", "name"),
        ({"line_items": ["mug"]}, "order", "line_items[0]"),
        ({"line_items": []}, "order", "line_items"),
        ({"currency": None}, "order", "currency"),
        ({"currency": "euro"}, "order", "currency"),
        ({"financial_status": "rich"}, "order", "financial_status"),
        ({"created_at": "soon"}, "order", "created_at"),
        ({"created_at": "0001-01-01T00:00:00+14:00"}, "order", "created_at"),
        ({"taxes_included": "yes"}, "order", "taxes_included"),
        ({"shipping_address": "Vienna"}, "order", "shipping_address"),
        ({"name": None}, "order", "name"),
    ],
)
def test_a_wrong_order_is_refused_with_its_exact_place(more: dict[str, Any], at: str, field: str) -> None:
    found = refusal(stated(**more))
    assert (found.at, found.field) == (at, field)
    assert "expected" in found.reason or "twice" in found.reason


@pytest.mark.parametrize(
    ("payload", "at"),
    [
        (json.dumps(stated()).encode()[:-9], "byte"),
        (b"", "byte"),
        (b'{"order": {"name": "\xff"}}', "byte"),
        (b'{"order": {"name": "\\ud800"}}', "byte"),
        (b"[" * 100_000, "file"),
        (b'{"fulfillment": {"line_items": []}}', "file"),
        (b"[]", "file"),
        (b"12", "file"),
    ],
)
def test_what_is_no_order_is_refused_with_the_reason(payload: bytes, at: str) -> None:
    found = refusal(payload)
    assert found.at.startswith(at)
    assert found.reason


def test_one_bad_order_of_a_list_leaves_the_others_taken() -> None:
    payload = json.dumps({"orders": [stated(), stated(currency=""), stated(name="#1003")]}).encode()
    items = [found.item for found in read(payload, "DE")]
    assert [isinstance(item, Order) for item in items] == [True, False, True]
    assert isinstance(items[1], Refusal)
    assert items[1].at == "orders[1]"


def test_control_characters_leave_texts() -> None:
    order = one(stated(note="ring\u0000 twice\u001b[31m\nthen wait"))
    assert order.notes == ("ring twice[31m\nthen wait",)
    assert "\0" not in order.body


@pytest.mark.skipif(not FIXTURES.exists(), reason="the Shopify payloads (../shared/data/payloads) are not here")
@pytest.mark.parametrize(
    ("more", "field", "reason"),
    [
        ({"currency": "XYZ"}, "currency", "got 'XYZ', expected a currency code like EUR"),
        ({"presentment_currency": "ZZZ"}, "presentment_currency", "got 'ZZZ', expected a currency code like EUR"),
        ({"total_price": "-5.00"}, "total_price", "got '-5.00', expected 0 or more"),
        ({"total_discounts": -1}, "total_discounts", "got -1, expected 0 or more"),
        ({"total_tip_received": "-1"}, "total_tip_received", "got '-1', expected 0 or more"),
    ],
)
def test_unknown_currencies_and_amounts_below_nothing_are_refused(
    more: dict[str, Any], field: str, reason: str
) -> None:
    refused = refusal(stated(**more))
    assert (refused.at, refused.field, refused.reason) == ("order", field, reason)


@pytest.mark.parametrize("currency", ["BGN", "HRK", "XCG", "CLF", "BYR"])
def test_every_currency_of_iso_4217_is_taken_and_those_of_old_orders(currency: str) -> None:
    assert one(stated(currency=currency)).currency == currency


@pytest.mark.parametrize(
    ("more", "at", "field"),
    [
        ({"line_items": [line(title="x" * 10_000_000)]}, "order.line_items[0]", "title"),
        ({"browser": {"agents": ["", "x" * 100_001]}}, "order.browser", "agents[1]"),
        ({"note": "x" * 100_001}, "order", "note"),
        ({"line_items": [line(n, name="x" * 90_000) for n in range(50)]}, "order", ""),
    ],
)
def test_a_text_or_an_order_larger_than_any_real_one_is_refused_with_its_place(
    more: dict[str, Any], at: str, field: str
) -> None:
    refused = refusal({"orders": [stated(**more)]})
    assert (refused.at, refused.field) == (at.replace("order", "orders[0]", 1), field)
    assert "characters, expected at most" in refused.reason


def test_the_largest_cart_a_shop_allows_is_taken() -> None:
    lines = [line(n, properties=[{"name": "p", "value": "x" * 4_000}]) for n in range(1, 501)]
    assert len(one(stated(line_items=lines, total_price="15000.00")).lines) == 500


@pytest.mark.parametrize(
    ("payload", "at", "reason"),
    [
        (b"null", "file", "got null"),
        (b"[1]", "file", "got a list"),
        (b'"x"', "file", "got 'x'"),
        ({"order": stated(line_items={})}, "order", "got an object, expected a list"),
        ({"order": stated(line_items=[None])}, "order", "got null, expected an object"),
        ({"order": stated(line_items=[line(quantity=1.5)])}, "order.line_items[0]", "got 1.5, expected a whole number"),
        ({"order": stated(line_items=[line(quantity="3")])}, "order.line_items[0]", "got '3', expected a whole number"),
        ({"order": stated(line_items=[line(price=None)])}, "order.line_items[0]", "got null, expected a price"),
        ({"order": stated(line_items=[line(price=[1.5])])}, "order.line_items[0]", "got a list, expected a number"),
        ({"order": stated(test="no")}, "order", "got 'no', expected true or false"),
        ({"order": stated(note=True)}, "order", "got true, expected text"),
    ],
)
def test_a_refusal_names_what_was_sent_in_the_words_of_json(payload: object, at: str, reason: str) -> None:
    refused = refusal(payload)
    assert refused.at == at
    assert refused.reason.startswith(reason)


@pytest.mark.parametrize(
    ("payload", "at", "reason"),
    [
        ('{"name": "Straße"}'.encode("latin-1"), "byte 14", "got 0xdf, expected UTF-8"),
        (b"\xef\xbb\xbf" + '{"name": "Straße"}'.encode("latin-1"), "byte 17", "got 0xdf, expected UTF-8"),
        ('{"name": 1}'.encode("utf-16"), "byte 0", "got 0xff, expected UTF-8"),
        ('{"name": 1}'.encode("utf-16-be"), "byte 0", "got 0x00, expected UTF-8"),
        ('{"name": 1}'.encode("utf-16-le"), "byte 1", "got 0x00, expected UTF-8"),
        (b'\xef\xbb\xbf{"name": }', "byte 12", "JSON is malformed: invalid character"),
        (b'{"name": ', "byte 9", "Input data was truncated"),
    ],
)
def test_a_payload_in_another_encoding_or_cut_short_is_refused_with_the_byte(
    payload: bytes, at: str, reason: str
) -> None:
    refused = refusal(payload)
    assert (refused.at, refused.reason) == (at, reason)


@pytest.mark.parametrize("file", sorted(FIXTURES.rglob("*.json")), ids=lambda file: file.stem)
def test_every_published_payload_is_read_or_refused_with_place_and_reason(file: Path) -> None:
    for found in read(file.read_bytes(), "DE", file=file.name):
        if isinstance(found.item, Refusal):
            assert found.item.at
            assert found.item.reason
        else:
            assert isinstance(found.item, Order)
            assert file.stem.startswith("order")


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(["-1", "1e11", "NaN", "0.005", "EUR", "2026-11-01", "\0", "x" * 300]),
    st.lists(st.none() | st.integers() | st.dictionaries(st.just("id"), st.integers(), max_size=1), max_size=3),
    st.dictionaries(st.sampled_from(["amount", "shop_money", "name", "value"]), st.text(max_size=4), max_size=2),
)


def places(node: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for key, child in inner for place in places(child, (*path, key)))]


FULL = stated(
    test=False,
    note="n",
    tags="a, available_from:2026-12-01",
    email="a@b.example",
    phone="1",
    landing_site="/?utm_source=x",
    referring_site="https://y.example",
    presentment_currency="USD",
    total_price_set={"presentment_money": {"amount": "33.00"}},
    total_discounts="2.00",
    total_tip_received="1.00",
    cancelled_at=None,
    note_attributes=[{"name": "n", "value": "v"}],
    tax_lines=[{"title": "T", "rate": 0.1, "price": "1.00"}],
    customer={"id": 7, "first_name": "A", "last_name": "B", "email": "a@b.example"},
    shipping_address={"name": "A B", "address1": "S 1", "city": "C", "zip": "1", "country_code": "AT", "phone": None},
    shipping_lines=[{"title": "P", "price": "4.00", "discount_allocations": [{"amount": "1.00"}], "tax_lines": []}],
    line_items=[
        line(
            1, current_quantity=2, duties=[{"shop_money": {"amount": "1.00"}}], properties=[{"name": "p", "value": "v"}]
        ),
        line(2, discount_allocations=[{"amount": "0.50"}], tax_lines=[{"title": "T", "rate": 0.1, "price": "0.10"}]),
    ],
)


@settings(max_examples=400)
@given(data=st.data())
def test_whatever_stands_anywhere_in_a_payload_it_is_an_order_that_adds_up_or_a_refusal(data: st.DataObject) -> None:
    payload: Any = json.loads(json.dumps({"orders": [FULL]}))
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
            assert difference(order.lines, order.charges, taxes_included=order.taxes_included, stated=None) == (
                (),
                order.total_minor,
            )
            assert [part.line for part in order.lines] == list(range(1, len(order.lines) + 1))
            assert all(part.qty > 0 for part in order.lines)
            assert "\\x00" not in repr(replace(order, body=""))
