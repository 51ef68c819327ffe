"""A tote in which several orders' goods lay stops being somebody's business when they were sorted, or left it."""

from __future__ import annotations

from datetime import datetime

from app.cases import store as cases
from app.db import Tx, feed
from app.floor.totes import store as totes
from app.orders.timeline import Entry, record

BY = "due"
_SOME = 500


def look_after_totes(tx: Tx, now: datetime, *, limit: int = _SOME) -> list[str]:
    """Cases about totes that hold what belongs together again, or nothing, are settled; their orders' timelines say so.

    Whoever emptied them: a packer, a person who put goods back, a shortage. The cases' ids.
    """
    seen = totes.sorted_out(tx, limit=limit)
    totes.only_mine(tx, seen)
    still = set(totes.sorted_out(tx, limit=limit))  # nobody has put another order's goods there meanwhile
    over = [case for case in cases.open_about(tx, totes.MIXED, seen) if case.subject in still]
    cases.settle(tx, [case.id for case in over], act="noted", by=BY, now=now)
    entries = [
        Entry(order, order, "tote_sorted", BY, {"tote": case.subject}, case.id)
        for case in over
        for order in case.detail["orders"]  # type: ignore[attr-defined]
    ]
    record(tx, entries, now)
    feed.announce(tx, "case", [case.id for case in over], now)
    feed.announce(tx, "order", sorted({entry.order_id for entry in entries}), now)
    return [case.id for case in over]
