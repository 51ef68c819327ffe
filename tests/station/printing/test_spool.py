"""The spool: each paper once, whatever the printer or the power does."""

from __future__ import annotations

import os
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.base.errors import NotFound
from app.station.journal.journal import FILE, Journal
from app.station.journal.records import Entry, Mark, PrintJob
from app.station.printing.spool import Paper, Spool
from printers.errors import TextTooLong
from printers.transports.memory import MemoryPrinter, memory_printer
from tests.station.making import CLOCK

LABEL = PrintJob("DE-1-1/1", "parcel_label", shipment="DE-1-1")
SLIP = PrintJob("DE-1-1/1", "packing_slip", shipment="DE-1-1")
QUICK = (0.001, 0.002)
NEVER = (3600.0, 3600.0)
LONG_S = 60.0  # never waited out by a test that holds


def plain(job: PrintJob) -> Paper:
    return Paper(f"^XA{job.subject} {job.issue} {job.copy}^XZ".encode(), "zpl")


@contextmanager
def spooling(
    folder: Path,
    url: str,
    *,
    render: Callable[[PrintJob], Paper] = plain,
    back_off: tuple[float, float] = NEVER,
    papers: str = "",
) -> Iterator[tuple[Journal, Spool]]:
    journal = Journal.open(folder, "desk", CLOCK)
    addresses = {"parcel_label": url, "packing_slip": papers or url}
    spool = Spool(journal, addresses, render, folder / "labels", back_off=back_off)
    try:
        yield journal, spool
    finally:
        spool.close()
        journal.close()


@pytest.fixture
def printer(request: pytest.FixtureRequest) -> Iterator[MemoryPrinter]:
    found = memory_printer(f"p{abs(hash(request.node.nodeid))}")
    yield found
    found.clear()


def add(journal: Journal, *jobs: PrintJob) -> None:
    journal.append(Entry(prints=jobs)).result()


def states(journal: Journal) -> list[tuple[str, str]]:
    return [(job.state, job.detail) for job in journal.print_jobs()]


def test_papers_go_out_once_in_the_order_they_were_asked_for(tmp_path: Path, printer: MemoryPrinter) -> None:
    with spooling(tmp_path, f"memory://{printer.name}") as (journal, spool):
        spool.start()
        jobs = [PrintJob(f"P/{n}", "parcel_label") for n in range(20)]
        for job in [*jobs, *jobs]:
            add(journal, job)
        assert spool.drain(LONG_S)
        assert [job.id.split()[0] for job in printer.jobs] == [f"P/{n}" for n in range(20)]
        assert {state for state, _ in states(journal)} == {"sent"}


def test_a_copy_is_a_paper_of_its_own(tmp_path: Path, printer: MemoryPrinter) -> None:
    with spooling(tmp_path, f"memory://{printer.name}") as (journal, spool):
        spool.start()
        add(journal, LABEL, PrintJob("DE-1-1/1", "parcel_label", 1, 2, reason="smudged"))
        assert spool.drain(LONG_S)
        assert len({job.id for job in printer.jobs}) == 2


def test_sending_is_on_disk_before_the_first_byte_and_sent_after_the_last(tmp_path: Path) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    seen: list[str] = []
    with spooling(tmp_path, f"tcp://127.0.0.1:{listener.getsockname()[1]}?settle=0.01") as (journal, spool):

        def take() -> None:
            connection, _ = listener.accept()
            seen.append(journal.print_jobs()[0].state)
            while connection.recv(1024):
                pass
            connection.close()

        device = threading.Thread(target=take)
        device.start()
        spool.start()
        add(journal, LABEL)
        assert spool.drain(LONG_S)
        device.join()
        assert seen == ["sending"]
        assert states(journal) == [("sent", "")]
    listener.close()


def test_a_job_found_in_sending_after_a_crash_is_unknown_and_never_sent_again(
    tmp_path: Path, printer: MemoryPrinter
) -> None:
    journal = Journal.open(tmp_path, "desk", CLOCK)
    add(journal, LABEL, SLIP)
    journal.append(Entry(marks=(Mark(*LABEL.key, "sending"),))).result()
    journal.close()
    for expected in ([LABEL.key], []):
        with spooling(tmp_path, f"memory://{printer.name}") as (journal, spool):
            assert [job.key for job in spool.start()] == expected
            assert spool.drain(LONG_S)
            assert states(journal) == [("unknown", "crash"), ("sent", "")]
    assert [job.id.split()[1] for job in printer.jobs] == ["packing_slip"]


