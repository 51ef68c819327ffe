"""The tariff book: effective-dated rules of tax, duty, levies and thresholds, as resources/tariff states them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Literal

from app.base.money import exponent

Kind = Literal["vat", "duty", "levy", "duty_dm", "tax_dm", "precollect", "doc"]
Basis = Literal["unit", "line", "consignment", "parcel", "ad_valorem"]
Confidence = Literal["A", "B", "C"]

# A rule nobody looked at for so long is shown as one to verify, whatever its source was.
STALE_AFTER = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One fact about a destination, in force from `valid_from` up to and without `valid_to`.

    kind: vat, duty, levy are owed; duty_dm, tax_dm: none is owed up to `at_most`; precollect: tax is taken at the
    sale up to `at_most`; doc: what customs asks to be told. `value`: percent (ad_valorem) or an amount of `currency`
    for each of `basis`; `minus` comes off an ad-valorem amount. `above`, `at_most`: the value it holds for, in
    `currency`, judged `per` consignment (all goods of the order that enter from outside) or per item (unit value),
    on the goods alone or with freight (cif). `includes_freight`: the percent is of goods and freight. `hs`:
    prefixes it is limited to. `shipped_from`: countries of departure it is limited to. confidence: A official text,
    B dated professional source, C weak or unsourced: shown as "verify".
    """

    id: str
    countries: tuple[str, ...]
    kind: Kind
    valid_from: date
    source: str
    checked_on: date
    confidence: Confidence
    basis: Basis = "ad_valorem"
    value: Decimal = Decimal(0)
    minus: Decimal = Decimal(0)
    currency: str = ""
    above: Decimal | None = None
    at_most: Decimal | None = None
    threshold_basis: Literal["intrinsic", "customs_value", "cif"] = "intrinsic"
    per: Literal["consignment", "item"] = "consignment"
    includes_freight: bool = False
    hs: tuple[str, ...] = ()
    shipped_from: tuple[str, ...] = ()
    b2c_only: bool = False
    valid_to: date | None = None
    note: str = ""

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def verify(self, on: date) -> bool:
        """Whether a person should look it up before relying on it."""
        return self.confidence == "C" or on > self.checked_on + STALE_AFTER

    def match(self, hs_code: str) -> int:
        """How closely the rule names this HS code: the length of its prefix, 0 for any goods, -1 for others."""
        if not self.hs:
            return 0
        return max((len(prefix) for prefix in self.hs if hs_code.startswith(prefix)), default=-1)


@dataclass(frozen=True, slots=True)
class Exchange:
    """Units of each currency for one EUR, as published for `on`."""

    on: date
    source: str
    rates: dict[str, Decimal]

    def convert(self, minor: int, currency: str, to: str) -> int:
        """Minor units of `to`, half away from zero. KeyError for a currency without a rate."""
        if currency == to:
            return minor
        exact = self.exact(minor, currency, to).scaleb(exponent(to))
        return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))

    def exact(self, minor: int, currency: str, to: str) -> Decimal:
        """Major units of `to`, not rounded: what a threshold is judged on."""
        amount = Decimal(minor).scaleb(-exponent(currency))
        return amount if currency == to else amount * self.rates[to] / self.rates[currency]

    def knows(self, currency: str) -> bool:
        return currency in self.rates


@dataclass(frozen=True)
class TariffBook:
    """All rules with the version they are known by. `territories`: customs territories and their member countries."""

    version: str
    rules: tuple[Rule, ...]
    territories: dict[str, tuple[str, ...]]
    exchange: Exchange
    _found: dict[tuple[str, date], tuple[Rule, ...]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def _territory_of(self) -> dict[str, str]:
        return {country: code for code, members in self.territories.items() for country in members}

    @cached_property
    def _by_country(self) -> dict[str, list[Rule]]:
        found: dict[str, list[Rule]] = {}
        for rule in self.rules:
            for country in rule.countries:
                found.setdefault(country, []).append(rule)
        return found

    def territory(self, country: str) -> str:
        """The customs territory a country belongs to: its own code when it is in no union."""
        return self._territory_of.get(country, country)

    def crosses(self, origin: str, destination: str) -> bool:
        """Whether goods going from one country to another pass a customs border."""
        return self.territory(origin) != self.territory(destination)

    def in_force(self, country: str, on: date) -> tuple[Rule, ...]:
        """The rules of a destination, its territory's included, that hold on that day."""
        key = (country, on)
        if key not in self._found:
            names = dict.fromkeys((country, self.territory(country)))
            rules = [rule for name in names for rule in self._by_country.get(name, ()) if rule.in_force(on)]
            self._found[key] = tuple(rules)
        return self._found[key]
