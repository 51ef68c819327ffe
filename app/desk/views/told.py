"""What stands in timelines and cases, in words: their details are codes and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.base.wording import known, word
from app.planning.pins import STAGES

_STATES = ("shipment.state", "order.state", "parcel.state")


def happened(event: str, detail: Mapping[str, Any], language: str) -> str:
    """One line of a timeline. An event that nobody wrote words for is said by its own name."""
    key = f"order.event.{event}"
    if event == "state" and not detail.get("from"):
        return state(str(detail.get("to", "")), language)
    if event == "state" and "station" in detail:
        key += "_at"
    values = {name: _plain(name, value, language) for name, value in detail.items()}
    said = word(key, language, **values) if known(key) else event.replace("_", " ")
    why = f"station.force.{detail.get('why')}"
    return f"{said} ({word(why, language)})" if event == "taken_over" and known(why) else said


def not_shown(unseen: Iterable[str], language: str) -> str:
    """Which parts of a whole (`show`) the login may not read, in one sentence; empty when it may read all."""
    parts = ", ".join(word(f"screens_desk.unseen.{part}", language) for part in dict.fromkeys(unseen))
    return word("screens_desk.unseen.says", language, parts=parts) if parts else ""


def state(name: str, language: str) -> str:
    """A state of an order, shipment or parcel in words."""
    key = next((f"{root}.{name}" for root in _STATES if known(f"{root}.{name}")), name)
    return word(key, language)


def needs(kind: str, detail: Mapping[str, Any], language: str) -> str:
    """What a case is about beyond its kind, in one short line; empty when it says no more."""
    parts = [word("order.event.forgotten", language)] if detail.get("forgotten") else []
    fields = detail.get("fields")
    if isinstance(fields, Mapping):
        parts += [
            word(f"screens_desk.gap.{what}", language, field=word(f"screens_desk.field.{name}", language))
            for name, what in sorted(fields.items())
        ]
    missing = detail.get("missing")
    if isinstance(missing, Mapping):
        parts += [_lacking(sku, what, language) for sku, what in sorted(missing.items())]
    parts += [str(code) for code in detail.get("codes", ()) or ()]
    if kind in {"short_pick", "found_short", "put_away"} and detail.get("sku"):
        parts.append(word("screens_desk.units_of", language, units=detail.get("units", 1), sku=detail["sku"]))
    elif "units" in detail and not parts:
        parts.append(word("screens_desk.units", language, units=detail["units"]))
    if kind.startswith("journal_"):
        parts += [word("screens_desk.facts_lost", language, n=detail["lost"])] if detail.get("lost") else []
        parts += detail.get("jobs", ()) or ()
    parts += [_to_bring(goods, language) for goods in detail.get("goods", ()) or ()] or detail.get("totes", ()) or ()
    parts += [str(label["sscc"] or label["parcel"]) for label in detail.get("labels", ()) or ()]
    parts += [str(detail[name]) for name in ("place", "document", "station") if detail.get(name)]
    return " · ".join(parts)


def _lacking(sku: str, what: object, language: str) -> str:
    """Units that are not there, or fields of a product that are not known."""
    if isinstance(what, int):
        return word("screens_desk.units_of", language, units=what, sku=sku)
    return f"{sku}: {', '.join(map(str, what))}" if isinstance(what, list | tuple) else f"{sku} {what}"


def _to_bring(goods: Mapping[str, Any], language: str) -> str:
    """So many units, from where they lie to where the books have them."""
    units = word("screens_desk.units_of", language, units=goods["qty"], sku=goods["sku"])
    return f"{units}: {goods['lies'][2:]} → {goods['belongs'].removeprefix('T:')}"


def _plain(name: str, value: object, language: str) -> object:
    if name in {"from", "to"} and isinstance(value, str):
        return state(value, language)
    if name == "cases" and isinstance(value, list):
        return ", ".join(word(f"case.kind.{kind}", language) for kind in value)
    if name == "act" and known(f"order.approved.{value}"):
        return word(f"order.approved.{value}", language)
    if name == "stage" and value in STAGES:
        return word(f"planning.stage.{value}", language)
    return ", ".join(map(str, value)) if isinstance(value, list) else value
