"""Correcting the ledger by hand, and saying what is damaged or on hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.base.errors import BadInput
from app.db import Tx
from app.db.feed import announce
from app.site.roles import Operator, require
from app.stock import store
from app.stock.ledger import MOST, PLACED, REASON, Row


@dataclass(frozen=True, slots=True)
class Adjustment:
    """`qty` more (or, negative, fewer) units of `type` at a place. damaged and hold re-label what lies there.

    `reason` is a code (found, lost, damaged, repaired, sample …), never free text.
    """

    sku: str
    warehouse: str
    place: str
    qty: int
    reason: str
    type: str = "on_hand"
    lot: str = ""
    serial: str = ""

    @property
    def takes(self) -> int:
        """How many units fewer can be promised; negative: more."""
        return -self.qty if self.type == "on_hand" else self.qty


def adjust(tx: Tx, one: Adjustment, *, source: str, operator: Operator, now: datetime) -> None:
    """Conflict when the place does not hold it, or when what is left would not cover what is promised."""
    require(operator, "stock.adjust")
    if one.type not in PLACED or not one.place or not 0 < abs(one.qty) <= MOST:
        raise BadInput(
            f"got {one.qty} {one.type!r:.20} at {one.place!r:.40}, expected units of on_hand, damaged or hold"
        )
    if not REASON.fullmatch(one.reason):
        raise BadInput(f"got {one.reason!r:.40}, expected a code such as lost, sample or repaired", field="reason")
    write_off(tx, [one], source=source, now=now)


def write_off(tx: Tx, changes: Sequence[Adjustment], *, source: str, now: datetime) -> None:
    """The same without asking who: what a count or a bench found is a fact. Conflict: roll the transaction back."""
    rows = [Row(a.sku, a.warehouse, a.type, a.qty, a.reason, source, a.place, a.lot, a.serial) for a in changes]
    store.post(tx, rows, now)
    announce(tx, "stock", [a.sku for a in changes], now)
