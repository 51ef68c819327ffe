"""The lines and money of a WooCommerce order. Its amounts are net, whether or not the shop's prices include tax."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from html import unescape

from app.base.money import exponent, rounded
from app.channels.node import Node
from app.channels.reading import MONEY_LIMIT, QTY_LIMIT, clean
from app.orders.order import Charge, OrderLine, TaxLine

# A third of a price has no last decimal; twelve are what a price may bear, far finer than any rounding of ours.
_FINEST = Decimal("1e-12")
_DIVIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class _Rate:
    """A rate's title, its fraction, and what the order states as its tax: on goods and fees, and on shipping."""

    title: str
    rate: Decimal
    goods: Decimal | None
    shipping: Decimal | None


# Taxes of one part of the order: (rate's id, exact amount).
_Exact = list[tuple[str, Decimal]]


def money_of(order: Node, currency: str, *, ships: bool) -> tuple[tuple[OrderLine, ...], tuple[Charge, ...]]:
    """The goods, numbered from 1, and what else was charged: shipping, fees, and tax stated for the order alone.

    A coupon is in its lines already: what they come to (`total`) is below what they cost (`subtotal`).
    """
    rates = dict(_rates(order, currency))
    goods, fees = list(order.nodes("line_items")), list(order.nodes("fee_lines"))
    shipping = list(order.nodes("shipping_lines"))
    if not goods:
        raise order.wrong("line_items", "expected at least one line")
    taxed = [_exact_taxes(part, currency) for part in (*goods, *fees)]
    sent = [_exact_taxes(part, currency) for part in shipping]
    on_goods = _taxes(taxed, rates, {key: rate.goods for key, rate in rates.items()}, currency)
    on_shipping = _taxes(sent, rates, {key: rate.shipping for key, rate in rates.items()}, currency)
    lines = tuple(
        _line(node, n, currency, taxes, ships=ships)
        for n, (node, taxes) in enumerate(zip(goods, on_goods[: len(goods)], strict=True), 1)
    )
    if len({line.shop_line for line in lines}) < len(lines):
        twice = next(n for n, line in enumerate(lines) if line.shop_line in {one.shop_line for one in lines[:n]})
        raise goods[twice].wrong("id", f"got {lines[twice].shop_line} twice in one order")
    charges = [
        Charge("shipping", _title(part, "method_title"), part.minor("total", currency) or 0, taxes)
        for part, taxes in zip(shipping, on_shipping, strict=True)
    ]
    for part, taxes in zip(fees, on_goods[len(goods) :], strict=True):
        minor = part.minor("total", currency) or 0
        charges.append(Charge("fee" if minor >= 0 else "discount", _title(part, "name"), minor, taxes))
    if not any(part for part in (*on_goods, *on_shipping)):
        charges += _tax_alone(order, rates, currency)
    return lines, tuple(charge for charge in charges if charge.minor or charge.taxes)


def refunded(order: Node, currency: str) -> tuple[int, tuple[str, ...]]:
    """Minor units given back, and each refund's reason as its shop wrote it. Which goods it was for isn't stated."""
    minor, reasons = 0, []
    for refund in order.nodes("refunds"):
        minor += abs(refund.minor("total", currency) or 0)
        reasons.append(refund.text("reason") or refund.text("refund"))
    return minor, tuple(reason for reason in reasons if reason)


def _line(node: Node, n: int, currency: str, taxes: tuple[TaxLine, ...], *, ships: bool) -> OrderLine:
    qty = node.units("quantity", least=1)
    if qty is None:
        raise node.wrong("quantity", f"expected 1 to {QTY_LIMIT} units")
    if node.number("total") is None:
        raise node.wrong("total", "expected what the line comes to")
    net = node.price("total", currency) or 0
    full = node.price("subtotal", currency)
    # Raised by hand above its own price: there is no discount then, and what it comes to is what it costs.
    asked = "subtotal" if full is not None and full >= net else "total"
    exact, total = node.number(asked) or Decimal(0), max(full or 0, net)
    if total >= MONEY_LIMIT:
        raise node.wrong(asked, f"got {total} minor units for the line, expected less than 10^15")
    shop_line = node.id("id")
    if not shop_line:
        raise node.wrong("id", "expected the line's id")
    return OrderLine(
        line=n,
        shop_line=shop_line,
        shop_sku=node.id("sku") or _nameless(node, shop_line),
        title=_title(node, "name"),
        qty=qty,
        unit_price=_each(exact, qty),
        total_minor=total,
        discount_minor=total - net,
        taxes=taxes,
        ships=ships,
    )


