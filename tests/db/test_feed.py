"""The feed on PostgreSQL, where an id is given out before its transaction commits: no reader misses a change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.db import Database, Tx, feed, open_database
from app.db.feed import Change, Cursor
from app.db.tables import change
from tests.rooms import nothing_is_told

_KEYS = count()
_Steps = Iterable[tuple[int, str]]


class _GivenUp(Exception):
    pass


def told_and_read(
    database: Database, steps: _Steps, since: Callable[[Tx, Cursor], Sequence[Change]], now: datetime
) -> tuple[list[str], list[str]]:
    """(keys whose transactions were committed, keys that one reader got who looks after each step), each sorted."""
    nothing_is_told(database)
    committed: list[str] = []
    got: list[str] = []
    writers: dict[int, tuple[ExitStack, Tx, list[str]]] = {}
    with database.write() as tx:
        feed.announce(tx, "shipment", ["before"], now)
    reader = open_database(database.engine.url.render_as_string(hide_password=False))
    with reader.read() as tx:
        cursor = feed.since(tx, Cursor(), 10_000)[-1].cursor

    def end(writer: int, how: str) -> None:
        stack, _, keys = writers.pop(writer)
        if how == "commit":
            stack.close()
            committed.extend(keys)
        else:
            with suppress(_GivenUp), stack:
                raise _GivenUp

    def look() -> None:
        nonlocal cursor
        with reader.read() as tx:
            changes = since(tx, cursor)
        got.extend(one.key for one in changes)
        cursor = changes[-1].cursor if changes else cursor

    for writer, act in steps:
        if act == "announce":
            if writer not in writers:
                stack = ExitStack()
                writers[writer] = stack, stack.enter_context(database.write()), []
            _, tx, keys = writers[writer]
            keys.append(f"K{next(_KEYS):06}")
            feed.announce(tx, "shipment", keys[-1:], now)
        elif writer in writers:
            end(writer, act)
        look()
    for writer in list(writers):
        end(writer, "commit")
        look()
    reader.close()
    return sorted(committed), sorted(got)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(["announce", "announce", "commit", "give_up"])), max_size=16
    )
)
def test_a_reader_gets_every_change_once_however_writers_overlap(
    postgres_database: Database, now: datetime, steps: list[tuple[int, str]]
) -> None:
    committed, got = told_and_read(postgres_database, steps, feed.since, now)
    assert got == committed


def test_a_cursor_by_id_would_be_found_out_it_misses_who_began_first_and_ended_last(
    postgres_database: Database, now: datetime
) -> None:
    def by_id(tx: Tx, after: Cursor) -> list[Change]:
        c = change.c
        query = select(c.id, c.topic, c.key, c.xid).where(c.id > after.id).order_by(c.id)
        return [Change(*row) for row in tx.execute(query)]

    steps = [(0, "announce"), (1, "announce"), (1, "commit"), (0, "commit")]
    committed, got = told_and_read(postgres_database, steps, feed.since, now)
    assert got == committed
    committed, got = told_and_read(postgres_database, steps, by_id, now)
    assert got == committed[1:]


def test_a_cursor_lives_as_long_as_the_server_runs_and_nobody_restores(database: Database) -> None:
    def lifetime() -> str:
        with database.read() as tx:
            return feed.lifetime(tx)

    before = lifetime()
    database.engine.dispose()
    assert lifetime() == before
    with database.write() as tx:
        feed.begin_anew(tx)
    assert lifetime() != before
