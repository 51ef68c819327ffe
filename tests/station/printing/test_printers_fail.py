"""Printers that hang, fill up or lose their plug in the middle of a label: over real sockets and real serial lines."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from app.base.wording import known, languages
from app.station.journal.records import PrintJob
from app.station.printing.readiness import readiness
from app.station.printing.spool import Paper, Spool
from printers.status import PrinterStatus
from tests.printers.test_tcp import sink
from tests.station.printing.test_spool import LABEL, QUICK, SLIP, add, spooling, states

SHORT_S, LONG_S = 0.3, 60.0  # how long a printer may take nothing: it does, and it does not
LARGE = b"x" * 32_000_000  # more than all buffers on the way together
FULL = b"\x02030,0,0,0,000,1,0,0,000,0,0,0\x03\x02000,0,0,0,0,2,4,0,0,1,000\x03\x021234,0\x03"
HOT = b"\x02030,0,0,0,000,0,0,0,000,0,0,1\x03\x02000,0,0,0,0,2,4,0,0,1,000\x03\x021234,0\x03"


def large(job: PrintJob) -> Paper:
    return Paper(LARGE, "zpl")


def hang(connection: socket.socket) -> None:
    """Takes the first bytes, and never another."""
    connection.recv(10)


def pull_the_plug(connection: socket.socket) -> None:
    connection.recv(10)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@pytest.mark.parametrize(("behave", "patience", "why"), [(hang, SHORT_S, "stalled"), (pull_the_plug, LONG_S, "reset")])
def test_a_label_that_broke_off_in_the_middle_is_asked_about_and_never_sent_again(
    tmp_path: Path, behave: Callable[[socket.socket], None], patience: float, why: str
) -> None:
    with (
        sink(behave, timeout=patience) as url,
        spooling(tmp_path, url, render=large, back_off=QUICK) as (journal, spool),
    ):
        spool.start()
        add(journal, LABEL)
        assert spool.drain(30)
        assert states(journal) == [("unknown", why)]
        assert spool.trouble("parcel_label") == why


def test_what_waits_behind_a_hanging_printer_stays_waiting_and_says_so(tmp_path: Path) -> None:
    with sink(hang, timeout=SHORT_S) as url, spooling(tmp_path, url, render=large) as (journal, spool):
        spool.start()
        add(journal, LABEL, SLIP)
        spool.drain(30)
        assert states(journal) == [("unknown", "stalled"), ("queued", "")]
        labels, papers, _ = readiness(spool.states(), "")
        assert [(one.ok, one.key) for one in (labels, papers)] == [(False, "station.printer.stalled")] * 2


@pytest.mark.parametrize("trouble", [one.name for one in fields(PrinterStatus)])
@pytest.mark.parametrize("language", languages())
def test_what_a_printer_says_of_itself_has_words_in_every_language(trouble: str, language: str) -> None:
    assert known(f"station.printer.{trouble}", language)


@pytest.mark.parametrize(("says", "why"), [(FULL, "buffer_full"), (HOT, "head_too_hot")])
def test_a_printer_with_a_full_buffer_or_a_hot_head_is_named_before_a_job_starts(
    tmp_path: Path, says: bytes, why: str
) -> None:
    def answer(connection: socket.socket) -> None:
        assert connection.recv(3) == b"~HS"
        connection.sendall(says)

    with sink(answer) as url, spooling(tmp_path, url) as (_, spool):
        spool.start()
        spool.ask()
        said(spool, why)
        assert readiness(spool.states(), "")[0].key == f"station.printer.{why}"


def test_a_printer_that_is_not_there_is_named_before_a_job_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with spooling(tmp_path, f"tcp://127.0.0.1:{port}") as (_, spool):
        spool.start()
        spool.ask()
        said(spool, "refused")


def test_a_printer_that_keeps_silent_is_asked_once(tmp_path: Path) -> None:
    asked = threading.Semaphore(0)

    def silent(connection: socket.socket) -> None:
        connection.recv(3)
        asked.release()

    with sink(silent, timeout=SHORT_S) as url, spooling(tmp_path, url) as (_, spool):
        spool.start()
        spool.ask()
        assert asked.acquire(timeout=LONG_S)
        [printer] = spool._printers.values()
        with spool._moved:
            assert spool._moved.wait_for(lambda: printer._mute, LONG_S)
        assert spool.states()[0].says == ""
        spool.ask()  # a second connection would find nobody: the sink takes one
        spool.close()
        assert printer.trouble == printer.says == ""


def said(spool: Spool, what: str) -> None:
    """The printer's own thread asks and notes the answer."""
    with spool._moved:
        assert spool._moved.wait_for(lambda: spool.states()[0].says == what, 30), spool.states()


# Serial -----------------------------------------------------------------------------------------------------------

pytest.importorskip("pty", reason="this system has no pseudo terminals")
from tests.printers.test_serial import Line, line  # noqa: E402


def test_a_label_held_off_by_a_serial_printer_comes_out_once_when_it_is_ready(tmp_path: Path) -> None:
    import termios

    with line() as own:
        own.hold()
        with spooling(tmp_path, own.url(timeout=0.2)) as (journal, spool):
            spool.start()
            add(journal, LABEL)
            spool.drain(30)
            assert states(journal) == [("failed", "stalled")]
            assert own._slave is not None
            termios.tcflow(own._slave, termios.TCOON)
            spool.retry()
            with spool._moved:
                assert spool._moved.wait_for(lambda: states(journal) == [("sent", "")], 30)
        own.read(len(b"^XADE-1-1/1 1 1^XZ"))
    assert bytes(own.heard) == b"^XADE-1-1/1 1 1^XZ"


def test_a_serial_printer_unplugged_in_mid_label_leaves_a_doubt(tmp_path: Path) -> None:
    def pull(own: Line) -> None:
        own.read(1000)
        own.unplug()

    with line(pull) as own, spooling(tmp_path, own.url(timeout=20), render=large) as (journal, spool):
        spool.start()
        add(journal, LABEL)
        assert spool.drain(30)
        assert states(journal) == [("unknown", "unplugged")]


def test_a_serial_port_that_is_gone_keeps_its_label_for_later(tmp_path: Path) -> None:
    gone = "serial:///dev/ttyPackbenchNone"
    with spooling(tmp_path, gone) as (journal, spool):
        spool.start()
        add(journal, LABEL)
        spool.drain(30)
        assert states(journal) == [("failed", "unplugged")]
        assert not os.path.exists("/dev/ttyPackbenchNone")
