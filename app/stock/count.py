"""Counting a place: what was counted is there, and the difference is an adjustment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.base.errors import BadInput, OutOfStock
from app.db import Tx
from app.site.roles import Operator, require
from app.stock import store
from app.stock.adjust import Adjustment, write_off
from app.stock.ledger import MOST, PlaceBalance


@dataclass(frozen=True, slots=True)
class Counted:
    """All units of the SKU (and lot, serial) that lie in the place, damaged and held ones too."""

    sku: str
    warehouse: str
    place: str
    qty: int
    lot: str = ""
    serial: str = ""


def count(tx: Tx, counted: Counted, *, source: str, operator: Operator, now: datetime) -> int:
    """By how many units the ledger was wrong there (negative: fewer were there).

    OutOfStock when so few are left that promises would break: `floor.shortage.counted` takes those back first.
    """
    require(operator, "stock.count")
    changes = differences(counted, store.places(tx, [(counted.sku, counted.warehouse)]))
    key = (counted.sku, counted.warehouse)
    missing = sum(change.takes for change in changes) - store.available(tx, [counted.sku]).get(key, 0)
    if changes and missing > 0:
        raise OutOfStock({key: missing})
    write_off(tx, changes, source=source, now=now)
    return sum(change.qty for change in changes if change.type == "on_hand")


def differences(counted: Counted, lying: Sequence[PlaceBalance]) -> list[Adjustment]:
    """What must be booked so that the ledger says what was counted; `lying` is what it says now of that warehouse.

    Missing units are taken from what can be sold first: a damaged one was set aside and seen.
    """
    if not 0 <= counted.qty <= MOST or not counted.place:
        raise BadInput(f"got {counted.qty} at {counted.place!r:.40}, expected 0 to {MOST} units in a bin", field="qty")
    key = (counted.sku, counted.warehouse, counted.place, counted.lot, counted.serial)
    stands = next((p for p in lying if (p.sku, p.warehouse, p.place, p.lot, p.serial) == key), PlaceBalance(*key))

    def booked(type_: str, qty: int) -> Adjustment:
        return Adjustment(
            counted.sku, counted.warehouse, counted.place, qty, "count", type_, counted.lot, counted.serial
        )

    missing = stands.on_hand - counted.qty
    if missing <= 0:
        return [booked("on_hand", -missing)] if missing else []
    changes = [booked("on_hand", -missing)]
    unsellable = missing - stands.sellable
    for type_, there in (("damaged", stands.damaged), ("hold", stands.hold)):
        gone = min(max(0, unsellable), there)
        unsellable -= gone
        if gone:
            changes.append(booked(type_, -gone))
    return changes
