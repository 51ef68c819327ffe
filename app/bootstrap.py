"""The only place that wires the real parts together, lazily, per command."""

from __future__ import annotations

import importlib
import importlib.util
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app.base.clock import Clock
    from app.base.finding import Finding
    from app.db import Database, Tx
    from app.db.access import Roles
    from app.db.schema import MetaData
    from app.hub.due import Job
    from app.settings import Settings

# Every room that keeps tables, in the order of the house.
ROOMS = ("db", "site", "cases", "catalog", "stock", "orders", "shipments", "carriers", "planning", "floor")


def metadata() -> MetaData:
    """All rooms' tables: what Alembic compares the database with."""
    for room in ROOMS:
        importlib.import_module(f"app.{room}.tables")
    from app.db.schema import metadata as tables

    return tables


def initialise(database: Database) -> bool:
    """Brings the database to this program's schema, keeping its data. True if anything was done.

    On PostgreSQL what roles may do goes with the schema; `packbench init` looks after it every time.
    """
    from app.db.migrate import upgrade

    changed = upgrade(database, metadata())
    if changed:
        let_in(database)
    return changed


def let_in(database: Database) -> Roles | None:
    """After its tables were made anew: an id, and on PostgreSQL what roles may do. None: it has none."""
    from app.db.identity import identity

    identity(database)  # a bench may not give it one
    if database.is_sqlite:
        return None
    from app.db.access import grant

    return grant(database)


def rooms_with(module: str) -> list[str]:
    """The rooms of the house that have such a file (`check`, `forget`), in their order."""
    return [room for room in ROOMS if importlib.util.find_spec(f"app.{room}.{module}")]


def checks() -> dict[str, Callable[[Tx], Iterator[Finding]]]:
    """What must hold, by room: each looks at the database and says what does not."""
    return {room: importlib.import_module(f"app.{room}.check").check for room in rooms_with("check")}


def due_jobs(settings: Settings) -> tuple[Job, ...]:
    """Everything that falls due on this machine."""
    from app.hub import due as hub
    from app.upkeep import due as upkeep

    return (*hub.jobs_of(settings), *upkeep.jobs_of(settings))


@contextmanager
def jobs_beside(database: Database, settings: Settings, clock: Clock) -> Iterator[None]:
    """What falls due is done on a thread while the block runs: a single bench has nobody else who would.

    On PostgreSQL `packbench jobs --forever` does it, once for all benches.
    """
    if not database.is_sqlite:
        yield
        return
    from app.hub.due import run_forever

    stop = Event()
    arguments = (database, due_jobs(settings), clock, stop, lambda _: None)
    thread = Thread(target=run_forever, args=arguments, name="jobs", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
