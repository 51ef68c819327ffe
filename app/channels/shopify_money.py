"""The lines and money of a Shopify order: what was sold, what of it still is to be sent, what else was charged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from app.base.money import rounded, share
from app.channels.node import Node, told
from app.channels.reading import MONEY_LIMIT, QTY_LIMIT
from app.orders.order import Charge, OrderLine, TaxLine


def pool_of_discount(order: Node, currency: str) -> int:
    """Minor units of discount stated for the order as a whole and allocated to no line."""
    stated = order.price("total_discounts", currency) or 0
    placed = sum(_discount(line, currency) for line in order.nodes("line_items"))
    placed += sum(_discount(line, currency) for line in order.nodes("shipping_lines"))
    return max(stated - placed, 0)


def lines_of(order: Node, currency: str, pool: int) -> tuple[OrderLine, ...]:
    """The goods, numbered from 1. A line of which part was taken back before shipping stands as two."""
    stated: list[tuple[OrderLine, int]] = []
    seen: set[str] = set()
    for node in order.nodes("line_items"):
        line, to_ship = _line(node, currency)
        if line.shop_line in seen:
            raise node.wrong("id", f"got {line.shop_line} twice in one order")
        seen.add(line.shop_line)
        stated.append((line, to_ship))
    if not stated:
        raise order.wrong("line_items", "expected at least one line")
    room = [max(line.total_minor - line.discount_minor, 0) for line, _ in stated]
    shares = share(min(pool, sum(room)), room)
    lines: list[OrderLine] = []
    for (line, to_ship), part in zip(stated, shares, strict=True):
        for piece in _parted(replace(line, discount_minor=line.discount_minor + part), to_ship):
            lines.append(replace(piece, line=len(lines) + 1))
    return tuple(lines)


def _line(node: Node, currency: str) -> tuple[OrderLine, int]:
    qty = node.units("quantity", least=1)
    price = node.number("price")
    if qty is None:
        raise node.wrong("quantity", f"expected 1 to {QTY_LIMIT} units")
    if price is None or price < 0:
        raise node.wrong("price", f"got {told(node.value.get('price'))}, expected a price of 0 or more")
    total = rounded(price * qty, currency)
    if total >= MONEY_LIMIT:
        raise node.wrong("price", f"got {total} minor units for the line, expected less than 10^15")
    discount = _discount(node, currency)
    if not 0 <= discount <= total:
        raise node.wrong("total_discount", f"got {discount} minor units, expected 0 to the line's {total}")
    sku = node.id("sku")
    title = node.text("name") or node.text("title")
    line = OrderLine(
        line=0,
        shop_line=node.id("id"),
        # A product without a SKU is still something that was bought: its variant names it, and a person maps it.
        shop_sku=sku or f"variant {node.id('variant_id') or node.id('id')}",
        title=title,
        qty=qty,
        unit_price=price,
        total_minor=total,
        discount_minor=discount,
        taxes=_taxes(node, currency),
    )
    if not line.shop_line:
        raise node.wrong("id", "expected the line's id")
    if node.flag("gift_card", default=False) or not node.flag("requires_shipping", default=True):
        return line, 0
    # Shopify lowers `current_quantity` for what was removed or refunded, `fulfillable_quantity` also for what was sent.
    left = [node.units(field, least=0) for field in ("current_quantity", "fulfillable_quantity")]
    return line, min([qty, *(units for units in left if units is not None)])


def _parted(line: OrderLine, to_ship: int) -> list[OrderLine]:
    if to_ship in (0, line.qty):
        return [replace(line, ships=to_ship > 0)]
    units = (to_ship, line.qty - to_ship)
    totals, discounts = share(line.total_minor, units), share(line.discount_minor, units)
    taxes = [share(tax.minor, units) for tax in line.taxes]
    return [
        replace(
            line,
            qty=units[n],
            total_minor=totals[n],
            discount_minor=discounts[n],
            taxes=tuple(replace(tax, minor=parts[n]) for tax, parts in zip(line.taxes, taxes, strict=True)),
            ships=n == 0,
        )
        for n in (0, 1)
    ]


def _discount(node: Node, currency: str) -> int:
    allocated = [a.price("amount", currency) or 0 for a in node.nodes("discount_allocations")]
    return sum(allocated) if allocated else (node.price("total_discount", currency) or 0)


def _taxes(node: Node, currency: str) -> tuple[TaxLine, ...]:
    found = (
        TaxLine(tax.text("title"), tax.number("rate") or Decimal(0), tax.minor("price", currency) or 0)
        for tax in node.nodes("tax_lines")
    )
    return tuple(tax for tax in found if tax.minor)


def charges_of(order: Node, currency: str, lines: Sequence[OrderLine]) -> tuple[Charge, ...]:
    """Shipping and its discounts, duties, fees, the tip, and tax where the shop states it for the order alone."""
    charges: list[Charge] = []
    for line in order.nodes("shipping_lines"):
        price, discount = line.price("price", currency) or 0, _discount(line, currency)
        charges.append(Charge("shipping", line.text("title"), price, _taxes(line, currency)))
        if discount:
            charges.append(Charge("discount", line.text("title"), -discount))
    charges += _duties(order, currency)
    if fees := _shop_money(order, "original_total_additional_fees_set", currency):
        charges.append(Charge("fee", "", fees))
    if tip := order.price("total_tip_received", currency):
        charges.append(Charge("fee", "tip", tip))
    if not any(line.taxes for line in lines) and not any(charge.taxes for charge in charges):
        charges += [Charge("tax", tax.title, tax.minor, ()) for tax in _taxes(order, currency)]
    return tuple(charges)


def _duties(order: Node, currency: str) -> list[Charge]:
    stated = [
        Charge("duty", duty.id("harmonized_system_code"), _duty(duty, currency), _taxes(duty, currency))
        for line in order.nodes("line_items")
        for duty in line.nodes("duties")
    ]
    if not stated and (total := _shop_money(order, "original_total_duties_set", currency)):
        stated = [Charge("duty", "", total)]
    return stated


def _duty(duty: Node, currency: str) -> int:
    """A duty bears its money bare in orders, under `price` in other answers of the same interface."""
    bare = duty.node("shop_money")
    return bare.minor("amount", currency) or 0 if bare else _shop_money(duty, "price", currency)


def _shop_money(node: Node, field: str, currency: str) -> int:
    both = node.node(field)
    money = both and both.node("shop_money")
    return (money.minor("amount", currency) or 0) if money else 0
