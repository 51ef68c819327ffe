"""What a carrier offers from a warehouse, and what it would ask for a parcel."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from app.base.money import Money


@dataclass(frozen=True, slots=True)
class Carrier:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Rate:
    """`base` + `per_kg` for each kilogram begun, in minor units; `countries` ISO 3166 alpha-2, or `*` for any."""

    zone: str
    countries: tuple[str, ...]
    currency: str
    base: int
    per_kg: int

    def price(self, weight_g: int) -> Money:
        return Money(self.base + self.per_kg * max(1, -(-weight_g // 1000)), self.currency)


@dataclass(frozen=True, slots=True)
class Service:
    """kind: post | express | parcel. `drop_off` is the warehouse's local time of the day's last handover.

    `forbids` are restriction tags it won't carry; `days_p50`, `days_p90` are days on the way.
    """

    carrier: str
    code: str
    warehouse: str
    name: str
    kind: str
    drop_off: str
    incoterms: tuple[str, ...]
    forbids: tuple[str, ...]
    max_weight_g: int
    max_side_mm: int
    days_p50: int
    days_p90: int
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """What one parcel costs with this service."""

    service: Service
    zone: str
    price: Money


@dataclass(frozen=True, slots=True)
class CannotCarry:
    """Why not: `reason` is the wording entry `carriers.<reason>`, `values` fill it in."""

    service: Service
    reason: str
    values: Mapping[str, object] = field(default_factory=dict)


def quote(
    service: Service, country: str, weight_g: int, sides: tuple[int, int, int], tags: Collection[str] = ()
) -> Quote | CannotCarry:
    """The price of one parcel of so many grams and sides in mm holding goods with these tags, or why it can't go."""
    rate = next((r for r in service.rates if country in r.countries or "*" in r.countries), None)
    if rate is None:
        return CannotCarry(service, "no_rate", {"country": country})
    forbidden = sorted(set(tags) & set(service.forbids))
    if forbidden:
        return CannotCarry(service, "forbidden", {"tags": ", ".join(forbidden)})
    if weight_g > service.max_weight_g:
        return CannotCarry(service, "too_heavy", {"weight_g": weight_g, "max_g": service.max_weight_g})
    if max(sides) > service.max_side_mm:
        return CannotCarry(service, "too_long", {"side_mm": max(sides), "max_mm": service.max_side_mm})
    return Quote(service, rate.zone, rate.price(weight_g))
