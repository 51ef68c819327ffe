"""Stage 5: which service takes a shipment, at what price, and when it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.base.money import Money
from app.carriers.service import CannotCarry, Quote, Service, quote
from app.customs.tariff import Exchange
from app.planning.planned import Carriage, PlannedParcel, TraceLine
from app.planning.stages.parcels import Limits
from app.site.site import Warehouse

if TYPE_CHECKING:
    from holidays import HolidayBase

# A warehouse that is closed for longer has its calendar wrong.
_LONGEST_CLOSURE = 30


def limits(services: Sequence[Service], country: str, tags: Sequence[str]) -> Limits | None:
    """The largest parcel that any service takes to `country`; None when none goes there with such goods."""
    able = [s for s in services if isinstance(quote(s, country, 1, (1, 1, 1), tags), Quote)]
    if not able:
        return None
    return Limits(max(s.max_weight_g for s in able), max(s.max_side_mm for s in able))


def choose(
    services: Sequence[Service],
    parcels: Sequence[PlannedParcel],
    *,
    warehouse: Warehouse,
    country: str,
    tags: Sequence[str],
    crossing: bool,
    pinned: str,
    ready_from: datetime,
    exchange: Exchange,
    currency: str,
    version: str,
) -> tuple[Carriage | None, TraceLine]:
    """The cheapest service that may carry all parcels (the pinned one, if any), the quicker of two alike."""
    found: list[tuple[int, int, str, Service, Money]] = []
    refusals: dict[str, object] = {}
    for service in services:
        if pinned and service.code != pinned:
            continue
        price = _price(service, parcels, country, tags)
        if isinstance(price, CannotCarry):
            refusals[service.code] = price.reason
        else:
            cost = exchange.convert(price.minor, price.currency, currency)
            found.append((cost, service.days_p50, service.code, service, price))
    inputs: dict[str, object] = {"warehouse": warehouse.code, "country": country, "refused": refusals}
    if not found:
        return None, TraceLine("carriage", "cheapest", version, "no_service", inputs)
    cost, _, _, best, price = min(found, key=lambda entry: entry[:3])
    incoterm = "DDP" if "DDP" in best.incoterms or not crossing else best.incoterms[0]
    leaves_at = departure(warehouse, best.drop_off, ready_from)
    carriage = Carriage(
        carrier=best.carrier,
        service=best.code,
        incoterm=incoterm,
        parcels=sum(p.alike for p in parcels),
        price_minor=price.minor,
        currency=price.currency,
        cost_minor=cost,
        leaves_at=leaves_at,
        days_p50=best.days_p50,
        days_p90=best.days_p90,
    )
    inputs |= {
        "service": best.code,
        "incoterm": incoterm,
        "price_minor": price.minor,
        "price_currency": price.currency,
        "rates_of": exchange.on.isoformat(),
        "among": len(found),
    }
    return carriage, TraceLine(
        "carriage", "cheapest", version, "service_pinned" if pinned else "cheapest_service", inputs
    )


def _price(
    service: Service, parcels: Sequence[PlannedParcel], country: str, tags: Sequence[str]
) -> Money | CannotCarry:
    """What all parcels cost together."""
    total: Money | None = None
    for parcel in parcels:
        asked = quote(service, country, parcel.weight_g, parcel.sides, tags)
        if isinstance(asked, CannotCarry):
            return asked
        price = asked.price * parcel.alike
        total = price if total is None else total + price
    return total if total is not None else CannotCarry(service, "no_parcels")


@lru_cache(maxsize=4096)
def departure(warehouse: Warehouse, drop_off: str, ready_from: datetime) -> datetime:
    """The first drop-off that work ready at `ready_from` can still make: its day's if it comes before the cut-off.

    In UTC; cut-off and drop-off are the warehouse's own time, on its working days and no holidays.
    """
    zone = ZoneInfo(warehouse.time_zone)
    last = time.fromisoformat(drop_off)
    local = ready_from.astimezone(zone)
    day = local.date()
    if local.time() > min(time.fromisoformat(warehouse.cut_off), last):
        day += timedelta(days=1)
    for _ in range(_LONGEST_CLOSURE):
        if works(warehouse, day):
            break
        day += timedelta(days=1)
    return datetime.combine(day, last, zone).astimezone(UTC)


def works(warehouse: Warehouse, day: date) -> bool:
    """Whether the warehouse works on that day."""
    return str(day.isoweekday()) in warehouse.working_days and day not in _holidays(warehouse.holidays)


@cache
def _holidays(code: str) -> HolidayBase | frozenset[date]:
    """Public holidays of a country (`DE`) or a part of it (`DE-SN`); none for an empty or unknown code."""
    if not code:
        return frozenset()
    from holidays import country_holidays

    country, _, part = code.partition("-")
    try:
        return country_holidays(country, subdiv=part or None)
    except NotImplementedError:
        return frozenset()
