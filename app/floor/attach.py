"""A station's journal meets the shared database: the two must know each other before a fact travels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.base.errors import Conflict
from app.db import Tx
from app.site import store as site


def attach(
    tx: Tx, *, station: str, incarnation: str, last_seq: int, hash_at: Callable[[int], str | None], now: datetime
) -> int:
    """The number of the station's facts that are applied already.

    A new journal (`last_seq` 0) takes the station over: what the old one had sent stays. Conflict: journal_unknown, a
    journal with facts of its own that this station never used; journal_restored, one older than what was sent from it.
    `hash_at` gives the journal's chain hash behind a fact, None when it has no such fact.
    """
    row = site.lock_station(tx, station)
    if row.incarnation == incarnation:
        if row.last_seq and hash_at(row.last_seq) != row.last_hash:
            raise Conflict(f"{station}: fact {row.last_seq} was sent, this journal's differs", kind="journal_restored")
        return row.last_seq
    if last_seq and row.incarnation:
        raise Conflict(f"{station}: journal {incarnation} with {last_seq} facts is unknown", kind="journal_unknown")
    site.advance_station(tx, station, incarnation=incarnation, last_seq=0, last_hash="", now=now)
    return 0
