"""What each act on a case asks for, as fields with what stands in them now. Plain Python, no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.cases.case import Case
from ui.context import Words
from ui.desk import address_form
from ui.desk.shown import FieldShown

REASON_ROW = address_form.LAST_ROW  # the reason stands beside the last fields there are
_WITH_BIN = frozenset({"put_back", "put_away"})


def values(act: str, case: Case, address: Mapping[str, Any] | None) -> dict[str, str]:
    """What stands in the act's fields before anybody writes in them."""
    if act == "correct_address":
        return address_form.stands(address)
    if act == "map_sku":
        codes = case.detail.get("codes")
        return {"code": str(codes[0]) if isinstance(codes, list) and codes else "", "sku": ""}
    return {"bin": ""} if act in _WITH_BIN else {}


def fields(act: str, said: Mapping[str, str], words: Words) -> tuple[FieldShown, ...]:
    if act == "correct_address":
        return address_form.fields(said, words)
    if act == "map_sku":
        lacking = words("screens_desk.problem.required")
        return tuple(
            FieldShown(
                name, words(f"screens_desk.field.{name}"), said[name], "" if said[name].strip() else lacking, row=1
            )
            for name in ("code", "sku")
        )
    if act in _WITH_BIN:
        return (FieldShown("bin", words("screens_desk.field.bin"), said["bin"], hint=words("screens_desk.own_bin")),)
    return ()


def asked(act: str, said: Mapping[str, str]) -> dict[str, object]:
    """The values of the act, as `app.desk.settle` takes them."""
    if act == "correct_address":
        return address_form.asked(said)
    return {name: value.strip() for name, value in said.items() if value.strip()}


def stands_against(act: str, said: Mapping[str, str]) -> dict[str, str]:
    """Fields that keep the act from being done: `required` or `invalid`."""
    if act == "correct_address":
        return address_form.gaps(said)
    return {name: "required" for name in ("code", "sku") if act == "map_sku" and not said[name].strip()}
