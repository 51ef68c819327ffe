"""What each role may do with each table of a shared PostgreSQL: tried, by logins that are in one role alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import JSON, Boolean, Integer, String, Table, delete, insert, select, text, update

from app.base.errors import Conflict, NotAllowed
from app.base.ids import uuid7
from app.bootstrap import metadata
from app.db import Database, access, door, open_database
from app.db.grants import BENCH, HUB, POLICIES, READER, ROLES, SUPERVISOR, TABLES
from app.floor import store as floor
from app.site import store as site
from app.site import tables as t
from app.site.admit import admit
from tests.logins import as_bench, as_role
from tests.postgres import Postgres
from tests.small_site import build

# What happened stays as it was written, for everybody who works with it.
ONLY_EVER_ADDED = ("fact", "fact_key", "stock_ledger", "timeline", "plan_trace", "pin_try")
# Where a person's name, address or words stand.
PERSONAL = {
    "address": None, "customer": None, "payload": None, "raw_document": None, "order_note": None, "case_note": None,
    "order_": {"tags", "customer_id", "ship_to", "bill_to"}, "order_line": {"title"}, "order_charge": {"title"},
    "operator": {"name", "pin_hash"},
}  # fmt: skip


@pytest.fixture(scope="module")
def granted(pg: Postgres, _pg_template: str) -> Iterator[str]:
    """The address of a database with all tables, and logins for each role of it."""
    url = pg.create(template=_pg_template)
    with closing(open_database(url)) as database, database.write() as tx:
        for role in ROLES:
            access.admit(tx, role, login(role))
    yield url
    pg.drop(url)


@pytest.fixture(scope="module", params=ROLES)
def role(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def connection(granted: str, role: str) -> Iterator[psycopg.Connection]:
    url = granted.replace("postgresql+psycopg://postgres", f"postgresql://{login(role)}")
    with psycopg.connect(url, autocommit=True) as connected:
        yield connected


def login(role: str) -> str:
    return f"pb_{role.removeprefix('packbench_')}"


def may(connection: psycopg.Connection, statement: str, *names: str) -> bool:
    try:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


def columns_of(connection: psycopg.Connection, table: str) -> dict[str, str]:
    rows = connection.execute(
        "SELECT attname, atttypid::regtype::text FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        [table],
    )
    return dict(rows.fetchall())


def test_every_table_says_who_may_do_what() -> None:
    assert {*metadata().tables, "alembic_version"} == set(TABLES)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_role_may_do_what_its_line_says_and_nothing_else(
    connection: psycopg.Connection, role: str, table: str
) -> None:
    columns = columns_of(connection, table)
    listed = dict(access.privileges(TABLES[table].of(role)))

    def expected(privilege: str) -> set[str]:
        return set(listed[privilege] or columns) if privilege in listed else set()

    assert {c for c in columns if may(connection, "SELECT {} FROM {} WHERE false", c, table)} == expected("SELECT")
    changed = {c for c in columns if may(connection, "UPDATE {} SET {} = DEFAULT WHERE false", table, c)}
    assert changed == expected("UPDATE")
    a_text = next(name for name, kind in columns.items() if kind in {"text", "character varying"})
    adds = may(connection, "INSERT INTO {} ({}) SELECT NULL::text WHERE false", table, a_text)
    assert adds == ("INSERT" in listed)
    assert may(connection, "DELETE FROM {} WHERE false", table) == ("DELETE" in listed)
    assert not may(connection, "TRUNCATE {}", table)
    assert not may(connection, "ALTER TABLE {} ADD COLUMN more text", table)
    for (sequence,) in connection.execute(
        "SELECT pg_get_serial_sequence(%s, a) FROM unnest(%s::text[]) a", [table, list(columns)]
    ).fetchall():
        if sequence:
            assert may(connection, "SELECT nextval('{}')", *sequence.split(".")[1:]) == ("INSERT" in listed)


@pytest.mark.parametrize("role", [BENCH, SUPERVISOR, HUB])
def test_what_happened_is_never_changed_by_anybody_and_leaves_by_the_hub_alone(role: str) -> None:
    for table in ONLY_EVER_ADDED:
        said = {privilege for privilege, _ in access.privileges(TABLES[table].of(role))}
        assert said <= {"SELECT", "INSERT"} | ({"DELETE"} if role == HUB else set()), table


def test_a_bench_changes_nothing_of_the_site_the_catalogue_or_the_operators() -> None:
    for table in ("company", "shop", "warehouse", "operator", "sku", "barcode", "bin", "carton", "tote", "carrier"):
        assert TABLES[table].bench in {"", "SELECT"}, table


def test_a_reader_reads_and_sees_nothing_of_any_person() -> None:
    for table, line in TABLES.items():
        listed = dict(access.privileges(line.reader))
        assert set(listed) <= {"SELECT"}, table
        if table in PERSONAL and listed:
            hidden = PERSONAL[table]
            assert listed["SELECT"], f"{table}: columns by name, so that a new one stays unseen"
            assert hidden is not None, table
            assert not hidden & set(listed["SELECT"]), table


# Rows ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def shared(postgres_database: Database, now: datetime) -> Database:
    with postgres_database.write() as tx:
        build(tx, now)
    return postgres_database


@contextmanager
def refused(database: Database, kind: str = "login_may_not") -> Iterator[None]:
    with pytest.raises(NotAllowed) as why:
        yield
    assert why.value.kind == kind


def test_a_bench_writes_the_row_of_its_own_station_and_sees_all(shared: Database, now: datetime) -> None:
    with as_bench(shared, "S1") as own, as_bench(shared, "S2") as other:
        with own.write() as tx:
            assert {"S1", "S2"} <= {s.name for s in site.stations(tx)}
            site.lock_station(tx, "S1")
            site.advance_station(tx, "S1", incarnation="ours", last_seq=1, last_hash="", now=now)
            changed = tx.execute(update(t.station).where(t.station.c.name == "S2").values(last_seq=9))
            assert changed.rowcount == 0
            with pytest.raises(Conflict) as why:
                site.lock_station(tx, "S2")
            assert why.value.kind == "not_this_bench"
        with other.read() as tx:
            assert (site.station(tx, "S1").last_seq, site.station(tx, "S2").last_seq) == (1, 0)


def test_no_bench_makes_another_station_its_own(shared: Database) -> None:
    with as_bench(shared, "S1") as own, refused(own), own.write() as tx:
        tx.execute(update(t.station).where(t.station.c.name == "S2").values(login="pb_s1"))


def test_a_bench_speaks_of_itself_alone(shared: Database) -> None:
    said = text("INSERT INTO presence (station, at) VALUES (:name, '') ON CONFLICT (station) DO UPDATE SET at = 'now'")
    with as_bench(shared, "S1") as own, as_bench(shared, "S2") as other:
        for database, name in ((own, "S1"), (other, "S2"), (own, "S1")):
            with database.write() as tx:
                tx.execute(said, {"name": name})
        with refused(own, "not_this_bench"), own.write() as tx:
            tx.execute(said, {"name": "S2"})
        with refused(own, "not_this_bench"), own.write() as tx:
            tx.execute(said, {"name": "S9"})
        with own.write() as tx:
            assert tx.execute(update(t.presence).where(t.presence.c.station == "S2").values(job="x")).rowcount == 0
    with shared.read() as tx:
        assert dict(tx.execute(select(t.presence.c.station, t.presence.c.at)).all()) == {"S1": "now", "S2": ""}


def row_of(table: Table, station: str) -> dict[str, object]:
    """One that names the station, and is new."""
    values = {String: uuid7(), Integer: 0, JSON: {}, Boolean: True}
    row = {c.name: next(v for kind, v in values.items() if isinstance(c.type, kind)) for c in table.c}
    return {**row, "station": station}


@pytest.mark.parametrize("name", sorted(name for name in POLICIES if name not in ("station", "presence")))
def test_a_bench_writes_in_its_own_name_alone_what_desk_and_hub_may_write_in_any(shared: Database, name: str) -> None:
    table = metadata().tables[name]
    with as_bench(shared, "S1") as own, as_bench(shared, "S2"):
        with own.write() as tx:
            tx.execute(insert(table), [row_of(table, "S1"), row_of(table, "S1")])
        for other in ("S2", "S9"):
            with refused(own, "not_this_bench"), own.write() as tx:
                tx.execute(insert(table), [row_of(table, "S1"), row_of(table, other)])
    for role in (SUPERVISOR, HUB):
        if "INSERT" in TABLES[name].of(role):
            with as_role(shared, role) as own, own.write() as tx:
                tx.execute(insert(table), row_of(table, "S2"))
    with as_role(shared, READER) as own, own.read() as tx:
        if TABLES[name].reader:
            assert "S1" in set(tx.scalars(select(table.c.station)))
    with as_role(shared, HUB) as own, own.write() as tx:
        if "DELETE" in TABLES[name].hub:
            assert tx.execute(delete(table).where(table.c.station == "S1")).rowcount == 2


def test_a_pin_mistaken_at_the_command_line_is_noted_in_no_benchs_name(shared: Database) -> None:
    with as_bench(shared, "S1") as own, own.write() as tx:
        site.add_pin_tries(tx, [(uuid7(), "PBCHIEF", "", "2026-11-23T10:00:00.000Z")])


def test_a_bench_ends_another_benchs_claim(shared: Database) -> None:
    claim = metadata().tables["claim"]
    with shared.write() as tx:
        tx.execute(insert(claim), {**row_of(claim, "S2"), "id": "theirs"})
    with as_bench(shared, "S1") as own, own.write() as tx:
        floor.end_claims(tx, {"theirs": "taken_over"})
    with shared.read() as tx:
        assert tx.scalar(select(claim.c.state)) == "taken_over"


def test_a_login_that_is_no_station_writes_no_stations_row(shared: Database, now: datetime) -> None:
    with shared.write() as tx:
        access.admit(tx, BENCH, "pb_nobody")
    url = shared.engine.url.set(username="pb_nobody")
    with closing(open_database(str(url))) as own, own.write() as tx, pytest.raises(Conflict):
        site.lock_station(tx, "S1")


@pytest.mark.parametrize("role", [SUPERVISOR, HUB, READER])
def test_nobody_but_a_bench_says_how_far_its_facts_are_applied(shared: Database, role: str, now: datetime) -> None:
    with as_role(shared, role) as own, refused(own), own.write() as tx:
        site.advance_station(tx, "S1", incarnation="", last_seq=99, last_hash="", now=now)


# Bringing it up to date ------------------------------------------------------------------------------------------


def test_grants_brought_up_to_date_twice_change_nothing(shared: Database) -> None:
    done = access.grant(shared)
    assert (done.made, done.kept, done.changed) == ((), ROLES, False)


@pytest.mark.parametrize(
    "wrong",
    [
        "GRANT UPDATE ON fact TO packbench_bench",
        "GRANT UPDATE ON fact TO PUBLIC",
        "GRANT SELECT (email) ON customer TO PUBLIC",
        "GRANT UPDATE ON SEQUENCE change_id_seq TO PUBLIC",
        "GRANT DELETE ON stock_ledger TO pb_s2",
        "GRANT DELETE ON stock_ledger TO pb_s2 WITH GRANT OPTION",
        "GRANT SELECT (name) ON customer TO packbench_reader",
        "REVOKE INSERT ON change FROM packbench_bench",
        "REVOKE USAGE ON SEQUENCE change_id_seq FROM packbench_hub",
        "DROP POLICY own ON station",
        "ALTER TABLE claim DISABLE ROW LEVEL SECURITY",
        "DROP POLICY added_by_its_bench ON fact",
        "ALTER TABLE presence DISABLE ROW LEVEL SECURITY",
        "CREATE POLICY more ON station FOR UPDATE TO packbench_bench USING (true)",
    ],
)
def test_what_is_not_as_listed_is_seen_and_put_right(shared: Database, wrong: str) -> None:
    with shared.write() as tx:
        admit(tx, BENCH, "pb_s2", station="S2")
        assert access.up_to_date(tx)
        tx.execute(text(wrong))
        assert not access.up_to_date(tx)
    assert access.grant(shared).changed
    with shared.read() as tx:
        assert access.up_to_date(tx)


def test_a_database_of_before_gets_whose_rows_are_whose_with_the_next_init(shared: Database) -> None:
    question = metadata().tables["question"]
    with shared.write() as tx:
        for table, policies in POLICIES.items():
            if table not in ("station", "presence"):
                tx.execute(text("; ".join(f"DROP POLICY {name} ON {table}" for name in policies)))
                tx.execute(text(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"))
    with as_bench(shared, "S1") as own:
        with own.write() as tx:
            tx.execute(insert(question), row_of(question, "S2"))
        assert access.grant(shared).changed
        with refused(own, "not_this_bench"), own.write() as tx:
            tx.execute(insert(question), row_of(question, "S2"))


def test_tables_of_others_are_theirs_to_grant(shared: Database) -> None:
    with shared.write() as tx:
        tx.execute(text("CREATE TABLE others (n integer); GRANT SELECT ON others TO packbench_reader, PUBLIC"))
        assert access.up_to_date(tx)
    assert not access.grant(shared).changed
    with shared.read() as tx:
        assert tx.execute(text("SELECT has_table_privilege('packbench_reader', 'others', 'SELECT')")).scalar()


def test_a_station_gets_another_login_and_the_one_before_is_let_go(shared: Database) -> None:
    with shared.write() as tx:
        admit(tx, BENCH, "pb_s1", station="S1")
        with pytest.raises(Conflict) as why:
            admit(tx, BENCH, "pb_s1", station="S2")
        assert why.value.kind == "login_taken"
        admit(tx, BENCH, "pb_s1_new", station="S1")
        assert site.station(tx, "S1").login == "pb_s1_new"
        assert "pb_s1" not in door.here(tx).guests
        assert "pb_s1_new" in door.here(tx).guests
        assert BENCH in door.roles_of(tx, "pb_s1_new")


def test_who_is_connected_is_said(shared: Database) -> None:
    with shared.read() as tx:
        assert access.who(tx).owner
    with as_bench(shared, "S1") as own, own.read() as tx:
        assert access.who(tx) == access.Login("pb_s1", (BENCH,), owner=False, encrypted=False)
