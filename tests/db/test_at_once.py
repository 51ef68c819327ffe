"""Several statements in one round trip say what each would say by itself, on either engine."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime

import pytest
from sqlalchemy import bindparam, select

from app.base.errors import Conflict
from app.cases import tables as cases
from app.db import Database, feed, savepoint
from app.db.at_once import add, alter, put, read_at_once, written_at_once
from app.db.engine import written_singly
from app.db.tables import about, change
from app.orders.tables import timeline

KEYS = (
    select(about.c.name).where(about.c.name.in_(bindparam("names", expanding=True))).order_by(about.c.name.desc()),
    select(about.c.value).where(about.c.value == bindparam("value")),
    select(timeline.c.detail).order_by(timeline.c.id),
)
ENTRY = {"order_id": "DE-1", "subject": "DE-1", "at": "then", "by": "PBCHIEF", "event": "state", "source": ""}


def test_queries_asked_together_have_each_its_rows_in_its_order(database: Database) -> None:
    with database.write() as tx:
        add(tx, about, [{"name": name, "value": 'a "quoted" ü'} for name in "abc"])
        add(tx, timeline, [{**ENTRY, "id": "1", "detail": {"n": 3, "some": ["ü", None, True]}}])
        names, values, details = read_at_once(tx, KEYS, {"names": ["a", "c"], "value": "none"})
    assert [row["name"] for row in names] == ["c", "a"]
    assert values == []
    assert details == [{"detail": {"n": 3, "some": ["ü", None, True]}}]


def test_what_is_added_together_stands_as_if_each_were_added_alone(database: Database, now: datetime) -> None:
    with database.write() as tx:
        with written_at_once(tx):
            add(tx, about, [{"name": "x", "value": "1"}, {"name": "y", "value": "2"}])
            add(tx, timeline, [{**ENTRY, "id": n, "detail": {"a": "it's: %s \\ :b"}} for n in "123"])
            with written_at_once(tx):
                feed.announce(tx, "order", ["DE-1", "DE-2"], now)
            feed.announce(tx, "claim", ["C"], now)
        assert set(tx.execute(select(about.c.value).where(about.c.name.in_(["x", "y"]))).scalars()) == {"1", "2"}
        assert tx.execute(select(timeline.c.detail)).scalars().all() == [{"a": "it's: %s \\ :b"}] * 3
        told = tx.execute(select(change.c.topic, change.c.key, change.c.xid).order_by(change.c.id)).all()
        assert [row[:2] for row in told] == [("order", "DE-1"), ("order", "DE-2"), ("claim", "C")]
        assert len({row.xid for row in told}) == 1
        assert database.is_sqlite or told[0].xid > 0


def test_a_row_that_breaks_a_rule_takes_all_that_was_added_with_it(database: Database) -> None:
    row = {"id": "1", "kind": "k", "state": "open", "subject_kind": "order", "subject": "s", "detail": {},
           "opened_at": "t", "opened_by": "b"}  # fmt: skip
    with database.write() as tx:
        with pytest.raises(Conflict), savepoint(tx), written_at_once(tx):
            add(tx, about, [{"name": "x", "value": "1"}])
            add(tx, cases.case, [row, {**row, "id": "2"}])
        assert tx.execute(select(about.c.name).where(about.c.name == "x")).all() == []


def test_what_was_gathered_when_something_failed_is_never_written(database: Database) -> None:
    with database.write() as tx:
        with pytest.raises(ValueError, match="on the way"), savepoint(tx), written_at_once(tx):
            add(tx, about, [{"name": "x", "value": "1"}])
            raise ValueError("on the way")
        with written_at_once(tx):
            add(tx, about, [{"name": "y", "value": "2"}])
        assert tx.execute(select(about.c.name).where(about.c.name.in_(["x", "y"]))).scalars().all() == ["y"]


@pytest.mark.parametrize("together", [True, False], ids=["together", "each by itself"])
def test_rows_take_the_place_of_their_like_or_alter_those_there_are(database: Database, together: bool) -> None:
    with database.write() as tx:
        add(tx, timeline, [{**ENTRY, "id": n, "detail": {"n": n}} for n in "12"])
        add(tx, about, [{"name": "x", "value": "1"}])
        with written_at_once(tx) if together else nullcontext():
            put(tx, about, [{"name": "x", "value": "it's"}, {"name": "y", "value": "2"}], ["name"])
            alter(tx, timeline, [{"id": "2", "by": "PBELSE", "detail": {"n": None}}], ["id"])
            alter(tx, timeline, [{"id": "9", "by": "nobody"}], ["id"])
        named = tx.execute(select(about.c.name, about.c.value).where(about.c.name.in_(["x", "y"])))
        assert {row.name: row.value for row in named} == {"x": "it's", "y": "2"}
        rows = tx.execute(select(timeline.c.id, timeline.c.by, timeline.c.detail).order_by(timeline.c.id)).all()
        assert [tuple(row) for row in rows] == [("1", "PBCHIEF", {"n": "1"}), ("2", "PBELSE", {"n": None})]


def test_what_is_written_in_a_savepoint_or_singly_is_there_at_once(postgres_database: Database) -> None:
    def there() -> set[str]:
        return set(tx.execute(select(about.c.name).where(about.c.name.in_(["x", "y", "z"]))).scalars())

    with postgres_database.write() as tx:
        with written_at_once(tx):
            add(tx, about, [{"name": "x", "value": "1"}])
            with savepoint(tx):
                add(tx, about, [{"name": "y", "value": "1"}])
                assert there() == {"y"}
            with written_singly(tx):
                add(tx, about, [{"name": "z", "value": "1"}])
                assert there() == {"y", "z"}
        assert there() == {"x", "y", "z"}
