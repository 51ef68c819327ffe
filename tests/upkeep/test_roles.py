"""Upkeep on a shared PostgreSQL is the hub's, by a login that owns nothing; a bench's may look."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app.base.clock import SystemClock
from app.base.errors import NotAllowed
from app.bootstrap import checks, initialise, metadata
from app.db import Database, open_database
from app.db.grants import BENCH, HUB, SUPERVISOR
from app.site.roles import SYSTEM
from app.upkeep.archive import archive_before
from app.upkeep.backup import make_backup
from app.upkeep.doctor import examine
from app.upkeep.due import old_changes
from app.upkeep.forget import forget_customer
from app.upkeep.promises import broken
from app.upkeep.restore import restore_backup
from tests.floor.bench_driver import Driver
from tests.logins import as_bench, as_role
from tests.small_site import build
from tests.upkeep.test_archive import AUGUST, count, gone


@pytest.fixture
def shared(fresh_pg: str) -> Database:
    database = open_database(fresh_pg)
    initialise(database)
    now = SystemClock().now()
    with database.write() as tx:
        build(tx, now)
    driver = Driver(database, now + AUGUST)
    driver.attach()
    gone(driver, "DE-1")
    return database


def test_the_hub_backs_up_archives_forgets_and_checks(shared: Database, tmp_path: Path) -> None:
    now = SystemClock().now()
    with as_role(shared, HUB) as hub:
        before = broken(hub, checks())
        made = make_backup(hub, tmp_path / "a.zip", home=tmp_path, operator=SYSTEM, now=now)
        assert made.rows > 0
        assert archive_before(hub, f"{now:%Y-%m}", home=tmp_path, operator=SYSTEM, now=now).facts > 0
        assert count(shared, "fact") == 0
        assert old_changes(hub, now + timedelta(days=30)) > 0
        done = forget_customer(hub, "c-DE-1", benches={}, home=tmp_path, out=tmp_path / "out", operator=SYSTEM, now=now)
        assert done.customers == ("c-DE-1",)
        assert broken(hub, checks()) == before
        with pytest.raises(NotAllowed) as refused:  # only whoever owns the tables puts others in their place
            restore_backup(
                hub, tmp_path / "a.zip", metadata(), home=tmp_path, over=True, force=True, block=200,
                operator=SYSTEM, now=now,
            )  # fmt: skip
        assert refused.value.kind == "not_the_owner"
    assert count(shared, "order_") == 1
    shared.close()


def test_a_restored_database_is_open_to_the_same_logins_as_before(shared: Database, tmp_path: Path) -> None:
    from app.bootstrap import let_in

    now = SystemClock().now()
    with as_bench(shared) as bench, as_role(shared, HUB) as hub:
        make_backup(hub, tmp_path / "a.zip", home=tmp_path, operator=SYSTEM, now=now)
        restore_backup(
            shared, tmp_path / "a.zip", metadata(), home=tmp_path, over=True, force=True, block=200, operator=SYSTEM,
            now=now,
        )  # fmt: skip
        let_in(shared)
        with bench.write() as tx:
            own = tx.execute(text("UPDATE station SET last_seen = 'x' WHERE name = 'S1'")).rowcount
            others = tx.execute(text("UPDATE station SET last_seen = 'x' WHERE name = 'S2'")).rowcount
        assert (own, others) == (1, 0)
        make_backup(hub, tmp_path / "b.zip", home=tmp_path, operator=SYSTEM, now=now)
    shared.close()


@pytest.mark.parametrize("role", [BENCH, SUPERVISOR, HUB])
def test_doctor_answers_whoever_asks(shared: Database, tmp_path: Path, role: str) -> None:
    with as_bench(shared) if role == BENCH else as_role(shared, role) as own:
        found = {f.what for f in examine(own, home=tmp_path, stations=tmp_path / "s", printers=(), archive_months=13)}
    assert {"server", "connections", "feed", "jobs", "backup", "archive"} <= found
    shared.close()
