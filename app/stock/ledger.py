"""What a ledger row is, and the sums that balances are held to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Units at a place; of these, `damaged` and `hold` can't be sold. They are counted in `on_hand` too.
PLACED = ("on_hand", "damaged", "hold")
# Units that lie nowhere: promised to shipments, or on their way to us.
UNPLACED = ("reserved", "inbound")
TYPES = (*PLACED, *UNPLACED)
# More than this on one row is a broken scanner or file; sums stay inside the columns' 32 bits.
MOST = 10_000_000
# Why goods moved, as a code: the ledger is kept for ever, so nothing freely written may stand in it.
REASON = re.compile(r"[a-z][a-z0-9_]{1,39}")

Key = tuple[str, str]  # (sku, warehouse)
PlaceKey = tuple[str, str, str, str, str]  # (sku, warehouse, place, lot, serial)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the ledger. `place`: a bin, `T:tote`, `P:parcel id`; empty for what lies nowhere."""

    sku: str
    warehouse: str
    type: str
    qty: int
    reason: str
    source: str
    place: str = ""
    lot: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """What is known of a SKU in a warehouse; `available` may be promised to a buyer."""

    sku: str
    warehouse: str
    on_hand: int = 0
    damaged: int = 0
    hold: int = 0
    reserved: int = 0
    inbound: int = 0

    @property
    def available(self) -> int:
        return self.on_hand - self.damaged - self.hold - self.reserved


@dataclass(frozen=True, slots=True)
class PlaceBalance:
    """What lies at one place, by lot and serial; `sellable` may be picked."""

    sku: str
    warehouse: str
    place: str
    lot: str
    serial: str
    on_hand: int = 0
    damaged: int = 0
    hold: int = 0

    @property
    def sellable(self) -> int:
        return self.on_hand - self.damaged - self.hold


@dataclass(frozen=True, slots=True)
class Reservation:
    """`expires_at` None: firm."""

    shipment: str
    sku: str
    warehouse: str
    qty: int
    expires_at: str | None = None


def is_bin(place: str) -> bool:
    """Not in a tote or a parcel."""
    return not place.startswith(("T:", "P:"))


def tote_place(tote: str) -> str:
    return f"T:{tote}"


def in_tote(place: str) -> str:
    """The tote that the place is; empty: it is none."""
    return place[2:] if place.startswith("T:") else ""


def parcel_place(parcel: str) -> str:
    return f"P:{parcel}"


def sums(rows: Iterable[Row]) -> tuple[dict[Key, dict[str, int]], dict[PlaceKey, dict[str, int]]]:
    """What the rows change: per (SKU, warehouse) and per place, in key order; what cancels out is left out.

    In this order rows are locked: two transactions that both follow it never wait for each other in a circle.
    """
    balances: dict[Key, dict[str, int]] = {}
    places: dict[PlaceKey, dict[str, int]] = {}
    for row in rows:
        if (row.type in PLACED) != bool(row.place):
            raise ValueError(f"{row.type} of {row.sku}: place {row.place!r}")
        balances.setdefault((row.sku, row.warehouse), dict.fromkeys(TYPES, 0))[row.type] += row.qty
        if row.place:
            key = (row.sku, row.warehouse, row.place, row.lot, row.serial)
            places.setdefault(key, dict.fromkeys(PLACED, 0))[row.type] += row.qty
    return (
        {key: balances[key] for key in sorted(balances) if any(balances[key].values())},
        {key: places[key] for key in sorted(places) if any(places[key].values())},
    )
