"""A serial scanner over real terminals: whole codes only, from a line that comes and goes."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from queue import SimpleQueue

import pytest
import serial
from hypothesis import given
from hypothesis import strategies as st
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from app.floor.scan import LONGEST, normalise
from app.station import scanner as scanning
from app.station.scanner import Frames, SerialScanner
from printers.errors import UnknownPrinter

needs_terminals = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo terminals on Windows")
PATIENCE = 60.0


class Plug:
    """A scanner's end of the cable. The other end stands in /dev under `name`, as a link that follows the plug."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self.master, slave = os.openpty()
        self.device = os.ttyname(slave)
        os.close(slave)
        with suppress(FileNotFoundError):
            name.unlink()
        name.symlink_to(self.device)

    def send(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.master, data[:1000]) :]

    def pull(self) -> None:
        self.name.unlink()
        os.close(self.master)


class Ear:
    """What the scanner told, in its order."""

    def __init__(self) -> None:
        self.told: SimpleQueue[bytes | str] = SimpleQueue()

    def __call__(self, what: bytes | str) -> None:
        self.told.put(what)

    def next(self) -> bytes | str:
        return self.told.get(timeout=PATIENCE)


@pytest.fixture
def plugs(tmp_path: Path) -> Iterator[Callable[..., Plug]]:
    made: list[Plug] = []

    def plug(name: str = "scanner") -> Plug:
        made.append(Plug(tmp_path / name))
        return made[-1]

    yield plug
    for one in made:
        with suppress(OSError):
            os.close(one.master)


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """However late a busy machine sends the rest of a code, nothing is over by a pause."""
    monkeypatch.setattr(scanning, "_IDLE_S", 600.0)


def listening(plug: Plug | Path) -> tuple[SerialScanner, Ear]:
    ear = Ear()
    name = plug.name if isinstance(plug, Plug) else plug
    return SerialScanner(f"serial://{name}?baud=115200", ear, ear), ear


@needs_terminals
def test_each_code_is_heard_once_whatever_ends_it(plugs: Callable[..., Plug]) -> None:
    plug = plugs()
    scanner, ear = listening(plug)
    with closing(scanner):
        assert ear.next() == "open"
        plug.send(b"4260712345678\r\nPBUNDO\r]C10104260712345678\x1d10AB\n\r\n")
        assert [ear.next() for _ in range(3)] == [b"4260712345678", b"PBUNDO", b"]C10104260712345678\x1d10AB"]
    assert ear.told.empty()


@needs_terminals
@pytest.mark.usefixtures("no_pause")
def test_a_code_that_comes_in_pieces_is_one_code(plugs: Callable[..., Plug]) -> None:
    plug = plugs()
    scanner, ear = listening(plug)
    with closing(scanner):
        assert ear.next() == "open"
        for piece in (b"426", b"0712", b"345678", b"\r"):
            plug.send(piece)
        assert ear.next() == b"4260712345678"


@needs_terminals
def test_a_scanner_without_an_end_is_understood_by_its_pauses(plugs: Callable[..., Plug]) -> None:
    plug = plugs()
    scanner, ear = listening(plug)
    with closing(scanner):
        assert ear.next() == "open"
        plug.send(b"4260712345678")
        assert ear.next() == b"4260712345678"
        plug.send(b"PBUNDO")
        assert ear.next() == b"PBUNDO"


@needs_terminals
def test_half_a_code_is_told_and_not_taken(plugs: Callable[..., Plug]) -> None:
    plug = plugs()
    scanner, ear = listening(plug)
    with closing(scanner):
        assert ear.next() == "open"
        plug.send(b"PBUNDO\r42607")
        assert ear.next() == b"PBUNDO"
        assert ear.next() == "half"
        plug.send(b"4260712345678\r")
        assert [ear.next(), ear.next()] == ["open", b"4260712345678"]


@needs_terminals
def test_unplugged_in_mid_code_and_plugged_in_again_it_goes_on(plugs: Callable[..., Plug]) -> None:
    first = plugs()
    scanner, ear = listening(first)
    with closing(scanner):
        assert ear.next() == "open"
        first.send(b"PBUNDO\r426071")
        assert ear.next() == b"PBUNDO"
        first.pull()
        assert [ear.next(), ear.next()] == ["half", "gone"]
        again = plugs()
        assert ear.next() == "open"
        again.send(b"2345678\r")
        assert ear.next() == b"2345678"


