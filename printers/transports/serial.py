"""`serial:///dev/ttyUSB0?baud=9600`, on Windows `serial://COM3`: label printers on a serial line.

Options: `baud` (9600; 8 bits, no parity, one stop bit), `handshake` (xonxoff, rtscts, dsrdtr or none), `timeout`
(15 s): how long the printer may take nothing at all. A slow printer that goes on taking is never given up.
"""

import contextlib
import errno
import os
import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import serial

try:
    from termios import error as _TerminalError  # noqa: N812
except ImportError:  # Windows
    _TerminalError = OSError  # type: ignore[assignment,misc]

from printers.errors import FaultKind, PrinterFault, UnknownPrinter
from printers.transport import Address, PrintJob

HANDSHAKES = ("xonxoff", "rtscts", "dsrdtr", "none")
_PIECE = 256  # bytes; a quarter of a second at 9600 baud
_BROKEN = (OSError, _TerminalError)  # pyserial's own errors are the former
_LOOK_S = 0.02  # how often a line that takes nothing is looked at again
_LONGEST_ANSWER = 4096  # bytes; a status answer has about a hundred
_REASONS: dict[int, FaultKind] = {
    errno.ENOENT: "unplugged",
    errno.ENODEV: "unplugged",
    errno.ENXIO: "unplugged",
    errno.EIO: "unplugged",
    errno.EACCES: "forbidden",
    errno.EPERM: "forbidden",
    errno.EBUSY: "busy",
    errno.EAGAIN: "busy",
}


class SerialTransport:
    """Holds the port only while it speaks: another program, or a replugged cable, finds it free in between."""

    def __init__(
        self,
        url: str,
        device: str,
        *,
        baud: int = 9600,
        handshake: str = "xonxoff",
        timeout: float = 15.0,
        port: Callable[[], serial.Serial] = serial.Serial,
    ) -> None:
        self.url = url
        self._device, self._baud, self._handshake, self._timeout = device, baud, handshake, timeout
        self._port = port
        self._closed = False

    @classmethod
    def from_address(cls, address: Address) -> "SerialTransport":
        """Raises UnknownPrinter without a device, for a baud rate that is no number, for an unknown handshake."""
        device = address.path if address.path not in ("", "/") else address.host.upper()
        if not device or (address.host and address.path not in ("", "/")):
            raise UnknownPrinter(address.url, expected="serial:///dev/ttyUSB0", got="no device of this computer")
        baud = address.options.get("baud", "9600")
        if not (baud.isascii() and baud.isdecimal() and 300 <= int(baud) <= 4_000_000):
            raise UnknownPrinter(address.url, expected="baud from 300 to 4000000", got=repr(baud))
        handshake = address.options.get("handshake", "xonxoff")
        if handshake not in HANDSHAKES:
            raise UnknownPrinter(address.url, expected=f"handshake {', '.join(HANDSHAKES)}", got=repr(handshake))
        return cls(address.url, device, baud=int(baud), handshake=handshake, timeout=address.seconds("timeout", 15.0))

    def send(self, job: PrintJob) -> None:
        """The printer took every byte; else PrinterFault. A line held off from the start has lost nothing."""
        with self._open() as port:
            self._write(port, job.data)

    def ask(self, query: bytes, complete: Callable[[bytes], bool]) -> bytes | None:
        """The printer's answer; None when it says nothing in time. Raises PrinterFault."""
        answer = b""
        with self._open() as port:
            self._write(port, query)
            last = time.monotonic()
            try:
                while not complete(answer) and len(answer) < _LONGEST_ANSWER:
                    if part := port.read(max(1, port.in_waiting)):
                        answer, last = answer + part, time.monotonic()
                    elif time.monotonic() - last > self._timeout:
                        return None
            except _BROKEN as error:
                raise self._fault("unplugged", _why(error), False) from error
        return answer if complete(answer) else None

    def close(self) -> None:
        """No port stays open behind its job; later calls are refused."""
        self._closed = True

    @contextmanager
    def _open(self) -> Iterator[serial.Serial]:
        if self._closed:
            raise self._fault("closed", "a transport that was closed", False)
        port = self._port()
        try:
            port.port, port.baudrate, port.timeout, port.exclusive = self._device, self._baud, _LOOK_S, True
            port.xonxoff = self._handshake == "xonxoff"
            port.rtscts, port.dsrdtr = self._handshake == "rtscts", self._handshake == "dsrdtr"
            port.open()
        except (*_BROKEN, ValueError) as error:
            kind = _REASONS.get(getattr(error, "errno", None) or 0, "refused")
            raise self._fault(kind, _why(error), False) from error
        try:
            yield port
        except PrinterFault:
            # What the printer didn't take must not keep the port from closing, nor print when its line comes back.
            with contextlib.suppress(*_BROKEN):
                port.reset_output_buffer()
            raise
        finally:
            with contextlib.suppress(*_BROKEN):
                port.close()

    def _write(self, port: serial.Serial, data: bytes) -> None:
        """In pieces, each as soon as the line takes it; then until the last has gone from this computer's buffer."""
        sent, waiting = 0, 0
        moved = time.monotonic()
        try:
            while sent < len(data) or waiting:
                taken = 0
                if sent < len(data) and (sent or self._clear(port)):
                    taken = self._piece(port, data[sent : sent + _PIECE])
                sent += taken
                before, waiting = waiting + taken, port.out_waiting
                if taken or waiting < before:
                    moved = time.monotonic()
                elif time.monotonic() - moved > self._timeout:
                    raise self._fault("stalled", f"{sent - waiting} of {len(data)} bytes taken", sent > waiting)
                else:
                    time.sleep(_LOOK_S)
        except _BROKEN as error:
            raise self._fault("unplugged", f"{_why(error)} after {sent} bytes", sent > 0) from error

    def _clear(self, port: serial.Serial) -> bool:
        """Whether the printer's own line says that it takes data; a line that can't be read holds nobody up."""
        try:
            match self._handshake:
                case "rtscts":
                    return port.cts
                case "dsrdtr":
                    return port.dsr
                case _:
                    return True
        except _BROKEN:
            return True

    def _piece(self, port: serial.Serial, piece: bytes) -> int:
        """How much of it the line takes at once.

        Where the system has file descriptors we write to it ourselves: pyserial's own write can't say how much of a
        piece was taken when its time is over.
        """
        if os.name == "posix":
            _, free, _ = select.select([], [port.fileno()], [], 0)
            try:
                return os.write(port.fileno(), piece) if free else 0
            except BlockingIOError:
                return 0
        port.write_timeout = self._timeout
        try:
            return port.write(piece) or 0
        except serial.SerialTimeoutException as error:
            raise self._fault("stalled", "a piece that was not taken in time", True) from error

    def _fault(self, kind: FaultKind, got: str, may_have_left: bool) -> PrinterFault:
        return PrinterFault(
            self.url, kind, expected="a printer that takes the whole job", got=got, may_have_left=may_have_left
        )


def _why(error: Exception) -> str:
    return str(getattr(error, "strerror", "") or error)
