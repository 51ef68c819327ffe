"""`doctor` at a shared PostgreSQL: who is connected, and whether everybody can be who they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from app.base.clock import SystemClock
from app.base.wording import known
from app.bootstrap import initialise
from app.db import Database, access, door, feed, open_database
from app.db.alone import JOBS, Alone
from app.db.grants import BENCH, HUB, READER, SUPERVISOR
from app.upkeep.doctor import Found, examine
from tests.logins import as_bench, as_role
from tests.postgres import Postgres
from tests.small_site import build


@pytest.fixture
def shared(postgres_database: Database, now: datetime) -> Database:
    with postgres_database.write() as tx:
        build(tx, now)
    return postgres_database


def examined(database: Database, folder: Path) -> dict[str, Found]:
    found = {f.what: f for f in examine(database, home=folder, stations=folder / "s", printers=())}
    assert all(known(f"upkeep.doctor.{f.say}", language) for f in found.values() for language in ("en", "de"))
    return found


def test_a_bench_is_told_which_it_is_and_which_others_lack_a_login(shared: Database, tmp_path: Path) -> None:
    with as_bench(shared, "S1") as own:
        found = examined(own, tmp_path)
    assert (found["login"].ok, found["login"].values["roles"]) == (True, "bench S1")
    assert found["roles"].ok
    assert "S1" not in str(found["bench logins"].values["stations"]).split(", ")
    assert not found["bench logins"].ok
    assert found["password"].ok


def test_the_owner_is_told_that_nothing_holds_it_back(shared: Database, tmp_path: Path) -> None:
    login = examined(shared, tmp_path)["login"]
    assert (login.ok, login.say, login.needed) == (False, "login_owner", False)


def test_a_login_of_no_role_is_told_how_it_gets_one(shared: Database, pg: Postgres, tmp_path: Path) -> None:
    pg.login("pb_stranger")
    with closing(open_database(str(shared.engine.url.set(username="pb_stranger")))) as own:
        login = examined(own, tmp_path)["login"]
    assert (login.say, login.needed, login.values) == ("login_nobody", True, {"login": "pb_stranger"})


def test_grants_that_are_not_as_listed_are_said(shared: Database, tmp_path: Path) -> None:
    with shared.write() as tx:
        tx.execute(text("GRANT DELETE ON fact TO packbench_bench"))
    with as_role(shared, SUPERVISOR) as own:
        assert not examined(own, tmp_path)["roles"].ok


def test_a_database_open_to_every_role_of_the_server_is_said_until_init_shuts_it(
    shared: Database, tmp_path: Path
) -> None:
    assert examined(shared, tmp_path)["door"].say == "door_open"
    access.grant(shared)
    with as_bench(shared, "S1") as own, as_role(shared, HUB):
        found = examined(own, tmp_path)["door"]
    assert (found.say, found.values["benches"]) == ("door", 1)
    assert "pb_hub" in str(found.values["logins"]).split(", ")
    with shared.write() as tx:
        door.shut_out(tx, "pb_s1")
    found = examined(shared, tmp_path)["door"]
    assert (found.say, found.values["logins"]) == ("door_shut", "pb_s1")


def test_other_databases_of_the_server_that_use_the_roles_are_named(
    shared: Database, fresh_pg: str, tmp_path: Path
) -> None:
    with closing(open_database(fresh_pg)) as other:
        initialise(other)
        with other.write() as tx:
            tx.execute(text(f"GRANT CONNECT ON DATABASE {other.engine.url.database} TO PUBLIC"))
        found = examined(shared, tmp_path)["other databases"]
        assert found.say == "roles_shared_open"
        assert str(other.engine.url.database) in str(found.values["databases"])
        access.grant(other)
        found = examined(shared, tmp_path)["other databases"]
        assert found.ok or str(other.engine.url.database) not in str(found.values["databases"])


def test_a_password_in_the_address_is_pointed_out_and_not_shown(shared: Database, tmp_path: Path) -> None:
    with closing(open_database(str(shared.engine.url.set(password="hunter2").render_as_string(False)))) as own:
        found = examined(own, tmp_path)
    assert (found["password"].ok, found["password"].say) == (False, "password_in_address")
    assert "hunter2" not in str(found)


# The tables' owner is a superuser here, and sees all; the others see of its sessions what everybody may.
WHOEVER = pytest.mark.parametrize("role", [BENCH, SUPERVISOR, HUB, READER, "owner"])


@contextmanager
def by(shared: Database, role: str) -> Iterator[Database]:
    if role == "owner":
        yield shared
        return
    with as_bench(shared) if role == BENCH else as_role(shared, role) as own:
        yield own


@contextmanager
def session(shared: Database, program: str) -> Iterator[psycopg.Connection]:
    """Somebody at the server with a program that is none of ours, as a superuser."""
    url = shared.engine.url
    where = {"host": url.query["host"], "dbname": url.database, "user": url.username}
    with closing(psycopg.connect(**where, application_name=program)) as connection:  # type: ignore[arg-type]
        yield connection


def written(connection: psycopg.Connection) -> int:
    """It writes, and does not end. Its process."""
    connection.execute("UPDATE about SET value = value")
    connection.execute("SELECT pg_current_xact_id()")
    return connection.info.backend_pid


def left_to(superuser: psycopg.Connection) -> int:
    """How many connections may still be opened, by somebody who sees what each session is."""
    asked = (
        "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
        " - count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
    )
    [left] = superuser.execute(asked).fetchone() or [0]
    superuser.rollback()
    return int(left)


@WHOEVER
def test_connections_of_others_are_counted_whoever_asks(shared: Database, tmp_path: Path, role: str) -> None:
    with by(shared, role) as own, ExitStack() as stack:
        others = [stack.enter_context(session(shared, "psql")) for _ in range(20)]
        before, after = -1, left_to(others[0])
        while before != after:  # sessions of before take their time to end
            before, found = after, examined(own, tmp_path)["connections"].values
            after = left_to(others[0])
    assert found["left"] == after
    assert found["most"] - after > 20  # type: ignore[operator]


@WHOEVER
def test_whose_open_transaction_holds_up_the_news_is_named_whoever_asks(
    shared: Database, tmp_path: Path, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if role == "owner":  # who is shown since when; nobody else is, and goes by the news that wait
        monkeypatch.setattr("app.upkeep.doctor_shared._LONG_S", 0)
    with by(shared, role) as own, session(shared, "psql") as other:
        pid = written(other)
        with shared.write() as mine:
            feed.announce(mine, "shipment", ["DE-1-1"], SystemClock().now() - timedelta(seconds=18))
        found = examined(own, tmp_path)["feed"]
        other.rollback()
        after = examined(own, tmp_path)["feed"]
    assert (found.say, found.ok, found.needed) == ("feed_stalled", False, True)
    assert [found.values[name] for name in ("pid", "program", "login", "changes")] == [pid, "psql", "postgres", 1]
    assert role == "owner" or int(str(found.values["seconds"])) >= 18
    assert (after.say, after.ok) == ("feed", True)


def test_who_writes_is_said_without_since_when_where_that_cannot_be_seen(shared: Database, tmp_path: Path) -> None:
    with as_role(shared, HUB) as own, session(shared, "psql") as other:
        pid = written(other)
        found = examined(own, tmp_path)["feed"]
    assert (found.say, found.ok, found.needed) == ("feed_writing", False, False)
    assert found.values == {"pid": pid, "program": "psql", "login": "postgres"}


def test_one_of_our_programs_that_writes_with_nothing_waiting_behind_is_no_trouble(
    shared: Database, tmp_path: Path
) -> None:
    with as_role(shared, HUB) as own, session(shared, "packbench import") as other:
        written(other)
        assert examined(own, tmp_path)["feed"].say == "feed"


def test_where_from_another_login_does_what_is_due_is_left_open_and_not_guessed(
    shared: Database, tmp_path: Path
) -> None:
    turn = Alone(shared, JOBS)
    assert turn.take()
    with as_bench(shared) as own:
        assert examined(own, tmp_path)["jobs"].values["address"] == "–"
    assert examined(shared, tmp_path)["jobs"].values["address"] == "localhost"
    turn.give_back()
