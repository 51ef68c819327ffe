"""A label that exists is printable."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printers import BadSymbol, Barcode, Box, Image, Label, Line, OutsideLabel, Text
from printers.label import smallest_box

SSCC = (("00", "342607128000010428"),)
lengths = st.floats(-20, 200, allow_nan=False)


@given(x=lengths, y=lengths, width=lengths, height=lengths)
def test_an_element_stands_inside_its_label_or_the_label_is_refused(
    x: float, y: float, width: float, height: float
) -> None:
    inside = x >= 0 and y >= 0 and width > 0 and height > 0 and x + width <= 100 and y + height <= 150
    for element in (Box(x, y, width, height), Line(x, y, width, height), Text("a", x, y, width, 3, height=height)):
        if isinstance(element, Text) and height == 0:
            continue  # 0 asks for the height of its lines
        if inside:
            assert Label(100, 150, [element]).elements == (element,)
        else:
            with pytest.raises(OutsideLabel):
                Label(100, 150, [element])


def test_a_length_that_is_no_number_is_outside() -> None:
    with pytest.raises(OutsideLabel):
        Label(100, 150, [Box(math.nan, 0, 10, 10)])


@pytest.mark.parametrize(("width", "height", "copies"), [(0, 150, 1), (100, -1, 1), (100, 150, 0)])
def test_a_label_has_a_size_and_at_least_one_copy(width: float, height: float, copies: int) -> None:
    with pytest.raises(OutsideLabel):
        Label(width, height, [], copies)


def test_the_default_height_of_a_text_is_what_its_lines_take() -> None:
    assert Text("a", 0, 0, 10, 5, max_lines=3).box_height == pytest.approx(18)
    with pytest.raises(OutsideLabel, match="recipient"):
        Label(100, 150, [Text("a", 0, 140, 10, 5, max_lines=3, name="recipient")])


def test_a_barcode_needs_its_quiet_zones() -> None:
    symbol = Barcode("gs1_128", SSCC, 0, 0, 80, 20, module=0.5, min_module=0.5)
    needed, _ = smallest_box(symbol, 0.5)
    assert needed == (156 + 20) * 0.5
    with pytest.raises(BadSymbol, match=r"barcode: expected a box of 88\.0 .* got 80\.0"):
        Label(100, 150, [symbol])
    Label(100, 150, [Barcode("gs1_128", SSCC, 0, 0, 88, 20, module=0.5, min_module=0.5)])


def test_bars_too_low_for_a_scanner_are_refused() -> None:
    with pytest.raises(BadSymbol, match=r"got 96\.0 × 4\.0 mm"):
        Label(100, 150, [Barcode("gs1_128", SSCC, 0, 0, 96, 4, readable=False)])


def test_a_module_is_positive_and_no_smaller_than_its_least() -> None:
    for module, least in ((0.2, 0.3), (0.2, 0.0)):
        with pytest.raises(BadSymbol, match="min_module"):
            Label(100, 150, [Barcode("code128", "A1", 0, 0, 96, 20, module=module, min_module=least)])


def test_an_image_has_rows_of_its_width() -> None:
    Label(100, 150, [Image(0, 0, 10, 10, columns=9, rows=(b"\x00\x80", b"\xff\x80"))])
    with pytest.raises(OutsideLabel, match="rows of 2 bytes"):
        Label(100, 150, [Image(0, 0, 10, 10, columns=9, rows=(b"\x00",))])


def test_errors_never_quote_a_text() -> None:
    with pytest.raises(OutsideLabel) as caught:
        Label(100, 150, [Text("Erika Mustermann", 0, 0, 101, 5, name="recipient")])
    assert "Erika" not in str(caught.value)
    assert "recipient" in str(caught.value)
