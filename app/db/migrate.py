"""Bringing a database to this program's schema: forward only, keeping its data."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, Select, Text, column, inspect, select, table, text

from app.base.errors import SchemaMismatch
from app.db.engine import Database, Tx
from app.db.head import HEAD, OLDEST_PROGRAM, require_fit
from app.db.tables import about

FOLDER = Path(__file__).parent / "migrations"
# The advisory lock of whoever changes the schema or replaces the data ("PBSC").
_LOCK = 0x50425343


def version(database: Database) -> str | None:
    """The schema's version, None for an empty database."""
    with database.read() as tx:
        return version_in(tx)


def version_in(tx: Tx) -> str | None:
    """The same, as this transaction sees it."""
    if not inspect(tx).has_table("alembic_version"):
        return None
    return tx.execute(text("SELECT version_num FROM alembic_version")).scalar()


def require_current(database: Database) -> None:
    """SchemaMismatch unless this program may use the database."""
    with database.read() as tx:
        found = version_in(tx)
        require_fit(found, found and oldest_program(tx))


VERSION: Select[Any] = select(column("version_num", Text)).select_from(table("alembic_version"))


def still_fits(tx: Tx, found: str = "") -> None:
    """The same in the middle of a session: the database may have been brought up to date since it began.

    `found`: the schema's VERSION, where it was read already. Asked behind a lock on the station's row, which an
    upgrade waits for, it holds until the transaction's end.
    """
    found = found or tx.execute(VERSION).scalar_one()
    if found != HEAD:
        require_fit(found, oldest_program(tx))


def oldest_program(tx: Tx) -> str | None:
    return tx.execute(select(about.c.value).where(about.c.name == OLDEST_PROGRAM)).scalar()


def hold_alone(tx: Tx) -> None:
    """Until the transaction's end nobody else changes the schema, and no bench sends facts."""
    if tx.dialect.name != "postgresql":
        return  # SQLite has one writer at a time
    tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if inspect(tx).has_table("station"):
        tx.execute(text("LOCK TABLE station IN EXCLUSIVE MODE"))


def upgrade(database: Database, metadata: MetaData) -> bool:
    """Runs the migrations there are to run, in one transaction; a SQLite file with data in it is copied beside first.

    True if anything was done. Of two that upgrade at once the second waits and finds it done.
    """
    with database.read() as tx:
        if version_in(tx) == HEAD:
            return False  # nobody is held up for that, and who looks need not be the owner
    with database.write() as tx:
        hold_alone(tx)
        found = version_in(tx)
        if found == HEAD:
            return False
        if found is not None and found > HEAD:
            raise SchemaMismatch(
                f"schema {found}, this program knows {HEAD}", kind="schema_newer", found=found, known=HEAD
            )
        file = database.engine.url.database
        if found is not None and database.is_sqlite and file:
            _copy(file, f"{file}.{found}.bak")
        run_in(tx, metadata)
        return True


def run(database: Database, metadata: MetaData, target: str = "head") -> None:
    """The migrations themselves, up to `target`."""
    with database.write() as tx:
        run_in(tx, metadata, target)


def run_in(tx: Tx, metadata: MetaData, target: str = "head") -> None:
    """The same within a transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["metadata"] = metadata
    config.attributes["connection"] = tx
    command.upgrade(config, target)


def _copy(file: str, to: str) -> None:
    """As it stands: its own transaction sees nothing of what the migrating one is about to do."""
    Path(to).unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as here, closing(sqlite3.connect(to)) as there:
        Path(to).chmod(0o600)
        here.backup(there)
