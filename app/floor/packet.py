"""A work packet: everything a bench needs to finish what it has claimed, and no person's data.

Both folds start from it: the station's (what is on screen) and the applier's (what becomes of the facts).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Item:
    """What the bench must know of a SKU. `barcodes` are (code, units per scan); sizes in mm."""

    sku: str
    title: str
    variant: str = ""  # what sets it apart from its sisters: colour, size
    handling: str = "plain"
    weight_g: int = 0
    size: tuple[int, int, int] = (0, 0, 0)
    tags: tuple[str, ...] = ()
    lot_tracked: bool = False
    serial_tracked: bool = False
    barcodes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """`qty` units to ship, found shortages of earlier claims already taken off; so many are picked, packed."""

    line: int
    sku: str
    qty: int
    picked: int = 0
    packed: int = 0


@dataclass(frozen=True, slots=True)
class Lying:
    """Units of a line in a tote, or (tote empty) in a parcel."""

    line: int
    sku: str
    qty: int
    lot: str = ""
    serial: str = ""
    tote: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A parcel as it stood when the shipment was claimed. state: open | closed | labelled; `copy` counts its prints."""

    n: int
    state: str = "open"
    carton: str = ""
    items: tuple[Lying, ...] = ()
    steps: tuple[str, ...] = ()
    sscc: str = ""
    tracking: str = ""
    issue: int = 0
    copy: int = 0
    weight_g: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """One shipment of the packet. `elsewhere`: what other warehouses send of the same order, as (units, city).

    `after`: the claim before this one; empty: there was none, or a program that did not say so made the packet.
    """

    shipment: str
    order: str
    epoch: int
    job_code: str
    n: int
    of: int
    shop: str
    country: str
    carrier: str
    service: str
    lines: tuple[Line, ...]
    totes: tuple[Lying, ...] = ()
    boxes: tuple[Box, ...] = ()
    elsewhere: tuple[tuple[int, str], ...] = ()
    restricted: tuple[str, ...] = ()  # SKUs that must not travel this way: a stop at the bench
    label_offline_minutes: int = 240
    after: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """Take `qty` of `sku` (and lot, if it matters) from `bin` for this line. Stops come in walk order."""

    bin: str
    sku: str
    qty: int
    shipment: str
    line: int
    lot: str = ""
    serials: tuple[str, ...] = ()  # serial numbers lying there, when the SKU is serial-tracked


@dataclass(frozen=True, slots=True)
class Carton:
    """Inner size in mm, grams."""

    code: str
    scan: str
    name: str
    size: tuple[int, int, int]
    tare_g: int
    max_g: int
    kind: str = "box"


@dataclass(frozen=True, slots=True)
class StepCard:
    """One drawing of a packing step, by the name it goes by, and its words by language."""

    drawing: str
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class PlaybookStep:
    """One packing step. `per`: item (for each SKU it applies to) or parcel. `words` and `title` by language."""

    id: str
    code: str
    words: dict[str, str]
    per: str
    handling: tuple[str, ...] = ()  # applies to these handling classes; empty: any
    tags: tuple[str, ...] = ()  # or to items with one of these tags
    several: bool = False  # only when the parcel holds more than one unit
    confirm: str = "scan"  # scan: its card alone; key: its card or PBOK
    title: dict[str, str] = field(default_factory=dict)
    icon: str = ""
    cards: tuple[StepCard, ...] = ()


@dataclass(frozen=True, slots=True)
class Packet:
    """kind: pick | pack. `bulk`: one-item orders together in one tote, matched at the bench by scanning the item."""

    claim: str
    kind: str
    station: str
    warehouse: str
    jobs: tuple[Job, ...]
    items: dict[str, Item]
    stops: tuple[Stop, ...] = ()
    totes: dict[str, str] = field(default_factory=dict)  # scan code → tote code, all totes of the warehouse
    cartons: tuple[Carton, ...] = ()
    playbook: tuple[PlaybookStep, ...] = ()
    bulk: bool = False
    busy: tuple[str, ...] = ()  # totes that held other shipments' goods when this was claimed


def apart(title: str, variant: str) -> tuple[str, str]:
    """Title and variant, each said once: shops write "Stoneware cup, sand" and the colour sand beside it."""
    if variant and title.casefold().endswith(f" {variant}".casefold()):
        return title[: -len(variant)].rstrip(" ,·-–("), title[-len(variant) :]
    said = f" {title} ".casefold()
    fresh = (part for part in variant.split(", ") if not any(f" {part}{end}".casefold() in said for end in " ,"))
    return title, ", ".join(fresh)
