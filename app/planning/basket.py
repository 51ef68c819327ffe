"""An order as the chain takes it: bundles expanded, discounts and taxes off, what was shipped already left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from app.base.money import share
from app.catalog.product import Product, expand
from app.orders.order import OrderLine, StoredOrder, tax_of
from app.planning.house import Basket
from app.planning.pins import Pins
from app.planning.planned import Want


def wants(order: StoredOrder, products: Mapping[str, Product]) -> tuple[Want, ...]:
    """What the order's known goods lines ask for. A bundle's price is shared among its parts by their own value."""
    found: list[Want] = []
    nets = [_net(line, taxes_included=order.taxes_included) for line in order.lines]
    off = share(min(_freight(order)[1], sum(nets)), nets)  # what was taken off the order as a whole
    for line, net, less in zip(order.lines, nets, off, strict=True):
        product = products.get(line.sku or "")
        if not line.ships or line.qty <= 0 or product is None:
            continue
        units = expand({product.sku: line.qty}, {product.sku: product.parts})
        worth = [qty * _worth(products.get(sku)) for sku, qty in units.items()]
        values = share(net - less, worth)
        found += [Want(line.line, sku, qty, value) for (sku, qty), value in zip(units.items(), values, strict=True)]
    return tuple(found)


def _worth(product: Product | None) -> int:
    return product.value_minor or 0 if product else 0


def _net(line: OrderLine, *, taxes_included: bool) -> int:
    """What is paid for a line without tax."""
    taxes = sum(tax.minor for tax in line.taxes) if taxes_included else 0
    return max(0, line.total_minor - line.discount_minor - taxes)


def _freight(order: StoredOrder) -> tuple[int, int]:
    """What the customer pays for delivery without tax, and what is left of the order's own discounts for the goods.

    Discounts that belong to no line are taken off delivery first: free delivery is how shops state most of them.
    """
    shipping = [charge for charge in order.charges if charge.kind == "shipping"]
    included = sum(tax.minor for charge in shipping for tax in charge.taxes) if order.taxes_included else 0
    paid = max(0, sum(charge.minor for charge in shipping) - included)
    off = -sum(charge.minor for charge in order.charges if charge.kind == "discount")
    return max(0, paid - max(0, off)), max(0, off - paid)


def remaining(wants: Sequence[Want], kept: Mapping[tuple[int, str], int]) -> tuple[Want, ...]:
    """What is left of the wants when so many units of (order line, SKU) are in shipments that stay."""
    left: list[Want] = []
    open_units = dict(kept)
    for want in wants:
        taken = min(want.qty, open_units.get((want.order_line, want.sku), 0))
        open_units[want.order_line, want.sku] = open_units.get((want.order_line, want.sku), 0) - taken
        if taken < want.qty:
            value = share(want.value_minor, [taken, want.qty - taken])[1]
            left.append(Want(want.order_line, want.sku, want.qty - taken, value))
    return tuple(left)


def basket(order: StoredOrder, wanted: Sequence[Want], pins: Pins, now: datetime) -> Basket:
    """The chain's question. A presale is ready from its day on."""
    stated = tax_of(order.lines, order.charges)
    return Basket(
        order_id=order.id,
        country=order.country,
        currency=order.currency,
        wants=tuple(wanted),
        freight_minor=_freight(order)[0],
        tax_minor=stated if _states_tax(order) else None,
        ready_from=max(now, presale_from(order) or now),
        pins=pins,
    )


def _states_tax(order: StoredOrder) -> bool:
    """Whether the shop said anything of tax: none stated is not the same as none owed."""
    return any(line.taxes for line in order.lines) or any(c.taxes or c.kind == "tax" for c in order.charges)


def presale_from(order: StoredOrder) -> datetime | None:
    """When a presale's goods may leave; a day without a time begins in UTC."""
    if not order.available_from:
        return None
    at = datetime.fromisoformat(order.available_from)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
