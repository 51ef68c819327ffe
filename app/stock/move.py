"""Carrying goods from one place to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.base.errors import BadInput
from app.db import Tx
from app.site.roles import Operator, require
from app.stock import store
from app.stock.ledger import MOST, Row


@dataclass(frozen=True, slots=True)
class Move:
    """Places: a bin, `T:tote`, `P:parcel id`. `type` damaged or hold moves units that can't be sold, as such."""

    sku: str
    warehouse: str
    from_place: str
    to_place: str
    qty: int
    reason: str
    source: str
    lot: str = ""
    serial: str = ""
    type: str = "on_hand"


def move(tx: Tx, moves: Sequence[Move], now: datetime) -> None:
    """All moves, in a number of statements that does not grow with them.

    Judged by their sum, so that goods may pass through a place. Conflict when a place does not hold what leaves it;
    the transaction must be rolled back.
    """
    rows: list[Row] = []
    for m in moves:
        for kind in dict.fromkeys(("on_hand", m.type)):
            for place, qty in ((m.from_place, -m.qty), (m.to_place, m.qty)):
                rows.append(Row(m.sku, m.warehouse, kind, qty, m.reason, m.source, place, m.lot, m.serial))
    store.post(tx, rows, now)


def move_by_hand(tx: Tx, one: Move, *, operator: Operator, now: datetime) -> None:
    """A person moves goods between bins and says so. Conflict: they are not there."""
    require(operator, "stock.move")
    if not 0 < one.qty <= MOST or not one.to_place or one.from_place == one.to_place:
        raise BadInput(
            f"got {one.qty} from {one.from_place!r} to {one.to_place!r}, expected a number and two places", field="qty"
        )
    move(tx, [one], now)
