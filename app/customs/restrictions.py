"""What must not be sent, or not without a person's look: embargoes, goods that must not travel together, risks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from app.customs.tariff import Confidence, Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """One rule. kind: embargo (nothing goes to `countries`), together (goods with all of `tags` in one order),

    risk (an order worth `at_least` of `currency` to `countries`). In force from `valid_from` up to and without
    `valid_to`; confidence C is shown as "verify".
    """

    id: str
    kind: Literal["embargo", "together", "risk"]
    valid_from: date
    source: str
    checked_on: date
    confidence: Confidence
    countries: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    at_least: Decimal = Decimal(0)
    currency: str = ""
    valid_to: date | None = None
    note: str = ""

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


def restricting(
    rules: Sequence[Restriction],
    *,
    country: str,
    tags: Collection[str],
    total_minor: int,
    currency: str,
    exchange: Exchange,
    on: date,
) -> list[Restriction]:
    """The rules an order to `country`, worth so much and holding goods with these tags, falls under."""

    def applies(rule: Restriction) -> bool:
        match rule.kind:
            case "embargo":
                return country in rule.countries
            case "together":
                return set(rule.tags) <= set(tags)
            case "risk":
                # Without a rate its worth is unknown: a person looks.
                known = exchange.knows(currency)
                return country in rule.countries and (
                    not known or exchange.exact(total_minor, currency, rule.currency) >= rule.at_least
                )

    return [rule for rule in rules if rule.in_force(on) and applies(rule)]
