"""The chain: split → parcels → declaration → charges → carriage, for every candidate split; the cheapest wins.

Preview and commit run just this. It is pure: the same basket, stock and house give the same plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.base.money import share
from app.customs.assess import Entering
from app.planning.house import Basket, House
from app.planning.planned import Finding, Part, Plan, PlannedShipment, TraceLine
from app.planning.stages import carriage, charges, declaration, parcels, split

_RULE = "1"  # the version of the rules that stand in code


@dataclass(frozen=True, slots=True)
class _Way:
    """A candidate split that went through the chain."""

    score: int
    cost_minor: int
    shipments: tuple[PlannedShipment, ...]
    trace: tuple[TraceLine, ...]


def plan(basket: Basket, free: split.Free, house: House) -> Plan:
    """The plan of an order, or the findings that keep it from one."""
    if not house.books.tariff.exchange.knows(basket.currency):
        # Candidates can't be weighed in a currency without a rate; nothing is guessed.
        return _found(basket, house, Finding("no_service", "exchange", {"currency": basket.currency}))
    basket = replace(basket, wants=declaration.revalued(basket.wants, basket.pins))
    codes = sorted(house.warehouses)
    short = split.missing(basket.wants, free, codes, basket.pins)
    if short:
        return _found(basket, house, Finding("short_stock", "split", {"missing": short}))
    refused: dict[str, Finding] = {}
    for ways in split.candidates(basket.wants, free, codes, basket.pins, house.weights.most_shipments):
        found: list[_Way] = []
        for one in ways:
            way = _walk(one, basket, house)
            if isinstance(way, _Way):
                found.append(way)
            else:
                refused.setdefault(way.kind, way)
        if found:
            return _chosen(found, basket, house)
    # What a person can put right first: product data, then the way there.
    order = ("incomplete_product", "no_service")
    first = min(refused.values(), key=lambda f: order.index(f.kind), default=Finding("short_stock", "most_shipments"))
    return _found(basket, house, first)


def _found(basket: Basket, house: House, finding: Finding) -> Plan:
    trace = TraceLine("split", finding.rule, _RULE, finding.kind, finding.detail)
    return Plan(basket.order_id, (), (trace,), basket.wants, (finding,), 0, basket.currency, house.version)


def _walk(ways: split.Split, basket: Basket, house: House) -> _Way | Finding:
    """One candidate through all stages; the finding that makes it impossible, otherwise."""
    tariff = house.books.tariff
    origins = {part.warehouse: house.warehouses[part.warehouse].country for part in ways}
    entering_minor, outside = declaration.entering_value(ways, origins, basket.country, house.books)
    freight = share(basket.freight_minor, [part.value_minor for part in ways])
    entering = Entering(entering_minor, sum(freight[i] for i in outside))
    asks_pid = any(
        rule.kind == "doc" and rule.id.endswith(".pid") for rule in tariff.in_force(basket.country, house.now.date())
    )
    shipments: list[PlannedShipment] = []
    trace: list[TraceLine] = []
    for part, freight_minor in zip(ways, freight, strict=True):
        crossing = tariff.crosses(origins[part.warehouse], basket.country)
        if crossing and (lacking := declaration.undeclarable(part, house.products)):
            return Finding("incomplete_product", "declaration", {"missing": lacking})
        tags = _tags(part, house)
        services = house.services.get(part.warehouse, ())
        bounds = carriage.limits(services, basket.country, tags)
        if bounds is None:
            detail = {"warehouse": part.warehouse, "country": basket.country, "tags": list(tags)}
            return Finding("no_service", "carriage", detail)
        boxes = parcels.pack(
            part.pieces,
            house.products,
            house.cartons,
            bounds,
            fill_percent=house.weights.fill_percent,
            carton=basket.pins.carton,
        )
        count = sum(box.alike for box in boxes)
        trace.append(_boxed(part, boxes, count, basket))
        declared, why = declaration.declare(
            part,
            origin=origins[part.warehouse],
            country=basket.country,
            currency=basket.currency,
            products=house.products,
            books=house.books,
            pid=asks_pid,
        )
        trace.append(why)
        dues, reasons = charges.charge(
            part,
            basket,
            origin=origins[part.warehouse],
            freight_minor=freight_minor,
            parcels=count,
            entering=entering,
            house=house,
        )
        trace += reasons
        chosen, why = carriage.choose(
            services,
            boxes,
            warehouse=house.warehouses[part.warehouse],
            country=basket.country,
            tags=tags,
            crossing=crossing,
            pinned=basket.pins.service_for(part.warehouse),
            ready_from=basket.ready_from,
            exchange=tariff.exchange,
            currency=basket.currency,
            version=house.version,
        )
        trace.append(why)
        if chosen is None:
            return Finding("no_service", "carriage", why.inputs)
        shipments.append(PlannedShipment(part.warehouse, part.pieces, boxes, declared, dues, chosen))
    return _weighed(shipments, trace, basket, house)


def _tags(part: Part, house: House) -> tuple[str, ...]:
    return tuple(sorted({tag for piece in part.pieces for tag in house.products[piece.sku].tags}))


def _boxed(part: Part, boxes: Sequence[object], count: int, basket: Basket) -> TraceLine:
    rule, reason = ("carton_pin", "carton_pinned") if basket.pins.carton else ("first_fit", "cartons_suggested")
    inputs = {"warehouse": part.warehouse, "parcels": count, "units": sum(p.qty for p in part.pieces)}
    return TraceLine("parcels", rule, _RULE, reason, inputs)


def _weighed(shipments: Sequence[PlannedShipment], trace: Sequence[TraceLine], basket: Basket, house: House) -> _Way:
    """What the way costs (carriage, duties, levies; tax is the same on any way), and the score it is compared by."""
    w, exchange = house.weights, house.books.tariff.exchange
    cost = sum(s.carriage.cost_minor for s in shipments)
    cost += sum(c.minor for s in shipments for c in s.charges if c.kind != "vat")
    opinion = w.extra_shipment * (len(shipments) - 1)
    opinion += w.day * max(s.carriage.days_p50 for s in shipments)
    opinion += w.border * sum(s.declaration is not None for s in shipments)
    return _Way(cost + exchange.convert(opinion, w.currency, basket.currency), cost, tuple(shipments), tuple(trace))


def _chosen(found: Sequence[_Way], basket: Basket, house: House) -> Plan:
    best = min(found, key=lambda way: (way.score, tuple(s.warehouse for s in way.shipments)))
    if basket.pins.warehouse:
        reason = "warehouse_pinned"
    elif len(best.shipments) > 1:
        reason = "parted"
    elif len(found) == 1:
        reason = "only_one_has_it"
    elif best.shipments[0].declaration is None and any(way.shipments[0].declaration for way in found):
        reason = "no_border_and_cheapest"
    else:
        reason = "cheapest_warehouse"
    inputs = {
        "warehouses": [s.warehouse for s in best.shipments],
        "scores": {"+".join(s.warehouse for s in way.shipments): way.score for way in found},
        "currency": basket.currency,
        "pinned_by": basket.pins.authors.get("split", ""),
    }
    trace = [TraceLine("split", "fewest_shipments", house.weights.version, reason, inputs), *best.trace]
    tax = charges.compare_tax(basket, best.shipments, house.books)
    if tax is not None:
        trace.append(tax)
    return Plan(
        order_id=basket.order_id,
        shipments=best.shipments,
        trace=tuple(trace),
        wants=basket.wants,
        cost_minor=best.cost_minor,
        currency=basket.currency,
        version=house.version,
    )
