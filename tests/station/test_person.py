"""Who works at a bench: PINs that nobody sees and nobody guesses, a lock after idle, and a supervisor's leave."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from app.base.clock import Clock, FixedClock, SystemClock
from app.base.wording import word
from app.cases import store as cases
from app.catalog.tables import barcode
from app.db import Database
from app.floor import store as floor
from app.orders import store as orders
from app.settings import Settings
from app.shipments import store as shipments
from app.site import store as site
from app.site.set_pin import set_pin
from app.site.tables import operator
from app.station.answer import Answer
from app.station.cache import FILE as CACHE
from app.station.journal.journal import FILE as JOURNAL
from app.station.person import UNSEEN
from app.station.station import Station
from tests.logins import as_bench
from tests.small_site import CHIEF, PACKER
from tests.station.benches import SETTINGS, bench, follow, furnish, held_by_another, picked

CUP = "4006381333931"
PIN = "902140"
UPC = "036000291452"


def protect(database: Database, now: datetime, *badges: str) -> None:
    with database.write() as tx:
        for badge in badges:
            set_pin(tx, badge, PIN, operator=CHIEF, now=now)


@contextmanager
def clocked(
    folder: Path, database: Database, clock: Clock, settings: Settings = SETTINGS, name: str = "S1"
) -> Iterator[Station]:
    with as_bench(database, name) as own:
        station = Station.open(folder, own, name, settings=settings, clock=clock)
        try:
            yield station
        finally:
            station.close()


def said(station: Station, *scans: str) -> list[str]:
    return [station.scan(code).message for code in scans]


def test_who_has_a_pin_signs_in_with_it_and_nobody_sees_it(
    database: Database, now: datetime, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    furnish(database, now, DE_1=[("CUP", 1)])
    protect(database, now, "PBPICKER")
    with bench(tmp_path, database, badge="") as station:
        asked = station.scan("PBPICKER")
        assert (asked.message, asked.workflow, asked.state, asked.expects) == (
            "pin_wanted", "sign_in", "awaiting_pin", ("pin",)
        )  # fmt: skip
        assert station.operator is None
        wrong = station.scan("902141")
        assert (wrong.message, wrong.state, wrong.scan) == ("wrong_pin", "awaiting_pin", UNSEEN)
        right = station.scan(PIN)
        assert (right.message, right.scan, right.state) == ("signed_in", UNSEEN, "idle")
        assert PIN not in repr((asked, wrong, right))
        assert station.scan("DE-1-1").message == "job_opened"
        assert station.settle(30)
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and PIN.encode() in file.read_bytes()]
    assert PIN not in "".join(capfd.readouterr())


def test_a_pin_that_is_not_typed_next_is_not_waited_for_any_more(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 1)])
    protect(sqlite_database, now, "PBCHIEF")
    with bench(tmp_path, sqlite_database) as station:
        assert said(station, "PBCHIEF", "DE-1-1") == ["pin_wanted", "job_opened"], "whoever worked here works on"
        assert station.operator == PACKER
        assert station.scan(PIN).message != "signed_in"
        assert said(station, "PBCHIEF", "PBPICKER", PIN[:3]) == ["pin_wanted", "signed_in", "unknown_ignored"]


def test_an_articles_code_is_no_mistake_of_whose_pin_is_asked_for_and_is_answered_as_any_other_scan(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(database, now, DE_1=[("CUP", 9)])
    protect(database, now, "PBCHIEF")
    with database.write() as tx:
        tx.execute(insert(barcode), {"code": UPC, "sku": "CUP", "units": 1})
    with bench(tmp_path, database) as station:
        assert said(station, "DE-1-1", "A-01")[-1] == "bin_reached"
        for _ in range(4):
            assert said(station, "PBCHIEF", UPC) == ["pin_wanted", "item_taken"]
        assert said(station, "PBCHIEF", PIN) == ["pin_wanted", "signed_in"]
        station.sign_out().result()
        for _ in range(4):
            assert said(station, "PBCHIEF", UPC) == ["pin_wanted", "sign_in_first"]
        assert said(station, "PBCHIEF", f"]E0{PIN}", PIN) == ["pin_wanted", "sign_in_first", "sign_in_first"], (
            "by a scanner"
        )
        assert said(station, "PBCHIEF", UPC[:-1] + "3") == ["pin_wanted", "wrong_pin"], "nothing bears this code"
        assert station.settle(30)
    with database.read() as tx:
        assert site.pin_tries(tx, "PBCHIEF", "", "9") == 1


def test_a_pin_that_an_article_bears_too_is_a_pin(database: Database, now: datetime, tmp_path: Path) -> None:
    furnish(database, now, DE_1=[("CUP", 1)])
    with database.write() as tx:
        tx.execute(insert(barcode), {"code": UPC, "sku": "CUP", "units": 1})
        set_pin(tx, "PBCHIEF", UPC, operator=CHIEF, now=now)
    with bench(tmp_path, database) as station:
        assert said(station, "DE-1-1", "PBCHIEF", UPC) == ["job_opened", "pin_wanted", "signed_in"]


def test_tries_are_slowed_from_the_third_mistake_on_and_a_restart_is_no_way_round(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now)
    protect(sqlite_database, now, "PBPICKER")
    clock = FixedClock(now)
    with clocked(tmp_path, sqlite_database, clock) as station:
        assert said(station, "PBPICKER", "0001", "0002", "0003") == [
            "pin_wanted", "wrong_pin", "wrong_pin", "wrong_pin_wait"
        ]  # fmt: skip
        assert station.scan(PIN).message == "pin_wait", "not even the right one is looked at"
        clock.at += timedelta(seconds=5.1)
        assert station.scan("0004").values["seconds"] == 10
        assert station.scan("PBCHIEF").message == "signed_in", "nobody else is held up"
    with clocked(tmp_path, sqlite_database, clock) as station:
        answer = station.scan("PBPICKER")
        assert (answer.message, answer.values["seconds"], answer.state) == ("pin_wait", 10, "awaiting_pin")
        clock.at += timedelta(seconds=10.1)
        assert station.scan(PIN).message == "signed_in"
        assert said(station, "PBPICKER", "0005", PIN) == ["pin_wanted", "wrong_pin", "signed_in"], "all is forgiven"


def test_mistakes_are_recorded_offline_too_and_many_within_an_hour_are_one_case(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now)
    protect(sqlite_database, now, "PBPICKER")
    clock = FixedClock(now)
    with clocked(tmp_path, sqlite_database, clock) as station:
        with held_by_another(sqlite_database):
            station.scan("PBPICKER")
            for n in range(9):
                assert station.scan(f"{n:04}").message.startswith("wrong_pin")
                clock.at += timedelta(seconds=301)
        assert station.settle(30)
        with sqlite_database.read() as tx:
            assert site.pin_tries(tx, "PBPICKER", "", "9") == 9
            assert cases.listing(tx, state="open", kind="pin_failed") == []
        for n in range(9, 13):
            station.scan(f"{n:04}")
            clock.at += timedelta(seconds=301)
        assert station.settle(30)
    with sqlite_database.read() as tx:
        assert site.pin_tries(tx, "PBPICKER", "", "9") == 13
        (case,) = cases.listing(tx, state="open", kind="pin_failed")
        assert (case.subject_kind, case.subject, case.detail["station"]) == ("operator", "PBPICKER", "S1")


def test_a_role_that_needs_a_pin_does_not_sign_in_without_one_and_hears_of_a_new_one(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(database, now)
    with database.write() as tx:
        tx.exec_driver_sql("UPDATE company SET pin_roles = 'supervisor'")
    with bench(tmp_path, database, badge="") as station:
        assert station.scan("PBCHIEF").message == "pin_missing"
        assert station.scan("PBPICKER").message == "signed_in"
        protect(database, now, "PBCHIEF")
        with station._sync._moved:
            station._sync.hurry()
            assert station._sync._moved.wait_for(lambda: station.voucher(CHIEF), 60), "it is heard of"
        assert said(station, "PBCHIEF", PIN) == ["pin_wanted", "signed_in"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights in another way")
def test_what_is_kept_of_pins_at_a_bench_is_its_owners_alone(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now)
    before = os.umask(0o022)
    try:
        with bench(tmp_path, sqlite_database):
            files = list(tmp_path.glob(f"{CACHE}*"))
            assert files
            assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    finally:
        os.umask(before)


# Idle --------------------------------------------------------------------------------------------------------------


def test_a_bench_nobody_touched_asks_for_a_badge_counts_nothing_and_keeps_its_job(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 3)])
    clock = FixedClock(now)
    with clocked(tmp_path, sqlite_database, clock) as station:
        assert said(station, "PBPICKER", "DE-1-1", "A-01", CUP)[-1] == "item_taken"
        clock.at += timedelta(minutes=14)
        assert station.locks_in() == 60
        assert station.scan(CUP).message == "item_taken"
        clock.at += timedelta(minutes=15)
        locked = station.scan(CUP)
        assert (locked.message, locked.outcome, locked.job) == ("locked", "warn", "DE-1-1")
        assert station.scan("PBUNDO").message == "locked"
        kept = station.kept_job()
        assert kept is not None
        assert (kept.job, kept.name) == ("DE-1-1", "Pat")
        assert (station.operator, station.locked, station.locks_in()) == (None, True, None)
        back = station.scan("PBCHIEF")
        assert (back.message, back.job, station.locked) == ("signed_in", "DE-1-1", False)
        assert station.scan(CUP).next[0] == "PBTEE", "the third of three, not the fourth"


def test_a_bench_locks_by_itself_when_told_to_look_and_a_touch_puts_it_off(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now)
    clock = FixedClock(now)
    with clocked(tmp_path, sqlite_database, clock) as station:
        station.sign_in("PBPICKER")
        clock.at += timedelta(minutes=14)
        station.stir()
        clock.at += timedelta(minutes=14)
        assert station.lock_if_idle().result().message == ""
        assert station.operator == PACKER
        clock.at += timedelta(minutes=1)
        station.stir()
        assert station.lock_if_idle().result().message == "locked_now", "too late to be touched"
        assert station.operator is None
    with clocked(tmp_path, sqlite_database, clock, replace(SETTINGS, lock_after_min=0)) as station:
        station.sign_in("PBPICKER")
        clock.at += timedelta(days=1)
        assert station.locks_in() is None
        assert station.scan("PBHELP").message == "idle_help"


# A supervisor's leave ----------------------------------------------------------------------------------------------


def stale(station: Station, clock: FixedClock) -> Answer:
    """A parcel that would be closed if its order's news were not five hours old."""
    picked(station, "DE-1-1")
    answer = follow(station, station.scan("DE-1-1"), until="awaiting_close")
    assert station.settle(30)
    station._sync.close()  # from here on nothing is heard
    clock.at += timedelta(hours=5)
    return answer


