"""Screening: what keeps an order from being planned, by country, product and restriction."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.cases.case import KINDS
from app.catalog.product import Product
from app.customs.book import books
from app.orders.order import Address, Order, StoredOrder
from app.planning.basket import wants
from app.planning.screen import SCREENED, address_gaps, screen, verdict
from tests.planning.making import ADDRESSES, CUP, NOW, PRODUCTS, an_order

GOODS = {p.sku: p for p in PRODUCTS}


def stored(order: Order, **more: object) -> StoredOrder:
    """The order as it stands in the database."""
    made = StoredOrder(
        id=f"{order.shop}-{order.number}", shop=order.shop, number=order.number, state="new", payment=order.payment,
        placed_at=order.placed_at, updated_at=order.updated_at,
        country=order.ship_to.country if order.ship_to else "", currency=order.currency,
        taxes_included=order.taxes_included,
        lines=tuple(replace(line, sku=line.shop_sku if line.shop_sku in GOODS else None) for line in order.lines),
        charges=order.charges, total_minor=order.total_minor, available_from=order.available_from,
        cancelled_at=order.cancelled_at, tags=order.tags, customer_id=None, ship_to=order.ship_to, plan_no=0,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def found(order: Order, goods: dict[str, Product] | None = None) -> list[str]:
    asked = stored(order)
    products = goods or GOODS
    return [f.kind for f in screen(asked, wants(asked, products), products, books(), NOW.date())]


@pytest.mark.parametrize("country", sorted(ADDRESSES))
def test_a_whole_address_has_no_gaps(country: str) -> None:
    assert address_gaps(ADDRESSES[country]) == {}


@pytest.mark.parametrize(
    ("address", "gaps"),
    [
        (None, {"country": "required"}),
        (Address(country=""), {"country": "required"}),
        (Address(country="ZQ"), {"country": "invalid"}),
        (replace(ADDRESSES["DE"], postcode="0435"), {"postcode": "invalid"}),
        (replace(ADDRESSES["DE"], name="", company=""), {"name": "required"}),
        (replace(ADDRESSES["DE"], name="", company="Firma"), {}),
        (replace(ADDRESSES["DE"], street=("", " ")), {"street": "required"}),
        (replace(ADDRESSES["US"], region=""), {"region": "required"}),
        (replace(ADDRESSES["US"], region="California"), {}),
        (Address("J", street=("5 Harbour View",), postcode="TR11 3LP", country="GB"), {"city": "required"}),
        (Address("S", street=("四条通20",), city="京都市", postcode="600-8007", country="JP"), {"region": "required"}),
        (Address("S", street=("四条通20",), city="京都市", region="京都府", postcode="600-8007", country="JP"), {}),
        (Address("P", street=("ul. A 1",), city="Łódź", country="PL"), {"postcode": "required"}),
        (Address("M", street=("12 O'Connell St",), city="Dublin", region="Co. Dublin", country="IE"), {}),
        (Address("W", street=("1 Nathan Road",), region="Kowloon", country="HK"), {}),
    ],
)
def test_the_country_decides_what_an_address_must_have(address: Address | None, gaps: dict[str, str]) -> None:
    assert address_gaps(address) == gaps


def test_a_finding_names_fields_and_never_what_stands_in_them() -> None:
    order = stored(an_order("1", ("CUP", 1), ship_to=replace(ADDRESSES["US"], region="", postcode="Geheimstraße")))
    (finding,) = screen(order, wants(order, GOODS), GOODS, books(), NOW.date())
    assert finding.detail == {"fields": {"region": "required", "postcode": "invalid"}, "country": "US"}


@pytest.mark.parametrize(
    ("order", "kinds"),
    [
        (an_order("1", ("CUP", 1)), []),
        (an_order("1", ("SET", 1)), []),
        (an_order("1", ("GHOST", 1), ("CUP", 1)), ["unknown_sku"]),
        (an_order("1", ("BANK", 1), ("SPRAY", 1)), ["restricted_goods"]),
        (an_order("1", ("CUP", 1), country="KG", price=110_000), ["risk"]),
        (an_order("1", ("CUP", 1), country="KG"), []),
        (an_order("1", ("CUP", 1), country="KP"), ["embargoed"]),
        (an_order("1", ("GHOST", 1), ship_to=Address(country="KP")),
         ["unknown_sku", "incomplete_address", "embargoed"]),
    ],
)  # fmt: skip
def test_everything_a_person_must_put_right_is_found_at_once(order: Order, kinds: list[str]) -> None:
    assert found(order) == kinds


def test_goods_without_measures_are_held_and_say_which_are_missing() -> None:
    bare = replace(CUP, weight_g=None, missing=("weight_g", "hs_code"))
    assert found(an_order("1", ("CUP", 1)), {"CUP": bare}) == ["incomplete_product"]
    # What customs asks for is no matter inside a territory: the chain looks at that.
    assert found(an_order("1", ("CUP", 1)), {"CUP": replace(CUP, hs_code="", missing=("hs_code",))}) == []


def test_what_was_cancelled_stopped_or_has_no_goods_is_not_planned() -> None:
    order = an_order("1", ("CUP", 1))
    assert verdict(stored(order)) == "plan"
    assert verdict(stored(replace(order, cancelled_at="2026-11-18T00:00:00.000Z"))) == "cancelled"
    assert verdict(stored(replace(order, payment="refunded"))) == "payment_stopped"
    assert verdict(stored(replace(order, payment="pending"))) == "plan"
    given_away = tuple(replace(line, ships=False) for line in order.lines)
    assert verdict(stored(replace(order, lines=given_away))) == "nothing_to_ship"


def test_every_finding_is_a_kind_of_case() -> None:
    assert set(SCREENED) <= set(KINDS)


def test_a_bundles_price_and_the_orders_discount_reach_every_unit_once() -> None:
    from app.orders.order import Charge

    order = an_order("1", ("SET", 2), ("TEE", 1), price=3_570)
    off = Charge("discount", "WELCOME", -1_412)  # 412 delivery without tax, 1000 for the goods
    asked = wants(stored(replace(order, charges=(*order.charges, off))), GOODS)
    assert [(w.order_line, w.sku, w.qty) for w in asked] == [(1, "CUP", 4), (1, "TEE", 2), (2, "TEE", 1)]
    assert sum(w.value_minor for w in asked) == 3 * 3_000 - 1_000
