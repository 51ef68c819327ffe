"""What is months past leaves for files: nothing that still counts goes, and what went is known and verifiable."""

from __future__ import annotations

import gzip
import json
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text

from app.base.clock import SystemClock
from app.base.errors import Conflict, NotAllowed, Refused
from app.base.wording import known
from app.cli import main
from app.db import Database, feed, open_database
from app.db.alone import ARCHIVE, Alone
from app.db.grants import HUB
from app.desk.views import show
from app.floor import check as floor_check
from app.floor.apply import apply_batch
from app.orders.forget import FORGOTTEN, FORGOTTEN_HERE
from app.settings import Settings
from app.shipments import check as shipment_check
from app.shipments import store as shipments
from app.site.roles import SYSTEM
from app.upkeep.archive import Archived, archive_before, verify_files
from app.upkeep.doctor_shared import examine_shared
from app.upkeep.due import first_kept, jobs_of, old_changes
from tests.floor.bench_driver import Driver
from tests.logins import as_role
from tests.small_site import CHIEF, build, ship

AUGUST = timedelta(days=-92)


@pytest.fixture
def driver(database: Database, now: datetime) -> Driver:
    with database.write() as tx:
        build(tx, now)
    made = Driver(database, now + AUGUST)
    made.attach()
    return made


def packed(driver: Driver, order: str) -> None:
    with driver.database.write() as tx:
        ship(tx, order, [("CUP", 2), ("TEE", 1)], driver.now)
    for _ in range(2):
        driver.open(f"{order}-1")
        driver.follow()
        driver.send()


def gone(driver: Driver, order: str) -> None:
    packed(driver, order)
    with driver.database.write() as tx:
        shipments.move_state(tx, [f"{order}-1"], "dispatched", by="PBCHIEF", source="test", now=driver.now)
        tx.execute(text("UPDATE order_ SET state = 'shipped' WHERE id = :order"), {"order": order})


