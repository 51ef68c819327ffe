"""The shared database: engine, transactions, naming convention, migrations, the change feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.db.engine import Database, Row, Tx, open_database, savepoint

__all__ = ["Database", "Row", "Tx", "open_database", "savepoint"]


def __getattr__(name: str) -> object:
    """Loads SQLAlchemy when it is first asked for: commands that only read do without it (app/db/plain.py)."""
    if name not in __all__:
        raise AttributeError(name)
    from app.db import engine

    return getattr(engine, name)
