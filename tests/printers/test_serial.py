"""Serial printers over real pseudo terminals that hold the line, answer, or vanish in the middle."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

pty = pytest.importorskip("pty", reason="this system has no pseudo terminals")
import termios  # noqa: E402
import tty  # noqa: E402

import serial  # noqa: E402

from printers import ZPL_203, PrinterFault, PrintJob, ask_status, open_transport  # noqa: E402
from printers.transports.serial import SerialTransport  # noqa: E402

SMALL = PrintJob("small", b"^XA^FO10,10^GB50,50,5^FS^XZ")
LARGE = PrintJob("large", bytes(range(32, 127)) * 4000)
XOFF = b"\x13"


class Line:
    """The printer's end of a serial line; `heard` is what came out of it."""

    def __init__(self) -> None:
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        self.device = os.ttyname(slave)
        self.heard = bytearray()
        self._slave: int | None = slave
        self._open = True

    def url(self, **options: object) -> str:
        """Patient, for the computer may be busy; a test in which time has to run out says a short `timeout`."""
        said = {"timeout": 60, **options}
        return f"serial://{self.device}?" + "&".join(f"{name}={value}" for name, value in said.items())

    def hold(self) -> None:
        """XOFF arrives before anything was sent: as at a printer without paper.

        Sent from the other end it is taken only while the port is open, so the line itself is stopped.
        """
        assert self._slave is not None
        termios.tcflow(self._slave, termios.TCOOFF)

    def read(self, at_most: int | None = None) -> None:
        with contextlib.suppress(OSError):
            while at_most is None or len(self.heard) < at_most:
                part = os.read(self.master, 4096 if at_most is None else min(4096, at_most - len(self.heard)))
                self.heard += part

    def unplug(self) -> None:
        if self._open:
            self._open = False
            os.close(self.master)

    def let_go(self) -> None:
        """The computer's side has no other reader of this line than the transport."""
        if self._slave is not None:
            os.close(self._slave)
            self._slave = None


@contextmanager
def line(behave: Callable[[Line], None] | None = None) -> Iterator[Line]:
    made = Line()
    thread = threading.Thread(target=behave, args=(made,)) if behave else None
    if thread:
        thread.start()
    try:
        yield made
    finally:
        made.let_go()
        if thread:
            thread.join()
        made.unplug()


def fault_of(line_: Line, job: PrintJob, **options: object) -> PrinterFault:
    with pytest.raises(PrinterFault) as caught:
        open_transport(line_.url(**options)).send(job)
    return caught.value


@pytest.mark.parametrize("handshake", ["xonxoff", "rtscts", "dsrdtr", "none"])
def test_all_bytes_arrive_in_order_with_any_handshake(handshake: str) -> None:
    with line(lambda own: own.read(len(LARGE.data))) as own:
        open_transport(own.url(handshake=handshake)).send(LARGE)
    assert bytes(own.heard) == LARGE.data


def test_a_printer_that_holds_the_line_from_the_start_has_stalled_and_nothing_left() -> None:
    with line() as own:
        own.hold()
        fault = fault_of(own, SMALL, timeout=0.3)
    assert (fault.kind, fault.may_have_left) == ("stalled", False)
    assert f"0 of {len(SMALL.data)} bytes taken" in str(fault)


def test_a_printer_whose_buffer_is_full_has_stalled_with_part_of_the_job() -> None:
    with line() as own:  # nobody reads: the terminal's own buffer fills
        fault = fault_of(own, LARGE, timeout=0.3)
    assert (fault.kind, fault.may_have_left) == ("stalled", True)
    assert f"of {len(LARGE.data)} bytes taken" in str(fault)


@pytest.mark.parametrize(("handshake", "lead"), [("rtscts", "cts"), ("dsrdtr", "dsr")])
def test_a_printer_that_says_not_ready_on_its_own_lead_gets_not_one_byte(handshake: str, lead: str) -> None:
    # A pseudo terminal has no such lead: this port says of it what a printer without paper says.
    held = type("Held", (serial.Serial,), {lead: property(lambda _: False)})
    with line() as own, pytest.raises(PrinterFault) as caught:
        SerialTransport(own.url(), own.device, handshake=handshake, timeout=0.2, port=held).send(SMALL)
    assert (caught.value.kind, caught.value.may_have_left) == ("stalled", False)


def test_a_printer_that_pauses_and_goes_on_gets_the_whole_job() -> None:
    paused = threading.Event()

    def behave(own: Line) -> None:
        own.read(1000)
        os.write(own.master, XOFF)
        paused.wait(0.2)
        os.write(own.master, b"\x11")
        own.read(len(LARGE.data))

    with line(behave) as own:
        open_transport(own.url()).send(LARGE)
    assert bytes(own.heard) == LARGE.data


def test_unplugged_in_the_middle_of_a_job_it_may_have_left() -> None:
    def pull(own: Line) -> None:
        own.read(1000)
        own.unplug()

    with line(pull) as own:
        fault = fault_of(own, LARGE)
    assert (fault.kind, fault.may_have_left) == ("unplugged", True)


def test_a_port_that_is_not_there_is_unplugged_and_nothing_left() -> None:
    with pytest.raises(PrinterFault) as caught:
        open_transport("serial:///dev/ttyPackbenchNone").send(SMALL)
    assert (caught.value.kind, caught.value.may_have_left) == ("unplugged", False)


def test_a_port_that_another_program_has_is_busy_and_nothing_left() -> None:
    with line() as own:
        other = serial.Serial(own.device, exclusive=True)
        try:
            fault = fault_of(own, SMALL)
        finally:
            other.close()
    assert (fault.kind, fault.may_have_left) == ("busy", False)


def test_what_is_no_serial_port_refuses_and_nothing_left() -> None:
    with pytest.raises(PrinterFault) as caught:
        open_transport("serial:///dev/null").send(SMALL)
    assert (caught.value.kind, caught.value.may_have_left) == ("refused", False)


def test_a_question_gets_its_answer() -> None:
    status = b"\x02030,1,0,0,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"

    def answer(own: Line) -> None:
        own.read(3)
        os.write(own.master, status)

    with line(answer) as own:
        said = ask_status(open_transport(own.url()), ZPL_203)
    assert said is not None
    assert (said.paper_out, said.ready) == (True, False)


def test_a_printer_that_says_nothing_has_no_answer() -> None:
    with line(lambda own: own.read(3)) as own:
        assert open_transport(own.url(timeout=0.3)).ask(b"~HS", bool) is None


def test_a_printer_that_vanishes_during_a_question_is_unplugged() -> None:
    def pull(own: Line) -> None:
        own.read(3)
        own.unplug()

    with line(pull) as own, pytest.raises(PrinterFault) as caught:
        open_transport(own.url()).ask(b"~HS", bool)
    assert caught.value.kind == "unplugged"


def test_a_closed_transport_takes_no_more_jobs() -> None:
    with line() as own:
        transport = open_transport(own.url())
        transport.close()
        with pytest.raises(PrinterFault) as caught:
            transport.send(SMALL)
    assert (caught.value.kind, caught.value.may_have_left) == ("closed", False)
