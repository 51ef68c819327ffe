"""What every test stands on: no display, no user's own folders, and databases to try things on."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = os.environ.get("PACKBENCH_TEST_QPA", "offscreen")  # before anything imports Qt

import pytest
from hypothesis import settings
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection, Engine, event

from tests.postgres import NoPostgres, Postgres, running_postgres
from tests.zpl_render.renderer import NoRenderer, ZplRenderer, running_renderer

pytest_plugins = ["tests.rooms"]

# Two shared cores make any single example slow at times; a slow example is no broken rule.
settings.register_profile("packbench", deadline=None, print_blob=True)
settings.load_profile("packbench")


class Compiled(dict[Any, Any]):
    """Statements as SQLAlchemy compiled them, for every database of a kind: left alone it begins anew with each.

    Nearly every test has databases of its own, and to compile what is asked of one was a fifth of all work.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_of_any_database(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_of_any_database(key), compiled)


def _of_any_database(key: Any) -> Any:
    dialect, *statement = key
    return type(dialect), dialect._json_serializer, *statement


COMPILED = Compiled()


@event.listens_for(Engine, "engine_connect")
def knows_what_was_compiled(connection: Connection) -> None:
    connection.execution_options(compiled_cache=COMPILED)


def pytest_collection_finish() -> None:
    """What the tests are made of is not searched for garbage again and again: thousands of them weigh much."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps tests, and the programs they start, out of the data of whoever runs them."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("PACKBENCH_")]:
            if not name.startswith("PACKBENCH_TEST_"):
                patch.delenv(name)
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "LOCALAPPDATA", "APPDATA"):
            patch.setenv(name, str(home / name.lower()))
        yield


class Patient(QtBot):
    """Waits as long as a busy machine may take: the end of it is there for a test that hangs, and costs no other."""

    def waitSignal(self, signal: Any, *, timeout: int = 60_000, **how: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **how)

    def waitUntil(self, callback: Any, *, timeout: int = 60_000) -> None:
        super().waitUntil(callback, timeout=timeout)


@pytest.fixture
def qtbot(qapp: Any, request: pytest.FixtureRequest) -> QtBot:
    return Patient(request)


@pytest.fixture(scope="session")
def pg() -> Iterator[Postgres]:
    """The session's PostgreSQL. `pg.create(template=URL)` copies a database, quicker than filling one."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running_postgres())
        except NoPostgres as reason:
            pytest.skip(f"no PostgreSQL: {reason}")
        yield server


@pytest.fixture(scope="session")
def pg_url(pg: Postgres) -> str:
    """The address of the server's own first database, for questions about the server."""
    return pg.url()


@pytest.fixture
def fresh_pg(pg: Postgres) -> Iterator[str]:
    """The address of an empty PostgreSQL database that is this test's alone."""
    url = pg.create()
    yield url
    pg.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def db_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, once in SQLite and once in PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'shared.db'}"
    url: str = request.getfixturevalue("fresh_pg")
    return url


@pytest.fixture(scope="session")
def render_zpl() -> Iterator[ZplRenderer]:
    """`render_zpl(zpl, width_mm, height_mm, dpmm)` draws each label as a PNG, all in one Node process."""
    with ExitStack() as stack:
        try:
            renderer = stack.enter_context(running_renderer())
        except NoRenderer as reason:
            pytest.skip(f"labels cannot be drawn: {reason}")
        yield renderer
