"""`doctor` says what is there, and fails for what packing needs and lacks."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app.base.clock import Clock, FixedClock, SystemClock, stamp
from app.base.wording import known
from app.bootstrap import initialise
from app.db import Database, feed, open_database
from app.db.alone import JOBS, Alone
from app.db.head import HEAD
from app.site.roles import SYSTEM
from app.upkeep import doctor
from app.upkeep.backup import make_backup
from app.upkeep.doctor import Found, examine
from app.upkeep.doctor_shared import examine_shared
from tests import small_site
from tests.demo_shop import Shop


def examined(shop: Shop, *printers: str) -> dict[str, Found]:
    with closing(open_database(shop.url)) as database:
        return {
            f.what: f for f in examine(database, home=shop.home, stations=shop.home / "stations", printers=printers)
        }


def test_a_machine_that_can_pack_lacks_nothing_it_needs(demo: Shop) -> None:
    found = examined(demo, demo.printer)
    assert found["database"].ok
    assert found[f"printer {demo.printer}"].ok
    assert found["disk"].ok
    assert all(known(f"upkeep.doctor.{f.say}", language) for f in found.values() for language in ("en", "de"))


def test_a_printer_that_answers_is_told_from_one_that_does_not(demo: Shop) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        assert examined(demo, url)[f"printer {url}"].ok
    found = examined(demo, url)[f"printer {url}"]
    assert (found.ok, found.needed, found.say) == (False, True, "printer_away")


def test_a_folder_that_is_a_file_is_no_printer(demo: Shop, tmp_path: Path) -> None:
    file = tmp_path / "paper"
    file.touch()
    assert not examined(demo, file.as_uri())[f"printer {file.as_uri()}"].ok
    assert examined(demo, "nonsense")["printer nonsense"].say == "printer_unknown"


def test_a_database_that_is_not_there_is_needed(tmp_path: Path) -> None:
    with closing(open_database(f"sqlite:///{tmp_path / 'none.db'}")) as database:
        found = {f.what: f for f in examine(database, home=tmp_path, stations=tmp_path / "s", printers=())}
    assert (found["database"].ok, found["database"].say, found["database"].needed) == (False, "database_empty", True)


def test_a_script_without_a_font_is_named(demo: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "missing_scripts", lambda text: ("Han",) if "深" in text else ())
    found = examined(demo)
    assert (found["font Han"].ok, found["font Latin"].ok) == (False, True)
    assert found["font Han"].values["package"] == "fonts-wqy-microhei"


def test_a_damaged_journal_is_found(demo: Shop) -> None:
    folder = demo.home / "stations" / "S1"
    folder.mkdir(parents=True)
    (folder / "journal.db").write_bytes(b"not a journal" * 100)
    found = examined(demo)["journal S1"]
    assert (found.ok, found.needed) == (False, True)


@pytest.fixture
def shared(fresh_pg: str) -> Iterator[Database]:
    database = open_database(fresh_pg, who="doctor")
    initialise(database)
    yield database
    database.close()


def seen(database: Database, clock: Clock | None = None, months: int = 13) -> dict[str, Found]:
    found = {f.what: f for f in examine_shared(database, clock or SystemClock(), months)}
    assert all(known(f"upkeep.doctor.{f.say}", language) for f in found.values() for language in ("en", "de"))
    return found


def test_a_shared_server_in_order_lacks_nothing_that_is_needed(shared: Database) -> None:
    found = seen(shared)
    assert {f.what for f in found.values() if f.needed and not f.ok} == set()
    for what in ("server", "connections", "clock", "feed", "archive", "silent stations"):
        assert found[what].ok, found[what]


def test_a_forgotten_transaction_that_holds_up_the_news_is_named(
    shared: Database, fresh_pg: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.upkeep.doctor_shared._LONG_S", 0)
    now = SystemClock().now()
    with closing(open_database(fresh_pg, who="forgotten")) as other, other.write() as tx:
        feed.announce(tx, "shipment", ["DE-1-1"], now)
        with shared.write() as mine:
            feed.announce(mine, "shipment", ["DE-2-1"], now)
        found = seen(shared)["feed"]
        pid = tx.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    assert (found.ok, found.needed, found.values["pid"], found.values["changes"]) == (False, True, pid, 1)
    assert found.values["program"] == "packbench forgotten"
    assert seen(shared)["feed"].ok


def test_whoever_does_what_is_due_is_named_and_nobody_is_said(shared: Database) -> None:
    assert (seen(shared)["jobs"].say, seen(shared)["jobs"].needed) == ("jobs_nobody", False)
    turn = Alone(shared, JOBS)
    assert turn.take()
    found = seen(shared)["jobs"]
    assert (found.ok, found.values["program"]) == (True, "packbench doctor")
    turn.give_back()


def test_a_clock_that_is_apart_from_the_servers_is_said(shared: Database) -> None:
    ahead = FixedClock(SystemClock().now() + timedelta(days=1))
    found = seen(shared, ahead)["clock"]
    assert (found.ok, found.needed, found.say) == (False, False, "clocks_apart")


def test_backups_older_benches_and_months_that_should_have_left_are_told(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    with database.write() as tx:
        small_site.build(tx, now)
    clock = FixedClock(now) if database.is_sqlite else SystemClock()
    with database.read() as tx:
        here = database.now(tx, clock)
    assert seen(database, clock)["backup"].say == "backup_none"
    make_backup(database, tmp_path / "a.zip", home=tmp_path, operator=SYSTEM, now=here - timedelta(days=9))
    assert (seen(database, clock)["backup"].say, seen(database, clock)["backup"].values["days"]) == ("backup_old", 9)
    make_backup(database, tmp_path / "b.zip", home=tmp_path, operator=SYSTEM, now=here)
    assert seen(database, clock)["backup"].ok
    assert "older benches" not in seen(database, clock)
    with database.write() as tx:
        old = {"station": "S2", "at": stamp(here), "program": "0001"}
        tx.execute(text("INSERT INTO presence (station, at, program) VALUES (:station, :at, :program)"), old)
        at = stamp(here - timedelta(days=500))
        tx.execute(
            text(
                "INSERT INTO fact (op_id, station, incarnation, seq, kind, version, epoch, operator, made_at, body,"
                " outcome, applied_at) VALUES ('0', 'S1', 'J', 1, 'X', 1, 0, 'PB', :at, '{}', 'applied', :at)"
            ),
            {"at": at},
        )
    found = seen(database, clock)
    assert found["older benches"].values["stations"] == "S2"
    assert (found["archive"].say, seen(database, clock, 0)["archive"].say) == ("archive_due", "archive")


def test_a_newer_database_that_lets_this_program_go_on_is_in_order(tmp_path: Path) -> None:
    with closing(open_database(f"sqlite:///{tmp_path / 'a.db'}")) as database:
        initialise(database)
        for oldest, say in ((HEAD, "database_fits"), ("0999", "database_newer")):
            with database.write() as tx:
                tx.execute(text("UPDATE alembic_version SET version_num = '0999'"))
                tx.execute(text("UPDATE about SET value = :v WHERE name = 'oldest_program'"), {"v": oldest})
            found = {f.what: f for f in examine(database, home=tmp_path, stations=tmp_path / "s", printers=())}
            assert (found["database"].say, found["database"].ok) == (say, say == "database_fits")
