"""PDF: the same labels as pages, searchable, and equal for equal input."""

import base64
import io
import os
import re
import zlib
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image as Picture

from printers import MODELS, Barcode, Box, Image, Label, NoFont, PrintJob, Text, open_transport, render
from printers.fonts import FontBook
from printers.languages import pdf
from printers.placing import fitted
from printers.symbol_dots import symbol_dots
from printers.symbols import size_in_modules
from tests.printers import labels
from tests.printers.scripts import LETTERS, needs_font
from tests.zpl_render.renderer import Symbol, read_symbols

DOTS = 8  # a millimetre


def pages(data: bytes) -> list[Picture.Image]:
    document = pypdfium2.PdfDocument(data)
    try:
        return [page.render(scale=DOTS * 25.4 / 72).to_pil().convert("L") for page in document]
    finally:
        document.close()


def said(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def png(picture: Picture.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def ink(picture: Picture.Image) -> tuple[int, int, int, int]:
    box = picture.point(lambda grey: 255 if grey < 128 else 0).getbbox()
    assert box is not None
    return box


def near(*edges: int) -> object:
    """Equal to edges that an eye can't tell from these: a dot more or less."""
    return pytest.approx(edges, abs=1)


def test_every_symbol_reads_back_as_what_was_asked() -> None:
    needs_font("Latin")
    [page] = pages(pdf.render([labels.SYMBOLS]))
    assert set(read_symbols(png(page))) == {
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


@pytest.mark.parametrize(
    "element", [e for e in labels.SYMBOLS.elements if isinstance(e, Barcode)], ids=lambda e: str(e.data)
)
def test_a_symbol_is_never_larger_than_was_reserved_for_it(element: Barcode) -> None:
    dots = symbol_dots(element.kind, element.data)
    across, down = size_in_modules(element.kind, element.data)
    assert dots.width <= across
    assert dots.height <= max(1, down)


def test_each_page_has_its_size_and_each_copy_its_page() -> None:
    document = pypdfium2.PdfDocument(pdf.render([Label(100, 150, []), Label(210, 297, [], copies=2)]))
    sizes = [tuple(round(points * 25.4 / 72) for points in page.get_size()) for page in document]
    document.close()
    assert sizes == [(100, 150), (210, 297), (210, 297)]


def test_equal_pages_make_equal_bytes() -> None:
    needs_font("Latin")
    assert pdf.render([labels.TEXTS], "t") == pdf.render([labels.TEXTS], "t")


@pytest.mark.parametrize("script", ["Latin", "Greek", "Cyrillic", "Han", "Kana", "Hangul"])
def test_text_can_be_searched(script: str) -> None:
    needs_font(script)
    for weight in ("regular", "bold"):
        page = Label(100, 20, [Text(LETTERS[script], 5, 5, 90, 6, weight=weight)])  # type: ignore[arg-type]
        assert LETTERS[script] in said(pdf.render([page]))


@pytest.mark.parametrize("script", ["Arabic", "Hebrew"])
def test_text_from_the_right_stands_at_the_right(script: str) -> None:
    needs_font(script)
    [page] = pages(pdf.render([Label(100, 20, [Text(LETTERS[script] + " 12", 5, 5, 90, 6)])]))
    left, _, right, _ = ink(page)
    assert right >= 94 * DOTS
    assert left > 60 * DOTS


@pytest.mark.parametrize("script", LETTERS)
def test_a_line_is_as_wide_on_the_page_as_it_was_measured(script: str) -> None:
    """Embedded text and outlines must both keep to the shaped length, else columns run into each other."""
    needs_font(script)
    text = Text(LETTERS[script] * 3, 5, 5, 150, 6, align="left")
    [page] = pages(pdf.render([Label(160, 20, [text])]))
    left, top, right, bottom = ink(page)
    [line] = fitted(text).lines
    from printers.shaping import shape

    measured = shape(line.text, right_to_left=line.right_to_left).advance * 6 * DOTS
    assert abs((right - left) - measured) < 1.5 * DOTS
    assert left >= 5 * DOTS - 2
    assert top >= 4 * DOTS
    assert bottom <= 13 * DOTS


def test_thickened_letters_do_not_thicken_what_follows() -> None:
    needs_font("Han", "Latin")
    plain = Text("plain", 5, 15, 90, 6)
    [alone] = pages(pdf.render([Label(100, 30, [plain])]))
    [after] = pages(pdf.render([Label(100, 30, [Text("東京", 5, 5, 90, 6, weight="bold"), plain])]))
    below = (0, 13 * DOTS, 100 * DOTS, 30 * DOTS)
    assert alone.crop(below).tobytes() == after.crop(below).tobytes()


def test_white_text_stands_on_its_black_box() -> None:
    needs_font("Latin", "Arabic")
    for text in ("DEMO", "محمد"):
        box = Box(10, 5, 60, 10, filled=True)
        [page] = pages(pdf.render([Label(100, 20, [box, Text(text, 10, 6, 60, 7, align="center", inverse=True)])]))
        black = sum(page.crop((80, 40, 560, 120)).histogram()[:128])
        assert 0.5 < black / (480 * 80) < 0.985


def test_a_frame_and_a_picture_keep_their_dots() -> None:
    frame = Box(2, 2, 16, 6, thickness=1)
    picture = Image(5, 4, 2, 2, columns=2, rows=(b"\x80", b"\x40"))
    [page] = pages(pdf.render([Label(20, 10, [frame, picture])]))
    assert ink(page) == near(2 * DOTS, 2 * DOTS, 18 * DOTS, 8 * DOTS)
    seen = {(x, y): page.getpixel((x * DOTS + 4, y * DOTS + 4)) == 0 for x in (5, 6) for y in (4, 5)}
    assert seen == {(5, 4): True, (6, 5): True, (6, 4): False, (5, 5): False}


def test_a_script_without_a_font_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoFont, match="Han"):
        pdf.render([Label(50, 20, [Text("東", 1, 1, 40, 4)])], fonts=FontBook([tmp_path]))


# What needs no font of this computer: bars, squares, frames, strokes and dots.
DRAWN = Label(
    labels.SYMBOLS.width_mm,
    labels.SYMBOLS.height_mm,
    [replace(e, readable=False) for e in labels.SYMBOLS.elements if isinstance(e, Barcode)]
    + [e for e in labels.TEXTS.elements if not isinstance(e, Text)],
)


def strokes(data: bytes) -> bytes:
    """What the pages draw, without how it was packed: the same from any version of the packer."""
    parts = re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL)
    return b"\n".join(zlib.decompress(base64.a85decode(part.strip(), adobe=False)) for part in map(_bare, parts))


def _bare(part: bytes) -> bytes:
    return part.strip().removesuffix(b"~>")


def test_the_drawing_of_a_label_is_as_it_was() -> None:
    """A change shows as a diff. PACKBENCH_TEST_WRITE_GOLDEN=1 writes what comes out now."""
    golden = Path(__file__).parent / "golden" / "pdf" / "symbols.txt"
    made = strokes(render(DRAWN, MODELS["pdf"]))
    if os.environ.get("PACKBENCH_TEST_WRITE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_bytes(made)
    assert made == golden.read_bytes()


def test_a_label_made_in_pdf_reads_back_like_one_made_in_zpl() -> None:
    needs_font("Latin")
    [page] = pages(render(labels.SYMBOLS, MODELS["pdf"]))
    assert Symbol("Code128", "00342607128000010428") in set(read_symbols(png(page)))


def test_a_label_goes_to_a_pdf_file_as_to_any_printer(tmp_path: Path) -> None:
    data = render(Label(50, 20, [Box(1, 1, 10, 10)]), MODELS["pdf"])
    open_transport(tmp_path.as_uri()).send(PrintJob("job", data, "pdf"))
    assert ink(pages((tmp_path / "job.pdf").read_bytes())[0]) == near(8, 8, 88, 88)
