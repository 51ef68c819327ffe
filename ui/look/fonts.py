"""Which of the machine's fonts the window writes with. Nothing is registered: what is not installed is not used."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QFont, QFontDatabase

# Digits of one width where they stack or tick, a zero that is no O in ids and codes. A font without them ignores it.
TABULAR = "tnum"
SLASHED_ZERO = "zero"
LARGE = 40  # px from which letters stand a little closer


def installed(wanted: Sequence[str]) -> tuple[str, ...]:
    """The wanted families that are there, in the order wanted."""
    there = set(QFontDatabase.families())
    return tuple(family for family in wanted if family in there)


def made(
    families: Sequence[str], px: int, weight: int, *, tabular: bool = False, code: bool = False, strike: bool = False
) -> QFont:
    font = QFont()
    if families:
        font.setFamilies(list(families))
    font.setPixelSize(px)
    font.setWeight(QFont.Weight(weight))
    if px >= LARGE:
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 97)
    if tabular:
        font.setFeature(QFont.Tag(TABULAR), 1)
    if code:
        font.setFeature(QFont.Tag(SLASHED_ZERO), 1)
    font.setStrikeOut(strike)
    return font
