"""Reading with plain SQL and nothing loaded for it: what a command uses that must answer at once.

Importing SQLAlchemy alone takes longer than such a command may (0.4 s on two cores, measured 2026-11).
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote

from app.base.errors import DatabaseAway, NotAllowed, SchemaMismatch
from app.db.head import HEAD, OLDEST_PROGRAM, require_fit
from app.db.password import Password
from app.db.refusal import away

# What a server may take to answer at all.
_CONNECT_S = 5


class Reads(Protocol):
    """One consistent view of the database. SQL has `:name` parameters; rows are mappings by column name."""

    def __call__(self, sql: str, **values: object) -> list[Mapping[str, Any]]: ...


@contextmanager
def reading(url: str) -> Iterator[Reads]:
    """A read-only view of the database at `url`, closed at the end.

    DatabaseAway when it can't be opened; SchemaMismatch when this program may not use it.
    """
    open_ = _sqlite if url.startswith("sqlite") else _postgres
    with open_(url) as read:
        _require_current(read)
        yield read


def decoded(value: Any) -> Any:
    """A JSON column's value: SQLite gives text, PostgreSQL the value."""
    return json.loads(value) if isinstance(value, str) else value


def unseen(read: Reads, parts: Mapping[str, str]) -> dict[str, str]:
    """Those of the `parts`, each a `table.column`, that whoever reads may not read, in the same order.

    A statement that names one of them would be refused, whole.
    """
    asked = ", ".join(
        f"has_column_privilege('{table}', '{column}', 'SELECT') AS {part}"
        for part, (table, _, column) in ((part, of.partition(".")) for part, of in parts.items())
    )
    [may] = read(f"SELECT {asked}")
    return {part: of for part, of in parts.items() if not may[part]}


def everybody_may(connection: sqlite3.Connection) -> None:
    """Whoever can open a SQLite file may read all of it: there the question above has this answer."""
    connection.create_function("has_column_privilege", 3, lambda *_: True, deterministic=True)


@contextmanager
def _sqlite(url: str) -> Iterator[Reads]:
    file = Path(unquote(url.split("///", 1)[1]))
    if not file.is_file():
        raise SchemaMismatch(f"no database at {file}", kind="not_initialised", found=None, expected=HEAD)
    try:
        connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=10, isolation_level=None)
    except sqlite3.Error as error:
        raise DatabaseAway(str(error)) from error
    connection.row_factory = sqlite3.Row
    everybody_may(connection)
    with closing(connection):

        def read(sql: str, **values: object) -> list[Mapping[str, Any]]:
            try:
                return [dict(row) for row in connection.execute(sql, values)]
            except sqlite3.OperationalError as error:
                raise DatabaseAway(str(error)) from error

        connection.execute("BEGIN")
        yield read


@contextmanager
def _postgres(url: str) -> Iterator[Reads]:
    import psycopg
    from psycopg.conninfo import make_conninfo
    from psycopg.rows import dict_row

    address = re.sub(r"^postgresql\+\w+", "postgresql", url)

    def connect(password: str | None) -> psycopg.Connection[dict[str, Any]]:
        return psycopg.connect(address, row_factory=dict_row, password=password)  # None: as the address says

    try:
        if "connect_timeout=" not in address:
            address = make_conninfo(address, connect_timeout=_CONNECT_S)
        connection = Password(url).connected(connect)
    except psycopg.Error as error:
        raise away(error) from error
    with closing(connection):
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ

        def read(sql: str, **values: object) -> list[Mapping[str, Any]]:
            try:
                return list(connection.execute(re.sub(r"(?<!:):(\w+)", r"%(\1)s", sql), values))
            except psycopg.errors.InsufficientPrivilege as error:
                raise NotAllowed(str(error), kind="login_may_not", what=str(error).splitlines()[0]) from error
            except psycopg.OperationalError as error:
                raise away(error) from error

        yield read


def _require_current(read: Reads) -> None:
    try:
        found = read("SELECT version_num FROM alembic_version")
    except NotAllowed:
        raise
    except Exception as error:
        raise SchemaMismatch("no tables", kind="not_initialised", found=None, expected=HEAD) from error
    stands = found[0]["version_num"] if found else None
    if stands == HEAD:
        return
    said = read("SELECT value FROM about WHERE name = :name", name=OLDEST_PROGRAM) if stands else ()
    require_fit(stands, said[0]["value"] if said else None)
