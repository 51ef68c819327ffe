"""The shared database with every room's tables in it, on both engines: what store and act tests stand on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from app.bootstrap import metadata
from app.db import Database, open_database
from app.db.access import grant
from app.db.head import HEAD
from tests.postgres import Postgres


@pytest.fixture
def now() -> datetime:
    """A Wednesday morning in the warehouse's busiest month."""
    return datetime(2026, 11, 18, 8, 30, tzinfo=UTC)


def make_tables(database: Database) -> None:
    """As the migrations would leave them (a test holds the two together), only quicker."""
    metadata().create_all(database.engine)
    with database.write() as tx:
        tx.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        tx.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "shared.db"
    database = open_database(f"sqlite:///{file}")
    make_tables(database)
    database.close()
    return file


@pytest.fixture(scope="session")
def _pg_template(pg: Postgres) -> str:
    url = pg.create()
    database = open_database(url)
    make_tables(database)
    grant(database)
    database.close()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty shared database with all tables, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        file = tmp_path / "shared.db"
        shutil.copy(request.getfixturevalue("_sqlite_template"), file)
        made = open_database(f"sqlite:///{file}")
        yield made
        made.close()
        return
    yield request.getfixturevalue("postgres_database")


@pytest.fixture
def postgres_database(pg: Postgres, _pg_template: str) -> Iterator[Database]:
    """The same on PostgreSQL only, for what a file knows nothing of: logins, servers, many who write at once."""
    url = pg.create(template=_pg_template)
    made = open_database(url)
    yield made
    made.close()
    pg.drop(url)


def nothing_is_told(database: Database) -> None:
    """A NOTIFY is a transaction too, sent a moment later, and the feed is read below the oldest one still open.

    So whoever looks once and has to find all that was committed lets nobody else be told of it.
    """
    database.ear().tell = lambda _: None  # type: ignore[method-assign]


@pytest.fixture
def sqlite_database(_sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """The same on SQLite only, for what the engine makes no difference to."""
    file = tmp_path / "shared.db"
    shutil.copy(_sqlite_template, file)
    made = open_database(f"sqlite:///{file}")
    yield made
    made.close()
