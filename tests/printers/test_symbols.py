"""What barcodes hold and how large they are, held against a second implementation where there is one."""

import string

import pytest
import zint
from hypothesis import given
from hypothesis import strategies as st

from printers import BadSymbol
from printers.symbols import (
    FNC1,
    check_digit,
    code128_modules,
    code128_runs,
    code128_text,
    datamatrix_side,
    ean13_digits,
    human_readable,
    qr_side,
    size_in_modules,
)

printable = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40)
numbers = st.text(string.digits, min_size=1, max_size=30)


@given(st.one_of(printable, numbers, st.tuples(numbers, printable).map("".join)))
def test_the_runs_of_a_symbol_hold_its_text_and_only_pairs_of_digits_stand_in_set_c(text: str) -> None:
    runs = code128_runs(text)
    assert "".join(run.text for run in runs) == text
    for run in runs:
        if run.code_set == "C":
            digits = run.text.replace(FNC1, "")
            assert digits.isdecimal()
            assert len(digits) % 2 == 0
    assert [run.code_set for run in runs] in (["B"], ["C"], ["C", "B"])


@given(st.one_of(printable, numbers))
def test_a_symbol_is_never_wider_than_in_set_b_alone(text: str) -> None:
    assert code128_modules(text) <= 11 * (len(text) + 2) + 13


def test_an_sscc_takes_156_modules() -> None:
    """Start, FNC1, ten pairs, check: 13 characters of 11 modules, and 13 for the stop."""
    assert size_in_modules("gs1_128", (("00", "342607128000010428"),)) == (156, 0)


@pytest.mark.parametrize("data", ["", "Ä", "a\nb", "a\x00"])
def test_code_128_takes_printable_ascii_only(data: str) -> None:
    with pytest.raises(BadSymbol, match="from space to ~"):
        code128_text(data)


def test_fnc1_ends_an_element_of_variable_length_unless_it_is_last() -> None:
    lot_first = (("10", "A1"), ("01", "04006381333931"), ("21", "X"))
    assert code128_text(lot_first) == f"{FNC1}10A1{FNC1}010400638133393121X"


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ((), "1 or more elements"),
        ((("00", "342607128000010429"),), "check digit 8"),
        ((("00", "34260712800001042"),), "18 digits"),
        ((("01", "0400638133393A"),), "14 digits"),
        ((("x", "1"),), "application identifier"),
        ((("10", ""),), "set 82"),
        ((("10", "Ä"),), "set 82"),
        ((("10", "A" * 20), ("21", "B" * 20), ("240", "C" * 20)), "at most 48"),
    ],
)
def test_a_wrong_element_string_is_refused_with_its_reason(elements: tuple[tuple[str, str], ...], reason: str) -> None:
    with pytest.raises(BadSymbol, match=reason):
        code128_text(elements)


def test_ean_13_completes_or_verifies_its_check_digit() -> None:
    assert ean13_digits("400638133393") == ean13_digits("4006381333931") == "4006381333931"
    for wrong in ("4006381333930", "40063813339", "40063813339A", "٤٠٠٦٣٨١٣٣٣٩٣"):
        with pytest.raises(BadSymbol):
            ean13_digits(wrong)


@given(st.text(string.digits, min_size=1, max_size=17))
def test_a_check_digit_makes_the_weighted_sum_a_multiple_of_ten(digits: str) -> None:
    whole = digits + check_digit(digits)
    weights = [1 if i % 2 == 0 else 3 for i in range(len(whole))]
    assert sum(int(d) * w for d, w in zip(reversed(whole), weights, strict=True)) % 10 == 0


@pytest.mark.parametrize("length", [1, 3, 14, 15, 42, 43, 100, 213, 214, 666, 667, 1000, 2331])
def test_a_qr_code_is_as_large_as_another_encoder_makes_it(length: int) -> None:
    data = "a" * length  # lower case: only byte mode holds it
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.QRCODE
    symbol.option_1 = 2  # level M
    symbol.encode(data)
    assert qr_side(data) == symbol.width


@pytest.mark.parametrize("length", [1, 6, 20, 44, 100, 300, 1000, 3000])
def test_a_datamatrix_is_as_large_as_another_encoder_makes_it(length: int) -> None:
    data = ("1234567890" * 300)[:length]
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.DATAMATRIX
    symbol.option_3 = 100  # squares only
    symbol.encode(data)
    assert datamatrix_side(data) == symbol.width


def test_what_no_symbol_can_hold_is_refused() -> None:
    for data in ("", "Ä", "1" * 3117):
        with pytest.raises(BadSymbol):
            datamatrix_side(data)
    for data in ("", "a" * 2332):
        with pytest.raises(BadSymbol):
            qr_side(data)


def test_element_pairs_belong_to_gs1_alone() -> None:
    pairs = (("00", "342607128000010428"),)
    for kind in ("code128", "ean13", "qr"):
        with pytest.raises(BadSymbol):
            size_in_modules(kind, pairs)  # type: ignore[arg-type]
    with pytest.raises(BadSymbol):
        size_in_modules("gs1_128", "00342607128000010428")


def test_the_line_under_a_symbol_is_written_as_its_standard_does() -> None:
    assert human_readable("gs1_128", (("10", "A"), ("21", "7"))) == "(10) A (21) 7"
    assert human_readable("ean13", "400638133393") == "4 006381 333931"
    assert human_readable("code128", "CE1") == "CE1"
