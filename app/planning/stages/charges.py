"""Stage 4: duties, levies and taxes of a shipment by the tariff book, and whether the shop's tax agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.catalog.product import Product
from app.customs.assess import Consignment, Entering, Goods, assess
from app.customs.book import Books
from app.planning.house import Basket, House
from app.planning.planned import ChargeLine, Part, PlannedShipment, TraceLine

# A shop rounds by line, unit or order; a minor unit for each line and tax is no difference.
_TOLERANCE_PER_LINE = 2


def charge(
    part: Part,
    basket: Basket,
    *,
    origin: str,
    freight_minor: int,
    parcels: int,
    entering: Entering,
    house: House,
) -> tuple[tuple[ChargeLine, ...], list[TraceLine]]:
    """What is owed for the part, rule by rule, with a trace line for each rule that decided something."""
    consignment = Consignment(
        origin=origin,
        country=basket.country,
        currency=basket.currency,
        goods=_goods(part, house.products),
        freight_minor=freight_minor,
        parcels=parcels,
        b2c=basket.b2c,
    )
    found = assess(house.books.tariff, consignment, entering, house.now.date())
    trace = [
        TraceLine(
            "charges",
            due.rule,
            house.books.version,
            f"{due.kind}_{due.collected}" if due.kind == "vat" else due.kind,
            {
                "warehouse": part.warehouse,
                "minor": due.minor,
                "currency": basket.currency,
                "basis": due.basis,
                "count": due.count,
                "verify": due.verify,
            },
        )
        for due in found.dues
    ]
    trace += [
        TraceLine(
            "charges",
            remark.rule or "tariff",
            house.books.version,
            remark.reason,
            {"warehouse": part.warehouse, **remark.inputs, "verify": remark.verify},
        )
        for remark in found.remarks
    ]
    lines = tuple(ChargeLine(d.kind, d.rule, d.basis, d.count, d.minor, d.collected, d.verify) for d in found.dues)
    return lines, trace


def _goods(part: Part, products: Mapping[str, Product]) -> tuple[Goods, ...]:
    return tuple(Goods(products[p.sku].hs_code, p.qty, p.value_minor) for p in part.pieces)


def compare_tax(basket: Basket, shipments: Sequence[PlannedShipment], books: Books) -> TraceLine | None:
    """Whether the tax the shop took at the sale is what the tariff says; None where either doesn't say."""
    taxed = [c for s in shipments for c in s.charges if c.kind == "vat"]
    if basket.tax_minor is None or not taxed:
        return None
    ours = sum(c.minor for c in taxed if c.collected == "sale")
    tolerance = _TOLERANCE_PER_LINE * (len(basket.wants) + len(taxed))
    reason = "tax_agrees" if abs(ours - basket.tax_minor) <= tolerance else "tax_differs"
    if reason == "tax_differs" and abs(sum(c.minor for c in taxed) - basket.tax_minor) <= tolerance:
        reason = "tax_taken_early"  # the right amount, but the border will ask for it again
    inputs = {
        "shop_minor": basket.tax_minor,
        "tariff_minor": ours,
        "currency": basket.currency,
        "tolerance_minor": tolerance,
        "verify": any(c.verify for c in taxed),
    }
    return TraceLine("charges", "shop_tax", books.version, reason, inputs)
