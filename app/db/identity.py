"""Which database this is: an id of its own, by which files on a bench's disk know what they belong to."""

from __future__ import annotations

from sqlalchemy import insert, select

from app.base.ids import uuid7
from app.db.engine import Database, Tx
from app.db.tables import about

_NAME = "id"


def identity(database: Database) -> str:
    """The database's id, given to it when first asked for. A copy or a restored backup has the same."""
    with database.read() as tx:
        found = identity_in(tx)
    if found:
        return found
    with database.write() as tx:
        found = identity_in(tx)
        if not found:
            found = uuid7()
            tx.execute(insert(about).values(name=_NAME, value=found))
        return found


def identity_in(tx: Tx) -> str:
    """The same, as this transaction sees it; empty: nobody has asked for it yet."""
    return tx.execute(select(about.c.value).where(about.c.name == _NAME)).scalar() or ""
