"""An order as its shop states it: what intake reads, and what all that follows starts from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

PAYMENTS = ("pending", "authorized", "partially_paid", "paid", "partially_refunded", "refunded", "voided")
# Money has come or is sure to: the goods may leave.
FIRM = frozenset({"authorized", "paid", "partially_refunded"})
STATES = ("new", "held", "planned", "part_shipped", "shipped", "cancelled")


@dataclass(frozen=True, slots=True)
class Address:
    """Lines as the customer wrote them; `country` is ISO 3166 alpha-2, empty when its word is unknown."""

    name: str = ""
    company: str = ""
    street: tuple[str, ...] = ()
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class TaxLine:
    """`rate` is a fraction as stated (0.19); `minor` in the order's currency."""

    title: str
    rate: Decimal
    minor: int


@dataclass(frozen=True, slots=True)
class OrderLine:
    """Goods. `unit_price` is exact as stated.

    `total_minor` is qty × unit price rounded once, before `discount_minor`.
    """

    line: int
    shop_line: str
    shop_sku: str
    title: str
    qty: int
    unit_price: Decimal
    total_minor: int
    discount_minor: int = 0
    taxes: tuple[TaxLine, ...] = ()
    ships: bool = True
    sku: str | None = None  # ours, once resolved


@dataclass(frozen=True, slots=True)
class Charge:
    """Money of the order that is not goods. kind: shipping | fee | discount | duty | tax | difference.

    A discount is negative. A difference is what the shop's own total has above the sum of its parts.
    """

    kind: str
    title: str
    minor: int
    taxes: tuple[TaxLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Customer:
    """`key` is the shop's own id for the person (its number, else the e-mail address)."""

    key: str
    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """Times are stamps in UTC. `body` is the payload as received.

    The body and all persons' data land in erasable tables.
    """

    shop: str
    number: str
    payment: str
    placed_at: str
    updated_at: str
    currency: str
    taxes_included: bool
    lines: tuple[OrderLine, ...]
    total_minor: int
    charges: tuple[Charge, ...] = ()
    paid_currency: str = ""
    paid_total_minor: int | None = None
    ship_to: Address | None = None
    bill_to: Address | None = None
    customer: Customer | None = None
    cancelled_at: str | None = None
    available_from: str | None = None
    tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    source: str = ""
    medium: str = ""
    campaign: str = ""
    body: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """An order as planning and the desk read it back: no person but the address it goes to."""

    id: str
    shop: str
    number: str
    state: str
    payment: str
    placed_at: str
    updated_at: str
    country: str
    currency: str
    taxes_included: bool
    lines: tuple[OrderLine, ...]
    charges: tuple[Charge, ...]
    total_minor: int
    available_from: str | None
    cancelled_at: str | None
    tags: tuple[str, ...]
    customer_id: str | None
    ship_to: Address | None
    plan_no: int


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order about to be kept: our id, its first state, whose it is, our SKU for each shop SKU known."""

    id: str
    order: Order
    state: str
    customer_id: str | None
    skus: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """What intake compares a newer version with. `forgotten`: its customer was; digests are empty then."""

    id: str
    number: str
    state: str
    payment: str
    updated_at: str
    cancelled_at: str | None
    customer_id: str | None
    digest: str
    address_digest: str
    forgotten: bool


@dataclass(frozen=True, slots=True)
class RawDocument:
    """Something a shop sent that is no order and must not be lost. kind: credit_note."""

    shop: str
    number: str
    kind: str
    body: str
    customer_key: str = ""


def difference(
    lines: Sequence[OrderLine], charges: Sequence[Charge], *, taxes_included: bool, stated: int | None
) -> tuple[tuple[Charge, ...], int]:
    """What the shop's own total has above the sum of its parts, as a charge (none when they agree), and the total."""
    parts = sum(line.total_minor - line.discount_minor for line in lines)
    parts += sum(charge.minor for charge in charges if charge.kind != "tax")
    if not taxes_included:
        parts += tax_of(lines, charges)
    if stated is None or stated == parts:
        return (), parts
    return (Charge("difference", "", stated - parts),), stated


def tax_of(lines: Sequence[OrderLine], charges: Sequence[Charge]) -> int:
    """All tax of an order as stated: on its lines, on its charges, or on the order alone."""
    on_lines = sum(tax.minor for line in lines for tax in line.taxes)
    on_charges = sum(tax.minor for charge in charges for tax in charge.taxes)
    return on_lines + on_charges + sum(charge.minor for charge in charges if charge.kind == "tax")


def digest_of(text: str) -> str:
    """Tells two versions apart; erased together with what it was made of."""
    return hashlib.sha256(text.encode()).hexdigest()
