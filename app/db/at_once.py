"""Several statements in one round trip: on a slow line each costs as much as all of them together.

PostgreSQL gives the rows of several queries as one row of JSON, and takes those of several tables as one INSERT. A
SQLite file lies on no line: there each goes by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Executable, Select, Table, bindparam, func, insert, literal_column, select, text, update

from app.db.engine import GATHERED, Tx
from app.db.rows import upsert

Rows = list[Mapping[str, Any]]
Queries = tuple[Select[Any], ...]


@dataclass(frozen=True, slots=True)
class _How:
    """Rows of `columns` go into the table; or, where it has rows of the same `keys`, in place of these (`put`), or only
    there (`alter`). `sql`: what PostgreSQL works out, by column.
    """

    act: str  # add | put | alter
    table: Table
    columns: tuple[str, ...]
    keys: tuple[str, ...] = ()
    sql: tuple[tuple[str, str], ...] = ()


def read_at_once(tx: Tx, queries: Queries, values: Mapping[str, object]) -> list[Rows]:
    """The rows of each query, with one statement on PostgreSQL; `values` are the parameters of all.

    What JSON has no word for (bytes, moments) must not be asked for. All is seen as of one moment.
    """
    if tx.dialect.name == "sqlite":
        return [[dict(row) for row in tx.execute(query, values).mappings()] for query in queries]
    return [rows or [] for rows in tx.execute(_as_one(queries), values).one()]


@cache
def _as_one(queries: Queries) -> Select[Any]:
    """Made once for each tuple of queries, which therefore are made once too."""
    some = [query.subquery(f"q{n}") for n, query in enumerate(queries)]
    return select(*(select(func.json_agg(literal_column(q.name))).select_from(q).scalar_subquery() for q in some))


def add(tx: Tx, table: Table, rows: Sequence[Mapping[str, Any]], **sql: str) -> None:
    """Writes new rows, at once or at the end of `written_at_once`. `sql`: what PostgreSQL works out, by column."""
    if rows:
        worked_out = () if tx.dialect.name == "sqlite" else tuple(sorted(sql.items()))
        _write(tx, _How("add", table, tuple(rows[0]), sql=worked_out), rows)


def put(tx: Tx, table: Table, rows: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> None:
    """Writes rows, each in place of the one with the same `keys`, if there is one; when as `add`."""
    if rows:
        _write(tx, _How("put", table, tuple(rows[0]), tuple(keys)), rows)


def alter(tx: Tx, table: Table, rows: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> None:
    """The rows with these `keys` have these values now; when as `add`. None of them is altered twice in one go."""
    if rows:
        _write(tx, _How("alter", table, tuple(rows[0]), tuple(keys)), rows)


def _write(tx: Tx, how: _How, rows: Sequence[Mapping[str, Any]]) -> None:
    gathered = tx.info.get(GATHERED)
    if gathered is not None:
        gathered.setdefault(how, []).extend(rows)
        return
    if how.act == "put":
        upsert(tx, how.table, rows, how.keys)
        return
    marked = [{f"v_{name}": value for name, value in row.items()} for row in rows] if how.act == "alter" else rows
    tx.execute(_alone(how), marked)


@cache
def _alone(how: _How) -> Executable:
    """A row at a time."""
    if how.act == "alter":
        each = {name: bindparam(f"v_{name}", type_=how.table.c[name].type) for name in how.columns}
        here = (how.table.c[name] == each[name] for name in how.keys)
        return update(how.table).where(*here).values({n: v for n, v in each.items() if n not in how.keys})
    into = insert(how.table)
    return into.values({name: literal_column(said) for name, said in how.sql}) if how.sql else into


@contextmanager
def written_at_once(tx: Tx) -> Iterator[None]:
    """What `add`, `put` and `alter` are given in the block is written at its end: what is read in it does not see that.

    With an error nothing is. A savepoint in the block is a world of its own: what is written in it, is at once.
    """
    if tx.dialect.name == "sqlite" or GATHERED in tx.info:
        yield
        return
    gathered: dict[_How, list[Mapping[str, Any]]] = {}
    tx.info[GATHERED] = gathered
    try:
        yield
    finally:
        del tx.info[GATHERED]
    if gathered:
        said = {f"r{n}": msgspec.json.encode(rows).decode() for n, rows in enumerate(gathered.values())}
        tx.execute(_written(tuple(gathered)), said)


@cache
def _written(some: tuple[_How, ...]) -> Executable:
    """All of it as one statement, the rows given as JSON and read as the table's own columns."""
    return text(f"WITH {', '.join(f'w{n} AS ({_part(how, n)})' for n, how in enumerate(some))} SELECT 1")


def _part(how: _How, n: int) -> str:
    rows = f'json_populate_recordset(CAST(NULL AS "{how.table.name}"), CAST(:r{n} AS json))'
    new = [name for name in how.columns if name not in how.keys]
    if how.act == "alter":
        here = " AND ".join(f'old."{name}" = new."{name}"' for name in how.keys)
        values = ", ".join(f'"{name}" = new."{name}"' for name in new)
        return f'UPDATE "{how.table.name}" AS old SET {values} FROM {rows} AS new WHERE {here}'
    columns = ", ".join(f'"{name}"' for name in (*how.columns, *(name for name, _ in how.sql)))
    values = ", ".join((*(f'"{name}"' for name in how.columns), *(said.replace(":", r"\:") for _, said in how.sql)))
    keys = ", ".join(f'"{name}"' for name in how.keys)
    clash = ", ".join(f'"{name}" = excluded."{name}"' for name in new)
    instead = f" ON CONFLICT ({keys}) DO UPDATE SET {clash}" if how.act == "put" else ""
    return f'INSERT INTO "{how.table.name}" ({columns}) SELECT {values} FROM {rows}{instead}'
