"""The change feed: which keys changed, in an order no reader can miss one of.

On PostgreSQL an id is given out before its transaction commits, and another with a higher id may commit first. So the
feed is read in the order of the writing transactions, and only below the oldest one still open: whatever appears later
stands behind what was read. A cursor by id alone lost a third of the changes of twelve writers (measured 2026-11).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, literal_column, select, text, tuple_
from sqlalchemy.sql import ColumnElement

from app.base.clock import stamp
from app.base.ids import uuid7
from app.db.at_once import Queries, add, read_at_once
from app.db.engine import ANNOUNCED, Tx
from app.db.rows import pieces, upsert
from app.db.tables import about, change

# So long a change stays in the feed: a reader that was away for longer reads everything again.
KEPT = timedelta(days=14)
_EPOCH = "feed_epoch"
_XID = "pg_current_xact_id()::text::bigint"
_OPEN: ColumnElement[int] = literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")


def _news(started: str, *certain: ColumnElement[bool]) -> Queries:
    """(which lifetime it is, what is new behind a cursor)"""
    c, value = change.c, select(about.c.value).where(about.c.name == _EPOCH).scalar_subquery()
    behind = tuple_(c.xid, c.id) > tuple_(bindparam("xid", type_=c.xid.type), bindparam("id", type_=c.id.type))
    began: ColumnElement[Any] = literal_column(started)
    standing: Select[Any] = select(func.coalesce(value, "").label("epoch"), began.label("started"))
    new: Select[Any] = select(c.id, c.topic, c.key, c.xid).where(behind, *certain).order_by(c.xid, c.id)
    return standing, new.limit(bindparam("limit"))


_NEWS_OF = {
    "sqlite": _news("''"),
    "postgresql": _news("extract(epoch FROM pg_postmaster_start_time())::text", change.c.xid < _OPEN),
}


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """A place in the feed: the writing transaction (0 on SQLite, which has one writer), and the change's id."""

    xid: int = 0
    id: int = 0

    def __str__(self) -> str:
        return f"{self.xid}.{self.id}"

    @classmethod
    def read(cls, said: str) -> Cursor:
        """From `str` of one; of an earlier program's the bare id."""
        xid, _, id_ = said.rpartition(".")
        return cls(int(xid or 0), int(id_ or 0))


@dataclass(frozen=True, slots=True)
class Change:
    id: int
    topic: str
    key: str
    xid: int = 0

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.xid, self.id)


def announce(tx: Tx, topic: str, keys: Iterable[str], at: datetime) -> None:
    """Tell every reader, once this transaction is committed, that these keys of `topic` changed."""
    rows = [{"topic": topic, "key": k, "at": stamp(at)} for k in dict.fromkeys(keys)]
    if not rows:
        return
    add(tx, change, rows, xid=_XID)
    tx.info.setdefault(ANNOUNCED, {}).setdefault(topic, set()).update(row["key"] for row in rows)


def since(tx: Tx, after: Cursor, limit: int = 500) -> list[Change]:
    """Changes behind `after`, oldest first; none of a transaction that one still open may come before."""
    return look(tx, after, limit)[1]


def look(tx: Tx, after: Cursor, limit: int = 500) -> tuple[str, list[Change]]:
    """(the `lifetime` that cursors of this moment belong to, changes behind `after` as `since` gives them)"""
    values = {"xid": after.xid, "id": after.id, "limit": limit}
    (about_it,), rows = read_at_once(tx, _NEWS_OF[tx.dialect.name], values)
    return f"{about_it['epoch']} {about_it['started']}", [Change(**row) for row in rows]


def keys_since(tx: Tx, topic: str, after: Cursor) -> set[str]:
    """All keys of one topic behind `after`, however many other changes lie between."""
    c = change.c
    behind = tuple_(c.xid, c.id) > tuple_(bindparam("xid", after.xid, c.xid.type), bindparam("id", after.id, c.id.type))
    return set(tx.execute(select(c.key).distinct().where(c.topic == topic, behind)).scalars())


def standing(tx: Tx) -> Cursor:
    """The place behind all that this view of the database sees for certain: what follows is not read in it yet."""
    if tx.dialect.name == "postgresql":
        return Cursor(int(tx.execute(select(_OPEN)).scalar_one()) - 1, 2**62)
    return Cursor(0, int(tx.execute(select(func.coalesce(func.max(change.c.id), 0))).scalar_one()))


def epoch(tx: Tx) -> str:
    """Another one after a restore: cursors of before mean nothing then, and readers begin anew."""
    return tx.execute(select(about.c.value).where(about.c.name == _EPOCH)).scalar() or ""


def lifetime(tx: Tx) -> str:
    """What a cursor in somebody's memory belongs to: another one after a restore, and when the server started anew.

    A server put back to before by PostgreSQL's own means, or one that stepped in for it, has started since.
    """
    about_it = tx.execute(_NEWS_OF[tx.dialect.name][0]).one()
    return f"{about_it.epoch} {about_it.started}"


def prune(tx: Tx, now: datetime, keep: Collection[str], after: int, limit: int = 5000) -> tuple[int, int | None]:
    """Takes out what has stood there long enough, of the next `limit` behind id `after`, but for the topics to `keep`.

    (How many, where to go on; None: that was all.)
    """
    c = change.c
    some = tx.execute(select(c.id, c.at, c.topic).where(c.id > after).order_by(c.id).limit(limit)).all()
    gone = [row.id for row in some if row.at < stamp(now - KEPT) and row.topic not in keep]
    for ids in pieces(gone):
        tx.execute(delete(change).where(c.id.in_(ids)))
    young = any(row.at >= stamp(now - KEPT) for row in some)
    return len(gone), None if young or len(some) < limit else some[-1].id


def begin_anew(tx: Tx) -> None:
    """Every reader is to read everything again. The feed starts empty: its transactions were another server's."""
    tx.execute(text("DELETE FROM change"))
    upsert(tx, about, [{"name": _EPOCH, "value": uuid7()}], ["name"])
