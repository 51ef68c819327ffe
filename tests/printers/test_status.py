"""What a printer says of itself is understood, and what isn't an answer is no status."""

import pytest

from printers import ZPL_203, PrinterModel, PrinterStatus, ask_status, memory_printer, open_transport
from printers.languages.zpl_status import QUERY, complete, parse_status

READY = b"\x02030,0,0,1245,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"


def changed(line: int, place: int, value: str) -> bytes:
    lines = [part.strip(b"\x02\x03\r\n").split(b",") for part in READY.split(b"\r\n")[:3]]
    lines[line][place] = value.encode()
    return b"".join(b"\x02" + b",".join(values) + b"\x03\r\n" for values in lines)


def test_a_printer_at_rest_is_ready() -> None:
    assert parse_status(READY) == PrinterStatus()
    assert PrinterStatus().ready


@pytest.mark.parametrize(
    ("line", "place", "name"),
    [
        (0, 1, "paper_out"), (0, 2, "paused"), (0, 5, "buffer_full"), (0, 11, "head_too_hot"), (1, 2, "head_open"),
        (1, 3, "ribbon_out"),
    ],
)  # fmt: skip
def test_each_trouble_has_its_place_in_the_answer_and_makes_the_printer_not_ready(
    line: int, place: int, name: str
) -> None:
    status = parse_status(changed(line, place, "1"))
    assert status == PrinterStatus(**{name: True})
    assert status is not None
    assert (status.trouble, status.ready) == (name, False)


def test_of_several_troubles_the_first_to_be_put_right_is_named() -> None:
    assert PrinterStatus(buffer_full=True, paper_out=True, head_open=True).trouble == "head_open"


@pytest.mark.parametrize("answer", [b"", b"\x02\x03", b"HTTP/1.0 400", READY[:40], b"\x02a,b\x03\x02c\x03\x02\x03"])
def test_what_is_no_status_is_none(answer: bytes) -> None:
    assert parse_status(answer) is None


def test_an_answer_is_complete_with_its_third_line() -> None:
    assert complete(READY)
    assert not complete(READY[:-6])


def test_a_status_is_asked_over_the_way_that_prints() -> None:
    printer = memory_printer("status")
    transport = open_transport("memory://status")
    assert ask_status(transport, ZPL_203) is None
    printer.answers[QUERY] = changed(0, 1, "1")
    assert ask_status(transport, ZPL_203) == PrinterStatus(paper_out=True)
    assert ask_status(transport, PrinterModel("dumb", 8, 104, reports_status=False)) is None
