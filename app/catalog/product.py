"""What a product is, what must be known about it before it may cross a border, and what bundles are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.base.measures import Size

# Without these no customs declaration and no carton can be worked out (EU data element for HS6; carriers' weight).
REQUIRED = ("weight_g", "length_mm", "width_mm", "height_mm", "hs_code", "origin", "customs_description")


@dataclass(frozen=True, slots=True)
class Product:
    """One SKU. Grams, millimetres; `tags`: restrictions (battery_contained …); `missing`: fields not there yet."""

    sku: str
    title: str
    titles: Mapping[str, str] = field(default_factory=dict)
    colour: str = ""
    size_name: str = ""
    handling: str = "plain"
    weight_g: int | None = None
    size: Size | None = None
    hs_code: str = ""
    origin: str = ""
    customs_description: str = ""
    tags: tuple[str, ...] = ()
    lot_tracked: bool = False
    serial_tracked: bool = False
    m_pid: str = ""
    ns_pid: str = ""
    s_pid: str = ""
    value_minor: int | None = None
    value_currency: str = ""
    missing: tuple[str, ...] = ()
    barcodes: tuple[tuple[str, int], ...] = ()  # (code, units)
    parts: tuple[tuple[str, int], ...] = ()  # of a bundle: (sku, units)


@dataclass(frozen=True, slots=True)
class Carton:
    """Inner size in mm; `scan` is the code printed on its shelf."""

    code: str
    scan: str
    name: str
    kind: str
    size: Size
    tare_g: int
    max_g: int


def expand(wanted: Mapping[str, int], parts: Mapping[str, tuple[tuple[str, int], ...]]) -> dict[str, int]:
    """Units per stock-keeping SKU, bundles replaced by their parts and summed with what is ordered singly."""
    units: dict[str, int] = {}
    for sku, qty in wanted.items():
        for part, each in parts.get(sku) or ((sku, 1),):
            units[part] = units.get(part, 0) + qty * each
    return units
