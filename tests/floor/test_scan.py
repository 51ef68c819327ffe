"""A scan is normalised once: what a scanner adds goes, what it garbles is refused with its reason, nothing raises."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.base.ids import gs1_check_digit
from app.floor.scan import LONGEST, Scan, forms, gtin14, key, normalise

CUP = "09521234001010"


@pytest.mark.parametrize(
    "raw",
    [
        "9521234001010", b"9521234001010\r\n", "]E09521234001010", "]C19521234001010 ", "\x029521234001010\x03",
        "  9521234001010\t", "09521234001010", "]I109521234001010", "0109521234001010", "]C10109521234001010",
        "]d20109521234001010", "]Q30109521234001010", "(01)09521234001010", "https://id.gs1.org/01/09521234001010",
        "\x1d0109521234001010", "\ufeff9521234001010",
    ],
)  # fmt: skip
def test_one_article_is_one_gtin_however_its_code_is_printed_and_sent(raw: bytes | str) -> None:
    assert normalise(raw).gtin == CUP


def test_letters_are_folded_for_matching_and_the_raw_code_is_kept() -> None:
    scan = normalise("pbundo \n")
    assert (scan.code, scan.raw) == ("PBUNDO", "pbundo \n")
    assert key(" cup-sand ") == "CUP-SAND"


@pytest.mark.parametrize("separator", ["\x1d", "␝", "<GS>", "{GS}", "[GS]", "^]"])
def test_the_gs1_separator_and_what_keyboard_scanners_send_for_it_are_one(separator: str) -> None:
    scan = normalise(f"]C1010952123400101010LOT7a{separator}21SER1{separator}17271231")
    assert (scan.gtin, scan.lot, scan.serial) == (CUP, "LOT7a", "SER1")


def test_a_scanner_may_have_a_separator_of_its_own() -> None:
    assert normalise("]C1010952123400101010LOT7#21SER1", separators=("#",)).serial == "SER1"


def test_counts_and_pallet_numbers_are_read() -> None:
    assert normalise("]C102095212340010103706").count == 6
    assert normalise("]C100395212340000000014").sscc == "395212340000000014"
    assert normalise("00395212340000000014").sscc == "395212340000000014"
    assert normalise("395212340000000014").sscc == "395212340000000014"


def test_numbers_with_a_wrong_check_digit_are_no_gtin() -> None:
    assert normalise("9521234001011").gtin == ""
    assert gtin14("95212340010A0") == ""
    assert normalise("]C10109521234001011").gtin == ""
    assert normalise("]C100395212340000000018").sscc == ""


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("", "empty"), (b"", "empty"), (" \r\n", "empty"), ("]C1", "empty"), ("\x1d", "empty"),
        ("x" * LONGEST, "too_long"), (b"9" * 100_000, "too_long"), ("ü" * (LONGEST - 1), "too_long"),
        (b"\xff\xfe", "undecodable"), ("\ud800", "undecodable"), ("a\x07b", "control_characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(raw: bytes | str, problem: str) -> None:
    scan = normalise(raw)
    assert (scan.problem, scan.code) == (problem, "")


def test_a_code_that_only_looks_like_gs1_stays_as_it_was_read() -> None:
    assert normalise("(01)not-a-number").code == "(01)NOT-A-NUMBER"
    assert normalise("]C1HELLO").code == "HELLO"
    assert normalise("01095212340010100").code == "01095212340010100"


def test_a_catalogue_is_asked_for_every_way_to_write_the_number() -> None:
    assert set(forms(normalise("495212001011"))) == {"495212001011", "0495212001011", "00495212001011"}
    assert forms(normalise("Cup-Sand")) == ("CUP-SAND", "Cup-Sand")


@given(st.text(alphabet="0123456789", min_size=13, max_size=13))
def test_a_gtin_keeps_its_meaning_with_leading_zeros(digits: str) -> None:
    code = digits + gs1_check_digit(digits)
    assert key(code) == key(code.lstrip("0").rjust(14, "0")) == code
    if not code.startswith("0"):
        return
    assert key(code[1:]) == code


@given(st.one_of(st.binary(max_size=5000), st.text(max_size=5000)))
@example("]C1" + "01" * 2000)
@example("(01)" * 1000)
@example(b"\x1d" * 4095)
@example("http:///01//////")
@example("]d2" + "\x1d".join("10" + "x" * 20 for _ in range(150)))
def test_nothing_that_a_scanner_sends_raises(raw: bytes | str) -> None:
    scan = normalise(raw)
    assert isinstance(scan, Scan)
    assert bool(scan.code) != bool(scan.problem)
    (scan.raw + scan.code + scan.lot + scan.serial).encode()  # any log and any database takes it
    assert normalise(scan.code).code == scan.code or not scan.code.isascii() or "]" in scan.code or "\x1e" in scan.code


@pytest.mark.parametrize(
    ("short", "whole"),
    [
        ("01234565", "012345000065"),  # the last but one says how the zeros went
        ("04252614", "042100005264"),
        ("01234531", "012300000451"),
        ("01234543", "012340000053"),
    ],
)
def test_a_upc_e_is_the_gtin_it_was_shortened_from(short: str, whole: str) -> None:
    assert normalise(short).gtin == whole.zfill(14) == normalise(whole).gtin


def test_eight_digits_that_are_a_gtin_8_are_not_taken_for_a_upc_e() -> None:
    assert normalise("01234565").gtin != normalise("12345670").gtin == "00000012345670"
