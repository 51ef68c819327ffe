"""Who may come into which database of one server, where roles are everybody's: production and training side by side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime

import pytest
from sqlalchemy import text

from app.base.errors import DatabaseAway, NotFound, NotLetIn, Refused
from app.bootstrap import initialise
from app.db import Database, Tx, access, door, open_database
from app.db.grants import BENCH, HUB, READER, SUPERVISOR
from app.site import store as site
from app.site.admit import admit, dismiss
from tests.postgres import NoPostgres, Postgres, running_postgres
from tests.small_site import build


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A server that none of the other tests' databases lie on."""
    try:
        with running_postgres() as started:
            yield started
    except NoPostgres as reason:
        pytest.skip(f"no PostgreSQL: {reason}")


@contextmanager
def house(server: Postgres, now: datetime) -> Iterator[Database]:
    url = server.create()
    with closing(open_database(url)) as database:
        initialise(database)
        with database.write() as tx:
            build(tx, now)
        yield database
    server.drop(url)


@pytest.fixture
def production(server: Postgres, now: datetime) -> Iterator[Database]:
    with house(server, now) as database:
        yield database
        with database.write() as tx:
            for login in door.here(tx).guests:
                access.dismiss(tx, login, BENCH, SUPERVISOR, HUB, READER)


@pytest.fixture
def training(server: Postgres, now: datetime, production: Database) -> Iterator[Database]:
    with house(server, now) as database:
        yield database


def by(database: Database, login: str) -> Database:
    return open_database(str(database.engine.url.set(username=login)))


def comes_in(database: Database, login: str) -> bool:
    with closing(by(database, login)) as own:
        try:
            with own.read():
                return True
        except NotLetIn as error:
            return error.kind != "not_let_in"


def writes_its_row(database: Database, login: str) -> bool:
    with closing(by(database, login)) as own, own.write() as tx:
        return tx.execute(text("UPDATE station SET last_seen = 'x' WHERE login = current_user")).rowcount == 1


def opened_to_all(tx: Tx, database: Database) -> None:
    """As a version before this one left it."""
    name = database.engine.url.database
    tx.exec_driver_sql(f"GRANT CONNECT ON DATABASE {name} TO PUBLIC")
    for login in door.here(tx).guests:
        tx.exec_driver_sql(f"REVOKE CONNECT ON DATABASE {name} FROM {login}")


def test_who_is_let_into_one_database_does_not_come_into_another(production: Database, training: Database) -> None:
    for role in (BENCH, SUPERVISOR, HUB, READER):
        login = f"trainee_{role.removeprefix('packbench_')}"
        with training.write() as tx:
            admit(tx, role, login, station="S1" if role == BENCH else "")
        assert comes_in(training, login), role
        assert not comes_in(production, login), role
        with training.write() as tx:
            dismiss(tx, login)


def test_another_databases_bench_may_be_given_another_login_without_harm(
    production: Database, training: Database
) -> None:
    for database in (production, training):
        with database.write() as tx:
            admit(tx, BENCH, "pb_s1", station="S1")
    with training.write() as tx:
        admit(tx, BENCH, "pb_new", station="S1")
    assert writes_its_row(production, "pb_s1")
    assert writes_its_row(training, "pb_new")
    assert not comes_in(training, "pb_s1")
    with production.write() as tx:
        assert dismiss(tx, "pb_s1") == ()
        assert door.roles_of(tx, "pb_s1") == set()
    with training.write() as tx:
        dismiss(tx, "pb_new")


def test_no_login_becomes_more_in_a_database_by_what_it_is_in_another(production: Database, training: Database) -> None:
    with production.write() as tx:
        admit(tx, BENCH, "pb_s1", station="S1")
        admit(tx, READER, "reports")
        admit(tx, SUPERVISOR, "ada")
        admit(tx, BENCH, "ada", station="S2")
    for role, login in ((HUB, "pb_s1"), (SUPERVISOR, "reports"), (SUPERVISOR, "ada")):
        with training.write() as tx, pytest.raises(Refused) as why:
            admit(tx, role, login)
        assert (why.value.kind, why.value.values["databases"]) == ("login_elsewhere", production.engine.url.database)
        assert not comes_in(training, login)
    with training.write() as tx:
        admit(tx, READER, "reports")  # the same in both
    assert comes_in(training, "reports")
    assert comes_in(production, "reports")
    with training.write() as tx:
        assert dismiss(tx, "reports") == (production.engine.url.database,)
    assert not comes_in(training, "reports")
    assert comes_in(production, "reports")


