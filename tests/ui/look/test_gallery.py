"""All widgets together, in every theme, window and scale: nothing leaves its place.

The pictures land in pytest's folder: `pytest tests/ui/look/test_gallery.py --basetemp=/tmp/gallery`, then look at them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.look.gallery import PackPage, PickPage
from ui import look
from ui.look import THEMES, theme, tokens
from ui.widgets import fitting, marks
from ui.widgets.painted import Painted

WINDOWS = ((1024, 512, 100), (1366, 668, 100), (1920, 960, 100), (1366, 668, 200), (1920, 960, 200))
WARNED = "Already complete: wool blanket, fell grey. Not counted, still 1 of 1."


@pytest.fixture(autouse=True)
def as_it_was(qapp: QApplication) -> Iterator[None]:
    yield
    theme.apply(qapp, "light", 100, 1366)


def places(page: QWidget) -> list[tuple[str, tuple[int, ...]]]:
    return [(type(one).__name__, one.geometry().getRect()) for one in page.findChildren(Painted)]


@pytest.mark.parametrize("name", THEMES)
def test_every_mark_lies_inside_its_widget(qapp: QApplication, qtbot: QtBot, tmp_path: Path, name: str) -> None:
    for width, height, scale in WINDOWS:
        theme.apply(qapp, name, scale, width)
        for page in (PackPage(), PackPage(WARNED), PickPage()):
            qtbot.addWidget(page)
            page.resize(width, height)
            picture = page.grab()
            assert picture.save(str(tmp_path / f"{name}-{width}-{scale}-{page.objectName()}.png"))
            for widget in page.findChildren(Painted):
                for mark in widget.marks_shown():
                    x, y, w, h = mark.rect
                    where = (type(widget).__name__, widget.width(), widget.height(), width, scale, mark)
                    assert w > 0, where
                    assert h > 0, where
                    assert x >= -4, where
                    assert y >= 0, where
                    assert x + w <= widget.width() + 6, where
                    assert y + h <= widget.height() + 1, where


def test_a_warning_moves_no_widget(qapp: QApplication, qtbot: QtBot) -> None:
    for width, height, scale in WINDOWS:
        theme.apply(qapp, "light", scale, width)
        plain, warned = PackPage(), PackPage(WARNED)
        for page in (plain, warned):
            qtbot.addWidget(page)
            page.resize(width, height)
            page.grab()
        assert places(plain) == places(warned)


def test_the_pack_page_keeps_to_the_least_window(qapp: QApplication, qtbot: QtBot) -> None:
    """Between the bars of a window of 1024 × 600."""
    theme.apply(qapp, "light", 100, 1024)
    page = PackPage()
    qtbot.addWidget(page)
    assert page.minimumSizeHint().height() <= 600 - theme.look().bar_top
    assert page.minimumSizeHint().width() <= 1024


@pytest.fixture
def one_plain_font(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A machine that has no other font than the last of the tokens' families."""
    last = tokens()["font"]["family"][-1]
    if last not in QFontDatabase.families():
        pytest.skip(f"{last} is not installed here")
    remembered = (look._font, marks.metrics, marks.width, marks.elided, fitting.fitted, fitting.shrunk)
    for one in remembered:
        one.cache_clear()
    monkeypatch.setattr(look, "families", lambda: (last,))
    yield last
    for one in remembered:
        one.cache_clear()


def test_one_plain_font_alone_cuts_nothing_of_the_next_thing(
    one_plain_font: str, qapp: QApplication, qtbot: QtBot
) -> None:
    for width, height, scale in WINDOWS:
        theme.apply(qapp, "light", scale, width)
        page = PackPage(WARNED)
        qtbot.addWidget(page)
        page.resize(width, height)
        page.grab()
        for mark in page.next.marks_shown():
            if isinstance(mark, marks.Words):
                assert mark.type.font(theme.look()).families() == [one_plain_font]
                assert marks.elided(mark.text, mark.type, mark.rect[2], theme.look()) == mark.text, (width, mark)
