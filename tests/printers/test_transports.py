"""The ways to paper: an address means one of them, and folders and memory keep or refuse whole jobs."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printers import (
    PrinterFault,
    PrintJob,
    Transport,
    UnknownPrinter,
    memory_printer,
    model_named,
    model_of,
    open_transport,
)
from printers.transports.file import FileTransport
from printers.transports.memory import MemoryPrinter, MemoryTransport
from printers.transports.serial import SerialTransport
from printers.transports.tcp import TcpTransport

JOB = PrintJob("DE-1042-2/1:label:1:1", b"^XA^XZ")


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("file:///labels", FileTransport),
        ("tcp://h:9100", TcpTransport),
        ("serial:///dev/ttyUSB0?baud=19200", SerialTransport),
        ("serial://COM3", SerialTransport),
        ("memory://m", MemoryTransport),
    ],
)
def test_an_address_opens_its_own_transport(url: str, kind: type) -> None:
    transport: Transport = open_transport(url)
    assert isinstance(transport, kind)
    assert transport.url == url
    transport.close()
    transport.close()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("smb://server/q", "expected one of file://, tcp://, serial://, memory://, got smb://"),
        ("/dev/usb/lp0", "no scheme"),
        ("", "no scheme"),
        ("tcp://", "no host"),
        ("tcp://h:99999", "Port out of range"),
        ("tcp://h/path", "or a path"),
        ("tcp://h?timeout=0", "timeout of more than 0"),
        ("tcp://h?timeout=soon", "'soon'"),
        ("tcp://h?timeout=nan", "'nan'"),
        ("file://server/share", "folder of this computer"),
        ("file:///", "folder of this computer"),
        ("memory://", "no name"),
        ("serial://", "no device"),
        ("serial:///dev/ttyS0?baud=fast", "baud from 300"),
        ("serial:///dev/ttyS0?handshake=loud", "handshake xonxoff, rtscts, dsrdtr, none"),
        ("memory://m?model=laser", "zpl-203, zpl-300, pdf"),
        ("memory://m?language=latin", "language pdf or zpl"),
    ],
)
def test_an_address_that_means_nothing_is_refused_with_its_reason(url: str, reason: str) -> None:
    with pytest.raises(UnknownPrinter, match=reason.replace("?", r"\?")):
        open_transport(url)


def test_an_unknown_model_is_refused_naming_the_known_ones() -> None:
    assert model_named("zpl-203").dots_per_mm == 8
    with pytest.raises(UnknownPrinter, match="zpl-203, zpl-300, pdf"):
        model_named("laser")


def test_an_address_says_which_kind_of_printer_it_leads_to() -> None:
    addresses = {
        "tcp://h": "zpl-203",
        "tcp://h?model=zpl-300": "zpl-300",
        "file:///labels?model=pdf": "pdf",
        "file:///labels?language=pdf": "pdf",
        "serial:///dev/ttyS0?language=zpl&baud=19200": "zpl-203",
    }
    assert {url: model_of(url).name for url in addresses} == addresses


@given(st.lists(st.text(max_size=300), min_size=2, max_size=2, unique=True))
def test_different_jobs_have_different_plain_file_names(ids: list[str]) -> None:
    try:
        first, second = (PrintJob(job, b"").file_name for job in ids)
    except UnicodeEncodeError:
        return  # half a character is no id
    assert first != second
    for name in (first, second):
        assert len(name) < 200
        assert not name.startswith(".")
        assert not set(name) & set('/\\:*?"<>|\n\0')


def test_a_job_becomes_one_whole_file_named_after_it(tmp_path: Path) -> None:
    folder = tmp_path / "labels" / "bench 7"
    transport = open_transport(folder.as_uri())
    transport.send(JOB)
    transport.send(JOB)
    assert [p.name for p in folder.iterdir()] == ["DE-1042-2%2F1%3Alabel%3A1%3A1.zpl"]
    assert next(folder.iterdir()).read_bytes() == JOB.data
    assert transport.ask(b"~HS", bool) is None


def test_a_pdf_is_a_pdf_file(tmp_path: Path) -> None:
    open_transport(tmp_path.as_uri()).send(PrintJob("slip", b"%PDF", "pdf"))
    assert (tmp_path / "slip.pdf").read_bytes() == b"%PDF"


def test_a_folder_that_is_a_file_refuses_and_nothing_has_left(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(PrinterFault) as caught:
        open_transport((tmp_path / "file").as_uri()).send(JOB)
    assert caught.value.kind in ("unwritable", "missing")
    assert not caught.value.may_have_left
    assert "expected a folder that takes files" in str(caught.value)


def test_an_unwritable_folder_refuses_and_leaves_nothing_behind(tmp_path: Path) -> None:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o500)
    with pytest.raises(PrinterFault) as caught:
        open_transport(tmp_path.as_uri()).send(JOB)
    tmp_path.chmod(0o700)
    assert caught.value.kind == "unwritable"
    assert not list(tmp_path.iterdir())


def test_a_folder_without_room_says_full_and_keeps_no_half_file(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="no limits on this system")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    transport, job = open_transport(tmp_path.as_uri()), PrintJob("large", b"x" * 100_000)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(PrinterFault) as caught:
            transport.send(job)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (caught.value.kind, caught.value.may_have_left) == ("full", False)
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_take_its_name_leaves_no_half_file(tmp_path: Path) -> None:
    (tmp_path / "taken.zpl").mkdir()
    with pytest.raises(PrinterFault) as caught:
        open_transport(tmp_path.as_uri()).send(PrintJob("taken", b"x"))
    assert caught.value.kind == "unwritable"
    assert [p.name for p in tmp_path.iterdir()] == ["taken.zpl"]


@pytest.fixture
def machine() -> Iterator[MemoryPrinter]:
    printer = memory_printer("moods")
    yield printer
    printer.clear()


def test_a_memory_printer_keeps_whole_jobs_for_everyone_who_names_it(machine: MemoryPrinter) -> None:
    open_transport("memory://moods").send(JOB)
    open_transport("memory://moods").send(JOB)
    assert list(machine.jobs) == [JOB, JOB]
    assert memory_printer("other").jobs == ()


@pytest.mark.parametrize(
    ("mood", "kind", "may_have_left", "half"),
    [
        ("refusing", "refused", False, ()),
        ("stalling", "stalled", True, (b"^XA",)),
        ("unplugged", "unplugged", True, (b"^XA",)),
    ],
)
def test_a_memory_printer_misbehaves_as_told(
    machine: MemoryPrinter, mood: str, kind: str, may_have_left: bool, half: tuple[bytes, ...]
) -> None:
    machine.mood = mood  # type: ignore[assignment]
    with pytest.raises(PrinterFault) as caught:
        open_transport("memory://moods").send(JOB)
    assert (caught.value.kind, caught.value.may_have_left) == (kind, may_have_left)
    assert tuple(job.data for job in machine.halves) == half
    assert machine.jobs == ()
