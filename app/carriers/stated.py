"""Carriers and services as a site file states them: its values → ours, or BadInput with the place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from app.base.errors import BadInput
from app.carriers.service import Carrier, Rate, Service

KINDS = ("post", "express", "parcel")
INCOTERMS = ("DDP", "DDU")

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_COUNTRY = re.compile(r"[A-Z]{2}|\*")


def read_carriers(site: Mapping[str, Any]) -> tuple[tuple[Carrier, ...], tuple[Service, ...]]:
    """All `[[carrier]]` tables of a site file with their services; the first that can't be taken refuses the file."""
    carriers: list[Carrier] = []
    services: list[Service] = []
    for c, stated in enumerate(_tables(site, "carrier", "site"), 1):
        at = f"carrier {c}"
        carrier = Carrier(_text(stated, "code", at), _text(stated, "name", at))
        carriers.append(carrier)
        services += [
            _service(carrier.code, values, f"{at} ({carrier.code}), service {s}")
            for s, values in enumerate(_tables(stated, "service", at), 1)
        ]
    _unique([c.code for c in carriers], "carrier")
    _unique([f"{s.carrier} {s.code} {s.warehouse}" for s in services], "service")
    return tuple(carriers), tuple(services)


def _service(carrier: str, values: Mapping[str, Any], at: str) -> Service:
    return Service(
        carrier=carrier,
        code=_text(values, "code", at),
        warehouse=_text(values, "warehouse", at),
        name=_text(values, "name", at),
        kind=_one_of(values, "kind", at, KINDS),
        drop_off=_matching(_text(values, "drop_off", at), _TIME, "drop_off", at, "a time such as 16:30"),
        incoterms=_texts(values, "incoterms", at, INCOTERMS),
        forbids=_texts(values, "forbids", at),
        max_weight_g=_count(values, "max_weight_g", at, least=1),
        max_side_mm=_count(values, "max_side_mm", at, least=1),
        days_p50=_count(values, "days_p50", at),
        days_p90=_count(values, "days_p90", at),
        rates=tuple(_rate(rate, f"{at}, rate {n}") for n, rate in enumerate(_tables(values, "rate", at), 1)),
    )


def _rate(values: Mapping[str, Any], at: str) -> Rate:
    countries = _texts(values, "countries", at)
    for country in countries:
        _matching(country, _COUNTRY, "countries", at, "two letters or *")
    return Rate(
        zone=_text(values, "zone", at),
        countries=countries,
        currency=_matching(_text(values, "currency", at), re.compile("[A-Z]{3}"), "currency", at, "three letters"),
        base=_count(values, "base", at),
        per_kg=_count(values, "per_kg", at),
    )


def _tables(values: Mapping[str, Any], field: str, at: str) -> Sequence[Mapping[str, Any]]:
    found = values.get(field, [])
    if not isinstance(found, list) or not all(isinstance(table, dict) for table in found):
        raise BadInput(f"got {found!r:.40}, expected tables", at=at, field=field)
    return found


def _text(values: Mapping[str, Any], field: str, at: str) -> str:
    found = values.get(field)
    if not isinstance(found, str) or not found.strip():
        raise BadInput(f"got {found!r:.40}, expected a text", at=at, field=field)
    return found


def _texts(values: Mapping[str, Any], field: str, at: str, among: Sequence[str] = ()) -> tuple[str, ...]:
    found = values.get(field, [])
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        raise BadInput(f"got {found!r:.40}, expected a list of texts", at=at, field=field)
    for text in found:
        if among and text not in among:
            raise BadInput(f"got {text!r:.40}, expected {' or '.join(among)}", at=at, field=field)
    return tuple(found)


def _one_of(values: Mapping[str, Any], field: str, at: str, among: Sequence[str]) -> str:
    found = _text(values, field, at)
    if found not in among:
        raise BadInput(f"got {found!r:.40}, expected {' or '.join(among)}", at=at, field=field)
    return found


def _count(values: Mapping[str, Any], field: str, at: str, *, least: int = 0) -> int:
    found = values.get(field)
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found < 2**31:
        raise BadInput(f"got {found!r:.40}, expected a whole number from {least}", at=at, field=field)
    return found


def _matching(text: str, pattern: re.Pattern[str], field: str, at: str, expected: str) -> str:
    if not pattern.fullmatch(text):
        raise BadInput(f"got {text!r:.40}, expected {expected}", at=at, field=field)
    return text


def _unique(keys: Sequence[str], what: str) -> None:
    for n, key in enumerate(keys):
        if key in keys[:n]:
            raise BadInput(f"{key} is stated twice", at=what)
