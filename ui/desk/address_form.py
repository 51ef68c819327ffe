"""An address as fields, in its country's order and words; what is wrong with it; and back. Plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.desk.address import amended
from app.desk.views.address_fields import place_fields
from app.planning.screen import address_gaps
from ui.context import Words
from ui.desk.shown import FieldShown

LAST_ROW = 3
_STREETS = ("street", "street_2")
_NAMED = ("name", "company", "postcode", "city", "region", "country", "phone", "email")


def stands(address: Mapping[str, Any] | None) -> dict[str, str]:
    """What stands in the fields before anybody writes in them."""
    told = address or {}
    lines = [*told.get("street", ()), "", ""]
    rest = " ".join(line for line in lines[1:] if line)  # a third line is not lost: it joins the second
    return {name: str(told.get(name) or "") for name in _NAMED} | {"street": lines[0], "street_2": rest}


def asked(said: Mapping[str, str]) -> dict[str, object]:
    """The values as acts take them."""
    street = [said[name].strip() for name in _STREETS if said[name].strip()]
    return {name: value.strip() for name, value in said.items() if name not in _STREETS} | {"street": street}


def gaps(said: Mapping[str, str]) -> dict[str, str]:
    """Fields that its country asks for and that are `required` or `invalid`."""
    return address_gaps(amended(None, asked(said)))


def fields(said: Mapping[str, str], words: Words, *, whole: bool = False) -> tuple[FieldShown, ...]:
    """`whole`: name, company and mail too, whether or not something is wrong with them."""
    wrong = gaps(said)

    def field(name: str, row: int, called: str = "", hint: str = "") -> FieldShown:
        label = words(f"screens_desk.called.{called}" if called else f"screens_desk.field.{name}")
        problem = words(f"screens_desk.problem.{wrong[name]}") if name in wrong else ""
        return FieldShown(name, label, said[name], problem, hint, row)

    shown = [field("name", 0), field("company", 0)] if whole or "name" in wrong else []
    shown += [field("street", 1), field("street_2", 1)]
    places = place_fields(said["country"])
    shown += [field(place.name, 2, place.called, ", ".join(place.examples)) for place in places]
    written = {place.name for place in places}
    # What the country doesn't write but somebody stated is not hidden from who corrects it.
    shown += [field(name, 2) for name in ("region", "postcode", "city") if name not in written and said[name]]
    shown += [field("country", LAST_ROW), field("phone", LAST_ROW)]
    return (*shown, field("email", LAST_ROW)) if whole else tuple(shown)
