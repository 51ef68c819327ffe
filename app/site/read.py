"""A site file (TOML) as values."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from app.base.errors import BadInput
from app.site.roles import ROLES, Operator
from app.site.site import Company, NumberRange, Place, Shop, Site, Station, Warehouse

T = TypeVar("T")


def read_site(text: str) -> Site:
    """The whole site, or BadInput naming the entry and field that is wrong. Carriers are read by their own room."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(str(error), at="site file") from None
    site = Site(
        company=_company(tree.get("company", {})),
        shops=tuple(_made(Shop, e, f"shop[{i}]", "sender", "returns") for i, e in _entries(tree, "shop")),
        warehouses=tuple(_made(Warehouse, e, f"warehouse[{i}]", "address") for i, e in _entries(tree, "warehouse")),
        stations=tuple(_made(Station, e, f"station[{i}]") for i, e in _entries(tree, "station")),
        operators=tuple(_made(Operator, e, f"operator[{i}]") for i, e in _entries(tree, "operator")),
        ranges=tuple(_made(NumberRange, e, f"number_range[{i}]") for i, e in _entries(tree, "number_range")),
    )
    known = {w.code for w in site.warehouses}
    for i, station in enumerate(site.stations):
        if known and station.warehouse not in known:
            raise BadInput(
                f"got {station.warehouse!r}, expected one of {sorted(known)}", at=f"station[{i}]", field="warehouse"
            )
    for i, operator in enumerate(site.operators):
        if operator.role not in ROLES:
            raise BadInput(f"got {operator.role!r}, expected one of {list(ROLES)}", at=f"operator[{i}]", field="role")
    return site


def _company(entry: Any) -> Company:
    roles = entry.get("pin_roles", []) if isinstance(entry, dict) else []
    if not isinstance(roles, list) or not set(roles) <= set(ROLES):
        raise BadInput(f"got {roles!r:.60}, expected some of {list(ROLES)}", at="company", field="pin_roles")
    return replace(_made(Company, entry, "company"), pin_roles=tuple(roles))


def _entries(tree: Mapping[str, Any], name: str) -> list[tuple[int, Any]]:
    found = tree.get(name, [])
    if not isinstance(found, list):
        raise BadInput(f"got {type(found).__name__}, expected [[{name}]] entries", at=name)
    return list(enumerate(found))


def _made(cls: type[T], entry: Any, at: str, *places: str) -> T:
    """The entry as a value: known fields only, of the declared plain types, none that is required missing."""
    if not isinstance(entry, dict):
        raise BadInput(f"got {type(entry).__name__}, expected a table", at=at)
    declared = {f.name: f for f in fields(cls)}  # type: ignore[arg-type]
    values = dict(entry)
    for name in values:
        if name not in declared:
            raise BadInput(f"unknown field, expected one of {sorted(declared)}", at=at, field=name)
    for name in places:
        values[name] = _made(Place, values.get(name, {}), f"{at}.{name}")
    if cls is Place and "street" in values:
        values["street"] = tuple(values["street"])
    for name, value in values.items():
        kind = {"str": str, "int": int, "bool": bool}.get(str(declared[name].type))
        if kind and type(value) is not kind:
            raise BadInput(f"got {value!r:.60}, expected {kind.__name__}", at=at, field=name)
    try:
        return cls(**values)
    except TypeError as error:
        raise BadInput(f"{error}".rsplit(") ", 1)[-1], at=at) from None
