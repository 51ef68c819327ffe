"""ZPL: the bytes themselves, and that no text can become a command."""

import contextlib
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printers import ZPL_203, ZPL_300, BadSymbol, Barcode, Label, LabelError, NoFont, OutsideLabel, PrinterModel, Text
from printers.bitmap import Bitmap
from printers.fonts import FontBook, system_fonts
from printers.languages.zpl import escape, graphic, render
from tests.printers import labels
from tests.printers.scripts import needs_font

GOLDEN = Path(__file__).parent / "golden" / "zpl"
FRAME = [b"^XA", b"^CI", b"^PW", b"^LL", b"^LH", b"^LT", b"^LS", b"^PO", b"^FW"]
END = [b"^PQ", b"^XZ"]


@pytest.mark.parametrize("model", [ZPL_203, ZPL_300], ids=lambda model: model.name)
@pytest.mark.parametrize("name", ["TEXTS", "SYMBOLS"])
def test_the_bytes_of_a_label_are_as_they_were(name: str, model: PrinterModel) -> None:
    """A change shows as a diff. PACKBENCH_TEST_WRITE_GOLDEN=1 writes what comes out now."""
    golden = GOLDEN / f"{name.lower()}-{model.name}.zpl"
    made = render(getattr(labels, name), model)
    if os.environ.get("PACKBENCH_TEST_WRITE_GOLDEN"):
        golden.write_bytes(made)
    assert made == golden.read_bytes()


def commands(zpl: bytes) -> list[bytes]:
    return re.findall(rb"[\^~].{0,2}", zpl, re.DOTALL)


@given(st.text(max_size=40))
def test_no_text_can_add_a_command(text: str) -> None:
    """Whatever stands in a text, its commands are those of printed or of drawn lines."""
    label = Label(100, 150, [Text(text, 5, 5, 90, 4, height=100, max_lines=60)])
    try:
        found = commands(render(label, ZPL_203))
    except NoFont:
        return
    assert found[: len(FRAME)] == FRAME
    assert found[-len(END) :] == END
    lines = b"".join(found[len(FRAME) : -len(END)])
    assert re.fullmatch(rb"(\^FT\^A0\^FH\^FD\^FS)*|(\^FO\^GF\^FS)*", lines)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=15))
def test_no_barcode_data_can_add_a_command(data: str) -> None:
    for kind, symbol in (
        ("code128", b"^FO^BY^BC^FH^FD^FS"),
        ("datamatrix", b"^FO^BX^FH^FD^FS"),
        ("qr", b"^FO^BQ^FH^FD^FS"),
    ):
        barcode = Barcode(kind, data, 2, 2, 96, 40, readable=False)  # type: ignore[arg-type]
        found = commands(render(Label(100, 150, [barcode]), ZPL_203))
        assert b"".join(found[len(FRAME) : -len(END)]) == symbol


@given(st.text(max_size=60))
def test_escaped_data_reads_back_and_holds_no_sign_that_means_something(text: str) -> None:
    escaped = escape(text)
    assert not re.search(r"[\x00-\x1f\x7f^~\\]", escaped)
    assert re.sub(r"_([0-9A-F]{2})", lambda m: chr(int(m[1], 16)), escaped) == text


@given(
    st.integers(1, 400).flatmap(
        lambda width: st.tuples(st.just(width), st.lists(st.integers(0, (1 << width) - 1), min_size=1, max_size=6))
    )
)
def test_a_picture_reads_back_from_its_command(picture: tuple[int, list[int]]) -> None:
    width, rows = picture
    bitmap = Bitmap(width, tuple(rows))
    header, data = re.fullmatch(r"\^GFA,(\d+,\d+,\d+),(.*)", graphic(bitmap)).groups()  # type: ignore[union-attr]
    total, again, size = map(int, header.split(","))
    assert total == again == size * len(rows)
    assert unpacked(data, size) == bitmap.packed_rows()


