"""`tcp://host:9100`: the raw port of label printers. Options: `timeout` (5 s), `settle` (0.3 s).

TCP takes bytes that may never print: a job that went through is *sent*, not printed. What can be known is said:
whether the connection was refused, stalled or broke, and whether any byte may have left.
"""

import socket
from collections.abc import Callable

from printers.errors import FaultKind, PrinterFault, UnknownPrinter
from printers.transport import Address, PrintJob

_PORT = 9100
_LONGEST_ANSWER = 4096  # bytes; a status answer has about a hundred


class TcpTransport:
    """One connection for each job, so that several benches can share a printer."""

    def __init__(self, url: str, host: str, port: int, *, timeout: float = 5.0, settle: float = 0.3) -> None:
        self.url = url
        self._address = (host, port)
        self._timeout = timeout
        self._settle = settle
        self._closed = False

    @classmethod
    def from_address(cls, address: Address) -> "TcpTransport":
        """Raises UnknownPrinter without a host, or for a path."""
        if not address.host or address.path not in ("", "/"):
            raise UnknownPrinter(address.url, expected="tcp://host:9100", got="no host, or a path")
        return cls(
            address.url,
            address.host,
            _PORT if address.port is None else address.port,
            timeout=address.seconds("timeout", 5.0),
            settle=address.seconds("settle", 0.3),
        )

    def send(self, job: PrintJob) -> None:
        """All bytes taken by the network and no break heard while it settled; else PrinterFault."""
        sent = 0
        with self._connect() as connection:
            try:
                view = memoryview(job.data)
                while sent < len(view):
                    sent += connection.send(view[sent:])
                connection.shutdown(socket.SHUT_WR)
                self._settled(connection)
            except TimeoutError as error:
                raise self._fault("stalled", f"{sent} of {len(job.data)} bytes taken", sent > 0) from error
            except OSError as error:
                # Bytes in this computer's buffer may or may not have reached the device.
                raise self._fault("reset", f"{error.strerror or error} after {sent} bytes", True) from error

    def ask(self, query: bytes, complete: Callable[[bytes], bool]) -> bytes | None:
        """The device's answer; None when it says nothing in time, as many do. Raises PrinterFault."""
        answer = b""
        with self._connect() as connection:
            try:
                connection.sendall(query)
                while not complete(answer) and len(answer) < _LONGEST_ANSWER:
                    if not (part := connection.recv(1024)):
                        break
                    answer += part
            except TimeoutError:
                return None
            except OSError as error:
                raise self._fault("reset", str(error.strerror or error), False) from error
        return answer if complete(answer) else None

    def close(self) -> None:
        """No connection outlives its job; later calls are refused."""
        self._closed = True

    def _connect(self) -> socket.socket:
        if self._closed:
            raise self._fault("closed", "a transport that was closed", False)
        try:
            return socket.create_connection(self._address, timeout=self._timeout)
        except ConnectionRefusedError as error:
            raise self._fault("refused", "a refusal", False) from error
        except OSError as error:
            raise self._fault("unreachable", error.strerror or "no answer", False) from error

    def _settled(self, connection: socket.socket) -> None:
        """Wait a moment for the device to hang up: a break shows now or never. Staying silent is not a fault."""
        connection.settimeout(self._settle)
        try:
            while connection.recv(1024):
                pass
        except TimeoutError:
            return

    def _fault(self, kind: FaultKind, got: str, may_have_left: bool) -> PrinterFault:
        return PrinterFault(
            self.url, kind, expected="a printer that takes the whole job", got=got, may_have_left=may_have_left
        )
