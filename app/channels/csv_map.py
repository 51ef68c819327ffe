"""How a shop's own CSV maps to orders: its columns, constants, countries and kinds of lines that are no goods."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.base.errors import BadInput

# What a column can hold. Those of a line first; of an order's others the first filled cell counts.
LINE_FIELDS = ("line", "sku", "title", "qty", "unit_price", "line_discount", "line_tax", "tax_rate")
ORDER_FIELDS = (
    "number", "placed_at", "updated_at", "cancelled_at", "available_from", "payment", "currency", "shipping",
    "order_total", "customer",
    "name", "company", "street", "street2", "city", "region", "postcode", "country", "phone", "email",
    "note", "tags", "source", "medium", "campaign",
)  # fmt: skip
FIELDS = frozenset(LINE_FIELDS + ORDER_FIELDS)
REQUIRED = ("number", "sku", "qty", "unit_price", "placed_at", "currency", "payment")
_NUMBERS = ("qty", "unit_price")
_BECOMES = ("charge", "skip", "document")
_CHARGES = ("shipping", "fee", "discount")
_SIGNS = {"< 0": -1, "= 0": 0, "> 0": 1}


@dataclass(frozen=True, slots=True)
class Kind:
    """Lines that are no goods. `becomes`: charge (of kind `charge`) | skip | document (the whole number is kept raw).

    `texts`: field → pattern that the whole cell must match; `signs`: qty or unit_price → -1, 0 or 1. All must hold.
    """

    name: str
    becomes: str
    charge: str
    texts: Mapping[str, re.Pattern[str]]
    signs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Map:
    """`columns`: our field → their column. The first kind that fits a line decides; none: it is goods."""

    columns: Mapping[str, str]
    constants: Mapping[str, str]
    countries: Mapping[str, str]
    payments: Mapping[str, str]
    kinds: tuple[Kind, ...]
    taxes_included: bool
    time_zone: str
    delimiter: str


def read_map(text: str) -> Map:
    """The map written in `text` (TOML); BadInput names what is wrong with it."""
    try:
        stated = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(str(error), field="map") from None
    columns, constants = _texts(stated, "columns"), dict(stated.get("constants", {}))
    taxes_included = constants.pop("taxes_included", False)
    time_zone = str(constants.pop("time_zone", "UTC"))
    delimiter = str(constants.pop("delimiter", ","))
    if not isinstance(taxes_included, bool):
        raise BadInput(f"got {taxes_included!r}, expected true or false", field="constants.taxes_included")
    for table, names in (("columns", columns), ("constants", constants)):
        if unknown := sorted(set(names) - FIELDS):
            raise BadInput(f"got {', '.join(unknown)}, expected some of {', '.join(sorted(FIELDS))}", field=table)
    if missing := [name for name in REQUIRED if name not in columns and name not in constants]:
        raise BadInput(f"expected a column or a constant for {', '.join(missing)}", field="columns")
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadInput(f"got {time_zone!r}, expected a zone like Europe/Berlin", field="constants.time_zone") from None
    if len(delimiter) != 1:
        raise BadInput(f"got {delimiter!r}, expected one character", field="constants.delimiter")
    return Map(
        columns=columns,
        constants={name: str(value) for name, value in constants.items()},
        countries={name.casefold(): country for name, country in _texts(stated, "countries").items()},
        payments=_texts(stated, "payments"),
        kinds=tuple(_kind(kind, n) for n, kind in enumerate(stated.get("kinds", ()))),
        taxes_included=taxes_included,
        time_zone=time_zone,
        delimiter=delimiter,
    )


def _texts(stated: Mapping[str, object], name: str) -> dict[str, str]:
    table = stated.get(name, {})
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise BadInput("expected a table of texts", field=name)
    return table


def _kind(stated: Mapping[str, object], n: int) -> Kind:
    at = f"kinds[{n}]"
    name, becomes, charge = (str(stated.get(key, "")) for key in ("name", "becomes", "charge"))
    if not re.fullmatch(r"[a-z_]+", name) or name in ("goods", "charge", "refused", "skipped"):
        raise BadInput(f"got {name!r}, expected a name of its own in small letters", at=at, field="name")
    if becomes not in _BECOMES:
        raise BadInput(f"got {becomes!r}, expected one of {', '.join(_BECOMES)}", at=at, field="becomes")
    if (becomes == "charge") != (charge in _CHARGES):
        raise BadInput(f"got {charge!r}, expected one of {', '.join(_CHARGES)} with a charge", at=at, field="charge")
    where = stated.get("where")
    if not isinstance(where, dict) or not where:
        raise BadInput("expected a table of conditions", at=at, field="where")
    texts: dict[str, re.Pattern[str]] = {}
    signs: dict[str, int] = {}
    for field, condition in where.items():
        if field not in FIELDS:
            raise BadInput(f"got {field}, expected one of {', '.join(sorted(FIELDS))}", at=at, field="where")
        if field in _NUMBERS:
            if condition not in _SIGNS:
                raise BadInput(f"got {condition!r}, expected one of {', '.join(_SIGNS)}", at=at, field=field)
            signs[field] = _SIGNS[condition]
            continue
        try:
            texts[field] = re.compile(str(condition))
        except re.error as error:
            raise BadInput(f"got {condition!r}, which is no pattern: {error}", at=at, field=field) from None
    return Kind(name, becomes, charge, texts, signs)
