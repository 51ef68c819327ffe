"""Opening the shared database, and the two kinds of transaction there are: `write` and `read`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.pool import QueuePool

from app.base.clock import Clock
from app.base.errors import Conflict, DatabaseAway
from app.base.turns import give_way
from app.db.plain import Reads

Tx = Connection
Row = RowMapping

_BUSY_MS = 10_000


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Database:
    """The shared database, SQLite or PostgreSQL. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """One transaction that may write: committed when the block ends well, else nothing of it stays.

        On SQLite the write lock is taken at the start, so a check and the act it allows cannot be parted.
        """
        with self._begin(write=True) as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """One consistent view; nothing written in it is kept."""
        with self._begin(write=False) as tx:
            yield tx

    @contextmanager
    def _begin(self, *, write: bool) -> Iterator[Tx]:
        try:
            with (
                self.engine.connect().execution_options(packbench_write=write) as tx,
                tx.begin() as transaction,
            ):
                yield tx
                if not write:
                    transaction.rollback()
        except (OperationalError, InterfaceError) as error:
            raise DatabaseAway(_plain(error)) from error

    @contextmanager
    def reading(self) -> Iterator[Reads]:
        """One consistent view for plain SQL: what the read models of screens ask for."""
        with self.read() as tx:

            def read(sql: str, **values: object) -> list[Mapping[str, Any]]:
                return [dict(row) for row in tx.execute(text(sql), values).mappings()]

            yield read

    def now(self, tx: Tx, here: Clock) -> datetime:
        """The shared database's own time, which leases and records go by: no bench's clock can move it.

        PostgreSQL's, whose clock many benches share; with a SQLite file that of the one machine it lies on, `here`.
        """
        if self.is_sqlite:
            return here.now()
        moment: datetime = tx.execute(text("SELECT clock_timestamp()")).scalar_one()
        return moment

    def close(self) -> None:
        self.engine.dispose()


def _plain(error: DBAPIError) -> str:
    """The driver's own words without the statement and its values: those may hold a person's data."""
    return str(error.orig).strip().splitlines()[0]


@contextmanager
def savepoint(tx: Tx) -> Iterator[None]:
    """All of the block or nothing of it, the transaction around it going on. A broken constraint is a Conflict."""
    try:
        with tx.begin_nested():
            yield
    except IntegrityError as error:
        raise Conflict(_plain(error), kind="constraint") from error


def open_database(url: str) -> Database:
    """A database at `url`. Makes the folder of a SQLite file, not the tables: that is `init`."""
    parsed = make_url(url)
    options: dict[str, Any] = {"json_serializer": _dumps, "hide_parameters": True}
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        options |= {
            "poolclass": QueuePool,
            "connect_args": {"timeout": _BUSY_MS / 1000, "check_same_thread": False},
        }
    else:
        options |= {"pool_pre_ping": True}
    engine = create_engine(parsed, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    event.listen(engine, "before_cursor_execute", _before_statement)
    return Database(engine)


def _before_statement(*_: object) -> None:
    give_way()


def _sqlite_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, so that a writer can say IMMEDIATE
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what was forgotten is overwritten, not only unlinked
        "cache_size=-65536",
        f"busy_timeout={_BUSY_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("packbench_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
