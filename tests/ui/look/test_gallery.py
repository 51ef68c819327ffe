"""All widgets together, in every theme, window and scale: nothing leaves its place.

The pictures land in pytest's folder: `pytest tests/ui/look/test_gallery.py --basetemp=/tmp/gallery`, then look at them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.look.gallery import PackPage, PickPage
from ui import theme
from ui.look import THEMES
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
    look = theme.look()
    assert page.minimumSizeHint().height() <= 600 - look.bar_top
    assert page.minimumSizeHint().width() <= 1024
