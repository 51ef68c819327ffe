"""Which programs may meet which databases: one rule, held wherever a database is opened and in mid-session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Thread

import pytest
from sqlalchemy import text

from app.base.clock import SystemClock
from app.base.errors import SchemaMismatch
from app.base.ids import uuid7
from app.bootstrap import initialise
from app.db import Database, open_database
from app.db.head import HEAD, require_fit
from app.db.migrate import hold_alone, require_current, version
from app.db.plain import reading
from app.floor.apply import apply_batch
from app.floor.attach import attach
from app.floor.facts import Fact, JobHeld, encode
from tests import small_site

NEXT = "0999"


class Fresh:
    """A journal with nothing in it yet."""

    incarnation = "J1"

    def link_at(self, seq: int) -> str | None:
        return None if seq else self.incarnation

    def op_at(self, seq: int) -> str | None:
        return None


def stamped(database: Database, schema: str, oldest: str | None = None) -> None:
    with database.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = :schema"), {"schema": schema})
        tx.execute(text("DELETE FROM about WHERE name = 'oldest_program'"))
        if oldest:
            tx.execute(text("INSERT INTO about VALUES ('oldest_program', :oldest)"), {"oldest": oldest})


@pytest.mark.parametrize(
    ("found", "oldest", "kind"),
    [
        (HEAD, None, ""),
        (HEAD, HEAD, ""),
        (NEXT, HEAD, ""),
        (NEXT, "0002", ""),
        (NEXT, NEXT, "schema_newer"),
        (NEXT, None, "schema_newer"),
        ("0001", None, "schema_older"),
        (None, None, "not_initialised"),
    ],
)
def test_a_program_meets_its_own_schema_and_newer_ones_that_let_it(
    found: str | None, oldest: str | None, kind: str
) -> None:
    if not kind:
        require_fit(found, oldest)
        return
    with pytest.raises(SchemaMismatch) as refused:
        require_fit(found, oldest)
    assert refused.value.kind == kind


@pytest.mark.parametrize(("oldest", "kind"), [(HEAD, ""), (NEXT, "schema_newer")])
def test_commands_that_only_read_keep_the_same_rule(db_url: str, oldest: str, kind: str) -> None:
    database = open_database(db_url)
    initialise(database)
    stamped(database, NEXT, oldest)

    def opened() -> None:
        require_current(database)
        with reading(db_url) as read:
            assert read("SELECT 1 AS one")[0]["one"] == 1

    _refused(kind, opened)
    if kind:
        _refused(kind, lambda: _read(db_url))
    database.close()


def _read(url: str) -> None:
    with reading(url):
        pass


def _refused(kind: str, do: Callable[[], object]) -> None:
    if not kind:
        do()
        return
    with pytest.raises(SchemaMismatch) as refused:
        do()
    assert refused.value.kind == kind


def test_a_bench_hears_of_a_schema_that_is_too_new_for_it_at_its_next_push_and_nothing_of_that_push_stays(
    database: Database, now: datetime
) -> None:
    with database.write() as tx:
        small_site.build(tx, now)
        attach(tx, station="S1", journal=Fresh(), place="here", now=now)
    kind, body = encode(JobHeld("DE-1-1", "other"))
    fact = Fact(uuid7(), 1, kind, "", 0, "PBPICKER", "2026-11-18T08:30:00.000Z", body)

    def push() -> int:
        with database.write() as tx:
            return apply_batch(tx, station="S1", incarnation="J1", facts=[fact], before="J1", now=now).last_seq

    def greet() -> int:
        with database.write() as tx:
            return attach(tx, station="S1", journal=Fresh(), place="here", now=now).last_seq

    stamped(database, NEXT, NEXT)
    _refused("schema_newer", push)
    _refused("schema_newer", greet)
    stamped(database, NEXT, HEAD)
    assert push() == 1


def test_of_two_upgrades_at_once_the_second_waits_and_finds_it_done(fresh_pg: str) -> None:
    first, second = open_database(fresh_pg), open_database(fresh_pg)
    done: list[bool] = []
    with first.write() as tx:
        hold_alone(tx)
        waiting = Thread(target=lambda: done.append(initialise(second)))
        waiting.start()
        while not _waits(first):  # the server says so: no time is guessed
            assert waiting.is_alive()
        assert not done
    waiting.join()
    assert done == [True]
    assert version(first) == HEAD
    assert not initialise(first)
    first.close()
    second.close()


def _waits(database: Database) -> bool:
    with database.read() as tx:
        return bool(
            tx.execute(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")).scalar()
        )


def test_a_push_waits_for_an_upgrade_and_then_meets_what_it_made(fresh_pg: str, now: datetime) -> None:
    database, bench = open_database(fresh_pg), open_database(fresh_pg)
    initialise(database)
    with database.write() as tx:
        small_site.build(tx, now)
    met: list[str] = []

    def greet() -> None:
        try:
            with bench.write() as tx:
                attach(tx, station="S1", journal=Fresh(), place="here", now=now)
        except SchemaMismatch as refused:
            met.append(refused.kind)

    with database.write() as tx:
        hold_alone(tx)
        tx.execute(text("UPDATE alembic_version SET version_num = :next"), {"next": NEXT})
        tx.execute(text("UPDATE about SET value = :next WHERE name = 'oldest_program'"), {"next": NEXT})
        meets = Thread(target=greet)
        meets.start()
        other = open_database(fresh_pg)
        while not _waits_for_station(other):
            assert meets.is_alive()
        other.close()
    meets.join()
    assert met == ["schema_newer"]
    database.close()
    bench.close()


def _waits_for_station(database: Database) -> bool:
    asked = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'station'::regclass")
    with database.read() as tx:
        return bool(tx.execute(asked).scalar())


def test_a_file_is_copied_as_it_stood_before_it_is_brought_up_to_date(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("old")
    file = folder / "a.db"
    database = open_database(f"sqlite:///{file}")
    from app.bootstrap import metadata
    from app.db.migrate import run

    run(database, metadata(), "0002")
    with database.write() as tx:
        tx.execute(text("INSERT INTO about VALUES ('kept', :at)"), {"at": SystemClock().now().isoformat()})
    assert initialise(database)
    copy = open_database(f"sqlite:///{file}.0002.bak")
    with copy.read() as tx:
        assert tx.execute(text("SELECT count(*) FROM about")).scalar() == 1
    assert version(copy) == "0002"
    copy.close()
    database.close()
