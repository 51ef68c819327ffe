"""Shipments and parcels as values, the states they go through, and the moves between them that are allowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# From → to. `check` holds every shipment's timeline to this table.
ALLOWED: dict[str, frozenset[str]] = {
    "planned": frozenset({"ready", "held", "cancelled"}),
    "ready": frozenset({"planned", "picking", "held", "cancelled"}),
    "picking": frozenset({"ready", "picked", "held", "cancelled"}),
    "picked": frozenset({"picking", "packing", "held", "cancelled"}),
    "packing": frozenset({"picked", "packed", "held", "cancelled"}),
    "packed": frozenset({"packing", "labelled", "held", "cancelled"}),
    "labelled": frozenset({"packing", "packed", "dispatched", "held", "cancelled"}),
    "dispatched": frozenset({"delivered"}),
    "delivered": frozenset(),
    "held": frozenset({"planned", "ready", "picking", "picked", "packing", "packed", "labelled", "cancelled"}),
    "cancelled": frozenset(),
}
STATES = tuple(ALLOWED)
# Reserved, and nobody holds it: work that may still be changed without a bench noticing.
UNCLAIMED = frozenset({"planned", "ready"})
GONE = frozenset({"dispatched", "delivered"})
# Neither gone nor given up: its units are reserved.
LIVE = frozenset(STATES) - GONE - {"cancelled"}

PARCEL_STATES = ("open", "closed", "labelled", "loaded", "dispatched", "delivered", "void")


@dataclass(frozen=True, slots=True)
class ShipmentLine:
    """`qty` of an order line's units; `short` of them were found missing or broken and are never packed."""

    line: int
    order_line: int
    sku: str
    qty: int
    short: int = 0
    picked: int = 0
    packed: int = 0

    @property
    def due(self) -> int:
        """Units this line still has to send."""
        return self.qty - self.short


@dataclass(frozen=True, slots=True)
class NewShipment:
    """A shipment as planning makes it. Times are stamps; `state` is planned or ready."""

    id: str
    order_id: str
    n: int
    shop: str
    warehouse: str
    state: str
    carrier: str
    service: str
    incoterm: str
    country: str
    leaves_at: str
    news_at: str
    lines: tuple[ShipmentLine, ...]


@dataclass(frozen=True, slots=True)
class Shipment:
    """One warehouse, one consignment. `held_from`: the state that a hold interrupted."""

    id: str
    order_id: str
    n: int
    shop: str
    warehouse: str
    state: str
    held_from: str | None
    job_code: str
    carrier: str
    service: str
    incoterm: str
    country: str
    leaves_at: str
    tote: str | None
    note: str
    units: int
    made_at: str
    news_at: str
    lines: tuple[ShipmentLine, ...] = ()

    @property
    def stage(self) -> str:
        """Where the work stands, whether or not it is held."""
        return self.held_from or self.state

    @property
    def live(self) -> bool:
        return self.state in LIVE


@dataclass(frozen=True, slots=True)
class ParcelItem:
    line: int
    sku: str
    qty: int
    lot: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A box with its own label. Grams; `issue` counts its labels."""

    id: str
    shipment: str
    n: int
    state: str
    carton: str
    weight_g: int
    sscc: str | None
    tracking: str | None
    issue: int
    handover: str | None
    items: tuple[ParcelItem, ...] = ()


@dataclass(frozen=True, slots=True)
class ToteItem:
    """Units of a shipment's line that lie in a tote."""

    tote: str
    shipment: str
    line: int
    sku: str
    qty: int
    lot: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Hop:
    """One move of one shipment. `by`: badge, rule or station; `source`: the fact or act; `station`: who has it now."""

    shipment: str
    to: str
    by: str
    source: str = ""
    station: str = ""


def stands_after(state: str, held_from: str | None, to: str) -> tuple[str, str | None] | None:
    """(state, held_from) after the move, None when it is not allowed.

    A hold remembers the state it interrupted and gives it back. Work that a bench had begun before it heard of the hold
    goes on underneath it: then `held_from` moves and the shipment stays held.
    """
    if to not in ALLOWED[state]:
        return None
    if state == "held":
        if to in {held_from, "cancelled"}:
            return to, None
        return ("held", to) if to in ALLOWED[held_from or "planned"] else None
    return (to, state) if to == "held" else (to, None)


def order_state(shipments: Iterable[Shipment], *, lacking: bool = False) -> str | None:
    """What an order is by its shipments; None while nothing of it has gone. `lacking`: found short, still owed."""
    live = [s for s in shipments if s.state != "cancelled"]
    gone = [s for s in live if s.state in GONE]
    if not gone:
        return None
    return "shipped" if len(gone) == len(live) and not lacking else "part_shipped"
