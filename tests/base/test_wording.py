"""Words: one file set per language, none said twice, the same in all languages."""

from __future__ import annotations

import re

import pytest

from app.base import wording


def test_english_and_german_say_the_same_things_with_the_same_blanks() -> None:
    english, german = wording._table("en"), wording._table("de")
    assert set(english) == set(german)
    blanks = re.compile(r"{(\w+)")
    for key, text in english.items():
        assert set(blanks.findall(text)) == set(blanks.findall(german[key])), key


def test_a_word_nobody_wrote_shows_its_key_and_a_blank_nobody_filled_stays_visible() -> None:
    assert wording.word("no.such.key") == "no.such.key"
    some = next(key for key, text in wording._table("en").items() if re.search(r"{\w+}", text))
    assert "{" in wording.word(some)


@pytest.mark.parametrize("language", wording.languages())
def test_no_words_are_empty(language: str) -> None:
    assert [key for key, text in wording._table(language).items() if not text.strip()] == []
