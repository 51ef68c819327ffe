"""Orders in WooCommerce's REST form (v3): one order, a list of them, a batch's answer, or a webhook's body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from app.base.errors import BadInput
from app.channels.node import Node, told
from app.channels.payload import body_of, currency_of, decoded
from app.channels.reading import Read, Refusal, Skipped, clean, moment
from app.channels.woocommerce_money import money_of, refunded
from app.orders.order import Address, Customer, Order, difference

# A refund has lines too, a product a status; only an order has all of these.
_ORDER_MARKS = ("line_items", "status", "currency")
_BATCH = ("create", "update", "delete")
# What each status means for the money: what came in, and what is sure to ("processing" without a date paid is cash on
# delivery). A failed payment may be tried again, as a pending one may.
_STATUSES = (
    "pending", "on-hold", "processing", "completed", "cancelled", "refunded", "failed", "trash",
)  # fmt: skip
_ENDED = frozenset({"cancelled", "trash"})
_SENT = frozenset({"completed", "refunded"})
# Carts that were never ordered.
_DRAFTS = frozenset({"checkout-draft", "auto-draft", "draft"})
_ATTRIBUTION = "_wc_order_attribution_"
_LONGEST_ORIGIN = 100


def read(payload: bytes, shop: str, *, file: str = "") -> Iterator[Read]:
    """Every order of the payload, each whole or refused with its place and reason."""
    try:
        nodes = list(_orders(decoded(payload)))
    except BadInput as error:
        yield Read(Refusal(error.at or "file", error.field, error.reason, file))
        return
    for node in nodes:
        lines = node.value.get("line_items")
        count = len(lines) if isinstance(lines, list) else 0
        try:
            _expect_order(node)
            if node.text("status") in _DRAFTS:
                yield Read(Skipped("draft", node.id("number") or node.id("id")), {"skipped.draft": count})
                continue
            order = _order(node, shop)
        except BadInput as error:
            yield Read(
                Refusal(error.at or node.at, error.field, error.reason, file, _told_number(node)), {"refused": count}
            )
        else:
            yield Read(order, {"goods": count})


def _orders(stated: Any) -> Iterator[Node]:
    if isinstance(stated, list):
        yield from _listed("", stated)
    elif isinstance(stated, dict) and all(mark in stated for mark in _ORDER_MARKS):
        yield Node("order", stated)
    elif isinstance(stated, dict) and any(isinstance(stated.get(part), list) for part in _BATCH):
        for part in _BATCH:
            yield from _listed(part, stated[part] if isinstance(stated.get(part), list) else [])
    else:
        raise BadInput(f"got {_fields(stated)}, expected an order's fields, a list of orders or a batch", at="file")


def _listed(part: str, stated: list[Any]) -> Iterator[Node]:
    for n, order in enumerate(stated):
        yield Node(f"{part}[{n}]", order if isinstance(order, dict) else {"": order})


def _expect_order(node: Node) -> None:
    if node.at.startswith("delete["):
        raise node.wrong("", "got an order that its shop deleted, expected one that stands; if we have it, cancel it")
    if not all(mark in node.value for mark in _ORDER_MARKS):
        raise node.wrong("", f"got {_fields(node.value)}, expected an order's fields")


def _fields(stated: object) -> str:
    """What was sent instead of an order: the names of its first fields, or the bare value."""
    if not isinstance(stated, dict) or not stated:
        return told(stated)
    return told(stated[""]) if list(stated) == [""] else ", ".join(list(stated)[:5])[:200]


def _told_number(node: Node) -> str:
    number = node.value.get("number") or node.value.get("id")
    number = str(number)[:255] if isinstance(number, str | int) and not isinstance(number, bool) else ""
    return number if number.isprintable() else ""


def _order(node: Node, shop: str) -> Order:
    number = node.id("number") or node.id("id")
    if not number:
        raise node.wrong("number", "expected the order's number")
    status = node.text("status")
    if status not in _STATUSES:
        raise node.wrong("status", f"got {status[:40]!r}, expected one of {', '.join(_STATUSES)}")
    body, money = body_of(node), currency_of(node, "currency")
    node.flag("prices_include_tax", default=False)  # how the shop states its prices; an order's amounts are net
    lines, charges = money_of(node, money, ships=status not in _SENT)
    more, total = difference(lines, charges, taxes_included=False, stated=node.price("total", money))
    if total < 0:
        raise node.wrong("total", f"got parts that sum to {total} minor units, expected 0 or more")
    placed_at = node.moment("date_created_gmt") or node.moment("date_paid_gmt")
    if placed_at is None:
        raise node.wrong("date_created_gmt", "expected a time")
    updated_at = node.moment("date_modified_gmt") or placed_at
    back, reasons = refunded(node, money)
    bill_to, ship_to = _address(node.node("billing"), node), _address(node.node("shipping"), node)
    source, medium, campaign = _came_from(node)
    return Order(
        shop=shop,
        number=number,
        payment=_payment(node, status, back, total),
        placed_at=placed_at,
        updated_at=updated_at,
        currency=money,
        taxes_included=False,
        lines=lines,
        total_minor=total,
        charges=(*charges, *more),
        paid_currency=money,
        ship_to=ship_to or bill_to,
        bill_to=bill_to,
        customer=_customer(node, bill_to or ship_to),
        cancelled_at=updated_at if status in _ENDED else None,
        available_from=_sold_from(node),
        notes=tuple(note for note in (node.text("customer_note"), *reasons) if note),
        source=source,
        medium=medium,
        campaign=campaign,
        body=body,
    )


def _payment(node: Node, status: str, back: int, total: int) -> str:
    paid = node.moment("date_paid_gmt") is not None
    if status == "refunded" or (back and back >= total):
        return "refunded"
    if back and (paid or status in {"processing", "completed"}):
        return "partially_refunded"
    if status in {"processing", "completed"}:
        return "paid" if paid or not total else "authorized"
    if status in _ENDED:
        return "paid" if paid else "voided"
    return "pending"


def _address(stated: Node | None, order: Node) -> Address | None:
    """None where the shop left all of it empty, as it does when one address serves for both."""
    if stated is None:
        return None
    country = stated.text("country").upper()
    parts = (stated.text("first_name"), stated.text("last_name"))
    street = (stated.text("address_1"), stated.text("address_2"))
    bill = order.node("billing") or stated
    found = Address(
        name=" ".join(part for part in parts if part),
        company=stated.text("company"),
        street=tuple(line for line in street if line),
        city=stated.text("city"),
        region=stated.text("state").removeprefix(f"{country}-"),  # "DE-BE": ISO 3166-2 in full
        postcode=stated.text("postcode"),
        country=country if len(country) == 2 and country.isascii() and country.isalpha() else "",
    )
    if found == Address(country=found.country):
        return None
    return replace(
        found, phone=stated.text("phone") or bill.text("phone"), email=stated.text("email") or bill.text("email")
    )


def _customer(order: Node, address: Address | None) -> Customer | None:
    """The shop's number for the person; a guest (0) is known by the e-mail address."""
    stated = order.id("customer_id")
    email = address.email if address else ""
    key = stated if stated not in {"", "0"} else email
    name = (address.name or address.company) if address else ""
    return Customer(key, name, email, address.phone if address else "") if key else None


