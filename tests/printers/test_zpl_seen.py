"""Labels as other eyes see them: drawn by a renderer that isn't ours, read by a decoder that isn't ours."""

import io
from typing import Protocol

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from PIL import Image as Picture

from printers import ZPL_203, ZPL_300, Barcode, Box, Image, Label, PrinterModel, Text, TextTooLong
from printers.languages import zpl_font
from printers.languages.zpl import render
from tests.printers import labels
from tests.printers.scripts import needs_font
from tests.zpl_render.renderer import Symbol, read_symbols

seen_settings = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Renderer(Protocol):
    def __call__(self, zpl: bytes, width_mm: float, height_mm: float, dpmm: int) -> list[bytes]: ...


def picture(render_zpl: Renderer, label: Label, model: PrinterModel = ZPL_203) -> Picture.Image:
    [png] = render_zpl(render(label, model), label.width_mm, label.height_mm, model.dots_per_mm)
    return Picture.open(io.BytesIO(png)).convert("L").point(lambda grey: 255 if grey < 128 else 0)


@pytest.mark.parametrize("model", [ZPL_203, ZPL_300], ids=lambda model: model.name)
def test_every_symbol_reads_back_as_what_was_asked(render_zpl: Renderer, model: PrinterModel) -> None:
    [png] = render_zpl(render(labels.SYMBOLS, model), 100, 150, model.dots_per_mm)
    assert set(read_symbols(png)) == {
        Symbol("Code128", "00342607128000010428"),
        Symbol("Code128", "CE482071355DE"),
        Symbol("Code128", "0034043416109404255"),
        Symbol("Code128", "a>b^c~d_e\\f"),
        Symbol("Code128", "010400638133393110A1(b)\x1d21X9"),
        Symbol("EAN13", "4006381333931"),
        Symbol("DataMatrix", "DE_1042_1^~\\"),
        Symbol("DataMatrix", "PBOK"),
        Symbol("QRCode", "https://packbench.test/DE-1042_1?ü=^~\\"),
    }


@seen_settings
@given(data=st.from_regex(r"[0-9]{1,20}|[A-Z0-9]{4,16}|[ -~]{2,12}[a-z]{2}", fullmatch=True))
def test_any_tracking_number_reads_back(render_zpl: Renderer, data: str) -> None:
    label = Label(100, 30, [Barcode("code128", data, 2, 2, 96, 24, readable=False)])
    [png] = render_zpl(render(label, ZPL_203), 100, 30, 8)
    # A renderer's slip, not a printer's: it loses a lone character of a one-character symbol.
    assert [s.text for s in read_symbols(png)] == [data] or len(data) == 1


def test_a_symbol_stands_within_its_quiet_zones(render_zpl: Renderer) -> None:
    symbol = Barcode("gs1_128", labels.SSCC, 10, 5, 88, 20, module=0.5, min_module=0.5, readable=False)
    left, top, right, bottom = picture(render_zpl, Label(100, 30, [symbol])).getbbox() or (0, 0, 0, 0)
    assert left - 10 * 8 >= 10 * 4
    assert (10 + 88) * 8 - right >= 10 * 4
    assert (top, bottom) == (5 * 8, 25 * 8)


@seen_settings
@given(
    text=st.text(sorted(zpl_font._ADVANCE), min_size=1, max_size=60), align=st.sampled_from(["left", "center", "right"])
)
def test_printed_text_stays_in_its_box(render_zpl: Renderer, text: str, align: str) -> None:
    assume(text.strip())  # the renderer takes a label with nothing on it for none
    box = Text(text, 10, 10, 60, 5, height=20, max_lines=4, align=align, min_size=2)  # type: ignore[arg-type]
    try:
        ink = picture(render_zpl, Label(100, 50, [box])).getbbox()
    except TextTooLong:
        return
    if ink is not None:
        left, top, right, bottom = ink
        slack = 8  # a millimetre: accents above, tails below, a letter's own overhang
        assert left >= 10 * 8 - slack
        assert right <= 70 * 8 + slack
        assert top >= 10 * 8 - slack
        assert bottom <= 30 * 8 + slack


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("Greek", "Γεώργιος\nΑθήνα"),
        ("Cyrillic", "Москва"),
        ("Han", "大阪府大阪市中央区"),
        ("Hangul", "서울특별시 강남구"),
        ("Arabic", "شارع الملك فهد 123"),
        ("Hebrew", "תל אביב 64"),
    ],
)
def test_drawn_text_stays_in_its_box_and_starts_on_its_side(render_zpl: Renderer, script: str, text: str) -> None:
    needs_font(script)
    box = Text(text, 10, 10, 80, 5, height=14, max_lines=2, weight="bold")
    ink = picture(render_zpl, Label(100, 50, [box])).getbbox()
    assert ink is not None
    left, top, right, bottom = ink
    assert left >= 10 * 8 - 2
    assert right <= 90 * 8 + 2
    assert top >= 10 * 8 - 2
    assert bottom <= 24 * 8 + 4
    if script in ("Arabic", "Hebrew"):
        assert right >= 90 * 8 - 8
    else:
        assert left <= 10 * 8 + 8


def test_white_text_on_a_black_box_is_seen_as_such(render_zpl: Renderer) -> None:
    needs_font("Greek")
    for text in ("DEMO", "ΔΟΚΙΜΗ"):
        elements = [Box(10, 10, 60, 10, filled=True), Text(text, 10, 11, 60, 7, align="center", inverse=True)]
        seen = picture(render_zpl, Label(100, 30, elements))
        black = seen.crop((80, 80, 560, 160)).histogram()[255]
        assert 0.5 < black / (480 * 80) < 0.97
        assert seen.crop((80, 80, 560, 82)).histogram()[255] == 960


def test_a_picture_is_seen_dot_by_dot(render_zpl: Renderer) -> None:
    rows = (b"\xff\xff\xff", b"\x80\x00\x01", b"\xaa\xaa\xaa", b"\xff\xff\xff", b"\xff\xff\xff", b"\x00\x00\x00")
    label = Label(20, 10, [Image(1, 1, 3, 0.75, columns=24, rows=rows)])
    seen = picture(render_zpl, label).crop((8, 8, 32, 14))
    for y, row in enumerate(rows):
        wanted = f"{int.from_bytes(row, 'big'):024b}"
        assert "".join("1" if seen.getpixel((x, y)) else "0" for x in range(24)) == wanted
