"""How a password finds its way to a server that wants one, and nowhere else; TLS as the address says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import keyring
import psycopg
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from app.base.errors import DatabaseAway, Refused
from app.bench.driver import run, surroundings
from app.bootstrap import initialise
from app.db import Database, access, open_database
from app.db.grants import HUB, ROLES
from app.db.migrate import require_current
from app.db.password import SERVICE, asks_as, hidden
from app.db.plain import reading
from tests.db.certificate import self_signed
from tests.postgres import NoPostgres, Postgres, running_postgres

LOGIN, SECRET = "pb_door", "k3y-0f-th3-d00r"


@pytest.fixture(scope="module")
def guarded() -> Iterator[Postgres]:
    """A server that wants passwords, with one login."""
    try:
        with running_postgres(passwords=True) as server:
            server.login(LOGIN, SECRET)
            yield server
    except NoPostgres as reason:
        pytest.skip(f"no PostgreSQL: {reason}")


class Kept(KeyringBackend):
    """A keyring of the system's kind, in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.passwords: dict[tuple[str, str], str] = {}
        self.asked: list[tuple[str, str]] = []
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self.asked.append((service, username))
        if self.locked:
            raise KeyringLocked("nobody unlocked it")
        return self.passwords.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.passwords[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.passwords[service, username]


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    for name in ("PGPASSWORD", "PGPASSFILE", "PGSERVICE", "PGSERVICEFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/nonexistent")  # where libpq would look for a .pgpass of whoever runs the tests
    before, own = keyring.get_keyring(), Kept()
    keyring.set_keyring(own)
    yield own
    keyring.set_keyring(before)


def connects(url: str) -> access.Login:
    """By both ways there are."""
    with closing(open_database(url)) as database, database.read() as tx:
        who = access.who(tx)
    with closing(psycopg_by_plain(url)) as plain:
        assert plain.execute("SELECT current_user").fetchone() == (who.name,)
    return who


def psycopg_by_plain(url: str) -> psycopg.Connection[tuple[object, ...]]:
    from app.db.password import Password

    address = url.replace("postgresql+psycopg", "postgresql")
    return Password(url).connected(lambda password: psycopg.connect(address, password=password))


def away(url: str) -> str:
    """What is said when it can't be reached."""
    return str(refused(url))


def refused(url: str) -> DatabaseAway:
    """The same as an error, by both ways there are."""
    with closing(open_database(url)) as database, pytest.raises(DatabaseAway) as why, database.read():
        pass
    with pytest.raises(DatabaseAway) as same, reading(url):
        pass
    assert SECRET not in f"{why.value}{same.value}{why.value.values}"
    assert why.value.kind == same.value.kind
    return why.value


# Refused, or away ------------------------------------------------------------------------------------------------


def test_a_server_that_lets_nobody_in_is_told_from_one_that_is_away(
    guarded: Postgres, pg_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "wrong")
    kinds = {
        "wrong password": refused(guarded.tcp_url(LOGIN)).kind,
        "wrong password said": refused(guarded.tcp_url(f"{LOGIN}:wrong")).kind,
        "nobody of that name": refused(pg_url.replace("postgres@", "pb_nobody_at_all@")).kind,
        "no such database": refused(guarded.tcp_url(f"{LOGIN}:{SECRET}", "lost")).kind,
        "no encryption": refused(guarded.tcp_url(f"{LOGIN}:{SECRET}", sslmode="require")).kind,
        "no certificate": refused(
            guarded.tcp_url(LOGIN, sslmode="verify-full", sslrootcert="/nonexistent/root.crt")
        ).kind,
        "nobody there": refused(f"postgresql+psycopg://{LOGIN}@127.0.0.1:9/shop").kind,
        "nobody at the socket": refused("postgresql+psycopg://ada@/shop?host=/nonexistent").kind,
    }
    assert kinds == {
        "wrong password": "login_refused",
        "wrong password said": "login_refused",
        "nobody of that name": "login_refused",
        "no such database": "no_such_database",
        "no encryption": "encryption_refused",
        "no certificate": "encryption_refused",
        "nobody there": "database_away",
        "nobody at the socket": "database_away",
    }
    monkeypatch.delenv("PGPASSWORD")
    assert refused(guarded.tcp_url(LOGIN)).kind == "login_refused"  # wanted one, and none was found


def test_a_password_in_the_address_is_taken_and_the_keyring_left_alone(guarded: Postgres, kept: Kept) -> None:
    kept.set_password(SERVICE, asks_as(guarded.tcp_url(LOGIN)), "another")
    assert connects(guarded.tcp_url(f"{LOGIN}:{SECRET}")).name == LOGIN
    assert connects(guarded.tcp_url(LOGIN, password=SECRET)).name == LOGIN
    assert "authentication failed" in away(guarded.tcp_url(f"{LOGIN}:wrong"))
    assert kept.asked == []


def test_libpq_finds_it_where_it_always_does(
    guarded: Postgres, kept: Kept, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = guarded.tcp_url(LOGIN)
    with monkeypatch.context() as patch:
        patch.setenv("PGPASSWORD", SECRET)
        assert connects(url).name == LOGIN
    passes = tmp_path / "pgpass"
    passes.write_text(f"127.0.0.1:{guarded.port}:postgres:{LOGIN}:{SECRET}\n")
    passes.chmod(0o600)
    with monkeypatch.context() as patch:
        patch.setenv("PGPASSFILE", str(passes))
        assert connects(url).name == LOGIN
    services = tmp_path / "services"
    services.write_text(
        f"[warehouse]\nhost=127.0.0.1\nport={guarded.port}\nuser={LOGIN}\ndbname=postgres\npassword={SECRET}\n"
    )
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    assert connects("postgresql+psycopg:///?service=warehouse").name == LOGIN
    assert kept.asked == []


def test_the_keyring_has_what_nobody_else_has(guarded: Postgres, kept: Kept) -> None:
    url = guarded.tcp_url(LOGIN)
    kept.set_password("packbench", f"{LOGIN}@127.0.0.1/postgres", SECRET)
    assert connects(url).name == LOGIN


def test_a_wrong_password_of_libpqs_gives_way_to_the_keyrings(
    guarded: Postgres, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = guarded.tcp_url(LOGIN)
    monkeypatch.setenv("PGPASSWORD", "of another server")
    kept.set_password(SERVICE, asks_as(url), SECRET)
    assert connects(url).name == LOGIN


def test_a_password_changed_meanwhile_is_asked_for_anew_and_one_that_holds_is_not(
    guarded: Postgres, kept: Kept
) -> None:
    guarded.login("pb_changing", "first")
    url = guarded.tcp_url("pb_changing")
    kept.set_password(SERVICE, asks_as(url), "first")

    def anew(database: Database) -> None:
        database.engine.dispose()
        with database.read() as tx:
            assert access.who(tx).name == "pb_changing"

    with closing(open_database(url)) as database:
        anew(database)
        anew(database)
        assert len(kept.asked) == 1
        with closing(open_database(guarded.url())) as owner, owner.write() as tx:
            tx.exec_driver_sql("ALTER ROLE pb_changing PASSWORD 'second'")
        kept.set_password(SERVICE, asks_as(url), "second")
        anew(database)
        assert len(kept.asked) == 2


def test_a_locked_keyring_and_one_without_it_leave_the_servers_own_words(guarded: Postgres, kept: Kept) -> None:
    assert "no password supplied" in away(guarded.tcp_url(LOGIN))
    kept.locked = True
    assert "no password supplied" in away(guarded.tcp_url(LOGIN))


def test_where_no_password_is_wanted_no_keyring_is_loaded(pg_url: str) -> None:
    program = (
        "import sys; from app.db.plain import reading\n"
        "try:\n  reading(sys.argv[1]).__enter__()\nexcept Exception as e: print(type(e).__name__)\n"
        "from app.db import open_database\nwith open_database(sys.argv[1]).read(): pass\n"
        "print('keyring' in sys.modules)"
    )
    words = [sys.executable, "-W", "ignore", "-c", program, pg_url]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout.split() == [
        "SchemaMismatch",
        "False",
    ]


def test_a_password_is_never_shown_logged_or_left_on_disk(guarded: Postgres, tmp_path: Path) -> None:
    url = guarded.tcp_url(f"{LOGIN}:{SECRET}")
    commands = [["init"], ["doctor"], ["check", "--json"], ["show", "order", "DE-1", "--json"],
                ["floor", "--station", "S1", "--operator", "PBCHIEF", "--printer", "memory://"]]  # fmt: skip
    said = [run(surroundings(tmp_path, db=url), *words) for words in commands]
    wrong = (
        url.replace("psycopg", "psycopg2"),
        f"postgres://{LOGIN}:{SECRET}@127.0.0.1/x",
        f"host=127.0.0.1 password={SECRET}",
        f"postgresql:/{LOGIN}:{SECRET}@127.0.0.1/x",
    )
    said += [run(surroundings(tmp_path, db=other), "list", "orders") for other in wrong]
    assert all(code for code, _, _ in said)  # this login owns nothing: nothing of it works
    assert SECRET not in str(said)
    assert not any(SECRET.encode() in f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ada@db/shop", "postgresql://ada@db/shop"),
        ("postgresql+psycopg://ada:p%40ss:w@db:5433/shop?sslmode=require",
         "postgresql+psycopg://ada:***@db:5433/shop?sslmode=require"),
        ("postgresql://db/shop?user=ada&password=x&sslpassword=y&sslmode=require",
         "postgresql://db/shop?user=ada&password=***&sslpassword=***&sslmode=require"),
        ("postgresql://ada:un@coded@db/shop", "postgresql://ada:***@db/shop"),
        ("postgresql://ada:un/co?ded@db/shop?sslmode=require", "postgresql://ada:***@db/shop?sslmode=require"),
        ("sqlite:////home/ada/packbench.db", "sqlite:////home/ada/packbench.db"),
    ],
)  # fmt: skip
def test_what_is_shown_of_an_address_has_no_password(url: str, shown: str) -> None:
    assert hidden(url) == shown


@pytest.mark.parametrize(
    ("url", "user"),
    [
        ("postgresql+psycopg://pb_s1@db.example/packbench", "pb_s1@db.example/packbench"),
        ("postgresql+psycopg://pb_s1@db.example:5433/packbench?sslmode=require", "pb_s1@db.example/packbench"),
        ("postgresql://?host=db.example&user=pb_s1&dbname=packbench", "pb_s1@db.example/packbench"),
    ],
)
def test_the_keyring_knows_a_login_by_who_where_and_what(url: str, user: str) -> None:
    assert asks_as(url) == user


# TLS -------------------------------------------------------------------------------------------------------------


def test_a_server_without_tls_is_refused_where_the_address_wants_it(guarded: Postgres) -> None:
    assert not connects(guarded.tcp_url(f"{LOGIN}:{SECRET}", sslmode="prefer")).encrypted
    assert "SSL" in away(guarded.tcp_url(f"{LOGIN}:{SECRET}", sslmode="require"))


def test_a_certificate_is_checked_as_the_address_says(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    self_signed(other)
    try:
        with running_postgres(passwords=True, certificate=self_signed(tmp_path)) as server:
            server.login(LOGIN, SECRET)

            def url(**options: str) -> str:
                return server.tcp_url(f"{LOGIN}:{SECRET}", **options)

            assert connects(url(sslmode="require")).encrypted
            assert connects(url(sslmode="verify-full", sslrootcert=str(tmp_path / "root.crt"))).encrypted
            stranger = refused(url(sslmode="verify-full", sslrootcert=str(other / "root.crt")))
            assert (stranger.kind, "certificate" in str(stranger)) == ("encryption_refused", True)
    except NoPostgres as reason:
        pytest.skip(f"no PostgreSQL, or one that was built without TLS: {reason}")


# Roles in a server that has none yet -----------------------------------------------------------------------------


def test_an_owner_who_may_make_no_roles_is_told_what_somebody_else_has_to_run() -> None:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running_postgres())
        except NoPostgres as reason:
            pytest.skip(f"no PostgreSQL: {reason}")
        server.login("pb_owner")
        superuser = stack.enter_context(closing(open_database(url := server.create())))
        with superuser.write() as tx:
            tx.exec_driver_sql(f"ALTER DATABASE {superuser.engine.url.database} OWNER TO pb_owner")
        owned = stack.enter_context(closing(open_database(url.replace("//postgres@", "//pb_owner@"))))
        with pytest.raises(Refused) as why:
            initialise(owned)
        assert why.value.kind == "roles_missing"
        require_current(owned)  # the tables are there
        with superuser.write() as tx:
            tx.exec_driver_sql(str(why.value.values["statements"]))
        done = access.grant(owned)
        assert (done.made, done.kept, done.changed) == ((), ROLES, True)
        with owned.read() as tx:
            assert access.up_to_date(tx)


def test_a_role_made_by_init_can_be_used_at_once(guarded: Postgres) -> None:
    url = guarded.create()
    with closing(open_database(url)) as database:
        initialise(database)
        with database.write() as tx:
            access.admit(tx, HUB, LOGIN)
            assert access.up_to_date(tx)
        with closing(open_database(str(database.engine.url.set(username=LOGIN)))) as own, own.read() as tx:
            assert access.who(tx).roles == (HUB,)
    guarded.drop(url)
