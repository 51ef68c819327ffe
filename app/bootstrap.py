"""The only place that wires the real parts together, lazily, per command."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.base.finding import Finding
    from app.db import Database, Tx
    from app.db.schema import MetaData

# Every room that keeps tables, in the order of the house.
ROOMS = ("db", "site", "cases", "catalog", "stock", "orders", "shipments", "carriers", "planning", "floor")


def metadata() -> MetaData:
    """All rooms' tables: what Alembic compares the database with."""
    for room in ROOMS:
        importlib.import_module(f"app.{room}.tables")
    from app.db.schema import metadata as tables

    return tables


def initialise(database: Database) -> bool:
    """Brings the database to this program's schema, keeping its data. True if anything was done."""
    from app.db.migrate import upgrade

    return upgrade(database, metadata())


def rooms_with(module: str) -> list[str]:
    """The rooms of the house that have such a file (`check`, `forget`), in their order."""
    return [room for room in ROOMS if importlib.util.find_spec(f"app.{room}.{module}")]


def checks() -> dict[str, Callable[[Tx], Iterator[Finding]]]:
    """What must hold, by room: each looks at the database and says what does not."""
    return {room: importlib.import_module(f"app.{room}.check").check for room in rooms_with("check")}
