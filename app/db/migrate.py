"""Bringing a database to this program's schema: forward only, keeping its data."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import MetaData, inspect, text

from app.base.errors import SchemaMismatch
from app.db.engine import Database
from app.db.head import HEAD

FOLDER = Path(__file__).parent / "migrations"


def version(database: Database) -> str | None:
    """The schema's version, None for an empty database."""
    with database.read() as tx:
        if not inspect(tx).has_table("alembic_version"):
            return None
        return tx.execute(text("SELECT version_num FROM alembic_version")).scalar()


def require_current(database: Database) -> None:
    """SchemaMismatch unless the database has exactly this program's schema."""
    found = version(database)
    if found != HEAD:
        kind = "not_initialised" if found is None else "schema_mismatch"
        raise SchemaMismatch(f"schema version {found}, expected {HEAD}", kind=kind, found=found, expected=HEAD)


def upgrade(database: Database, metadata: MetaData) -> bool:
    """Runs the migrations there are to run; a SQLite file with data in it is copied beside itself first.

    True if anything was done.
    """
    found = version(database)
    if found == HEAD:
        return False
    if found is not None and found > HEAD:
        raise SchemaMismatch(f"schema version {found}, expected at most {HEAD}", found=found, expected=HEAD)
    file = database.engine.url.database
    if found is not None and database.is_sqlite and file:
        with database.engine.connect() as tx:
            tx.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy2(file, f"{file}.{found}.bak")
    run(database, metadata)
    return True


def run(database: Database, metadata: MetaData, target: str = "head") -> None:
    """The migrations themselves, up to `target`."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["metadata"] = metadata
    with database.write() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, target)
