"""Migrations: forward only, keeping data, ending where the tables say."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text

from app.base.errors import SchemaMismatch
from app.bootstrap import initialise, metadata
from app.db import open_database
from app.db.head import HEAD
from app.db.migrate import FOLDER, require_current
from app.db.tables import about


def test_the_newest_migration_is_the_head_the_program_expects() -> None:
    assert max(file.name.split("_")[0] for file in (FOLDER / "versions").glob("0*.py")) == HEAD


def test_an_empty_database_migrated_has_exactly_the_tables_of_the_rooms(db_url: str) -> None:
    database = open_database(db_url)
    assert initialise(database)
    assert not initialise(database)
    with database.read() as tx:
        assert compare_metadata(MigrationContext.configure(tx, opts={"compare_type": True}), metadata()) == []
    require_current(database)
    database.close()


def test_a_database_nobody_initialised_is_refused(db_url: str) -> None:
    database = open_database(db_url)
    with pytest.raises(SchemaMismatch):
        require_current(database)
    database.close()


def test_a_database_of_a_newer_program_is_refused_and_left_alone(db_url: str) -> None:
    database = open_database(db_url)
    initialise(database)
    with database.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaMismatch):
        initialise(database)
    database.close()


def test_data_stays_when_a_database_is_initialised_again(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    initialise(database)
    with database.write() as tx:
        tx.execute(insert(about).values(name="kept", value="yes"))
    initialise(database)
    with database.read() as tx:
        assert tx.execute(select(about.c.value).where(about.c.name == "kept")).scalar() == "yes"
    database.close()
