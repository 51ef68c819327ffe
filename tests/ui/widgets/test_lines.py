"""The rest of the job beside the next thing: the line in hand is always among those shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.look.gallery import LINES
from ui.look import isolated, theme
from ui.widgets.lines import LineList, LineShown
from ui.widgets.marks import Picture, Words, elided


@pytest.fixture(autouse=True)
def as_it_was(qapp: QApplication) -> Iterator[None]:
    yield
    theme.apply(qapp, "light", 100, 1366)


def texts(lines: LineList) -> list[str]:
    return [mark.text for mark in lines.marks_shown() if isinstance(mark, Words)]


def stood(qtbot: QtBot, shown: tuple[LineShown, ...], height: int, width: int = 458) -> LineList:
    lines = LineList()
    qtbot.addWidget(lines)
    lines.resize(width, height)
    lines.show_(shown)
    lines.grab()
    return lines


@pytest.mark.parametrize("height", [40, 60, 97, 140, 210, 400])
def test_the_line_in_hand_is_shown_however_little_room_there_is(qtbot: QtBot, height: int) -> None:
    assert "Stoneware cup, sand" in texts(stood(qtbot, LINES, height))


def test_lines_without_room_are_counted(qtbot: QtBot) -> None:
    many = tuple(LineShown(f"Thing {n}", of=1) for n in range(30))
    lines = stood(qtbot, many, 300)
    shown = [text for text in texts(lines) if text.startswith("Thing")]
    assert 3 <= len(shown) < 30
    assert f"{30 - len(shown)} more" in texts(lines)


def test_lines_keep_their_places_from_scan_to_scan(qtbot: QtBot) -> None:
    lines = stood(qtbot, LINES, 300)
    before = [mark.rect for mark in lines.marks_shown() if isinstance(mark, Picture)]
    lines.show_((LineShown("Stoneware cup, sand", "1 more", "CUP-SAND", 3, 4, "current"), *LINES[1:]))
    assert [mark.rect for mark in lines.marks_shown() if isinstance(mark, Picture)] == before


def test_a_compact_window_leaves_out_what_is_done_where_it_has_no_room(qapp: QApplication, qtbot: QtBot) -> None:
    theme.apply(qapp, "light", 100, 1024)
    assert "Wool blanket, fell grey" in texts(stood(qtbot, LINES, 300))
    assert "Wool blanket, fell grey" not in texts(stood(qtbot, LINES, 150))


def test_words_that_were_cut_can_be_read_whole_where_they_stand(qtbot: QtBot) -> None:
    long = "Portable lamp with rechargeable battery and three spare diffusers, brushed brass"
    lines = stood(qtbot, (LineShown(long, of=1), LineShown("Kim", of=1)), 120)
    assert lines.cut_at(QPoint(120, 28)) == long
    assert lines.cut_at(QPoint(90, 84)) == ""


def test_a_name_keeps_its_direction_inside_a_line() -> None:
    assert isolated("نور") == "\u2068نور\u2069"
    assert isolated("") == ""


def test_of_a_name_that_is_cut_the_variant_stays(qtbot: QtBot) -> None:
    lines = stood(qtbot, (LineShown("Glazed stoneware breakfast cup with handle, sand", of=4),), 60, 300)
    name = next(mark for mark in lines.marks_shown() if isinstance(mark, Words) and mark.ends)
    cut = elided(name.text, name.type, name.rect[2], theme.look(), name.ends)
    assert "…" in cut
    assert cut.endswith("sand")
