"""Several statements in one round trip: on a slow line each costs as much as all of them together.

PostgreSQL gives the rows of several queries as one row of JSON, and takes those of several tables as one INSERT. A
SQLite file lies on no line: there each goes by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Select, Table, func, insert, literal_column, select, text

from app.db.engine import Tx

Rows = list[Mapping[str, Any]]
Queries = tuple[Select[Any], ...]

# Under this name a connection carries what its transaction is still to write: {(table, SQL by column): rows}.
_GATHERED = "gathered"


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
    gathered = tx.info.get(_GATHERED)
    if not rows:
        return
    if gathered is not None:
        gathered.setdefault((table, tuple(sorted(sql.items()))), []).extend(rows)
    elif tx.dialect.name == "sqlite" or not sql:
        tx.execute(insert(table), rows)
    else:
        tx.execute(insert(table).values({name: literal_column(said) for name, said in sql.items()}), rows)


@contextmanager
def written_at_once(tx: Tx) -> Iterator[None]:
    """What `add` is given in the block is written at its end: what is read in it does not see that yet."""
    if tx.dialect.name == "sqlite" or _GATHERED in tx.info:
        yield
        return
    gathered = tx.info.setdefault(_GATHERED, {})
    try:
        yield
    finally:
        del tx.info[_GATHERED]
    if gathered:
        parts = tuple((table, tuple(rows[0]), sql) for (table, sql), rows in gathered.items())
        said = {f"r{n}": msgspec.json.encode(rows).decode() for n, rows in enumerate(gathered.values())}
        tx.execute(_written(parts), said)


@cache
def _written(parts: tuple[tuple[Table, tuple[str, ...], tuple[tuple[str, str], ...]], ...]) -> Any:
    """One INSERT for each table, its rows given as JSON and read as the table's own columns."""
    each = []
    for n, (table, given, sql) in enumerate(parts):
        columns = ", ".join(f'"{name}"' for name in (*given, *(name for name, _ in sql)))
        values = ", ".join((*(f'"{name}"' for name in given), *(said.replace(":", r"\:") for _, said in sql)))
        rows = f'json_populate_recordset(CAST(NULL AS "{table.name}"), CAST(:r{n} AS json))'
        each.append(f'w{n} AS (INSERT INTO "{table.name}" ({columns}) SELECT {values} FROM {rows})')
    return text(f"WITH {', '.join(each)} SELECT 1")
