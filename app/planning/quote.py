"""What a cart would cost to deliver, duties and tax included: the same chain that plans orders."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from app.base.clock import stamp
from app.base.errors import BadInput
from app.base.money import share
from app.catalog.product import expand
from app.customs.restrictions import restricting
from app.db import Tx
from app.planning import chain
from app.planning.cart import Cart
from app.planning.house import Basket
from app.planning.lookup import Lookup, Shelf
from app.planning.planned import Finding, Plan, PlannedShipment, Want


@dataclass(frozen=True, slots=True)
class CartQuote:
    """`plan` says how it would be sent and why; with findings it can't be, and says why not."""

    country: str
    currency: str
    goods_minor: int
    plan: Plan

    def as_dict(self) -> dict[str, object]:
        """For people and machines: amounts in minor units of `currency`, each charge with its rule and confidence."""
        charges = [charge for shipment in self.plan.shipments for charge in shipment.charges]
        carriage = sum(s.carriage.cost_minor for s in self.plan.shipments)
        kinds = {kind: sum(c.minor for c in charges if c.kind == kind) for kind in ("duty", "levy", "vat")}
        return {
            "country": self.country,
            "currency": self.currency,
            "goods_minor": self.goods_minor,
            "carriage_minor": carriage,
            **{f"{kind}_minor": minor for kind, minor in kinds.items()},
            "landed_minor": self.goods_minor + carriage + sum(kinds.values()),
            "verify": any(charge.verify for charge in charges)
            or any(line.inputs.get("verify") is True for line in self.plan.trace),
            "shipments": [_shipment(s) for s in self.plan.shipments],
            "not_possible": [{"kind": f.kind, "rule": f.rule, **f.detail} for f in self.plan.findings],
            "trace": [asdict(line) for line in self.plan.trace],
            "rules_version": self.plan.version,
        }


def quote_cart(tx: Tx, cart: Cart, now: datetime) -> CartQuote:
    """The cost of delivering the cart from what is in stock now; nothing is reserved. BadInput for an unknown SKU."""
    lookup = Lookup(tx, now)
    if cart.shop not in lookup.shops:
        raise BadInput(f"got {cart.shop!r:.40}, expected one of {', '.join(lookup.shops)}", at="cart", field="shop")
    currency = cart.currency or lookup.shops[cart.shop].currency
    lookup.know(tx, [line.sku for line in cart.lines])
    wants = _wants(cart, currency, lookup)
    basket = Basket(
        order_id="",
        country=cart.country,
        currency=currency,
        wants=wants,
        freight_minor=cart.shipping_minor,
        tax_minor=None,
        ready_from=now,
    )
    goods = sum(want.value_minor for want in wants)
    house = lookup.house
    unmeasured = {w.sku: list(house.products[w.sku].missing) for w in wants if house.products[w.sku].missing}
    embargoes = restricting(
        house.books.restrictions,
        country=cart.country,
        tags={tag for want in wants for tag in house.products[want.sku].tags},
        total_minor=0,  # whether the buyer is a risk shows in the order, not in the cart
        currency=currency,
        exchange=house.books.tariff.exchange,
        on=now.date(),
    )
    findings = [Finding("incomplete_product", "catalog", {"missing": unmeasured})] if unmeasured else []
    findings += [Finding("embargoed" if r.kind == "embargo" else "restricted_goods", r.id) for r in embargoes]
    if findings:
        plan = Plan("", (), (), wants, tuple(findings), 0, currency, house.version)
    else:
        plan = chain.plan(basket, Shelf(tx, wants, [cart.shop]).free(cart.shop), house)
    return CartQuote(cart.country, currency, goods, plan)


def _wants(cart: Cart, currency: str, lookup: Lookup) -> tuple[Want, ...]:
    found: list[Want] = []
    exchange = lookup.house.books.tariff.exchange
    for n, line in enumerate(cart.lines, 1):
        product = lookup.products.get(line.sku)
        if product is None:
            raise BadInput(f"got {line.sku!r:.60}, expected a SKU of the catalogue", at=f"line {n}", field="sku")
        worth = (product.value_minor or 0) * line.qty
        total = line.total_minor
        if total is None:
            known = exchange.knows(product.value_currency) and exchange.knows(currency)
            total = exchange.convert(worth, product.value_currency, currency) if known else worth
        units = expand({product.sku: line.qty}, {product.sku: product.parts})
        weights = [
            qty * (lookup.products[sku].value_minor or 0) if sku in lookup.products else 0 for sku, qty in units.items()
        ]
        found += [
            Want(n, sku, qty, value) for (sku, qty), value in zip(units.items(), share(total, weights), strict=True)
        ]
    return tuple(found)


def _shipment(one: PlannedShipment) -> dict[str, object]:
    return {
        "warehouse": one.warehouse,
        "units": sum(piece.qty for piece in one.pieces),
        "parcels": one.carriage.parcels,
        "carrier": one.carriage.carrier,
        "service": one.carriage.service,
        "incoterm": one.carriage.incoterm,
        "leaves_at": stamp(one.carriage.leaves_at),
        "days_p50": one.carriage.days_p50,
        "days_p90": one.carriage.days_p90,
        "carriage_minor": one.carriage.cost_minor,
        "charges": [asdict(charge) for charge in one.charges],
    }
