"""What is not right with a bench is said with each answer, and what was wrong before is not held against new work."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app.base.ids import parcel_id
from app.db import Database
from app.desk.hold import hold, release
from app.station.journal.records import Entry, PrintJob
from app.station.station import Station
from tests.small_site import CHIEF
from tests.station.benches import BADGE, SETTINGS, bench, follow, furnish, packed, picked


def test_a_printer_that_takes_nothing_is_named_with_its_reason_in_every_answer(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 1)])
    in_the_way = tmp_path / "printer"
    in_the_way.write_text("a file where a folder should be")
    station = Station.open(tmp_path / "desk", sqlite_database, "S1", printer=in_the_way.as_uri(), settings=SETTINGS)
    try:
        station.sign_in(BADGE)
        assert picked(station, "DE-1-1").trouble == ()
        closed = follow(station, station.scan("DE-1-1"), until="awaiting_label")
        assert closed.message.startswith("parcel_closed")
        assert not station.settle(30)  # as soon as it was tried
        said = station.scan("PBHELP")
        assert len(said.trouble) == 1
        assert said.trouble[0].startswith("Label printer: ")
        assert b'"trouble":["Label printer: ' in said.line()
        assert station.scan("PBREPRINT").message == "label_comes_yet"
    finally:
        station.close()


def test_a_released_order_is_not_stopped_again_by_news_of_its_last_claim(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(database, now, DE_1=[("CUP", 2)])
    with bench(tmp_path / "desk", database) as station:
        picked(station, "DE-1-1")
        station.scan("DE-1-1")
        assert station.settle(30)
        with database.write() as tx:
            hold(tx, "DE-1", reason="a look", operator=CHIEF, now=now)
        answer = station.scan("PBHELP")
        for _ in range(200):
            if answer.outcome == "stop":
                break
            assert station.settle(30)
            answer = station.scan("4006381333931")
            station.scan("PBUNDO")
        assert answer.message == "order_held"
        follow(station, station.scan("PBOK"))
        assert station.settle(30)
        with database.write() as tx:
            release(tx, "DE-1", reason="seen", operator=CHIEF, now=now)
        assert station.scan("DE-1-1").message == "job_opened"
        assert station.scan("4006381333931").outcome in ("ok", "done")


def test_the_record_of_a_print_names_the_address_it_was_sent_to(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(database, now, DE_1=[("CUP", 1)])
    papers = (tmp_path / "papers").as_uri()
    with bench(tmp_path / "desk", database, papers=papers) as station:
        packed(station, "DE-1-1")
        assert station.settle(30)
        told = {job.document: job.printer for job in station.print_jobs()}
    assert told["packing_slip"] == papers
    with database.read() as tx:
        rows = tx.exec_driver_sql("SELECT document, printer FROM print_job").all()
    assert {row.document: row.printer for row in rows} == told


def test_a_copy_that_still_waits_is_not_printed_once_the_label_was_scanned(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    furnish(sqlite_database, now, DE_1=[("CUP", 1)])
    printer = tmp_path / "printer"
    station = Station.open(tmp_path / "desk", sqlite_database, "S1", printer=printer.as_uri(), settings=SETTINGS)
    try:
        station.sign_in(BADGE)
        picked(station, "DE-1-1")
        closed = follow(station, station.scan("DE-1-1"), until="awaiting_label")
        assert station.settle(30)
        printed = sorted(printer.iterdir())
        printer.rename(tmp_path / "away")
        printer.write_text("a file where a folder should be")
        copy = PrintJob(parcel_id("DE-1-1", 1), "parcel_label", 1, 2, shipment="DE-1-1")
        station._journal.append(Entry(prints=(copy,))).result()
        assert not station.settle(30)  # as soon as it was tried
        assert station.scan(closed.next[0]).message == "job_done"
        printer.unlink()
        (tmp_path / "away").rename(printer)
        station.retry_printing()
        assert station.settle(30)
        assert sorted(printer.iterdir()) == printed
        assert {job.copy: job.state for job in station.print_jobs() if job.document == "parcel_label"} == {
            1: "confirmed",
            2: "void",
        }
    finally:
        station.close()
