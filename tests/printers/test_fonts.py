"""Fonts are found by script, and a script without one is said."""

from pathlib import Path

import pytest

from printers import NoFont, Text, missing_scripts
from printers.fonts import FontBook, region_of, system_fonts
from printers.shaping import draw, shape
from tests.printers.scripts import needs_font


def glyphs(line: str) -> list[int]:
    """The glyphs of a line of a right-to-left paragraph, from the left."""
    return [glyph.index for run in shape(line, right_to_left=True).runs for glyph in run.glyphs]


def test_without_fonts_every_script_is_missing_and_named_once(tmp_path: Path) -> None:
    book = FontBook([tmp_path, tmp_path / "not there"])
    assert book.missing_scripts("Zoë 東京 とうきょう 서울 12") == ("Latin", "Han", "Kana", "Hangul", "symbol")


def test_blanks_and_joiners_need_no_font(tmp_path: Path) -> None:
    assert FontBook([tmp_path]).missing_scripts(" \n\u200d\u200f\ufe0f") == ()


def test_pictograms_may_be_left_out_so_they_are_no_missing_script(tmp_path: Path) -> None:
    assert FontBook([tmp_path]).missing_scripts("\U0001f381\U0001f3fd") == ()
    assert shape("\U0001f381", fonts=FontBook([tmp_path])).left_out == "\U0001f381"


def test_a_damaged_font_is_as_good_as_none(tmp_path: Path) -> None:
    (tmp_path / "DejaVuSans.ttf").write_bytes(b"\x00\x01\x00\x00 no font")
    (tmp_path / "notosans-regular.ttf").write_bytes(b"")
    assert FontBook([tmp_path]).missing_scripts("a") == ("Latin",)


def test_characters_without_a_font_are_reported_by_shaping(tmp_path: Path) -> None:
    assert shape("a東b", fonts=FontBook([tmp_path])).missing == "a東b"


def test_a_private_use_character_is_never_drawn_as_a_box() -> None:
    assert missing_scripts("\U0010fffd") == ("symbol",)


def test_a_text_says_whose_ideographs_it_wants() -> None:
    assert region_of("東京とうきょう") == "Kana"
    assert region_of("서울特別市") == "Hangul"
    assert region_of("深圳") == "Han"


def test_a_letter_and_its_mark_come_from_one_font() -> None:
    needs_font("Latin")
    shaped = shape("q\u0308")
    assert len(shaped.runs) == 1
    assert not shaped.missing


def test_arabic_letters_join() -> None:
    """Joined forms are other glyphs than the letters alone."""
    needs_font("Arabic")
    word = set(glyphs("محمد"))
    alone = {index for letter in "محمد" for index in glyphs(letter)}
    assert word != alone


def test_right_to_left_text_is_laid_from_the_right() -> None:
    needs_font("Hebrew")
    assert glyphs("אב")[-1] == glyphs("א")[0]


def test_a_number_in_arabic_text_keeps_its_order() -> None:
    needs_font("Arabic")
    digits = [glyphs(digit)[0] for digit in "123"]
    line = glyphs("شارع 123")
    at = line.index(digits[0])
    assert line[at : at + 3] == digits


def test_a_letter_is_drawn_where_it_stands() -> None:
    needs_font("Latin")
    ink, left, top = draw(shape("H"), 40)
    assert 0 <= left < 10
    assert top + ink.height in (0, 1)  # it stands on the baseline
    assert 25 <= ink.height <= 32


def test_bold_has_more_ink_with_and_without_a_bold_font() -> None:
    for script, text in (("Latin", "Heavy"), ("Han", "東京")):
        if missing_scripts(text):
            pytest.skip(f"no font for {script} on this computer")
        thin, bold = (draw(shape(text, bold=b), 40, bold=b)[0] for b in (False, True))
        assert sum(row.bit_count() for row in bold.rows) > 1.1 * sum(row.bit_count() for row in thin.rows)


def test_fonts_are_looked_for_once_a_process() -> None:
    assert system_fonts() is system_fonts()


def test_no_font_names_the_element_and_the_scripts() -> None:
    error = NoFont(Text("김", 0, 0, 1, 1, name="recipient").name, ("Hangul",))
    assert str(error) == "recipient: expected a font for every letter, got none for Hangul"
    assert error.scripts == ("Hangul",)