def _came_from(order: Node) -> tuple[str, str, str]:
    """(source, medium, campaign) by the shop's order attribution, else by what the order was made with."""
    said = {
        key.removeprefix(_ATTRIBUTION): value
        for node in order.nodes("meta_data")
        if (key := node.value.get("key")) and isinstance(key, str) and key.startswith(_ATTRIBUTION)
        if isinstance(value := node.value.get("value"), str)
    }
    names = ("utm_source", "utm_medium", "utm_campaign")
    source, medium, campaign = (clean(said.get(name, "")[:_LONGEST_ORIGIN], name) for name in names)
    if source or medium or campaign:
        return source, medium, campaign
    kind = clean(said.get("source_type", "")[:_LONGEST_ORIGIN], "source_type")
    return kind or order.text("created_via")[:_LONGEST_ORIGIN], "", ""


def _sold_from(order: Node) -> str | None:
    """The latest time that the order's or a line's meta field `available_from` names."""
    times = []
    for node in (order, *order.nodes("line_items")):
        for meta in node.nodes("meta_data"):
            key, value = meta.value.get("key"), meta.value.get("value")
            if not isinstance(key, str) or key.strip().casefold().replace(" ", "_").lstrip("_") != "available_from":
                continue
            try:
                times.append(moment(value if isinstance(value, str) else told(value), "UTC", "available_from"))
            except BadInput as error:
                raise meta.wrong("available_from", error.reason) from None
    return max(times, default=None)
