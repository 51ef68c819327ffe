"""A cart before checkout, as `packbench quote FILE` reads it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import msgspec

from app.base.errors import BadInput
from app.base.forms import from_json
from app.base.money import rounded

_MOST_UNITS = 1_000_000


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    sku: str
    qty: int
    price: Decimal | None = None


class _Cart(msgspec.Struct, forbid_unknown_fields=True):
    shop: str
    country: str
    lines: list[_Line]
    currency: str = ""
    shipping: Decimal = Decimal(0)


_read = from_json(_Cart)


@dataclass(frozen=True, slots=True)
class CartLine:
    """`total_minor`: price of all units without tax; None: the product's own value counts."""

    sku: str
    qty: int
    total_minor: int | None


@dataclass(frozen=True, slots=True)
class Cart:
    """Prices and `shipping_minor` (what the customer would pay for delivery) without tax; currency "": the shop's."""

    shop: str
    country: str
    lines: tuple[CartLine, ...]
    currency: str = ""
    shipping_minor: int = 0


def read_cart(raw: bytes | str, shop_currency: str = "") -> Cart:
    """A cart from its JSON: {"shop", "country", "currency"?, "shipping"?, "lines": [{"sku", "qty", "price"?}]}.

    Prices are for one unit, without tax. BadInput with the field otherwise.
    """
    try:
        stated = _read(raw)
    except msgspec.DecodeError as error:
        raise BadInput(str(error), at="cart") from error
    currency = stated.currency or shop_currency
    if not stated.lines:
        raise BadInput("got none, expected at least one", at="cart", field="lines")
    if len(stated.country) != 2 or not stated.country.isalpha():
        raise BadInput(f"got {stated.country!r:.40}, expected two letters", at="cart", field="country")
    lines = []
    for n, line in enumerate(stated.lines, 1):
        if not 0 < line.qty <= _MOST_UNITS:
            raise BadInput(f"got {line.qty}, expected 1 to {_MOST_UNITS}", at=f"line {n}", field="qty")
        total = None if line.price is None else _amount(line.price * line.qty, currency, f"line {n}", "price")
        lines.append(CartLine(line.sku, line.qty, total))
    shipping = _amount(stated.shipping, currency, "cart", "shipping")
    return Cart(stated.shop, stated.country.upper(), tuple(lines), currency, shipping)


def _amount(value: Decimal, currency: str, at: str, field: str) -> int:
    if not value.is_finite() or not 0 <= value < 10**12:
        raise BadInput(f"got {value!s:.40}, expected an amount from 0", at=at, field=field)
    return rounded(value, currency)