def test_what_a_login_was_in_a_database_that_is_gone_it_is_in_no_other(
    production: Database, server: Postgres, now: datetime
) -> None:
    with house(server, now) as training, training.write() as tx:
        admit(tx, HUB, "trainee")
    with production.write() as tx:
        admit(tx, BENCH, "trainee", station="S1")
        assert door.roles_of(tx, "trainee") == {BENCH}
        admit(tx, SUPERVISOR, "trainee")
        assert door.roles_of(tx, "trainee") == {BENCH, SUPERVISOR}


def test_a_role_that_an_open_database_may_need_is_not_brought_into_another(
    production: Database, training: Database
) -> None:
    with production.write() as tx:
        admit(tx, HUB, "ada")
        opened_to_all(tx, production)
    with training.write() as tx, pytest.raises(Refused) as why:
        admit(tx, READER, "ada")
    assert why.value.kind == "login_elsewhere"
    with production.write() as tx:
        access.dismiss(tx, "ada", HUB)


def test_who_came_in_with_everybody_comes_in_by_name_once_the_door_is_shut(production: Database) -> None:
    with production.write() as tx:
        admit(tx, BENCH, "pb_s1", station="S1")
        access.admit(tx, BENCH, "pb_gone")
        admit(tx, HUB, "pb_hub")
        opened_to_all(tx, production)
    assert comes_in(production, "pb_gone")
    assert access.grant(production).let_in == ("pb_hub", "pb_s1")
    assert [comes_in(production, login) for login in ("pb_hub", "pb_s1", "pb_gone")] == [True, True, False]
    assert access.grant(production).let_in == ()
    with production.write() as tx:
        access.dismiss(tx, "pb_gone", BENCH)


def test_a_new_database_lets_in_nobody_by_itself(production: Database, server: Postgres, now: datetime) -> None:
    with production.write() as tx:
        admit(tx, SUPERVISOR, "ada")
    with house(server, now) as new, new.read() as tx:
        assert (door.here(tx).open, door.here(tx).guests) == (False, ())
        assert not comes_in(new, "ada")


@pytest.mark.parametrize("role", [BENCH, SUPERVISOR, HUB, READER])
def test_whoever_was_let_in_is_let_out_again_and_what_it_has_open_ends(production: Database, role: str) -> None:
    with production.write() as tx:
        admit(tx, role, "leaver", station="S1" if role == BENCH else "")
    with closing(by(production, "leaver")) as own, own.engine.connect() as open_:
        assert open_.execute(text("SELECT 1")).scalar() == 1
        with production.write() as tx:
            assert dismiss(tx, "leaver") == ()
            assert site.station(tx, "S1").login == ""
        with production.write() as tx:
            assert door.end_sessions(tx, "leaver") == 0
        with pytest.raises(Exception, match=r"terminat|closed"):
            open_.execute(text("SELECT 1"))
    assert not comes_in(production, "leaver")
    with production.write() as tx:
        assert door.roles_of(tx, "leaver") == set()
        with pytest.raises(NotFound) as why:
            dismiss(tx, "leaver")
    assert why.value.kind == "login_unknown"


def test_a_bench_that_another_database_keeps_in_its_role_writes_nothing_more_here_by_what_it_has_open(
    production: Database, training: Database
) -> None:
    for database in (production, training):
        with database.write() as tx:
            admit(tx, BENCH, "pb_s1", station="S1")
    with closing(by(training, "pb_s1")) as own, own.write() as before:
        assert before.execute(text("UPDATE station SET last_seen = 'x' WHERE name = 'S1'")).rowcount == 1
        before.commit()
    with ExitStack() as stack:
        own = stack.enter_context(closing(by(training, "pb_s1")))
        with own.read():
            pass  # its connection stays open
        with training.write() as tx:
            dismiss(tx, "pb_s1")
        with own.write() as tx:
            assert tx.execute(text("UPDATE station SET last_seen = 'y' WHERE name = 'S1'")).rowcount == 0
        with training.write() as tx:
            assert door.end_sessions(tx, "pb_s1") == 0
        with pytest.raises((NotLetIn, DatabaseAway)), own.read() as tx:
            tx.execute(text("SELECT 1"))
    assert writes_its_row(production, "pb_s1")


def test_who_may_not_say_who_comes_in_is_told_what_has_to_be_run(production: Database) -> None:
    with production.write() as tx:
        admit(tx, HUB, "pb_hub")
    with closing(by(production, "pb_hub")) as own, own.write() as tx:
        for act in (door.let_in, door.shut_out):
            with pytest.raises(Refused) as why:
                act(tx, "pb_hub" if act is door.shut_out else "somebody")
            assert why.value.kind == "door_not_ours"
            assert "CONNECT ON DATABASE" in str(why.value.values["statements"])
