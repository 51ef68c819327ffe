"""Letters know their script and their direction."""

import unicodedata

import pytest
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st

from printers.script import clean, pieces, script_of, starts_right_to_left, visual_stretches

# Latin, Hebrew and Arabic letters, both kinds of digits, signs; no brackets: the reference pairs those, we mirror them.
MIXED = st.text("abcXYZאבגדהابتثجح0123456789٠١٢ ,.-/:", min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("char", "script"),
    [("a", "Latin"), ("ż", "Latin"), ("Ω", "Greek"), ("Ж", "Cyrillic"), ("京", "Han"), ("か", "Kana"), ("カ", "Kana"),
     ("한", "Hangul"), ("م", "Arabic"), ("א", "Hebrew"), ("ไ", "Thai"), ("1", "symbol"), ("。", "symbol")],
)  # fmt: skip
def test_a_letter_belongs_to_its_script(char: str, script: str) -> None:
    assert script_of(char) == script


@given(MIXED, st.booleans())
def test_a_line_of_mixed_directions_is_ordered_as_the_standard_says(line: str, right_to_left: bool) -> None:
    stretches = visual_stretches(line, right_to_left)
    seen = "".join(s.text[::-1] if s.right_to_left else s.text for s in stretches)
    assert seen == get_display(line, base_dir="R" if right_to_left else "L")


@given(st.text(max_size=60), st.booleans())
def test_ordering_a_line_loses_and_invents_no_character(text: str, right_to_left: bool) -> None:
    line = clean(text).replace("\n", " ")
    assert sorted("".join(s.text for s in visual_stretches(line, right_to_left))) == sorted(line)


@given(st.text(max_size=80))
def test_a_cleaned_text_holds_nothing_that_a_device_could_obey(text: str) -> None:
    cleaned = clean(text)
    assert not [c for c in cleaned if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c != "\n"]
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
    cleaned.encode()


def test_half_a_character_is_shown_as_one_that_could_not_be_read() -> None:
    assert clean("a\ud800b\x00c") == "a\ufffdb c"


def test_line_ends_of_every_system_are_one() -> None:
    assert clean("a\r\nb\rc\u2028d\x85e\nf") == "a\nb\nc\nd\ne\nf"


@given(st.text("ab 京都、か。서 -", max_size=40))
def test_cutting_at_line_breaks_loses_nothing(paragraph: str) -> None:
    assert "".join(pieces(paragraph)) == paragraph


def test_lines_break_at_blanks_and_between_ideographs_but_not_before_a_full_stop() -> None:
    assert pieces("12 Main St") == ("12 ", "Main ", "St")
    assert pieces("大阪、南。") == ("大", "阪、", "南。")
    assert pieces("강남구 테헤란로") == ("강남구 ", "테헤란로")


def test_the_first_strong_letter_decides_the_direction() -> None:
    assert starts_right_to_left("12 שלום") is True
    assert starts_right_to_left("12 main") is False
    assert starts_right_to_left("12 - 34") is None
