"""Orders in Shopify's REST form (2025-01): one order, `{"order": …}`, `{"orders": […]}`, or a webhook's bare body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.base.errors import BadInput
from app.channels.node import Node, told
from app.channels.payload import body_of, currency_of, decoded
from app.channels.reading import Read, Refusal, Skipped
from app.channels.shopify_money import charges_of, lines_of, pool_of_discount
from app.channels.shopify_origin import came_from, sold_from
from app.orders.order import PAYMENTS, Address, Customer, Order, difference

# What a payload that is no order is called by its one key; the places of the fields would only confuse there.
_ORDER_MARKS = ("line_items", "financial_status")
_PAYMENT_WORDS = {"": "pending", "expired": "pending", "unpaid": "pending"}


def read(payload: bytes, shop: str, *, file: str = "") -> Iterator[Read]:
    """Every order of the payload, each whole or refused with its place and reason."""
    try:
        nodes = list(_orders(payload))
    except BadInput as error:
        yield Read(Refusal(error.at or "file", error.field, error.reason, file))
        return
    for node in nodes:
        lines = node.value.get("line_items")
        count = len(lines) if isinstance(lines, list) else 0
        try:
            if node.flag("test", default=False):
                yield Read(Skipped("test", node.id("name")), {"skipped.test": count})
                continue
            order = _order(node, shop)
        except BadInput as error:
            name = node.value.get("name")
            number = name[:255] if isinstance(name, str) and name.isprintable() else ""
            refusal = Refusal(error.at or node.at, error.field, error.reason, file, number)
            yield Read(refusal, {"refused": count})
        else:
            yield Read(order, {"goods": count})


def _orders(payload: bytes) -> Iterator[Node]:
    stated = decoded(payload)
    if isinstance(stated, dict):
        if isinstance(stated.get("orders"), list):
            yield from _listed(stated["orders"])
            return
        if isinstance(stated.get("order"), dict):
            yield Node("order", stated["order"])
            return
        if all(mark in stated for mark in _ORDER_MARKS):
            yield Node("order", stated)
            return
    found = ", ".join(list(stated)[:5]) if isinstance(stated, dict) and stated else told(stated)
    raise BadInput(f"got {found[:200]}, expected order, orders or an order's own fields", at="file")


def _listed(stated: list[Any]) -> Iterator[Node]:
    for n, order in enumerate(stated):
        yield Node(f"orders[{n}]", order if isinstance(order, dict) else {})


def _order(node: Node, shop: str) -> Order:
    number = node.id("name") or node.id("order_number")
    if not number:
        raise node.wrong("name", "expected the order's number")
    body = body_of(node)
    money = currency_of(node, "currency")
    included = node.flag("taxes_included", default=False)
    discount = pool_of_discount(node, money)
    lines = lines_of(node, money, discount)
    charges = charges_of(node, money, lines)
    more, total = difference(lines, charges, taxes_included=included, stated=node.price("total_price", money))
    if total < 0:
        raise node.wrong("total_price", f"got parts that sum to {total} minor units, expected 0 or more")
    placed_at = node.moment("created_at") or node.moment("processed_at")
    if placed_at is None:
        raise node.wrong("created_at", "expected a time")
    source, medium, campaign = came_from(node)
    paid_currency = currency_of(node, "presentment_currency") if node.text("presentment_currency") else money
    ship_to, bill_to = _address(node.node("shipping_address"), node), _address(node.node("billing_address"), node)
    return Order(
        shop=shop,
        number=number,
        payment=_payment(node),
        placed_at=placed_at,
        updated_at=node.moment("updated_at") or placed_at,
        currency=money,
        taxes_included=included,
        lines=lines,
        total_minor=total,
        charges=(*charges, *more),
        paid_currency=paid_currency,
        paid_total_minor=_paid_total(node, paid_currency) if paid_currency != money else None,
        ship_to=ship_to or bill_to,
        bill_to=bill_to,
        customer=_customer(node, ship_to or bill_to),
        cancelled_at=node.moment("cancelled_at"),
        available_from=sold_from(node),
        tags=tuple(tag for tag in (part.strip() for part in node.text("tags").split(",")) if tag),
        notes=_notes(node),
        source=source,
        medium=medium,
        campaign=campaign,
        body=body,
    )


def _payment(node: Node) -> str:
    stated = node.text("financial_status")
    payment = _PAYMENT_WORDS.get(stated, stated)
    if payment not in PAYMENTS:
        raise node.wrong("financial_status", f"got {stated[:40]!r}, expected one of {', '.join(PAYMENTS)}")
    return payment


def _paid_total(node: Node, currency: str) -> int | None:
    both = node.node("total_price_set")
    paid = both and both.node("presentment_money")
    return paid.price("amount", currency) if paid else None


def _address(stated: Node | None, order: Node) -> Address | None:
    if stated is None:
        return None
    parts = (stated.text("first_name"), stated.text("last_name"))
    country = stated.text("country_code").upper()
    return Address(
        name=stated.text("name") or " ".join(part for part in parts if part),
        company=stated.text("company"),
        street=tuple(line for line in (stated.text("address1"), stated.text("address2")) if line),
        city=stated.text("city"),
        # The code is what carriers and customs take; where a country has none the name stands.
        region=stated.text("province_code") or stated.text("province"),
        postcode=stated.text("zip"),
        country=country if len(country) == 2 and country.isascii() and country.isalpha() else "",
        phone=stated.text("phone") or order.text("phone"),
        email=order.text("email"),
    )


def _customer(order: Node, address: Address | None) -> Customer | None:
    stated = order.node("customer")
    email, phone = order.text("email"), order.text("phone")
    name = address.name if address else ""
    if stated is None:
        return Customer(email, name, email, phone) if email else None
    parts = (stated.text("first_name"), stated.text("last_name"))
    key = stated.id("id") or stated.text("email") or email
    own_name = " ".join(part for part in parts if part) or name
    return Customer(key, own_name, stated.text("email") or email, stated.text("phone") or phone) if key else None


def _notes(node: Node) -> tuple[str, ...]:
    said = [node.text("note")]
    for attribute in node.nodes("note_attributes"):
        value = attribute.value.get("value")
        text = attribute.text("value") if isinstance(value, str) else str("" if value is None else value)[:200]
        said.append(f"{attribute.text('name')}: {text}" if text else "")
    return tuple(note for note in said if note)
