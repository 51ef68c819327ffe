"""A bench as its packer meets it: scans answered from what it holds, kept before shown, gone on with after anything."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.base.clock import FixedClock
from app.base.errors import JournalBroken
from app.db import Database
from app.floor import store as floor
from app.shipments import store as shipments
from app.station.cache import FILE as CACHE
from app.station.desk import Heard
from app.station.journal.journal import FILE as JOURNAL
from app.station.station import Station
from tests.small_site import CHIEF, balance
from tests.station.benches import SETTINGS, bench, follow, furnish, held_by_another, packed, picked
from tests.station.journal.test_journal import small_disk

CUP, TEE = "4006381333931", "4012345678901"


def test_an_order_goes_from_claim_to_the_carrier(database: Database, now: datetime, tmp_path: Path) -> None:
    furnish(database, now, DE_1=[("CUP", 3), ("TEE", 1)])
    with bench(tmp_path / "desk", database) as station:
        assert picked(station, "DE-1-1").message == "pick_done"
        done = follow(station, station.scan("DE-1-1"))
        assert (done.message, done.done, done.of) == ("job_done", 4, 4)
        assert station.scan("GELB").message == "handover_opened"
        assert station.scan("DE-1-1/1").message == "parcel_loaded"
        assert station.scan("PBCLOSE").message == "close_again"
        assert station.scan("PBCLOSE").message == "handover_closed"
        assert station.settle(30)
        assert {job.document: job.state for job in station.print_jobs()} == {
            "pick_list": "sent",
            "parcel_label": "confirmed",
            "packing_slip": "sent",
            "handover_list": "sent",
        }
    with database.read() as tx:
        assert shipments.get(tx, ["DE-1-1"])["DE-1-1"].state == "dispatched"
        assert balance(tx, "CUP") == {"on_hand": 17, "damaged": 0, "reserved": 0, "available": 17}


def test_a_scan_signs_out_at_an_idle_bench_and_never_in_the_middle_of_a_job(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 1)])
    with bench(tmp_path, sqlite_database) as station:
        station.scan("DE-1-1")
        assert station.scan("PBEXIT").message != "signed_out"
        assert station.operator is not None
        follow(station, station.scan("DE-1-1"))
        assert station.scan("PBEXIT").message == "signed_out"
        assert station.operator is None
        assert station.scan("PBEXIT").message == "sign_in_first"
        assert station.scan("PBPICKER").message == "signed_in"


def test_nothing_is_worked_on_before_a_badge_was_scanned(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 1)])
    with bench(tmp_path, sqlite_database, badge="") as station:
        assert [station.scan(code).message for code in ("DE-1-1", "PBNEXT", "PBNOBODY", b"\xff\xfe", "")] == [
            "sign_in_first",
            "sign_in_first",
            "unknown_badge",
            "unreadable",
            "unreadable",
        ]
        assert station.status().operator is None
        assert station.scan("pbpicker").outcome == "done"
        assert station.scan("DE-1-1").message == "job_opened"


def test_words_are_in_the_language_of_whoever_is_signed_in(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now)
    with sqlite_database.write() as tx:
        tx.exec_driver_sql("UPDATE operator SET language = 'de' WHERE badge = 'PBCHIEF'")
    with bench(tmp_path, sqlite_database, badge=CHIEF.badge) as station:
        assert station.scan("PBUNDO").text.startswith("Keine Arbeit offen")


def test_scans_that_pile_up_are_answered_in_their_order_each_on_what_the_one_before_left(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 9)])
    with bench(tmp_path, sqlite_database) as station:
        answered: list[int] = []
        pending = [station.submit(code) for code in ("DE-1-1", "A-01", *[CUP] * 9, "PBTEE")]
        for each in pending:
            each.add_done_callback(lambda done: answered.append(done.result().n))
        answers = [each.result() for each in pending]
        assert [a.message for a in answers] == ["job_opened", "bin_reached", *["item_taken"] * 9, "pick_done"]
        assert answered == sorted(answered)
        assert station.commits < 20


def test_a_bench_opened_again_goes_on_where_it_stood(sqlite_database: Database, now: datetime, tmp_path: Path) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 3)])
    with bench(tmp_path, sqlite_database) as station:
        for code in ("DE-1-1", "A-01", CUP):
            before = station.scan(code)
        assert before.message == "item_taken"
    with bench(tmp_path, sqlite_database, badge="") as station:
        after = station.sign_in("PBPICKER")
        assert (after.workflow, after.state, after.job, after.next) == ("pick", before.state, "DE-1-1", before.next)
        assert follow(station, after).message == "pick_done"


def test_a_stop_that_waited_still_waits_after_a_restart(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 3)])
    with bench(tmp_path, sqlite_database) as station:
        for code in ("DE-1-1", "A-01", TEE):
            stopped = station.scan(code)
        assert (stopped.outcome, stopped.message) == ("stop", "wrong_item")
        assert "T-shirt, blue, M" in stopped.text, "what is not in the packet is named as the catalogue names it"
    with bench(tmp_path, sqlite_database) as station:
        again = station.scan(CUP)
        assert (again.outcome, again.message, again.text) == ("stop", "wrong_item", stopped.text)
        assert station.scan("PBOK").message == "stop_cleared"
        assert station.scan(CUP).message == "item_taken"


def test_after_a_crash_while_a_label_was_sent_the_packer_is_asked_and_it_is_not_sent_again(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 1)])
    with bench(tmp_path, sqlite_database) as station:
        picked(station, "DE-1-1")
        label = follow(station, station.scan("DE-1-1"), until="awaiting_label")
        assert station.settle(30)
    with sqlite3.connect(tmp_path / JOURNAL) as journal:  # as if the power had gone in the middle of it
        journal.execute("UPDATE print_job SET state = 'sending' WHERE document = 'parcel_label'")
    journal.close()
    shutil.rmtree(tmp_path / "printed")
    with bench(tmp_path, sqlite_database, badge="") as station:
        asked = station.sign_in("PBPICKER")
        assert (asked.outcome, asked.message) == ("warn", "signed_in_doubt")
        assert [job.subject for job in station.status().asked_about] == ["DE-1-1/1"]
        assert station.scan(label.next[0]).message == "job_done"
        assert station.settle(30)
        assert station.status().asked_about == ()
    assert not (tmp_path / "printed").exists()


def test_a_deleted_cache_is_pulled_anew_and_the_work_goes_on(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 3)])
    with bench(tmp_path, sqlite_database) as station:
        for code in ("DE-1-1", "A-01", CUP, CUP):
            station.scan(code)
    for file in tmp_path.glob(f"{CACHE}*"):
        file.unlink()
    with bench(tmp_path, sqlite_database) as station:
        assert station.scan(CUP).next[0] == "PBTEE"  # the third of three: to the tote with it
        assert station.scan("PBTEE").message == "pick_done"


def test_a_lost_journal_does_not_count_again_what_was_applied(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 3), ("TEE", 1)])
    with bench(tmp_path / "a", sqlite_database) as station:
        for code in ("DE-1-1", "A-01", CUP, CUP, CUP, "PBTEE"):
            station.scan(code)
        assert station.settle(30)
    with bench(tmp_path / "b", sqlite_database) as station:
        opened = station.scan("A-02")
        assert (opened.job, opened.done) == ("DE-1-1", 3)
        assert follow(station, opened).message == "pick_done"
        assert station.settle(30)
    with sqlite_database.read() as tx:
        assert [line.picked for line in shipments.get(tx, ["DE-1-1"])["DE-1-1"].lines] == [3, 1]


def test_claimed_work_goes_on_while_the_shared_database_is_held_and_questions_say_no_answer(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 3)], DE_2=[("CUP", 1)])
    with bench(tmp_path, sqlite_database) as station:
        opened = station.scan("DE-1-1")
        with held_by_another(sqlite_database):
            assert follow(station, opened).message == "pick_done"
            assert station.status().sync.waiting > 0
            station._desk.questions._patience = 0.2  # from here on, no answer comes in any case
            asked = station.scan("DE-2-1")
            assert (asked.outcome, asked.message) == ("warn", "no_answer")
        assert station.settle(30)
        assert station.status().sync.waiting == 0
    with bench(tmp_path, sqlite_database) as station:
        assert station.scan("DE-2-1").message == "job_opened"
    with sqlite_database.read() as tx:
        assert len([c for c in floor.live_claims(tx) if "DE-2-1" in c.epochs]) == 1


def test_what_was_scanned_before_a_stop_was_shown_does_not_acknowledge_it(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 3)])
    with bench(tmp_path, sqlite_database) as station:
        for code in ("DE-1-1", "A-01"):
            station.scan(code)
        desk = station._desk
        said = [
            desk.take(Heard(n, code, now, shown, desk.generation)).answer.message
            for n, code, shown in ((10, TEE, 9), (11, TEE, 9), (12, "PBOK", 9), (13, CUP, 9), (14, "PBOK", 13))
        ]
        assert said == ["wrong_item"] * 4 + ["stop_cleared"]


def test_on_a_full_disk_a_bench_does_not_start_and_says_why(sqlite_database: Database, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "512k") as disk, pytest.raises(JournalBroken) as refused:
        Station.open(disk / "S1", sqlite_database, "S1", settings=SETTINGS)
    assert refused.value.kind == "journal_no_room"
    assert refused.value.values["free"] < refused.value.values["room"]  # type: ignore[operator]


def test_a_full_disk_says_not_kept_and_the_work_goes_on_when_there_is_room(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 12)])
    with small_disk(tmp_path / "disk", "8m") as disk, bench(disk, sqlite_database, papers="memory://papers") as station:
        station.scan("DE-1-1")
        answer = station.scan("A-01")
        assert station.settle(30)  # the pick list is out
        ballast = disk / "ballast"
        with ballast.open("wb", buffering=0) as file:
            try:
                while file.write(b"\0" * 4096):
                    pass
            except OSError:
                pass
        taken = 0
        for n in range(2000):
            answer = station.scan(CUP if n % 2 == 0 else "PBUNDO")
            if answer.message == "not_kept":
                break
            taken = 1 - taken
        assert (answer.outcome, answer.message) == ("stop", "not_kept")
        assert station.scan(CUP).message == "not_kept"
        ballast.unlink()
        answer = station.scan("PBUNDO" if taken else CUP)
        assert answer.message == ("undone" if taken else "item_taken")
        answer = follow(station, answer)
        assert (answer.message, answer.done) == ("pick_done", 12)
        assert station.settle(30)


def test_a_cancelled_order_stops_the_bench_at_its_next_scan(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 3)])
    with bench(tmp_path, sqlite_database) as station:
        for code in ("DE-1-1", "A-01"):
            station.scan(code)
        heard = threading.Event()
        station._sync.on_news.append(lambda _ended: heard.set())
        with sqlite_database.write() as tx:
            shipments.move_state(tx, ["DE-1-1"], "cancelled", by="PBCHIEF", source="test", now=now)
        while station._sync.news.get("DE-1-1") != "cancelled":
            assert heard.wait(30)
            heard.clear()
        answer = station.scan(CUP)
        assert (answer.outcome, answer.message) == ("stop", "order_cancelled")


def test_a_forgotten_customers_address_leaves_the_bench(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 1)])
    with bench(tmp_path / "desk", sqlite_database) as station:
        packed(station, "DE-1-1")
        assert station.settle(30)
        assert any((tmp_path / "desk" / "labels").iterdir())
        station.forget(["DE-1-1"])
    ours = [file for file in (tmp_path / "desk").rglob("*") if file.is_file() and "print" not in str(file.parent)]
    left = [file.name for file in ours if b"Muster" in file.read_bytes() and file.parent.name != "papers"]
    assert left == []
    assert (tmp_path / "desk" / JOURNAL).exists()


def test_label_bytes_leave_some_days_after_their_parcel(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 1)], DE_2=[("CUP", 1)])
    with bench(tmp_path, sqlite_database) as station:
        packed(station, "DE-1-1")
        packed(station, "DE-2-1")
        for code in ("GELB", "DE-1-1/1", "PBCLOSE", "PBCLOSE"):
            station.scan(code)
        assert station.settle(30)

    def labels() -> set[str]:
        return {file.name[:6] for file in (tmp_path / "labels").glob("DE*label*")}

    for days, left in ((13, {"DE-1-1", "DE-2-1"}), (15, {"DE-2-1"})):
        later = FixedClock(datetime.now(UTC) + timedelta(days=days))
        station = Station.open(tmp_path, sqlite_database, "S1", settings=SETTINGS, clock=later)
        with sqlite_database.read() as tx:
            station._clear_away(tx)
        station.close()
        assert labels() == left


def test_numbers_given_at_this_bench_are_never_given_again(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, **{f"DE_{n}": [("CUP", 1)] for n in range(1, 5)})
    given: list[str] = []
    for n in range(1, 5):
        with bench(tmp_path, sqlite_database) as station:
            picked(station, f"DE-{n}-1")
            label = follow(station, station.scan(f"DE-{n}-1"), until="awaiting_label")
            given += label.next[:2]
            follow(station, label)
        shutil.rmtree(tmp_path / "printed", ignore_errors=True)
    assert len(given) == len(set(given)) == 8


def test_a_station_is_open_once(sqlite_database: Database, now: datetime, tmp_path: Path) -> None:
    furnish(sqlite_database, now)
    with bench(tmp_path, sqlite_database), pytest.raises(JournalBroken) as caught:
        Station.open(tmp_path, sqlite_database, "S1")
    assert caught.value.kind == "journal_in_use"
    station = Station.open(tmp_path, sqlite_database, "S1", settings=SETTINGS)
    station.close()
    assert station.scan("PBPICKER").message == "not_kept"
