"""What the demo has instead of devices: a label printer on a real port of this computer, and a line that can be cut.

The program knows nothing of it: a pulled plug is a refused connection, a full buffer what the printer says of itself.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.db import Database
from app.db.line import Line

_HOST = "127.0.0.1"
# How soon a thread that waits for bytes sees that the plug was pulled (s).
_LOOKS_UP = 0.05
_QUERY = b"~HS"


@dataclass(frozen=True, slots=True)
class Simulated:
    """The demo's devices: `printer` gets the labels, `line` leads to the shared database."""

    printer: SimulatedPrinter
    line: Line


@contextlib.contextmanager
def simulated_devices(database: Database) -> Iterator[Simulated]:
    """The demo's devices while the block runs; whoever prints there has to have ended before."""
    with contextlib.closing(SimulatedPrinter()) as printer:
        yield Simulated(printer, Line(database))


class SimulatedPrinter:
    """A ZPL printer on the raw port: takes one job a connection, answers ~HS, tells `took` each job's bytes.

    `took` is called on a thread of the printer's own, when the label comes out: with the buffer full that is when it
    is emptied. Plugged in from the start.
    """

    def __init__(self, took: Callable[[bytes], None] | None = None) -> None:
        self.took = took
        self.plugged = self.full = False
        self._waiting = 0
        self._moved = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._port = 0
        self.plug()

    @property
    def url(self) -> str:
        """Its address; the same after the plug was pulled and put back."""
        return f"tcp://{_HOST}:{self._port}?timeout=10&settle=0.1"

    def plug(self) -> None:
        if self.plugged:
            return
        server = socket.create_server((_HOST, self._port))
        server.settimeout(_LOOKS_UP)
        self._port, self.plugged = server.getsockname()[1], True
        self._go(self._listen, server)

    def unplug(self) -> None:
        """Refuses connections from now on; what it was reading or had waiting is lost, as with any printer."""
        with self._moved:
            self.plugged = False
            self._moved.notify_all()
        while self._threads:  # whoever listened may just have begun another
            self._threads.pop().join()

    def fill(self) -> None:
        """Its buffer is full: it says so, and nothing comes out."""
        self.full = True

    def empty(self) -> None:
        """There is room again: what waited comes out."""
        with self._moved:
            self.full = False
            self._moved.notify_all()

    def close(self) -> None:
        self.took = None
        self.unplug()

    def _go(self, work: Callable[[socket.socket], None], line: socket.socket) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        self._threads.append(threading.Thread(target=work, args=(line,), name="simulated printer", daemon=True))
        self._threads[-1].start()

    def _listen(self, server: socket.socket) -> None:
        with server:
            while self.plugged:
                with contextlib.suppress(TimeoutError):
                    connection, _ = server.accept()
                    self._go(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(_LOOKS_UP)
        with connection, contextlib.suppress(OSError):
            job = self._read(connection)
            if not self.plugged:
                # A plug that is pulled says no goodbye.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            if job and self._room():
                self._out(job)

    def _read(self, connection: socket.socket) -> bytes:
        """All of a job up to the end of its connection; a question in its place is answered."""
        heard = b""
        while self.plugged:
            with contextlib.suppress(TimeoutError):
                part = connection.recv(65536)
                heard += part
                if heard.strip() == _QUERY:
                    connection.sendall(self._status())
                    heard = b""
                if not part:
                    return heard
        return b""

    def _room(self) -> bool:
        """Waits while the buffer is full. False: the plug was pulled meanwhile, and the job is gone."""
        with self._moved:
            self._waiting += 1
            self._moved.wait_for(lambda: not self.full or not self.plugged)
            self._waiting -= 1
        return self.plugged

    def _out(self, job: bytes) -> None:
        with self._moved:
            if self.took:
                self.took(job)

    def _status(self) -> bytes:
        """Three lines, as the ZPL II Programming Guide has them under ~HS."""
        full = int(self.full)
        return (
            f"\x02030,0,0,1245,{self._waiting:03d},{full},0,0,000,0,0,0\x03\r\n"
            f"\x02000,0,0,0,0,2,4,0,{self._waiting:08d},1,000\x03\r\n"
            "\x021234,0\x03\r\n"
        ).encode("ascii")
