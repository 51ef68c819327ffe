"""A scanner on a serial line: one thread owns its port, frames its bytes, and finds it again after unplugging.

Closing a port that another thread reads is unsafe (pyserial #712), so nobody else ever touches it: the thread reads
with a short patience, sees that it is asked to end, and closes the port itself.
"""

from __future__ import annotations

import errno
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import serial
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from app.floor.scan import LONGEST
from printers.errors import UnknownPrinter
from printers.transport import Address

try:
    from termios import error as _TerminalError  # noqa: N812
except ImportError:  # Windows
    _TerminalError = OSError  # type: ignore[assignment,misc]

_LOG = logging.getLogger(__name__)
# open | gone (unplugged, or never there) | busy (another program has it) | denied | half (of a code; until a whole one)
State = str
_PATIENCE_S = 0.05  # between two looks at whether to end; nobody waits for it
_IDLE_S = 0.2  # a code is over when nothing came for so long
_AGAIN_S = 0.5  # between two tries to open
_DENIED = frozenset({errno.EACCES, errno.EPERM})
_BUSY = frozenset({errno.EBUSY, errno.EAGAIN})
# What pyserial and the systems behind it raise when a plug is pulled (pyserial #331, #446, #474).
_TROUBLE = (serial.SerialException, OSError, TypeError, _TerminalError)


class Frames:
    """Bytes to codes: CR, LF or both end one; so does a pause, from a scanner that never sends an end.

    A scanner that does send one and pauses within a code has lost its end: `torn`, and nothing is taken.
    """

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = False
        self.torn = 0

    @property
    def waiting(self) -> bool:
        return bool(self._bytes)

    def feed(self, data: bytes) -> list[bytes]:
        """The codes that are whole now. Of one longer than any symbol only its beginning is kept."""
        whole = []
        for line in data.replace(b"\r", b"\n").splitlines(keepends=True):
            self._bytes += line.removesuffix(b"\n")[: LONGEST - len(self._bytes)]
            if line.endswith(b"\n"):
                self._ends = True
                whole.append(bytes(self._bytes))
                self._bytes.clear()
        return [code for code in whole if code]

    def pause(self) -> list[bytes]:
        """Nothing came for a while."""
        code = bytes(self._bytes)
        self._bytes.clear()
        if self._ends and code:
            self.torn += 1
            return []
        return [code] if code else []

    def drop(self) -> bool:
        """The line broke: half a code is none. Whether there was one."""
        torn = bool(self._bytes)
        self._bytes.clear()
        self.torn += torn
        return torn


@dataclass(frozen=True, slots=True)
class _Usb:
    """A device by itself, whatever name the system gives it after the next plugging in."""

    vendor: int
    product: int
    number: str


class SerialScanner:
    """Listens from when it is made until `close`. Both callbacks come from its own thread and must not wait.

    `url`: `serial:///dev/ttyACM0?baud=9600` (9600 without one), `serial://COM3`. `heard` gets a code's bytes, `state`
    each change, in a word. Raises UnknownPrinter on an address that is none.
    """

    def __init__(self, url: str, heard: Callable[[bytes], None], state: Callable[[State], None]) -> None:
        address = Address.parse(url)
        self._name = address.path if address.path.strip("/") else address.host.upper()
        self._baud = _baud(address)
        self._heard, self._state = heard, state
        self._ending = threading.Event()
        self._usb: _Usb | None = None
        self._told = ""
        self._thread = threading.Thread(target=self._work, name=f"scanner {self._name}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends the thread, which lets go of the port. Twice is once."""
        self._ending.set()
        if self._thread is not threading.current_thread():
            self._thread.join()

    # On its own thread -----------------------------------------------------------------------------------------

    def _work(self) -> None:
        while not self._ending.is_set():
            port = self._opened()
            if port is None:
                self._ending.wait(_AGAIN_S)
                continue
            self._tell("open")
            try:
                self._listen(port)
            except _TROUBLE as error:
                _LOG.info("scanner %s: %s", self._name, error)
            finally:
                _close(port)
            if not self._ending.is_set():
                self._tell("gone")

    def _opened(self) -> serial.Serial | None:
        """The port under whatever name it has now; None: not now, and the state says why."""
        name = self._found()
        if not name:
            self._tell("gone")
            return None
        try:
            port = serial.Serial(name, self._baud, timeout=_PATIENCE_S, exclusive=True)
        except _TROUBLE as error:
            self._tell(_reason(error))
            return None
        self._usb = self._usb or next((_usb(one) for one in list_ports.comports() if one.device == name), None)
        return port

    def _found(self) -> str:
        """Where it is; empty: unplugged. A device once known is never taken for another that got its old name."""
        if self._usb is None:
            return self._name
        return next((str(port.device) for port in list_ports.comports() if _usb(port) == self._usb), "")

    def _listen(self, port: serial.Serial) -> None:
        """Until the line breaks or somebody asks to end."""
        frames, quiet_since = Frames(), time.monotonic()
        try:
            while not self._ending.is_set():
                data = port.read(max(1, port.in_waiting))
                now = time.monotonic()
                if data:
                    quiet_since = now
                    self._give(frames.feed(data))
                elif frames.waiting and now - quiet_since >= _IDLE_S:
                    torn = frames.torn
                    self._give(frames.pause())
                    if frames.torn > torn:
                        self._tell("half")
        finally:
            if frames.drop():
                self._tell("half")

    def _give(self, codes: list[bytes]) -> None:
        for code in codes:
            self._tell("open")  # after a half one
            try:
                self._heard(code)
            except Exception:  # noqa: BLE001  # a bug in who listens must not make the scanner deaf
                _LOG.exception("scanner %s", self._name)

    def _tell(self, state: State) -> None:
        if state != self._told:
            self._told = state
            self._state(state)


def _baud(address: Address) -> int:
    text = address.options.get("baud", "9600")
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= 4_000_000:
        raise UnknownPrinter(address.url, expected="baud, a number up to 4000000", got=repr(text))
    return int(text)


def _usb(port: ListPortInfo) -> _Usb | None:
    """None for a port that is no USB device: it is known by its name alone."""
    return None if port.vid is None else _Usb(port.vid, port.pid or 0, port.serial_number or "")


def _reason(error: Exception) -> State:
    number = getattr(error, "errno", None)
    if number in _DENIED or isinstance(error, PermissionError):
        return "denied"
    return "busy" if number in _BUSY or "lock" in str(error) else "gone"


def _close(port: serial.Serial) -> None:
    try:
        port.close()
    except _TROUBLE as error:
        _LOG.debug("closing %s: %s", port.name, error)
