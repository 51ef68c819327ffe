"""Reads the tariff and restriction files of `resources` once, at start; a wrong one is refused with its place."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from app.base.errors import BadInput
from app.base.forms import from_plain
from app.base.paths import RESOURCES
from app.customs.restrictions import Restriction
from app.customs.tariff import Exchange, Rule, TariffBook

T = TypeVar("T", Rule, Restriction)
_READ: dict[type, Callable[[Any], Any]] = {kind: from_plain(kind) for kind in (Rule, Restriction)}
_rates, _date = from_plain(dict[str, Decimal]), from_plain(date)


@dataclass(frozen=True)
class Books:
    """Everything customs decides by. `version` names the very content and is stored with each decision."""

    version: str
    tariff: TariffBook
    restrictions: tuple[Restriction, ...]


@cache
def books() -> Books:
    """The program's own books."""
    return read_books(RESOURCES)


def read_books(resources: Path) -> Books:
    """The books in `resources`/tariff and `resources`/rules; BadInput names the file, the rule and the field."""
    tariff_files = sorted((resources / "tariff").glob("*.toml"))
    rule_files = sorted((resources / "rules").glob("restrictions*.toml"))
    digest = hashlib.sha256()
    rules: list[Rule] = []
    restrictions: list[Restriction] = []
    territories: dict[str, tuple[str, ...]] = {}
    exchange: Exchange | None = None
    for file in (*tariff_files, *rule_files):
        raw = file.read_bytes()
        digest.update(file.name.encode() + b"\0" + raw + b"\0")
        try:
            values = tomllib.loads(raw.decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadInput(str(error), at=file.name) from error
        known = {"default", "rule", "restriction", "territory", "exchange"}
        if strange := sorted(set(values) - known):
            raise BadInput(f"expected one of {', '.join(sorted(known))}", at=file.name, field=strange[0])
        default = values.get("default", {})
        rules += [_rule(default, each, file.name) for each in values.get("rule", ())]
        restrictions += [_one(Restriction, default | each, file.name) for each in values.get("restriction", ())]
        territories |= {each["code"]: tuple(each["members"]) for each in values.get("territory", ())}
        if "exchange" in values:
            exchange = _exchange(values["exchange"], file.name)
    if exchange is None:
        raise BadInput("no file states the exchange rates", at=str(resources / "tariff"), field="exchange")
    _whole(rules, restrictions, exchange)
    newest = max([r.checked_on for r in rules] + [r.checked_on for r in restrictions])
    version = f"{newest.isoformat()}.{digest.hexdigest()[:8]}"
    return Books(version, TariffBook(version, tuple(rules), territories, exchange), tuple(restrictions))


def _rule(default: dict[str, Any], values: dict[str, Any], file: str) -> Rule:
    rule = _one(Rule, default | values, file)
    at = f"{file}, {rule.id}"
    if rule.kind in {"duty_dm", "tax_dm", "precollect"} and rule.at_most is None:
        raise BadInput(f"a {rule.kind} rule needs a threshold", at=at, field="at_most")
    money = rule.above is not None or rule.at_most is not None or rule.minus or rule.basis != "ad_valorem"
    if money and rule.kind != "doc" and not rule.currency:
        raise BadInput("an amount or threshold needs its currency", at=at, field="currency")
    if rule.value < 0 or rule.minus < 0:
        raise BadInput(f"got {rule.value}, expected no less than 0", at=at, field="value")
    return rule


def _one(kind: type[T], values: dict[str, Any], file: str) -> T:
    """One table as a value: every field known, of its type, and none missing."""
    at = f"{file}, {values.get('id', 'a rule without id')}"
    names = {field.name for field in fields(kind)}
    if strange := sorted(set(values) - names):
        raise BadInput(f"expected one of {', '.join(sorted(names))}", at=at, field=strange[0])
    try:
        value: T = _READ[kind](values)
    except msgspec.ValidationError as error:
        raise BadInput(str(error), at=at) from error
    if value.valid_to is not None and value.valid_to <= value.valid_from:
        raise BadInput(f"got {value.valid_to}, expected a day after {value.valid_from}", at=at, field="valid_to")
    if not value.source.strip():
        raise BadInput("a rule says where it comes from, or that it could not be sourced", at=at, field="source")
    return value


def _exchange(values: dict[str, Any], file: str) -> Exchange:
    try:
        rates = _rates(values["rates"])
        exchange = Exchange(_date(values["on"]), str(values["source"]), rates)
    except (KeyError, msgspec.ValidationError) as error:
        raise BadInput(f"{error}: expected on, source and rates as texts", at=file, field="exchange") from error
    if wrong := [currency for currency, rate in rates.items() if rate <= 0]:
        raise BadInput(f"got {rates[wrong[0]]}, expected more than 0", at=file, field=wrong[0])
    return exchange


def _whole(rules: list[Rule], restrictions: list[Restriction], exchange: Exchange) -> None:
    """What no single table can be wrong in: an id said twice, a currency without a rate."""
    stated = [(r.id, r.currency) for r in rules] + [(r.id, r.currency) for r in restrictions]
    seen: set[str] = set()
    for key, currency in stated:
        if key in seen:
            raise BadInput("this id is stated twice", at=key, field="id")
        seen.add(key)
        if currency and not exchange.knows(currency):
            raise BadInput(f"there is no exchange rate for {currency}", at=key, field="currency")
