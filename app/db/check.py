"""What must hold in the database file itself."""

from __future__ import annotations

from collections.abc import Iterator

from app.base.finding import Finding
from app.db.engine import Tx


def check(tx: Tx) -> Iterator[Finding]:
    """SQLite: no torn page, no row that points nowhere. PostgreSQL holds both itself."""
    if tx.dialect.name != "sqlite":
        return
    for (trouble,) in tx.exec_driver_sql("PRAGMA quick_check(20)"):
        if trouble != "ok":
            yield Finding("database_is_whole", "database", str(trouble))
    for table, row, parent, _ in tx.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Finding("rows_point_somewhere", f"{table} {row}", f"no such {parent}")
