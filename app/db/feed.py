"""The change feed: which keys changed, in an order no reader can miss one of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from app.base.clock import stamp
from app.db.engine import Tx
from app.db.tables import change


@dataclass(frozen=True, slots=True)
class Change:
    id: int
    topic: str
    key: str


def announce(tx: Tx, topic: str, keys: Iterable[str], at: datetime) -> None:
    """Tell every reader, once this transaction is committed, that these keys of `topic` changed."""
    rows = [{"topic": topic, "key": k, "at": stamp(at)} for k in dict.fromkeys(keys)]
    if rows:
        tx.execute(insert(change), rows)


def since(tx: Tx, after: int, limit: int = 500) -> list[Change]:
    """Changes with an id above `after`, oldest first. On SQLite ids follow commits: there is one writer."""
    rows = tx.execute(
        select(change.c.id, change.c.topic, change.c.key).where(change.c.id > after).order_by(change.c.id).limit(limit)
    )
    return [Change(row.id, row.topic, row.key) for row in rows]