@needs_terminals
def test_a_scanner_that_comes_back_under_another_name_is_found_by_its_usb_id(
    plugs: Callable[..., Plug], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of USB devices is made up here; the lines are real."""
    first = plugs("ttyACM0")
    devices = {str(first.name): "S-1"}

    def listed(*_: object) -> list[ListPortInfo]:
        found = []
        for device, number in list(devices.items()):  # the scanner's thread asks while they change
            info = ListPortInfo(device)
            info.vid, info.pid, info.serial_number = 0x0C2E, 0x0B61, number
            found.append(info)
        return found

    monkeypatch.setattr(list_ports, "comports", listed)
    scanner, ear = listening(first)
    with closing(scanner):
        assert ear.next() == "open"
        first.pull()
        devices.clear()
        assert ear.next() == "gone"
        other, same = plugs("ttyACM0"), plugs("ttyACM1")  # somebody else's scanner has the old name now
        other.send(b"OTHER\r")
        devices |= {str(other.name): "S-2", str(same.name): "S-1"}
        assert ear.next() == "open"
        same.send(b"PBOK\r")
        assert ear.next() == b"PBOK"


@needs_terminals
def test_a_port_that_another_program_holds_is_busy_and_taken_when_it_is_free(plugs: Callable[..., Plug]) -> None:
    plug = plugs()
    other = serial.Serial(str(plug.name), exclusive=True)
    scanner, ear = listening(plug)
    with closing(scanner):
        assert ear.next() == "busy"
        other.close()
        assert ear.next() == "open"
        plug.send(b"PBOK\r")
        assert ear.next() == b"PBOK"


def test_a_scanner_that_is_not_there_is_gone_and_ends_at_once(tmp_path: Path) -> None:
    scanner, ear = listening(tmp_path / "none")
    with closing(scanner):
        assert ear.next() == "gone"
    scanner.close()
    assert ear.told.empty()


@needs_terminals
@pytest.mark.usefixtures("no_pause")
def test_two_scanners_at_once_never_mix_their_codes(plugs: Callable[..., Plug]) -> None:
    pair = [plugs("a"), plugs("b")]
    ears = [listening(plug) for plug in pair]
    try:
        assert [ear.next() for _, ear in ears] == ["open", "open"]
        codes = [[f"{name}{n:05}".encode() for n in range(200)] for name in "AB"]
        threads = [
            threading.Thread(target=plug.send, args=(b"\r".join(own) + b"\r",))
            for plug, own in zip(pair, codes, strict=True)
        ]
        for thread in threads:
            thread.start()
        heard = [[ear.next() for _ in own] for (_, ear), own in zip(ears, codes, strict=True)]
        for thread in threads:
            thread.join()
        assert heard == codes
    finally:
        for scanner, _ in ears:
            scanner.close()


@needs_terminals
@pytest.mark.usefixtures("no_pause")
def test_garbage_is_passed_on_to_be_called_unreadable_and_the_next_code_is_whole(plugs: Callable[..., Plug]) -> None:
    plug = plugs()
    scanner, ear = listening(plug)
    with closing(scanner):
        assert ear.next() == "open"
        plug.send(b"\xff\xfe\x00garb\x80ge\r" + b"9" * (LONGEST * 2) + b"\rPBOK\r")
        noise, endless, code = ear.next(), ear.next(), ear.next()
    assert normalise(noise).problem == "undecodable"
    assert (len(endless), normalise(endless).problem) == (LONGEST, "too_long")
    assert code == b"PBOK"


@needs_terminals
def test_a_listener_with_a_bug_does_not_make_the_scanner_deaf(
    plugs: Callable[..., Plug], caplog: pytest.LogCaptureFixture
) -> None:
    plug, ear = plugs(), Ear()

    def deaf_once(code: bytes) -> None:
        if code == b"BAD":
            raise ValueError("planted")
        ear(code)

    with closing(SerialScanner(f"serial://{plug.name}", deaf_once, ear)):
        assert ear.next() == "open"
        plug.send(b"BAD\rGOOD\r")
        assert ear.next() == b"GOOD"
    assert "planted" in caplog.text


@pytest.mark.parametrize("address", ["nonsense", "serial:///dev/ttyS0?baud=fast", "serial:///dev/ttyS0?baud=0"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(UnknownPrinter):
        SerialScanner(address, Ear(), Ear())


@given(st.lists(st.binary(min_size=1, max_size=40).filter(lambda c: b"\r" not in c and b"\n" not in c)), st.data())
def test_frames_are_the_same_however_the_bytes_are_cut(codes: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(code + data.draw(st.sampled_from([b"\r", b"\n", b"\r\n"])) for code in codes)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    frames, found = Frames(), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += frames.feed(stream[start:end])
    assert found == codes
    assert not frames.waiting
