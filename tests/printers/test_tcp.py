"""Raw TCP against real sockets that misbehave as printers do."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from printers import PrinterFault, PrintJob, open_transport

LARGE = PrintJob("large", b"x" * 32_000_000)  # more than both sides' buffers together
SMALL = PrintJob("small", b"^XA^XZ")


@contextmanager
def sink(behave: Callable[[socket.socket], None], *, timeout: float = 60) -> Iterator[str]:
    """A printer's port on this computer; `behave` has the first connection, in a thread of its own.

    The computer may be busy, and the printer slow to come to its turn: `timeout` is short only where it has to run out.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()
        done = threading.Event()

        def serve() -> None:
            with contextlib.suppress(OSError):
                connection, _ = server.accept()
                with connection:
                    behave(connection)
                    done.wait()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"tcp://{host}:{port}?timeout={timeout}&settle=0.05"
        finally:
            done.set()
            with contextlib.suppress(OSError):  # wakes an accept that nobody used
                socket.create_connection((host, port)).close()
            thread.join()


def read_all(into: bytearray) -> Callable[[socket.socket], None]:
    def behave(connection: socket.socket) -> None:
        while part := connection.recv(65536):
            into.extend(part)
        connection.close()

    return behave


def test_all_bytes_arrive_in_order() -> None:
    heard = bytearray()
    job = PrintJob("job", bytes(range(256)) * 5000)
    with sink(read_all(heard)) as url:
        open_transport(url).send(job)
    assert bytes(heard) == job.data


def test_a_printer_that_keeps_the_line_open_has_taken_the_job() -> None:
    with sink(lambda connection: None) as url:
        open_transport(url).send(SMALL)


def test_a_refused_connection_lost_nothing() -> None:
    with socket.socket() as taken, pytest.raises(PrinterFault) as caught:
        taken.bind(("127.0.0.1", 0))  # and never listens: given back, the port might be somebody else's by now
        host, port = taken.getsockname()
        open_transport(f"tcp://{host}:{port}").send(SMALL)
    assert (caught.value.kind, caught.value.may_have_left) == ("refused", False)


def test_a_host_that_does_not_exist_is_unreachable() -> None:
    with pytest.raises(PrinterFault) as caught:
        open_transport("tcp://printer.invalid:9100?timeout=2").send(SMALL)
    assert (caught.value.kind, caught.value.may_have_left) == ("unreachable", False)


def test_a_printer_that_stops_reading_has_stalled_with_part_of_the_job() -> None:
    with sink(lambda connection: None, timeout=0.3) as url, pytest.raises(PrinterFault) as caught:
        open_transport(url).send(LARGE)
    assert (caught.value.kind, caught.value.may_have_left) == ("stalled", True)
    assert "of 32000000 bytes taken" in str(caught.value)


def test_a_line_that_breaks_in_mid_job_is_a_reset_and_the_job_may_have_left() -> None:
    def hang_up(connection: socket.socket) -> None:
        connection.recv(10)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    with sink(hang_up) as url, pytest.raises(PrinterFault) as caught:
        open_transport(url).send(LARGE)
    assert (caught.value.kind, caught.value.may_have_left) == ("reset", True)


def test_a_question_gets_its_answer() -> None:
    def answer(connection: socket.socket) -> None:
        assert connection.recv(3) == b"~HS"
        connection.sendall(b"one")
        connection.sendall(b"two.")

    with sink(answer) as url:
        assert open_transport(url).ask(b"~HS", lambda heard: heard.endswith(b".")) == b"onetwo."


def test_a_printer_that_says_nothing_has_no_answer() -> None:
    with sink(lambda connection: None, timeout=0.3) as url:
        assert open_transport(url).ask(b"~HS", bool) is None


def test_a_line_that_closes_before_the_answer_is_whole_has_no_answer() -> None:
    def half(connection: socket.socket) -> None:
        connection.recv(3)
        connection.sendall(b"half")
        connection.shutdown(socket.SHUT_WR)

    with sink(half) as url:
        assert open_transport(url).ask(b"~HS", lambda heard: heard.endswith(b".")) is None


def test_a_line_that_breaks_during_a_question_is_a_reset() -> None:
    def hang_up(connection: socket.socket) -> None:
        connection.recv(3)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    with sink(hang_up) as url, pytest.raises(PrinterFault) as caught:
        open_transport(url).ask(b"~HS", bool)
    assert caught.value.kind == "reset"


def test_a_closed_transport_takes_no_more_jobs() -> None:
    transport = open_transport("tcp://127.0.0.1:9")
    transport.close()
    with pytest.raises(PrinterFault) as caught:
        transport.send(SMALL)
    assert (caught.value.kind, caught.value.may_have_left) == ("closed", False)
