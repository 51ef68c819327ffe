"""What each act on a case asks for, as fields with what stands in them now. Plain Python, no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.cases.case import Case
from app.desk.address import amended
from app.desk.views.address_fields import place_fields
from app.planning.screen import address_gaps
from ui.context import Words
from ui.desk.shown import FieldShown

_WITH_BIN = frozenset({"put_back", "put_away"})
REASON_ROW = 3  # the reason stands beside the last fields there are
_STREETS = ("street", "street_2")


def values(act: str, case: Case, address: Mapping[str, Any] | None, sku: str = "") -> dict[str, str]:
    """What stands in the act's fields before anybody writes in them."""
    if act == "correct_address":
        return _address(address or {})
    if act == "map_sku":
        codes = case.detail.get("codes")
        return {"code": str(codes[0]) if isinstance(codes, list) and codes else "", "sku": sku}
    return {"bin": ""} if act in _WITH_BIN else {}


def fields(act: str, said: Mapping[str, str], words: Words) -> tuple[FieldShown, ...]:
    if act == "correct_address":
        return tuple(_address_fields(said, words))
    if act == "map_sku":
        return (
            FieldShown("code", words("screens_desk.field.code"), said["code"], row=1),
            FieldShown("sku", words("screens_desk.field.sku"), said["sku"], _lacks("sku", said, words), row=1),
        )
    if act in _WITH_BIN:
        return (FieldShown("bin", words("screens_desk.field.bin"), said["bin"], hint=words("screens_desk.own_bin")),)
    return ()


def asked(act: str, said: Mapping[str, str]) -> dict[str, object]:
    """The values of the act, as `app.desk.settle` takes them."""
    if act != "correct_address":
        return {name: value.strip() for name, value in said.items() if value.strip()}
    street = [said[name].strip() for name in _STREETS if said[name].strip()]
    return {name: value.strip() for name, value in said.items() if name not in _STREETS} | {"street": street}


def stands_against(act: str, said: Mapping[str, str]) -> dict[str, str]:
    """Fields that keep the act from being done: `required` or `invalid`."""
    if act == "correct_address":
        return address_gaps(amended(None, asked(act, said)))
    return {name: "required" for name in ("code", "sku") if act == "map_sku" and not said[name].strip()}


def _address(stands: Mapping[str, Any]) -> dict[str, str]:
    lines = [*stands.get("street", ()), "", ""]
    named = ("name", "company", "postcode", "city", "region", "country", "phone", "email")
    rest = " ".join(line for line in lines[1:] if line)  # a third line is not lost: it joins the second
    return {name: str(stands.get(name) or "") for name in named} | {"street": lines[0], "street_2": rest}


def _address_fields(said: Mapping[str, str], words: Words) -> list[FieldShown]:
    gaps = stands_against("correct_address", said)

    def field(name: str, row: int, called: str = "", hint: str = "", stretch: int = 2) -> FieldShown:
        label = words(f"screens_desk.called.{called}" if called else f"screens_desk.field.{name}")
        problem = words(f"screens_desk.problem.{gaps[name]}") if name in gaps else ""
        return FieldShown(name, label, said[name], problem, hint, row, stretch)

    shown = [field("name", 0), field("company", 0)] if "name" in gaps else []
    shown += [field("street", 1), field("street_2", 1)]
    places = place_fields(said["country"])
    shown += [field(place.name, 2, place.called, ", ".join(place.examples)) for place in places]
    written = {place.name for place in places}
    # What the country doesn't write but somebody stated, or a rule asks for, is not hidden from who corrects it.
    shown += [field(name, 2) for name in ("region", "postcode", "city") if name not in written and said[name]]
    shown += [field("country", REASON_ROW), field("phone", REASON_ROW)]
    return shown


def _lacks(name: str, said: Mapping[str, str], words: Words) -> str:
    return "" if said[name].strip() else words("screens_desk.problem.required")