def count(database: Database, table: str) -> int:
    with database.read() as tx:
        return int(tx.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def findings(database: Database) -> list[str]:
    rules = {"chain_is_whole", "facts_without_gap", "facts_counted_once", "timeline_leads_to_the_state",
             "set_aside_is_seen", "rows_are_the_fold"}  # fmt: skip
    with database.read() as tx:
        return [f"{f}" for check in (floor_check, shipment_check) for f in check.check(tx) if f.rule in rules]


def archived(database: Database, home: Path, now: datetime, most: int = 20_000) -> Archived:
    return archive_before(database, f"{now:%Y-%m}", home=home, operator=SYSTEM, now=now, most=most)


@pytest.mark.parametrize("most", [7, 20_000])
def test_what_is_over_goes_and_every_promise_still_holds(
    driver: Driver, now: datetime, tmp_path: Path, most: int
) -> None:
    database = driver.database
    gone(driver, "DE-1")
    first = driver.seq
    packed(driver, "DE-2")  # not dispatched: it stays, in the middle of the chain
    second = driver.seq
    gone(driver, "DE-3")
    third = driver.seq
    driver.now = now
    gone(driver, "DE-4")  # this month
    assert findings(database) == []
    done = archived(database, tmp_path, now, most)
    assert (done.facts, done.kept_back, done.claims) == (first + third - second, second - first, 4)
    assert count(database, "fact") == driver.seq - done.facts
    assert count(database, "fact_key") == driver.seq
    assert done.entries > 0
    assert findings(database) == []
    assert verify_files(database) == []
    with database.reading() as read:
        one, other = (show.order(read, order)["timeline"] for order in ("DE-1", "DE-4"))
    assert [entry["event"] for entry in one] == ["archived"]
    assert one[0]["detail"]["file"] in done.files
    assert "archived" not in {entry["event"] for entry in other}
    with database.reading() as read:
        assert [entry["event"] for entry in show.parcel(read, "DE-1-1/1")["timeline"]] == ["archived"]
    again = archived(database, tmp_path, now, most)
    assert (again.files, again.facts, again.claims, again.entries) == ((), 0, 0, 0)


def test_the_files_hold_every_row_that_left_and_nothing_of_a_person(
    driver: Driver, now: datetime, tmp_path: Path
) -> None:
    gone(driver, "DE-1")
    with driver.database.read() as tx:
        facts = {row.op_id: row.body for row in tx.execute(text("SELECT op_id, body FROM fact"))}
        entries = set(tx.execute(text("SELECT id FROM timeline WHERE order_id = 'DE-1'")).scalars())
    done = archived(driver.database, tmp_path, now)
    rows = {
        name: [json.loads(line) for line in gzip.decompress((tmp_path / "archive" / name).read_bytes()).splitlines()]
        for name in done.files
    }
    kept = {row["op_id"]: row["body"] for name, some in rows.items() if name.startswith("facts") for row in some}
    assert kept == facts
    assert {row["id"] for name, some in rows.items() if name.startswith("timeline") for row in some} == entries
    assert all((tmp_path / "archive" / name).stat().st_mode & 0o077 == 0 for name in done.files)


def test_that_its_files_are_in_no_backup_is_said_by_the_command_and_by_doctor(
    driver: Driver, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PACKBENCH_HOME", str(tmp_path))
    database, folder = driver.database, str(tmp_path / "archive")
    words = ["--db", database.engine.url.render_as_string(False), "archive", "--before", f"{now:%Y-%m}", "--json"]

    def answered() -> dict[str, object]:
        assert main(words) == 0
        return dict(json.loads(capsys.readouterr().out))

    assert "text" not in answered()
    assert "archive files" not in {f.what for f in examine_shared(database, SystemClock(), 0)}
    gone(driver, "DE-1")
    done = answered()
    assert folder in str(done["text"])
    with as_role(database, HUB) as hub:
        [found] = [f for f in examine_shared(hub, SystemClock(), 0) if f.what == "archive files"]
    assert isinstance(done["files"], list)
    assert (found.ok, found.values) == (True, {"files": len(done["files"]), "folders": folder})
    assert all(known(f"upkeep.doctor.{found.say}", language) for language in ("en", "de"))


def test_a_fact_sent_again_after_it_was_archived_changes_nothing(driver: Driver, now: datetime, tmp_path: Path) -> None:
    gone(driver, "DE-1")
    archived(driver.database, tmp_path, now)
    tables = ("fact", "fact_key", "case_", "stock_ledger", "parcel", "timeline", "claim")
    before = {table: count(driver.database, table) for table in tables}
    assert before["fact"] == 0
    for start in (0, driver.seq // 2, driver.seq - 1):
        with driver.database.write() as tx:
            link = driver.link_at(start)
            assert link
            applied = apply_batch(tx, station="S1", incarnation="J1", facts=driver.sent[start:], before=link, now=now)
        assert (applied.last_seq, applied.outcomes) == (driver.seq, {})
    assert {table: count(driver.database, table) for table in tables} == before
    driver.now = now
    gone(driver, "DE-2")  # and the journal goes on behind what left
    assert findings(driver.database) == []


def test_facts_that_came_once_more_with_a_new_journal_leave_too_and_both_chains_stay_whole(
    driver: Driver, now: datetime, tmp_path: Path
) -> None:
    database = driver.database
    gone(driver, "DE-1")
    known = list(driver.sent)
    driver.incarnation, driver.seq, driver.sent = "J2", 0, []
    driver.attach()
    driver.waiting, driver.seq = known, len(known)
    driver.send()
    gone(driver, "DE-2")
    of_second, keys = driver.seq, count(database, "fact_again")
    assert keys == len(known)
    for facts in (of_second, len(known), 0):  # what came once more first, then what it was
        assert archived(database, tmp_path, now, 7).facts == facts
        assert findings(database) == []
        assert verify_files(database) == []
    assert (count(database, "fact"), count(database, "fact_again")) == (0, keys)
    driver.now = now
    gone(driver, "DE-3")
    assert findings(database) == []


def test_a_changed_fact_is_found_in_the_database_and_in_the_files(
    driver: Driver, now: datetime, tmp_path: Path
) -> None:
    gone(driver, "DE-1")
    driver.now = now
    gone(driver, "DE-2")
    done = archived(driver.database, tmp_path, now)
    assert (findings(driver.database), verify_files(driver.database)) == ([], [])
    changed = text("UPDATE fact SET operator = 'PBXX' WHERE seq = (SELECT max(seq) - 3 FROM fact)")
    with driver.database.write() as tx:
        tx.execute(changed)
    assert [f for f in findings(driver.database) if "chain_is_whole" in f]
    file = tmp_path / "archive" / next(name for name in done.files if name.startswith("facts"))
    raw = bytearray(file.read_bytes())
    raw[random.randrange(20, len(raw) - 20)] ^= 1
    file.write_bytes(raw)
    assert [(name, what) for name, what, _ in verify_files(driver.database)] == [(file.name, "changed")]
    file.unlink()
    assert [(name, what) for name, what, _ in verify_files(driver.database)] == [(file.name, "missing")]


def test_a_crash_between_the_file_and_its_rows_loses_and_doubles_nothing(
    driver: Driver, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.upkeep import archive

    gone(driver, "DE-1")
    with monkeypatch.context() as patch:
        patch.setattr(archive.history, "drop", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            archived(driver.database, tmp_path, now)
    assert (count(driver.database, "fact"), count(driver.database, "archive")) == (driver.seq, 0)
    assert archived(driver.database, tmp_path, now).facts == driver.seq
    assert verify_files(driver.database) == []


def test_a_shipment_that_goes_on_after_its_beginning_was_archived_keeps_its_promise(
    driver: Driver, now: datetime, tmp_path: Path
) -> None:
    gone(driver, "DE-1")
    archived(driver.database, tmp_path, now)
    with driver.database.write() as tx:
        shipments.move_state(tx, ["DE-1-1"], "delivered", by="SYSTEM", source="test", now=now)
    assert findings(driver.database) == []
    with driver.database.write() as tx:
        tx.execute(text("UPDATE shipment SET state = 'cancelled' WHERE id = 'DE-1-1'"))
    assert [f for f in findings(driver.database) if "timeline_leads_to_the_state" in f]


def test_only_whole_months_by_those_who_may_and_by_one_at_a_time(driver: Driver, now: datetime, tmp_path: Path) -> None:
    database = driver.database
    for month in ("2026-13", "August", "", "2026-12", "2027-01"):
        with pytest.raises(Refused, match="expected a month"):
            archive_before(database, month, home=tmp_path, operator=SYSTEM, now=now)
    with pytest.raises(NotAllowed):
        archive_before(database, "2026-08", home=tmp_path, operator=CHIEF, now=now)
    if not database.is_sqlite:
        mine = Alone(database, ARCHIVE)
        assert mine.take()
        with pytest.raises(Conflict):
            archived(database, tmp_path, now)
        mine.give_back()
    assert archived(database, tmp_path, now).files == ()


@pytest.mark.parametrize(
    ("at", "months", "kept"),
    [
        ("2026-11-18", 13, "2025-10"),
        ("2026-11-18", 0, "2026-11"),
        ("2026-01-31", 1, "2025-12"),
        ("2026-01-01", 12, "2025-01"),
    ],
)
def test_whole_months_stay(at: str, months: int, kept: str) -> None:
    assert first_kept(datetime.fromisoformat(at), months) == kept


def test_it_falls_due_by_itself_when_so_many_months_have_passed(driver: Driver, now: datetime, tmp_path: Path) -> None:
    gone(driver, "DE-1")
    job = next(job for job in jobs_of(Settings(home=str(tmp_path), archive_months=3)) if job.name == "archive")
    assert job.do(driver.database, now) == 0
    assert job.do(driver.database, now + timedelta(days=31)) > driver.seq
    assert count(driver.database, "fact") == 0
    assert "archive" not in {job.name for job in jobs_of(Settings(archive_months=0))}


def test_what_falls_due_may_take_as_long_as_it_takes_where_months_are_archived(
    driver: Driver, now: datetime, tmp_path: Path
) -> None:
    gone(driver, "DE-1")
    begun = list[str]()
    hub = open_database(driver.database.engine.url.render_as_string(hide_password=False), patience=10.0)
    event.listen(hub.engine, "before_cursor_execute", lambda *said: begun.append(said[2]))
    job = next(job for job in jobs_of(Settings(home=str(tmp_path), archive_months=3)) if job.name == "archive")
    assert job.do(hub, now + timedelta(days=31)) > driver.seq
    limits = [sql for sql in begun if "statement_timeout" in sql]
    assert bool(limits) is not hub.is_sqlite
    assert all("statement_timeout = 0;" in sql for sql in limits)
    hub.close()


def test_old_changes_leave_the_feed_but_for_what_forgetting_waits_for(database: Database, now: datetime) -> None:
    old = now - feed.KEPT - timedelta(hours=1)
    with database.write() as tx:
        feed.announce(tx, "shipment", [f"DE-{n}-1" for n in range(6000)], old)
        feed.announce(tx, FORGOTTEN, ["DE-1-1"], old)
        feed.announce(tx, FORGOTTEN_HERE, ["S1 DE-1-1"], old)
        feed.announce(tx, "shipment", ["DE-7-1"], now)
    assert old_changes(database, now) == 6000
    with database.read() as tx:
        left = [(c.topic, c.key) for c in feed.since(tx, feed.Cursor())]
    assert left == [(FORGOTTEN, "DE-1-1"), (FORGOTTEN_HERE, "S1 DE-1-1"), ("shipment", "DE-7-1")]
