"""Product, bin and carton tables (CSV) as values; a bad row is refused with its place, the rest is taken."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from app.base.errors import BadInput
from app.base.measures import Size
from app.catalog.product import Carton, Product

T = TypeVar("T")

HANDLING = ("plain", "fragile", "apparel", "electronics", "liquid", "book", "bundle")
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Bin:
    warehouse: str
    bin: str
    walk_order: int
    kind: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row not taken: its place, the field, and why."""

    at: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class StockRow:
    warehouse: str
    bin: str
    sku: str
    lot: str
    serial: str
    type: str
    qty: int


@dataclass(frozen=True, slots=True)
class ToteRow:
    code: str
    scan: str
    warehouse: str


def read_products(lines: Iterable[str]) -> Iterator[Product | Refusal]:
    return _rows(lines, _product, required=("sku", "title"))


def read_bins(lines: Iterable[str]) -> Iterator[Bin | Refusal]:
    return _rows(
        lines,
        lambda r: Bin(r["warehouse"], r["bin"], _number(r, "walk_order"), r.get("kind") or "shelf"),
        required=("warehouse", "bin", "walk_order"),
    )


def read_cartons(lines: Iterable[str]) -> Iterator[Carton | Refusal]:
    return _rows(lines, _carton, required=("code", "name", "length_mm", "width_mm", "height_mm", "tare_g", "max_g"))


def read_stock(lines: Iterable[str]) -> Iterator[StockRow | Refusal]:
    return _rows(
        lines,
        lambda r: StockRow(
            r["warehouse"],
            r.get("bin", ""),
            r["sku"],
            r.get("lot", ""),
            r.get("serial", ""),
            _one_of(r, "type", ("on_hand", "damaged", "hold", "inbound")),
            _number(r, "qty"),
        ),
        required=("warehouse", "sku", "type", "qty"),
    )


def read_totes(lines: Iterable[str]) -> Iterator[ToteRow | Refusal]:
    return _rows(
        lines, lambda r: ToteRow(r["code"], r.get("scan") or r["code"], r["warehouse"]), required=("code", "warehouse")
    )


def _rows(
    lines: Iterable[str], make: Callable[[dict[str, str]], T], *, required: tuple[str, ...]
) -> Iterator[T | Refusal]:
    reader = csv.DictReader(lines)
    absent = [name for name in required if name not in (reader.fieldnames or ())]
    if absent:
        raise BadInput(f"no column {', '.join(absent)}; got {', '.join(reader.fieldnames or ())[:200]}", at="row 1")
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Refusal(f"row {reader.line_num}", "", str(error))
            continue
        try:
            plain = {k: (v or "").strip() for k, v in row.items() if k is not None and not isinstance(v, list)}
            for name in required:
                if not plain.get(name):
                    raise BadInput("is empty", field=name)
            for name, value in plain.items():
                if len(value) > 2000 or any(ord(c) < 32 for c in value):
                    raise BadInput(
                        f"{len(value)} characters, expected at most 2000 without control characters", field=name
                    )
            yield make(plain)
        except BadInput as error:
            yield Refusal(f"row {reader.line_num}", error.field, error.reason)


def _product(row: dict[str, str]) -> Product:
    sides = [_number(row, f"{side}_mm", blank=0) for side in ("length", "width", "height")]
    return Product(
        sku=row["sku"],
        title=row["title"],
        titles={k.removeprefix("title_"): v for k, v in row.items() if k.startswith("title_") and v},
        colour=row.get("colour", ""),
        size_name=row.get("size", ""),
        handling=_one_of(row, "handling", HANDLING, blank="plain"),
        weight_g=_number(row, "weight_g", blank=0) or None,
        size=Size(*sides) if all(sides) else None,
        hs_code=_digits(row, "hs_code"),
        origin=row.get("origin", "").upper(),
        customs_description=row.get("customs_description", ""),
        tags=tuple(tag for tag in row.get("tags", "").split("|") if tag),
        lot_tracked=_yes(row, "lot_tracked"),
        serial_tracked=_yes(row, "serial_tracked"),
        m_pid=row.get("m_pid", ""),
        ns_pid=row.get("ns_pid", ""),
        s_pid=row.get("s_pid", ""),
        value_minor=_number(row, "value_minor", blank=0) or None,
        value_currency=row.get("value_currency", "").upper(),
        barcodes=_pairs(row, "barcodes"),
        parts=_pairs(row, "parts"),
    )


def _carton(row: dict[str, str]) -> Carton:
    sides = [_number(row, f"{side}_mm") for side in ("length", "width", "height")]
    tare, most = _number(row, "tare_g"), _number(row, "max_g")
    return Carton(
        row["code"], row.get("scan") or row["code"], row["name"], row.get("kind") or "box", Size(*sides), tare, most
    )


def _number(row: dict[str, str], name: str, *, blank: int | None = None) -> int:
    text = row.get(name, "")
    if not text and blank is not None:
        return blank
    if not text.isascii() or not text.isdigit() or int(text) > _MOST:
        raise BadInput(f"got {text[:40]!r}, expected a whole number from 0 to {_MOST}", field=name)
    return int(text)


def _digits(row: dict[str, str], name: str) -> str:
    text = row.get(name, "").replace(".", "").replace(" ", "")
    if text and not (text.isascii() and text.isdigit() and 6 <= len(text) <= 10):
        raise BadInput(f"got {text[:40]!r}, expected 6 to 10 digits", field=name)
    return text


def _one_of(row: dict[str, str], name: str, choices: tuple[str, ...], *, blank: str = "") -> str:
    text = row.get(name, "") or blank
    if text not in choices:
        raise BadInput(f"got {text[:40]!r}, expected one of {', '.join(choices)}", field=name)
    return text


def _yes(row: dict[str, str], name: str) -> bool:
    return _one_of(row, name, ("yes", "no", "true", "false", "1", "0"), blank="no") in ("yes", "true", "1")


def _pairs(row: dict[str, str], name: str) -> tuple[tuple[str, int], ...]:
    found = []
    for part in (p.strip() for p in row.get(name, "").split("|") if p.strip()):
        code, _, units = part.partition("*")
        found.append((code.strip(), _number({name: units.strip() or "1"}, name)))
        if found[-1][1] < 1 or not found[-1][0]:
            raise BadInput(f"got {part[:40]!r}, expected CODE*UNITS with at least 1 unit", field=name)
    return tuple(found)
