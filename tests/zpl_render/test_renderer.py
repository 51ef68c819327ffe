"""The renderer itself: what it draws can be read back."""

from __future__ import annotations

import pytest

from tests.zpl_render.renderer import Symbol, ZplRenderer, read_symbols

CODE_128 = b"^XA^CI28^PW800^LL400^FO50,40^A0N,40^FDDE-1042-1/1^FS^FO50,100^BY3^BCN,120,Y,N,N^FDPB1234567^FS^XZ"


def test_a_code_128_reads_back_as_it_was_written(render_zpl: ZplRenderer) -> None:
    (png,) = render_zpl(CODE_128, width_mm=100, height_mm=50)
    assert read_symbols(png) == [Symbol("Code128", "PB1234567")]


def test_each_label_of_a_job_is_a_picture(render_zpl: ZplRenderer) -> None:
    first, second = render_zpl(CODE_128 + CODE_128.replace(b"PB1234567", b"PB7654321"), 100, 50)
    assert [symbol.text for png in (first, second) for symbol in read_symbols(png)] == [
        "PB1234567",
        "PB7654321",
    ]


def test_a_dot_a_millimetre_more_is_a_larger_picture(render_zpl: ZplRenderer) -> None:
    (at_203_dpi,) = render_zpl(CODE_128, 100, 50, dpmm=8)
    (at_300_dpi,) = render_zpl(CODE_128, 100, 50, dpmm=12)
    assert _width(at_203_dpi) == 800
    assert _width(at_300_dpi) == 1200


def _width(png: bytes) -> int:
    return int.from_bytes(png[16:20], "big")


def test_what_is_no_zpl_is_an_error_and_the_next_label_is_drawn(render_zpl: ZplRenderer) -> None:
    with pytest.raises(ValueError, match=r".+"):
        render_zpl(b"not a label")
    assert render_zpl(CODE_128)