def _nameless(node: Node, shop_line: str) -> str:
    """What a product without a SKU is called: a person maps it once. 0 is WooCommerce's word for none."""
    for field in ("variation_id", "product_id"):
        if (stated := node.id(field)) not in {"", "0"}:
            return f"{field.removesuffix('_id')} {stated}"
    return f"line {shop_line}"


def _each(total: Decimal, qty: int) -> Decimal:
    each = _DIVIDE.divide(total, Decimal(qty))
    if each.as_tuple().exponent < _FINEST.as_tuple().exponent:  # type: ignore[operator]  # finite: parts are
        each = each.quantize(_FINEST, context=_DIVIDE)
    return Decimal(f"{each.normalize(_DIVIDE):f}")


def _title(node: Node, field: str) -> str:
    """WooCommerce states titles as HTML ("Tee &ndash; Black")."""
    return clean(unescape(node.text(field)), field)


def _rates(order: Node, currency: str) -> Iterator[tuple[str, _Rate]]:
    for tax in order.nodes("tax_lines"):
        rate = (tax.number("rate_percent") or Decimal(0)) / 100
        for field in ("tax_total", "shipping_tax_total"):
            tax.minor(field, currency)  # refused here with its place when it is no amount
        title = tax.text("label") or tax.text("rate_code")
        yield tax.id("rate_id"), _Rate(title, rate, tax.number("tax_total"), tax.number("shipping_tax_total"))


def _exact_taxes(part: Node, currency: str) -> _Exact:
    part.minor("total_tax", currency)
    stated = [(tax.id("id"), tax.number("total") or Decimal(0), tax) for tax in part.nodes("taxes")]
    for _, _, tax in stated:
        tax.minor("total", currency)
    found = [(key, amount) for key, amount, _ in stated if amount]
    alone = part.number("total_tax")
    return found if found or not alone else [("", alone)]


def _taxes(
    parts: Sequence[_Exact], rates: Mapping[str, _Rate], sums: Mapping[str, Decimal | None], currency: str
) -> list[tuple[TaxLine, ...]]:
    """Each part's tax lines in minor units, which sum to what the order states for their rate.

    WooCommerce rounds a rate's tax once, over the order; rounding line by line would be a cent off.
    """
    minor: dict[tuple[int, int], int] = {}
    for rate in dict.fromkeys(key for part in parts for key, _ in part):
        places = [(n, i) for n, part in enumerate(parts) for i, (key, _) in enumerate(part) if key == rate]
        exact = [parts[n][i][1] for n, i in places]
        minor |= zip(places, _apportioned(exact, sums.get(rate), currency), strict=True)
    none = _Rate("", Decimal(0), None, None)
    return [
        tuple(
            TaxLine(rates.get(key, none).title, rates.get(key, none).rate, minor[n, i])
            for i, (key, _) in enumerate(part)
            if minor[n, i]
        )
        for n, part in enumerate(parts)
    ]


def _apportioned(exact: Sequence[Decimal], stated: Decimal | None, currency: str) -> list[int]:
    """The amounts in minor units by largest remainder to the stated sum; each rounded alone where that can't be."""
    scaled = [amount.scaleb(exponent(currency)) for amount in exact]
    floors = [int(amount.to_integral_value(ROUND_FLOOR)) for amount in scaled]
    above = rounded(stated, currency) - sum(floors) if stated is not None else -1
    if not 0 <= above <= sum(amount != floor for amount, floor in zip(scaled, floors, strict=True)):
        return [rounded(amount, currency) for amount in exact]
    first = sorted(range(len(exact)), key=lambda n: (floors[n] - scaled[n], n))[:above]
    return [floor + (n in first) for n, floor in enumerate(floors)]


def _tax_alone(order: Node, rates: Mapping[str, _Rate], currency: str) -> list[Charge]:
    parts = [
        (rate.title, rounded((rate.goods or 0) + (rate.shipping or Decimal(0)), currency)) for rate in rates.values()
    ]
    stated = [Charge("tax", title, minor) for title, minor in parts if minor]
    if stated:
        return stated
    total = order.minor("total_tax", currency) or 0
    if not total:
        total = sum(order.minor(field, currency) or 0 for field in ("cart_tax", "shipping_tax"))
    return [Charge("tax", "", total)] if total else []