ALWAYS = replace(SETTINGS, lock_after_min=0)


def test_a_label_on_old_news_is_made_by_a_supervisors_leave_and_both_names_are_recorded(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(database, now, DE_1=[("CUP", 1)])
    protect(database, now, "PBCHIEF")
    clock = FixedClock(now)
    with clocked(tmp_path, database, clock, ALWAYS) as station:
        station.sign_in("PBPICKER")
        stale(station, clock)
        refused = station.scan("PBCLOSE")
        assert (refused.message, refused.approval) == ("news_too_old", "floor.override")
        assert "supervisor" in refused.text
        asked = station.scan("PBCHIEF")
        assert (asked.message, asked.state) == ("pin_wanted", "awaiting_pin")
        assert station.scan("0000").message == "wrong_pin"
        closed = station.scan(PIN)
        assert (closed.message, closed.scan) == ("parcel_closed", UNSEEN)
        assert station.operator == PACKER, "who worked here works on"
        assert follow(station, closed).message == "job_done"
    with clocked(tmp_path, database, clock, ALWAYS) as station:
        assert station.settle(30)
    with database.read() as tx:
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "labelled"
        (told,) = [one.entry for one in orders.entries(tx, "DE-1") if one.entry.event == "approved_at_bench"]
        assert (told.by, told.subject) == ("PBPICKER", "DE-1-1/1")
        assert dict(told.detail) == {"act": "news_too_old", "by": "PBCHIEF"}


def test_leave_is_given_by_who_may_and_any_other_scan_drops_the_question(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 1)])
    clock = FixedClock(now)
    with clocked(tmp_path, sqlite_database, clock, ALWAYS) as station:
        station.sign_in("PBPICKER")
        stale(station, clock)
        assert said(station, "PBCLOSE", "PBPICKER", "PBCLOSE", "PBHELP", "PBCHIEF") == [
            "news_too_old", "signed_in", "news_too_old", "help_pack_close", "signed_in"
        ]  # fmt: skip
        assert station.operator == CHIEF
        assert said(station, "PBCLOSE", "PBCHIEF") == ["news_too_old", "parcel_closed"]


