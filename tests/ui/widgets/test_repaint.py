"""A scan repaints what it changed: nothing for the same value, and only the changed places for another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.look.gallery import BIN, CHOICES, CUP, JOB, LINES, STEP, TILES, TOTES, WALK
from tests.ui.widgets.conftest import Watcher
from ui.widgets.act_button import ActButton
from ui.widgets.banner import Banner
from ui.widgets.barcode import Barcode
from ui.widgets.chips import Chip
from ui.widgets.choice_cards import ChoiceCards
from ui.widgets.facts import FactRow, FactShown
from ui.widgets.job_header import JobHeader
from ui.widgets.key_cap import KeyCap
from ui.widgets.lines import LineList
from ui.widgets.next_block import NextBlock
from ui.widgets.painted import Painted
from ui.widgets.scan_tiles import ScanTiles, TileShown
from ui.widgets.segments import Segments
from ui.widgets.steps import StepStrip
from ui.widgets.tote_grid import ToteGrid
from ui.widgets.walk_strip import WalkStrip

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
Watch = Callable[[QWidget], Watcher]
SETTLED = tuple(replace(tile, fresh=False) for tile in TILES)  # a fresh one repaints by itself, a moment later

VALUES: dict[str, tuple[Callable[[], Any], tuple[object, ...], tuple[object, ...]]] = {
    "next": (NextBlock, (CUP,), (BIN,)),
    "tiles": (ScanTiles, (SETTLED,), (SETTLED[1:],)),
    "lines": (LineList, (LINES,), (LINES[:2],)),
    "header": (JobHeader, (JOB,), (replace(JOB, job="DE-1"),)),
    "banner": (Banner, ("Parcel 1 of 2",), ("Offline since 10:42", "", "offline", "warn")),
    "steps": (StepStrip, (STEP,), (replace(STEP, title="Liquid"),)),
    "fact": (FactRow, (FactShown("Box M", "310"),), (FactShown("Box L", "400"),)),
    "segments": (Segments, (3, 7), (4, 7)),
    "chip": (Chip, ("fits", "ok"), ("overdue", "stop")),
    "choices": (ChoiceCards, (CHOICES,), (CHOICES[:2],)),
    "walk": (WalkStrip, (WALK,), (WALK[1:],)),
    "totes": (ToteGrid, (TOTES,), (TOTES[:4],)),
    "barcode": (Barcode, ("PBOK",), ("PBUNDO",)),
    "key": (KeyCap, ("F1", "Help", "PBHELP"), ("F2", "Undo", "PBUNDO")),
    "act": (lambda: ActButton("F6", "PBSHORT", "Short"), ("F2", "PBUNDO", "Undo", "undo"), ("F8", "PBCLOSE", "Close")),
}


def stood(qtbot: QtBot, made: Painted, width: int = 860, height: int = 320) -> Painted:
    qtbot.addWidget(made)
    made.resize(width, height)
    made.show()
    return made


@pytest.mark.parametrize("name", VALUES)
def test_the_same_value_again_repaints_nothing_and_another_does(qtbot: QtBot, watch: Watch, name: str) -> None:
    make, one, other = VALUES[name]
    widget = make()
    stood(qtbot, widget)
    widget.show_(*one)
    seen = watch(widget)
    widget.update()
    assert not seen.painted().isEmpty()
    widget.show_(*one)
    assert seen.painted().isEmpty()
    widget.show_(*other)
    assert not seen.painted().isEmpty()


@pytest.mark.parametrize("name", VALUES)
def test_what_a_widget_shows_is_said_to_who_cannot_see_it(qtbot: QtBot, name: str) -> None:
    make, one, _ = VALUES[name]
    widget = make()
    qtbot.addWidget(widget)
    widget.show_(*one)
    assert widget.accessibleName()


def test_one_more_of_four_repaints_the_number_and_a_dot_and_nothing_of_the_name(qtbot: QtBot, watch: Watch) -> None:
    block = NextBlock()
    stood(qtbot, block)
    block.show_(CUP)
    seen = watch(block)
    seen.painted()
    block.show_(replace(CUP, done=3))
    area = seen.painted()
    assert not area.isEmpty()
    name = next(mark for mark in block.marks_shown() if getattr(mark, "text", "").startswith("Stoneware"))
    assert area.top() > name.rect[1] + name.rect[3] - 1
    assert area.height() < 130


def test_a_scan_that_only_moves_one_line_repaints_that_line(qtbot: QtBot, watch: Watch) -> None:
    lines = LineList()
    stood(qtbot, lines, 458, 300)
    lines.show_(LINES)
    seen = watch(lines)
    seen.painted()
    lines.show_((replace(LINES[0], done=3), *LINES[1:]))
    area = seen.painted()
    assert not area.isEmpty()
    assert area.bottom() <= 56
    assert area.left() > 300


def test_a_new_scan_leaves_the_places_of_the_tiles(qtbot: QtBot) -> None:
    tiles = ScanTiles()
    stood(qtbot, tiles, 1200, 64)
    tiles.show_(TILES)
    before = [mark.rect for mark in tiles.marks_shown() if type(mark).__name__ == "Box"]
    tiles.show_((TileShown("9521234001010", "heard", "heard"), *TILES[:4]))
    assert [mark.rect for mark in tiles.marks_shown() if type(mark).__name__ == "Box"] == before


def test_a_kept_scan_settles_by_itself(qtbot: QtBot) -> None:
    tiles = ScanTiles()
    stood(qtbot, tiles, 1200, 64)
    tiles.show_(TILES)
    first = next(mark for mark in tiles.marks_shown() if type(mark).__name__ == "Box")
    assert first.fill == "ok-tint"

    def settled() -> None:
        assert next(mark for mark in tiles.marks_shown() if type(mark).__name__ == "Box").fill == "surface"

    qtbot.waitUntil(lambda: settled() is None)


def test_a_fact_that_becomes_a_line_and_back_has_its_own_height_each_time(qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    rows = QVBoxLayout(box)
    row = FactRow(box)
    row.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    rows.addWidget(row)
    row.show_(FactShown("Box S", "230 × 160 × 110 mm"))
    before = rows.sizeHint().height()
    row.show_(FactShown("New work", "waits for the line", plain=True))
    assert rows.sizeHint().height() < before
    row.show_(FactShown("Box S", "230 × 160 × 110 mm"))
    assert rows.sizeHint().height() == before
