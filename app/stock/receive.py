"""Goods come in, or are announced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.base.errors import BadInput
from app.catalog import store as catalog
from app.db import Tx
from app.db.feed import announce
from app.site.roles import Operator, require
from app.stock import store
from app.stock.ledger import MOST, TYPES, Row


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """`type`: on_hand, damaged or hold lie in `place`; inbound is announced only and lies nowhere yet."""

    sku: str
    qty: int
    place: str = ""
    lot: str = ""
    serial: str = ""
    type: str = "on_hand"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A delivery, known by its own id: sending it twice receives it once."""

    id: str
    warehouse: str
    lines: tuple[ReceiptLine, ...]


def receive(tx: Tx, receipt: Receipt, *, operator: Operator, now: datetime) -> bool:
    """Whether it is new. What arrives is no longer inbound.

    BadInput names the first wrong line, and nothing is received; `wrong` lists them all.
    """
    require(operator, "stock.receive")
    for reason in wrong(tx, receipt):
        raise reason
    if not store.add_receipt(tx, receipt.id, receipt.warehouse, operator.badge, now):
        return False
    known = store.balances(tx, (line.sku for line in receipt.lines), to_change=True)
    awaited = {sku: b.inbound for (sku, warehouse), b in known.items() if warehouse == receipt.warehouse}
    rows: list[Row] = []
    for line in receipt.lines:
        rows += [
            Row(line.sku, receipt.warehouse, kind, line.qty, "receive", receipt.id, line.place, line.lot, line.serial)
            for kind in dict.fromkeys((line.type if line.type == "inbound" else "on_hand", line.type))
        ]
        came = 0 if line.type == "inbound" else min(line.qty, awaited.get(line.sku, 0))
        if came:
            awaited[line.sku] -= came
            rows.append(Row(line.sku, receipt.warehouse, "inbound", -came, "receive", receipt.id))
    store.post(tx, rows, now)
    announce(tx, "stock", [line.sku for line in receipt.lines], now)
    return True


def wrong(tx: Tx, receipt: Receipt) -> list[BadInput]:
    """Every line that can't be received, with the reason; `at` counts lines from 1."""
    known = catalog.known(tx, {line.sku for line in receipt.lines})
    return [
        BadInput(reason, at=f"line {n}", field=field)
        for n, line in enumerate(receipt.lines, 1)
        for field, reason in _wrong(line, known)
    ]


def _wrong(line: ReceiptLine, known: set[str]) -> list[tuple[str, str]]:
    found = []
    if line.sku not in known:
        found.append(("sku", f"got {line.sku!r:.40}, expected a SKU of the catalogue"))
    if not 0 < line.qty <= MOST or (line.serial and line.qty != 1):
        expected = "1 for a serial number" if line.serial else f"1 to {MOST}"
        found.append(("qty", f"got {line.qty}, expected {expected}"))
    if line.type not in TYPES or line.type == "reserved":
        found.append(("type", f"got {line.type!r:.40}, expected on_hand, damaged, hold or inbound"))
    elif (line.type == "inbound") == bool(line.place):
        expected = "none for what has not arrived" if line.place else "the bin it lies in"
        found.append(("bin", f"got {line.place!r:.40}, expected {expected}"))
    return found
