"""Two things every store does: insert-or-replace on either engine, and long key lists in pieces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from app.db.engine import Tx

T = TypeVar("T")

_CHUNK = 900  # older SQLite takes 999 bound values a statement; stay below


def upsert(
    tx: Tx, table: Table, rows: Sequence[Mapping[str, Any]], keys: Sequence[str], *, keep: Sequence[str] = ()
) -> None:
    """Adds the rows, replacing those with the same `keys` in one statement; columns in `keep` stay as they are."""
    if not rows:
        return
    statement = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys and name not in keep}
    if changed:
        tx.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=changed), rows)
    else:
        tx.execute(statement.on_conflict_do_nothing(index_elements=list(keys)), rows)


def pieces(keys: Sequence[T], size: int = _CHUNK) -> Iterator[Sequence[T]]:
    """`keys` in runs of at most `size`."""
    return (keys[i : i + size] for i in range(0, len(keys), size))