def test_work_of_a_silent_bench_is_taken_over_by_a_supervisors_leave(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(database, now, DE_1=[("CUP", 3)])
    with clocked(tmp_path / "2", database, SystemClock(), name="S2") as gone:
        gone.sign_in("PBPICKER")
        assert gone.scan("DE-1-1").message == "job_opened"
        assert gone.settle(30)
    with database.write() as tx:  # as after some hours
        tx.exec_driver_sql("UPDATE claim SET lease_until = '2026-01-01T00:00:00.000Z'")
        tx.exec_driver_sql("UPDATE station SET last_seen = '2026-01-01T00:00:00.000Z'")
    with clocked(tmp_path / "1", database, SystemClock()) as station:
        station.sign_in("PBPICKER")
        refused = station.scan("DE-1-1")
        assert (refused.message, refused.approval) == ("claimed_silent", "floor.takeover")
        assert station.scan("PBCHIEF").message == "job_opened"
        assert station.operator == PACKER
    with database.read() as tx:
        (claim,) = floor.live_claims(tx)
        assert claim.station == "S1"
        (told,) = [one.entry for one in orders.entries(tx, "DE-1") if one.entry.event == "taken_over"]
        assert (told.by, told.detail["asked_by"]) == ("PBCHIEF", "PBPICKER")


def test_work_of_a_bench_that_is_heard_is_taken_for_a_reason_given_by_its_number(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(database, now, DE_1=[("CUP", 3)])
    with (
        clocked(tmp_path / "2", database, SystemClock(), name="S2") as other,
        bench(tmp_path / "1", database) as station,
    ):
        other.sign_in("PBPICKER")
        assert other.scan("DE-1-1").message == "job_opened"
        assert said(station, "DE-1-1", "PBCHIEF") == ["claimed_elsewhere", "station_heard"]
        assert said(station, "PBHELP", "2")[-1] != "job_opened", "dropped by another scan"
        asked = [station.scan(code) for code in ("DE-1-1", "PBCHIEF")][-1]
        assert asked.approval == "floor.force"
        assert station.scan("2").message == "job_opened"
        assert station.operator == PACKER
    with database.read() as tx:
        told = next(one.entry for one in orders.entries(tx, "DE-1") if one.entry.event == "taken_over")
        assert (told.by, told.detail["why"]) == ("PBCHIEF", "person_gone")


def test_the_journal_says_nothing_of_a_pin(sqlite_database: Database, now: datetime, tmp_path: Path) -> None:
    furnish(sqlite_database, now)
    protect(sqlite_database, now, "PBPICKER")
    with bench(tmp_path, sqlite_database, badge="") as station:
        said(station, "PBPICKER", "87318731")
        (fact,) = station._journal.facts_of("")
        assert (fact.kind, fact.body) == ("PinFailed", '{"badge":"PBPICKER"}')
    assert b"87318731" not in (tmp_path / JOURNAL).read_bytes()


def test_a_bench_that_another_login_opens_blames_the_login_and_no_badge(
    postgres_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(postgres_database, now)
    with (
        as_bench(postgres_database, "S2") as others,
        closing(Station.open(tmp_path, others, "S1", printer="memory://S1", settings=SETTINGS)) as station,
    ):
        answer = station.sign_in("PBPICKER")
        assert (answer.message, station.status().sync.trouble) == ("no_badges", "not_this_bench")
        assert word("station.why.not_this_bench") in answer.text
        assert answer.trouble == (f"{word('station.why.not_this_bench')}. Nothing waits to be sent",)


def test_a_bench_of_a_warehouse_without_people_says_so_and_blames_no_line(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(database, now)
    with database.write() as tx:
        tx.execute(update(operator).values(active=False))
    with bench(tmp_path, database, badge="") as station:
        answer = station.scan("PBPICKER")
        assert (answer.message, answer.trouble) == ("no_badges", ())
        assert word("station.why.nobody") in answer.text


def test_a_bench_with_another_benchs_login_is_given_no_work_and_told_why(
    postgres_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(postgres_database, now, DE_1=[("CUP", 1)])
    with bench(tmp_path, postgres_database):
        pass  # its cache knows people from now on
    with (
        as_bench(postgres_database, "S2") as others,
        closing(Station.open(tmp_path, others, "S1", printer="memory://S1", settings=SETTINGS)) as station,
    ):
        signed_in = station.sign_in("PBPICKER")
        assert signed_in.message == "signed_in"
        assert signed_in.trouble[0].startswith(word("station.why.not_this_bench"))
        for code in ("PBNEXT", "DE-1-1"):
            answer = station.scan(code)
            assert (answer.message, answer.job) == ("not_this_bench", "")
            assert "S1" in answer.text
    with postgres_database.read() as tx:
        assert floor.live_claims(tx) == []
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "ready"
