"""The print queue: what it shows, and its acts, which for labels are the bench's own."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from app.base.errors import Conflict, NotFound
from app.db import Database
from app.floor import check as floor_check
from app.floor.workflows.label import REPRINT_REASONS
from app.shipments import check as shipment_check
from app.station.answer import Answer
from app.station.printing.queue import QueuedPrint
from app.station.station import Station
from printers.languages.zpl_status import QUERY
from printers.transports.memory import MemoryPrinter, Mood, memory_printer
from tests.station.benches import BADGE, SETTINGS, follow, furnish, packed, picked

CUP = "4006381333931"
LABEL_1 = ("DE-1-1/1", "parcel_label", 1, 1)
WHY = {reason: n for n, reason in REPRINT_REASONS.items()}


@pytest.fixture
def printer(request: pytest.FixtureRequest) -> Iterator[MemoryPrinter]:
    found = memory_printer(f"queue{abs(hash(request.node.nodeid))}")
    yield found
    found.answers.clear()
    found.clear()
    papers_of(found).clear()


@contextmanager
def bench(folder: Path, database: Database, printer: MemoryPrinter) -> Iterator[Station]:
    url = f"memory://{printer.name}"
    # Papers have a printer of their own: what one of them met would depend on how soon it was tried again.
    papers = f"memory://{papers_of(printer).name}"
    station = Station.open(folder, database, "S1", settings=SETTINGS, printer=url, papers=papers)
    try:
        assert station.sign_in(BADGE).outcome != "stop"
        yield station
    finally:
        station.close()


def papers_of(printer: MemoryPrinter) -> MemoryPrinter:
    return memory_printer(f"{printer.name}-papers")


def printed(printer: MemoryPrinter) -> list[str]:
    return [job.id for job in printer.jobs if "parcel_label" in job.id]


def waiting_for_its_label(station: Station, printer: MemoryPrinter, mood: Mood = "working") -> Answer:
    """The pick list is out; the label meets the printer in this mood."""
    picked(station, "DE-1-1")
    assert station.settle(30)
    printer.mood = mood
    return follow(station, station.scan("DE-1-1"), until="awaiting_label")


def row(station: Station, key: tuple[str, str, int, int]) -> QueuedPrint:
    queue = station.print_queue()
    rows = (*queue.unknown, *queue.failed, *queue.waiting, *queue.today)
    return next(one for one in rows if one.key == key)


def test_a_printed_label_is_among_todays_and_a_failed_one_says_why(
    tmp_path: Path, database: Database, now: datetime, printer: MemoryPrinter
) -> None:
    furnish(database, now, DE_1=[("CUP", 2)], DE_2=[("CUP", 1)])
    with bench(tmp_path, database, printer) as station:
        packed(station, "DE-1-1")
        station.settle(30)
        picked(station, "DE-2-1")
        station.settle(30)
        printer.mood = "refusing"
        follow(station, station.scan("DE-2-1"), until="awaiting_label")
        station.settle(30)
        queue = station.print_queue()
        assert [(r.subject, r.document, r.state) for r in queue.today if r.document == "parcel_label"] == [
            ("DE-1-1/1", "parcel_label", "confirmed")
        ]
        failed = next(r for r in queue.failed if r.document == "parcel_label")
        assert (failed.subject, failed.why, failed.job, failed.operator) == ("DE-2-1/1", "refused", "DE-2-1", BADGE)
        assert failed.acts == ("retry", "recreate")


def test_printing_a_label_again_is_the_benchs_own_reprint_whether_its_job_is_in_hand_or_not(
    tmp_path: Path, database: Database, now: datetime, printer: MemoryPrinter
) -> None:
    furnish(database, now, DE_1=[("CUP", 2)])
    with bench(tmp_path, database, printer) as station:
        waiting_for_its_label(station, printer)
        station.settle(30)
        again = station.reprint_label(LABEL_1, "DE-1-1", WHY["unreadable"]).result()
        assert (again.message, again.state) == ("label_reprinted", "awaiting_label")
        station.settle(30)  # a copy that still waits when the label is scanned is not wanted any more
        follow(station, station.scan("DE-1-1/1"))
        again = station.reprint_label(LABEL_1, "DE-1-1", WHY["damaged"]).result()
        assert (again.message, again.job, again.workflow) == ("label_reprinted", "DE-1-1", "pack")
        station.settle(30)
        assert printed(printer) == [f"DE-1-1/1 parcel_label 1{copy}" for copy in ("", " copy 2", " copy 3")]
        third = row(station, ("DE-1-1/1", "parcel_label", 1, 3))
        assert (third.reason, third.copies) == ("damaged", 3)
    with database.read() as tx:
        assert list(floor_check.check(tx)) == []


def test_making_a_label_anew_asks_first_and_voids_the_issue(
    tmp_path: Path, database: Database, now: datetime, printer: MemoryPrinter
) -> None:
    furnish(database, now, DE_1=[("CUP", 2)])
    with bench(tmp_path, database, printer) as station:
        packed(station, "DE-1-1")
        station.settle(30)
        assert station.recreate_label(LABEL_1, "DE-1-1").result().message == "void_again"
        anew = station.recreate_label(LABEL_1, "DE-1-1").result()
        assert (anew.message, anew.state) == ("label_recreated", "awaiting_label")
        station.settle(30)
        assert printed(printer) == ["DE-1-1/1 parcel_label 1", "DE-1-1/1 parcel_label 2"]
        assert (row(station, LABEL_1).state, row(station, LABEL_1).acts) == ("void", ())
        assert station.reprint_label(LABEL_1, "DE-1-1", 1).result().message == "label_not_current"


def test_a_label_of_another_job_than_the_one_in_hand_is_refused_and_nothing_is_printed(
    tmp_path: Path, database: Database, now: datetime, printer: MemoryPrinter
) -> None:
    furnish(database, now, DE_1=[("CUP", 2)], DE_2=[("CUP", 1)])
    with bench(tmp_path, database, printer) as station:
        packed(station, "DE-1-1")
        picked(station, "DE-2-1")
        follow(station, station.scan("DE-2-1"), until="awaiting_label")
        refused = station.reprint_label(LABEL_1, "DE-1-1", 1).result()
        assert (refused.message, refused.outcome) == ("other_job_first", "warn")
        station.settle(30)
        assert printed(printer) == ["DE-1-1/1 parcel_label 1", "DE-2-1/1 parcel_label 1"]


def test_asking_for_a_waiting_label_never_confirms_it(
    tmp_path: Path, database: Database, now: datetime, printer: MemoryPrinter
) -> None:
    """The readable id of a parcel is its label's scan: the queue must not make it on somebody's behalf."""
    furnish(database, now, DE_1=[("CUP", 2)])
    with bench(tmp_path, database, printer) as station:
        waiting_for_its_label(station, printer)
        station.settle(30)
        station.scan("PBVOID")
        for reason in (1, 2, 3):
            assert station.reprint_label(LABEL_1, "DE-1-1", reason).result().state == "awaiting_label"
        assert station.scan("PBREPRINT").state == "awaiting_label"
        assert station.reprint_label(LABEL_1, "DE-1-1", 1).result().message == "label_reprinted"
        assert row(station, LABEL_1).state == "sent"


def test_a_label_nobody_knows_of_came_out_when_it_is_scanned(
    tmp_path: Path, database: Database, now: datetime, printer: MemoryPrinter
) -> None:
    furnish(database, now, DE_1=[("CUP", 2)])
    with bench(tmp_path, database, printer) as station:
        waiting_for_its_label(station, printer, "unplugged")
        station.settle(30)
        assert row(station, LABEL_1).acts == ("scan_it", "reprint", "recreate")
        with pytest.raises(Conflict):
            station.came_out(LABEL_1)
        assert station.scan("DE-1-1/1").message == "job_done"
        assert row(station, LABEL_1).state == "confirmed"


def test_a_label_nobody_knows_of_that_did_not_come_out_is_over_with_its_reprint(
    tmp_path: Path, database: Database, now: datetime, printer: MemoryPrinter
) -> None:
    furnish(database, now, DE_1=[("CUP", 2)])
    with bench(tmp_path, database, printer) as station:
        waiting_for_its_label(station, printer, "unplugged")
        station.settle(30)
        printer.mood = "working"
        again = station.reprint_label(LABEL_1, "DE-1-1", WHY["did_not_come_out"]).result()
        assert again.message == "label_reprinted"
        station.retry_printing()
        station.settle(30)
        assert station.status().asked_about == ()
        assert (row(station, LABEL_1).state, row(station, LABEL_1).why) == ("void", "did_not_come_out")
        assert printed(printer) == ["DE-1-1/1 parcel_label 1 copy 2"]
        assert station.scan("DE-1-1/1").message == "job_done"


def test_a_copy_nobody_knows_of_is_answered_by_its_person(
    tmp_path: Path, database: Database, now: datetime, printer: MemoryPrinter
) -> None:
    furnish(database, now, DE_1=[("CUP", 2)])
    with bench(tmp_path, database, printer) as station:
        packed(station, "DE-1-1")
        station.settle(30)
        printer.mood = "stalling"
        station.reprint_label(LABEL_1, "DE-1-1", 1).result()
        station.settle(30)
        copy = ("DE-1-1/1", "parcel_label", 1, 2)
        assert row(station, copy).acts[0] == "came_out"
        station.came_out(copy)
        assert row(station, copy).state == "confirmed"


def test_a_slip_is_printed_again_as_a_copy_with_its_reason(
    tmp_path: Path, database: Database, now: datetime, printer: MemoryPrinter
) -> None:
    furnish(database, now, DE_1=[("CUP", 2)])
    with bench(tmp_path, database, printer) as station:
        packed(station, "DE-1-1")
        station.settle(30)
        slip = ("DE-1-1/1", "packing_slip", 1, 1)
        station.reprint_paper(slip, "damaged")
        station.settle(30)
        assert [j.id for j in papers_of(printer).jobs if "slip" in j.id] == [
            "DE-1-1/1 packing_slip 1", "DE-1-1/1 packing_slip 1 copy 2"
        ]  # fmt: skip
        assert row(station, ("DE-1-1/1", "packing_slip", 1, 2)).reason == "damaged"
        with pytest.raises(Conflict):
            station.reprint_paper(LABEL_1, "damaged")
        with pytest.raises(NotFound):
            station.reprint_paper(("DE-9-1/1", "packing_slip", 1, 1), "damaged")


def test_the_label_on_the_screen_is_the_one_that_is_printed(
    tmp_path: Path, database: Database, now: datetime, printer: MemoryPrinter
) -> None:
    from printers import ZPL_203, render

    furnish(database, now, DE_1=[("CUP", 2)])
    with bench(tmp_path, database, printer) as station:
        packed(station, "DE-1-1")
        station.settle(30)
        [sent] = [job.data for job in printer.jobs if "parcel_label" in job.id]
        assert render(station.label(LABEL_1), ZPL_203) == sent


def test_labels_are_pdf_where_the_printers_address_says_so(tmp_path: Path, database: Database, now: datetime) -> None:
    import io

    import pypdfium2

    from tests.printers.scripts import needs_font
    from tests.zpl_render.renderer import read_symbols

    needs_font("Latin")
    furnish(database, now, DE_1=[("CUP", 2)])
    out = tmp_path / "labels out"
    url = f"{out.as_uri()}?language=pdf"
    station = Station.open(tmp_path / "bench", database, "S1", settings=SETTINGS, printer=url)
    try:
        station.sign_in(BADGE)
        packed(station, "DE-1-1")
        assert station.settle(30)
        [file] = out.glob("*.pdf")
        document = pypdfium2.PdfDocument(file)
        assert [round(side * 25.4 / 72) for side in document[0].get_size()] == [100, 150]
        picture = io.BytesIO()
        document[0].render(scale=8 * 25.4 / 72).to_pil().save(picture, "PNG")
        document.close()
    finally:
        station.close()
    with database.read() as tx:
        from app.shipments import store as shipments

        [parcel] = shipments.parcels_of(tx, ["DE-1-1"])["DE-1-1"]
    assert {symbol.text for symbol in read_symbols(picture.getvalue())} == {f"00{parcel.sscc}", parcel.tracking}


def status(paper_out: bool) -> bytes:
    return b"\x02030,%d,0,0,000,0,0,0,000,0,0,0\x03\x02000,0,0,0,0,2,4,0,0,1,000\x03\x021234,0\x03" % paper_out


def test_a_printer_that_can_say_how_it_is_is_asked_before_a_job_starts(
    tmp_path: Path, database: Database, now: datetime, printer: MemoryPrinter
) -> None:
    furnish(database, now)
    printer.answers[QUERY] = status(True)
    with bench(tmp_path, database, printer) as station:
        assert [(r.device, r.ok) for r in station.readiness()] == [("labels", True), ("papers", True), ("line", True)]
        station.ask_printers()
        _until(station, False)
        assert station.readiness()[0].key == "station.printer.paper_out"
        printer.answers[QUERY] = status(False)
        station.ask_printers()
        _until(station, True)


def _until(station: Station, ok: bool) -> None:
    """The printer's own thread answers."""
    spool = station._spool
    with spool._moved:
        assert spool._moved.wait_for(lambda: station.readiness()[0].ok is ok, 30)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_was_scanned_before_a_wish_never_confirms_a_label_and_copies_count_on(
    tmp_path: Path, sqlite_database: Database, now: datetime, printer: MemoryPrinter, seed: int
) -> None:
    """Scans and wishes in any order: only a label's own code confirms it, and every promise holds afterwards."""
    chance = random.Random(seed)
    furnish(sqlite_database, now, DE_1=[("CUP", 2)], DE_2=[("CUP", 1)])
    codes = ["PBREPRINT", "PBVOID", "PBREOPEN", "PBUNDO", "PBCLOSE", "PBOK", "PBEXIT", "PBNEXT", "1", "2", CUP, "HINT"]
    with bench(tmp_path, sqlite_database, printer) as station:
        packed(station, "DE-2-1")
        answer = waiting_for_its_label(station, printer)
        for _ in range(60):
            before = confirmations(station)
            if chance.random() < 0.4:
                shipment = chance.choice(("DE-1-1", "DE-2-1"))
                queue = station.print_queue()
                rows = [r for r in (*queue.waiting, *queue.today) if (r.job, r.document) == (shipment, "parcel_label")]
                key = max(r.key for r in rows)
                act = station.recreate_label(key, shipment) if chance.random() < 0.4 else None
                answer = (act or station.reprint_label(key, shipment, chance.choice((1, 2, 3)))).result()
                assert confirmations(station) == before, answer
            else:
                code = chance.choice(codes)
                code = answer.next[0] if code == "HINT" and answer.next else code
                answer = station.scan("DE-1-1" if answer.state == "idle" else code)
        assert station.settle(30)
    with sqlite_database.read() as tx:
        assert [f for room in (floor_check, shipment_check) for f in room.check(tx)] == []


def confirmations(station: Station) -> int:
    """How many labels were confirmed at this bench so far."""
    rows = station._journal._read("SELECT count(*) FROM fact WHERE kind = 'LabelConfirmed'", ())
    return int(rows[0][0])