def test_a_refusing_printer_gets_nothing_twice_and_everything_once_it_works(
    tmp_path: Path, printer: MemoryPrinter
) -> None:
    printer.mood = "refusing"
    with spooling(tmp_path, f"memory://{printer.name}") as (journal, spool):
        spool.start()
        add(journal, LABEL, SLIP)
        assert not spool.drain(LONG_S)
        assert states(journal)[0] == ("failed", "refused")
        assert [(s.trouble, s.waiting) for s in spool.states()] == [("refused", 2)]
        assert not spool.ready("parcel_label")
        printer.mood = "working"
        spool.retry()
        assert spool.drain(LONG_S)
        assert len(printer.jobs) == 2
        assert spool.ready("parcel_label")


def test_who_waits_for_the_papers_waits_for_a_try_that_is_under_way(tmp_path: Path, printer: MemoryPrinter) -> None:
    trying, go = threading.Event(), threading.Event()

    def render(job: PrintJob) -> Paper:
        trying.set()
        assert go.wait(LONG_S)
        return plain(job)

    printer.mood = "refusing"
    go.set()
    with (
        spooling(tmp_path, f"memory://{printer.name}", render=render) as (journal, spool),
        ThreadPoolExecutor(1) as pool,
    ):
        spool.start()
        add(journal, LABEL)
        assert not spool.drain(LONG_S)
        printer.mood = "working"
        trying.clear(), go.clear()
        spool.retry()
        assert trying.wait(LONG_S)
        waits = pool.submit(spool.drain, LONG_S)
        soon = wait([waits], 0.1).done  # time enough for an answer that comes too early
        go.set()
        assert not soon
        assert waits.result()
        assert len(printer.jobs) == 1


def test_a_printer_that_comes_back_is_found_without_anybody_asking(tmp_path: Path, printer: MemoryPrinter) -> None:
    tries: list[str] = []

    def render(job: PrintJob) -> Paper:
        tries.append(job.subject)
        if len(tries) == 3:
            printer.mood = "working"
        return plain(job)

    printer.mood = "refusing"
    with spooling(tmp_path, f"memory://{printer.name}", render=render, back_off=QUICK) as (journal, spool):
        spool.start()
        add(journal, LABEL)
        with spool._moved:
            assert spool._moved.wait_for(lambda: states(journal) == [("sent", "")], LONG_S)
        assert len(printer.jobs) == 1


@pytest.mark.parametrize("mood", ["stalling", "unplugged"])
def test_bytes_that_may_have_left_make_a_job_unknown_and_the_next_one_goes_on(
    tmp_path: Path, printer: MemoryPrinter, mood: str
) -> None:
    printer.mood = mood  # type: ignore[assignment]
    with spooling(tmp_path, f"memory://{printer.name}", back_off=QUICK) as (journal, spool):
        spool.start()
        add(journal, LABEL)
        with spool._moved:
            assert spool._moved.wait_for(lambda: states(journal)[0][0] == "unknown", LONG_S)
        printer.mood = "working"
        add(journal, SLIP)
        with spool._moved:
            assert spool._moved.wait_for(lambda: states(journal)[1] == ("sent", ""), LONG_S)
        assert states(journal)[0][0] == "unknown"
        assert [job.id.split()[1] for job in printer.jobs] == ["packing_slip"]


def test_a_folder_that_takes_no_files_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    (tmp_path / "printer").write_text("a file where a folder should be")
    url = (tmp_path / "printer").as_uri()
    with spooling(tmp_path, url) as (journal, spool):
        spool.start()
        add(journal, LABEL)
        assert not spool.drain(LONG_S)
        assert states(journal)[0][0] == "failed"
        assert spool.states()[0].trouble in {"unwritable", "missing"}
        os.unlink(tmp_path / "printer")
        spool.retry()
        with spool._moved:
            assert spool._moved.wait_for(lambda: states(journal) == [("sent", "")], LONG_S)
    assert [f.read_bytes() for f in (tmp_path / "printer").iterdir()] == [plain(LABEL).data]


