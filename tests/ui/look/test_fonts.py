"""What the window writes with, on a machine that has only what it has."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo
from PySide6.QtWidgets import QApplication

from ui.look import families, fonts, theme, tokens


def test_only_families_that_are_installed_are_used(qapp: QApplication) -> None:
    assert set(families()) <= set(QFontDatabase.families())
    assert fonts.installed(["Nobody Sans", *families()]) == families()


def test_the_order_of_the_tokens_decides(qapp: QApplication) -> None:
    there = [name for name in tokens()["font"]["family"] if name in QFontDatabase.families()]
    if not there:
        pytest.skip("none of the families is installed here")
    assert families()[0] == there[0]


def test_without_any_of_the_families_text_is_still_written(qapp: QApplication) -> None:
    font = fonts.made((), 60, 800)
    assert QFontInfo(font).family()
    assert font.pixelSize() == 60


def test_digits_that_tick_stand_in_columns_and_codes_have_a_slashed_zero(qapp: QApplication) -> None:
    def features(font: QFont) -> set[str]:
        return {bytes(tag.toString()).decode() for tag in font.featureTags()}

    look = theme.look()
    assert features(look.font("body")) == set()
    assert features(look.font("body", tabular=True)) == {"tnum"}
    assert features(look.font("strong", code=True)) == {"tnum", "zero"}


def test_large_letters_stand_closer(qapp: QApplication) -> None:
    look = theme.look()
    assert look.font("hero").letterSpacing() == 97
    assert look.font("title").letterSpacing() == 0