def unpacked(data: str, size: int) -> list[bytes]:
    """A reader of ^GF data as the ZPL guide describes it, written apart from the writer."""
    rows: list[str] = []
    row, count = "", 0
    for sign in data:
        if sign == ":":
            rows.append(rows[-1])
        elif sign == ",":
            rows.append(row.ljust(2 * size, "0"))
            row = ""
        elif "G" <= sign <= "Y":
            count += ord(sign) - ord("F")
        elif "g" <= sign <= "z":
            count += 20 * (ord(sign) - ord("f"))
        else:
            row += sign * (count or 1)
            count = 0
        if len(row) == 2 * size:
            rows.append(row)
            row = ""
    assert not row
    return [bytes.fromhex(r) for r in rows]


def test_equal_labels_make_equal_bytes() -> None:
    needs_font("Han", "Arabic")
    label = Label(100, 50, [Text("東京\nمحمد 12", 2, 2, 90, 5, height=20, max_lines=2)])
    assert render(label, ZPL_203) == render(label, ZPL_203)


def test_text_that_printers_have_is_printed_and_other_text_is_drawn() -> None:
    needs_font("Greek")
    assert b"^A0" in render(Label(50, 20, [Text("Zażółć", 1, 1, 40, 4)]), ZPL_203)
    drawn = render(Label(50, 20, [Text("Ωμέγα", 1, 1, 40, 4)]), ZPL_203)
    assert b"^A0" not in drawn
    assert b"^GFA" in drawn


def test_a_script_without_a_font_is_refused_and_named(tmp_path: Path) -> None:
    with pytest.raises(NoFont) as caught:
        render(Label(50, 20, [Text("Jan 東京", 1, 1, 40, 4, name="recipient")]), ZPL_203, FontBook([tmp_path]))
    assert "Han" in caught.value.scripts
    assert "東京" not in str(caught.value)


def test_a_pictogram_no_font_has_is_left_out(tmp_path: Path) -> None:
    needs_font("Latin")
    gift = Text("Zoë \U0001fae0", 1, 1, 40, 4, name="recipient")  # newer than the fonts that this test may meet
    if system_fonts().face_for("\U0001fae0"):
        pytest.skip("a font of this computer has the pictogram")
    assert b"^GFA" in render(Label(50, 20, [gift]), ZPL_203)


def test_a_label_wider_than_the_head_is_refused() -> None:
    with pytest.raises(OutsideLabel, match="zpl-203: expected at most 104 mm wide, got 110 mm"):
        render(Label(110, 50, []), ZPL_203)


def test_a_module_is_a_whole_number_of_dots_that_fits_the_box() -> None:
    """156 modules and 20 of quiet zone in 96 mm: 4 dots at 203 dpi, 6 at 300 dpi; both are 0.5 mm."""
    assert b"^BY4^BC" in render(labels.SYMBOLS, ZPL_203)
    assert b"^BY6^BC" in render(labels.SYMBOLS, ZPL_300)
    narrow = Barcode("gs1_128", labels.SSCC, 0, 0, 45, 20, module=0.25, min_module=0.25)
    assert b"^BY2^BC" in render(Label(100, 50, [narrow]), ZPL_203)


def test_a_symbol_that_needs_less_than_its_least_module_is_refused() -> None:
    symbol = Barcode("gs1_128", labels.SSCC, 0, 0, 53, 20, module=0.3, min_module=0.3)
    with pytest.raises(BadSymbol, match="whole dots of at least"):
        render(Label(100, 50, [symbol]), PrinterModel("coarse", dots_per_mm=1, width_mm=104))


@given(st.text(max_size=2000), st.floats(1, 8), st.integers(1, 10))
def test_any_text_prints_or_is_refused_as_a_label_error(text: str, size: float, lines: int) -> None:
    label = Label(100, 150, [Text(text, 2, 2, 60, size, max_lines=lines, min_size=1)])
    with contextlib.suppress(LabelError):
        assert render(label, ZPL_203).endswith(b"^XZ\n")