def test_an_address_nobody_knows_is_said_and_the_paper_waits(tmp_path: Path) -> None:
    with spooling(tmp_path, "pigeon://roof") as (journal, spool):
        spool.start()
        add(journal, LABEL)
        assert not spool.drain(LONG_S)
        assert states(journal) == [("failed", "unknown_printer")]


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (TextTooLong("name", expected="room", got="none"), "TextTooLong"),
        (NotFound("forgotten", kind="forgotten"), "forgotten"),
        (KeyError("a bug"), "KeyError"),
    ],
)
def test_a_paper_that_cannot_be_made_waits_and_the_others_print(
    tmp_path: Path, printer: MemoryPrinter, error: Exception, detail: str
) -> None:
    def render(job: PrintJob) -> Paper:
        if job.document == "parcel_label":
            raise error
        return plain(job)

    with spooling(tmp_path, f"memory://{printer.name}", render=render) as (journal, spool):
        spool.start()
        add(journal, LABEL, SLIP)
        assert not spool.drain(LONG_S)
        assert states(journal) == [("failed", detail), ("sent", "")]
        assert spool.ready("parcel_label")


def test_a_void_paper_is_not_printed(tmp_path: Path, printer: MemoryPrinter) -> None:
    with spooling(tmp_path, f"memory://{printer.name}") as (journal, spool):
        add(journal, LABEL)
        journal.append(Entry(marks=(Mark("DE-1-1/1", "parcel_label", 1, 0, "void"),))).result()
        spool.start()
        assert spool.drain(LONG_S)
        assert printer.jobs == ()
        assert states(journal) == [("void", "")]


def test_label_and_papers_go_to_their_own_printers(tmp_path: Path, printer: MemoryPrinter) -> None:
    folder = tmp_path / "papers"
    with spooling(tmp_path, f"memory://{printer.name}", papers=folder.as_uri()) as (journal, spool):
        spool.start()
        add(journal, LABEL, SLIP)
        assert spool.drain(LONG_S)
    assert len(printer.jobs) == 1
    assert len(list(folder.iterdir())) == 1


def test_bytes_of_papers_leave_when_their_customer_is_forgotten_or_they_are_old(
    tmp_path: Path, printer: MemoryPrinter
) -> None:
    other = PrintJob("DE-2-1/1", "parcel_label", shipment="DE-2-1")
    with spooling(tmp_path, f"memory://{printer.name}") as (journal, spool):
        spool.start()
        add(journal, LABEL, other)
        assert spool.drain(LONG_S)
        assert len(list((tmp_path / "labels").iterdir())) == 2
        assert len(spool.erase(["DE-1-1"])) == 1
        assert spool.old("2000-01-01T00:00:00.000Z") == []
        assert [job.key for job in spool.old("9999-01-01T00:00:00.000Z")] == [other.key]
        assert len(spool.remove([other])) == 1
        assert list((tmp_path / "labels").iterdir()) == []


def test_papers_that_the_journal_let_go_of_are_found_by_their_files(tmp_path: Path, printer: MemoryPrinter) -> None:
    stays = PrintJob("DE-2-1/1", "parcel_label", shipment="DE-2-1")
    copy = PrintJob("DE-1-1/1", "parcel_label", 1, 2, shipment="DE-1-1", reason="smudged")
    plan = PrintJob("0191-c", "pick_list")
    folder = tmp_path / "papers"
    with spooling(tmp_path, f"memory://{printer.name}", papers=folder.as_uri()) as (journal, spool):
        spool.start()
        add(journal, LABEL, copy, SLIP, stays)
        assert spool.drain(LONG_S)
        spool.keep(plan, plain(plan))
        (folder / "a letter.pdf").write_bytes(b"nobody's")
        with closing(sqlite3.connect(tmp_path / FILE)) as db:
            db.execute("DELETE FROM print_job WHERE shipment = 'DE-1-1'")
            db.commit()
        assert spool.papered() == {"DE-1-1", "DE-2-1"}
        # Longer ago than the journal remembers: old by any measure.
        old = spool.old("2000-01-01T00:00:00.000Z")
        assert [(job.key, job.shipment) for job in old] == [
            (plan.key, ""), *((job.key, "DE-1-1") for job in (SLIP, LABEL, copy))
        ]  # fmt: skip
        assert len(spool.erase(["DE-1-1"])) == 4  # the slip lies here twice
        assert spool.papered() == {"DE-2-1"}
        assert [file.name for file in folder.iterdir()] == ["a letter.pdf"]
