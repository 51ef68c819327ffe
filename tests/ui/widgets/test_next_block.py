"""The next thing is read whole, and where it stands does not depend on what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.look.gallery import BIN, CUP
from ui.look import THEMES, Look, fitted, theme
from ui.widgets.fitting import fits
from ui.widgets.fitting import fitted as words_fitted
from ui.widgets.marks import Words, elided, width
from ui.widgets.next_block import NextBlock, NextShown

LONG = (
    "Stoneware cup, sand",
    "Kim",
    "Reiseset: Lampe, Isolierflasche, Kabel",
    "Portable LED lamp with rechargeable battery and three spare diffusers, brushed brass",
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen",
    "柠檬百里香洗手液四百毫升家庭装补充瓶带泵头柠檬百里香洗手液",
    "زيت حمام بخشب الأرز ١٠٠ مل",
)
SIZES = ((862, 324), (660, 244), (560, 200), (1280, 520))


@pytest.fixture(autouse=True)
def as_it_was(qapp: QApplication) -> Iterator[None]:
    yield
    theme.apply(qapp, "light", 100, 1366)


def words(block: NextBlock) -> list[Words]:
    return [mark for mark in block.marks_shown() if isinstance(mark, Words)]


@pytest.mark.parametrize("size", SIZES)
def test_nothing_in_the_block_ends_in_an_ellipsis_or_leaves_it(qtbot: QtBot, size: tuple[int, int]) -> None:
    look = theme.look()
    for title in LONG:
        for base in (CUP, replace(CUP, warn="Already complete: wool blanket, fell grey. Not counted.")):
            block = NextBlock()
            qtbot.addWidget(block)
            block.resize(*size)
            block.show_(replace(base, title=title, more="2 more of these"))
            block.grab()
            for mark in words(block):
                assert elided(mark.text, mark.type, mark.rect[2], look) == mark.text, (title, mark)
                x, y, _, h = mark.rect
                assert x >= 0, mark
                assert y >= 0, mark
                assert y + h <= size[1], mark


def test_a_name_is_tried_at_60_then_48_then_on_two_lines(qapp: QApplication) -> None:
    look = Look()
    at = [
        (one.type.px, len(one.lines))
        for one in (
            words_fitted("Wool blanket", 600, 140, look),
            words_fitted("Wool blanket of the fells", 700, 140, look),
            words_fitted("Wool blanket of the fells, for two", 420, 140, look),
        )
    ]
    assert at[0] == (60, 1)
    assert at[1] == (48, 1)
    assert at[2][1] == 2


def test_a_variant_stands_on_its_own_line(qapp: QApplication) -> None:
    assert words_fitted("Stoneware cup, sand", 560, 140, Look()).lines == ("Stoneware cup,", "sand")
    assert words_fitted("Stoneware cup, sand", 900, 70, Look()).lines == ("Stoneware cup, sand",)


@given(st.text(st.characters(categories=("Ll", "Lu", "Nd", "Zs")), min_size=1, max_size=120), st.integers(160, 1200))
def test_no_letter_of_a_name_is_lost(qapp: QApplication, text: str, room: int) -> None:
    one = words_fitted(text, room, 140, Look())
    assert "".join("".join(one.lines).split()) == "".join(text.split())


@pytest.mark.parametrize("name", LONG)
def test_what_is_said_to_fit_does(qapp: QApplication, name: str) -> None:
    look = Look()
    one = words_fitted(name, 560, 130, look)
    assert fits(one, 560, 130, look), one
    assert all(width(line, one.type, look) <= 560 for line in one.lines)


def test_places_stay_when_a_count_a_name_or_a_warning_changes(qtbot: QtBot) -> None:
    block = NextBlock()
    qtbot.addWidget(block)
    block.resize(862, 324)

    def places() -> dict[str, object]:
        block.grab()
        found = block.marks_shown()
        named = {mark.text: mark.rect[:2] for mark in words(block)}
        return {
            "verb": named["Scan next"],
            "of": [mark.rect[1] for mark in words(block) if mark.text == "of 4"],
            "picture": [mark.rect for mark in found if type(mark).__name__ == "Picture"],
            "title": min(mark.rect[1] for mark in words(block) if mark.type.name == "hero"),
        }

    block.show_(CUP)
    first = places()
    for value in (
        replace(CUP, done=3, more="1 more"),
        replace(CUP, title="T-shirt, navy, M", picture="TEE-NAVY-M"),
        replace(CUP, warn="Already complete: wool blanket. Not counted."),
        replace(CUP, pips=False, more=""),
    ):
        block.show_(value)
        assert places() == first, value


def test_the_count_stays_in_sight_of_a_warning(qtbot: QtBot) -> None:
    block = NextBlock()
    qtbot.addWidget(block)
    block.resize(862, 324)
    block.show_(replace(CUP, warn="Already complete: wool blanket. Not counted."))
    block.grab()
    strip = next(mark for mark in block.marks_shown() if getattr(mark, "fill", "") == "warn")
    count = next(mark for mark in words(block) if mark.type.name == "count")
    assert strip.rect[0] + strip.rect[2] <= count.rect[0]


def test_the_last_four_of_a_code_are_heavy(qtbot: QtBot) -> None:
    block = NextBlock()
    qtbot.addWidget(block)
    block.resize(862, 324)
    block.show_(CUP)
    block.grab()
    assert next(mark for mark in words(block) if mark.text == "1010").type.weight == 800


def test_large_counts_still_fit_beside_the_name(qtbot: QtBot) -> None:
    look = theme.look()
    for done, of in ((0, 1), (12, 24), (120, 240), (1200, 2400)):
        block = NextBlock()
        qtbot.addWidget(block)
        block.resize(862, 324)
        block.show_(replace(CUP, done=done, of=of))
        block.grab()
        for mark in words(block):
            assert elided(mark.text, mark.type, mark.rect[2], look) == mark.text
            assert mark.rect[0] + mark.rect[2] <= 862 - 2


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(("scale", "window"), [(100, 1024), (100, 1366), (100, 1920), (200, 1366), (200, 1920)])
def test_a_bin_and_its_steps_fit_in_every_window(
    qapp: QApplication, qtbot: QtBot, name: str, scale: int, window: int
) -> None:
    theme.apply(qapp, name, scale, window)
    look = theme.look()
    wide = window - look.side - 2 * look.page - look.gutter
    for value in (BIN, replace(BIN, big="PALLET-07-C-114"), replace(BIN, warn="This bin is empty on record.")):
        block = NextBlock()
        qtbot.addWidget(block)
        block.resize(wide, round(wide * 0.5))
        block.show_(value)
        block.grab()
        for mark in words(block):
            assert elided(mark.text, mark.type, mark.rect[2], look) == mark.text, mark


def test_the_block_says_all_of_it_to_who_cannot_see_it(qtbot: QtBot) -> None:
    block = NextBlock()
    qtbot.addWidget(block)
    block.show_(NextShown("Scan next", title="Wool blanket", done=1, of=2, counted="packed"))
    assert block.accessibleName() == "Scan next. Wool blanket. 1 of 2 packed"


def test_a_density_with_less_room_keeps_the_same_order_of_sizes(qapp: QApplication) -> None:
    for width_, scale in ((1024, 100), (1366, 100), (1920, 100)):
        look = fitted("light", scale, width_)
        sizes = [look.text_px(name) for name in ("meta", "body", "strong", "title", "far", "hero", "count", "bin")]
        assert sizes == sorted(sizes)


def test_a_change_is_announced_where_a_screen_reader_listens(qtbot: QtBot) -> None:
    block = NextBlock()
    qtbot.addWidget(block)
    QAccessible.setActive(True)
    try:
        block.show_(CUP)
        block.show_(replace(CUP, done=3))
    finally:
        QAccessible.setActive(False)
    assert "3 of 4" in block.accessibleName()
