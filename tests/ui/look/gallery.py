"""Every widget with a value of its own, on one page: for looking at, and for tests that walk all of them."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.look import theme
from ui.widgets.act_button import ActButton
from ui.widgets.banner import Banner
from ui.widgets.barcode import Barcode
from ui.widgets.chips import Chip
from ui.widgets.choice_cards import ChoiceCards, ChoiceShown
from ui.widgets.facts import FactRow, FactShown
from ui.widgets.job_header import HeadChip, JobHeader, JobShown
from ui.widgets.key_cap import KeyCap
from ui.widgets.lines import LineList, LineShown
from ui.widgets.next_block import NextBlock, NextShown, StepShown
from ui.widgets.scan_tiles import ScanTiles, TileShown
from ui.widgets.segments import Segments
from ui.widgets.steps import CardShown, StepStrip, StripShown
from ui.widgets.tabs import TabShown
from ui.widgets.tote_grid import ToteGrid, ToteShown
from ui.widgets.walk_strip import StopShown, WalkStrip

CUP = NextShown(
    "Scan next",
    "scan",
    "Stoneware cup, sand",
    "CUP-SAND",
    "9521234001010",
    "CUP-SAND",
    2,
    4,
    "packed",
    pips=True,
    more="2 more",
)
BIN = NextShown(
    "Walk to this bin, then scan it",
    "pin",
    big="C-14-03",
    subtitle="Aisle C · bay 14 · third shelf",
    steps=(StepShown("Scan the bin", "current"), StepShown("Take 2, scan each"), StepShown("Into tote 4")),
    aside="24 m, same side",
)
TILES = (
    TileShown("Stoneware cup, sand", "kept · +1 → 2 of 4", "ok", fresh=True),
    TileShown("Stoneware cup, sand", "10:50:41 · +1 → 1", "ok"),
    TileShown("Wool blanket, fell grey", "10:50:22 · not counted", "warn"),
    TileShown("Tea towels, set of two", "10:50:19 · +1 → 1", "ok"),
    TileShown("Box M", "10:50:02 · box chosen", "plain", "box"),
)
STATES = (
    TileShown("9521234001010", "heard", "heard"),
    TileShown("Cup, slate", "wrong item, seen", "stop"),
    TileShown("DE-1042-1/1", "parcel closed", "done"),
    TileShown("Stoneware cup", "undone · −1 → 1 of 4", "undone"),
)
LINES = (
    LineShown("Stoneware cup, sand", "2 more", "CUP-SAND", 2, 4, "current"),
    LineShown("T-shirt, navy, M", "2 more", "TEE-NAVY-M", 0, 2),
    LineShown("Wool blanket, fell grey", "", "BLANKET-FELL", 1, 1, "done"),
    LineShown("From Shenzhen", "lamp, headphones, cable", of=3, state="elsewhere"),
)
TABS = (TabShown("Parcel 1", 3, 7, "current"), TabShown("Shenzhen", of=3, state="elsewhere"))
JOB = JobShown("DE-1042-1", TABS, "\u2068田中 結衣\u2069 · Osaka, Japan", "Shop DE · DHL Paket International · DAP")
STEP = StripShown(
    "Fragile",
    "each cup, before the box",
    "glass",
    (
        CardShown("wrap", "Honeycomb, twice round"),
        CardShown("rim-down", "Rim down"),
        CardShown("padding", "3 cm from each wall"),
    ),
)
_BINS = ("A-02", "A-09", "B-03", "B-11", "C-08", "C-14", "C-19", "C-22", "D-05", "D-17", "E-02", "E-06", "F-10", "F-12")
WALK = tuple(
    StopShown(f"Aisle {code[0]}", code, "done" if i < 5 else "current" if i == 5 else "open")
    for i, code in enumerate(_BINS)
)
TOTES = tuple(
    ToteShown(str(n), detail, state)
    for n, detail, state in (
        (1, "3 of 3", "full"),
        (2, "2 of 4", "open"),
        (3, "0 of 1", "open"),
        (4, "1 of 5 · now", "current"),
        (5, "1 of 2", "open"),
        (6, "0 of 2", "open"),
    )
)
CHOICES = (
    ChoiceShown("BOX-M", "Box M", "310 × 230 × 150", "1", "PBXHFCJB", "BOX-M", state="current"),
    ChoiceShown("BOX-L", "Box L", "400 × 300 × 220", "2", "PBXTTFRK", "BOX-L"),
    ChoiceShown("MAIL-S", "Padded mailer S", "too small", "3", "PBXLKBDR", "MAIL-S", state="off"),
)


class PackPage(QWidget):
    """The widgets as the pack screen has them."""

    def __init__(self, warn: str = "") -> None:
        super().__init__()
        self.setProperty("role", "page")
        self.setObjectName("warned" if warn else "pack")
        look = theme.look()
        page = QVBoxLayout(self)
        page.setContentsMargins(look.page, look.page, look.page, 0)
        page.setSpacing(look.gutter)
        self.header, self.banner, self.next = JobHeader(self), Banner(self), NextBlock(self)
        self.step, self.tiles, self.lines, self.segments = (
            StepStrip(self),
            ScanTiles(self),
            LineList(self),
            Segments(self),
        )
        self.carton, self.weight = FactRow(self), FactRow(self)
        self.header.show_(JOB)
        self.banner.show_("Parcel 1 of 2 · 3 items come from Shenzhen", "Not missing. They travel as DE-1042-2.")
        self.next.show_(replace(CUP, warn=warn))
        self.step.show_(STEP)
        self.lines.show_(LINES)
        self.segments.show_(3, 7, "3 of 7 packed")
        self.carton.show_(
            FactShown("Box M", "310 × 230 × 150 mm · 71 % full", drawing="BOX-M", chip="fits all 7", severity="ok")
        )
        self.weight.show_(
            FactShown("1,284 g", "so far 1,270 g ± 45 expected", "scale", chip="agrees", severity="ok", ruled=True)
        )
        self.tiles.show_(TILES)
        work = QHBoxLayout()
        work.setSpacing(look.gutter)
        left, right = QVBoxLayout(), QVBoxLayout()
        for one in (left, right):
            one.setSpacing(look.gutter)
        left.addWidget(self.next, 1)
        left.addWidget(self.step)
        rest, facts = QFrame(self), QFrame(self)
        for frame in (rest, facts):
            frame.setProperty("role", "panel")
            frame.setFixedWidth(look.side)
        inside = QVBoxLayout(rest)
        inside.setContentsMargins(1, look.px(12), 1, 1)
        top = QHBoxLayout()
        top.setContentsMargins(look.px(16), 0, look.px(16), 0)
        top.addWidget(self.segments)
        inside.addLayout(top)
        inside.addWidget(self.lines, 1)
        below = QVBoxLayout(facts)
        below.setContentsMargins(1, 1, 1, 1)
        below.setSpacing(0)
        below.addWidget(self.carton)
        below.addWidget(self.weight)
        right.addWidget(rest, 1)
        right.addWidget(facts)
        work.addLayout(left, 1)
        work.addLayout(right)
        self.undo = ActButton("F2", "PBUNDO", "Undo", "undo", self, tall=True)
        scans = QHBoxLayout()
        scans.setSpacing(look.px(8))
        scans.addWidget(self.tiles, 1)
        scans.addWidget(self.undo)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(KeyCap("F1", "Help", "PBHELP", self))
        page.addWidget(self.header)
        page.addWidget(self.banner)
        page.addLayout(work, 1)
        page.addLayout(scans)
        page.addLayout(foot)


class PickPage(QWidget):
    """The widgets as the pick screen has them, and every state of the small ones."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pick")
        self.setProperty("role", "page")
        look = theme.look()
        page = QVBoxLayout(self)
        page.setContentsMargins(look.page, look.page, look.page, look.page)
        page.setSpacing(look.gutter)
        head = JobHeader(self)
        head.show_(
            JobShown(
                "PICK-311", chips=(HeadChip("6 shipments"), HeadChip("14 stops")), words="5 of 14 stops", done=5, of=14
            )
        )
        block, walk, totes, choices = NextBlock(self), WalkStrip(self), ToteGrid(3, self), ChoiceCards(3, self)
        block.show_(BIN)
        walk.show_(WALK)
        totes.show_(TOTES)
        choices.show_(CHOICES)
        states = ScanTiles(self)
        states.show_(STATES)
        row = QHBoxLayout()
        row.addWidget(block, 1)
        totes.setFixedWidth(look.px(400))
        row.addWidget(totes)
        chips = QHBoxLayout()
        for text, severity, icon in (
            ("fits", "ok", ""),
            ("all in", "done", ""),
            ("fragile", "warn", "glass"),
            ("overdue", "stop", ""),
            ("liquid", "none", "drop"),
            ("take 2", "next", ""),
        ):
            chip = Chip(self)
            chip.show_(text, severity, icon)
            chips.addWidget(chip)
        for key, words, main in (("T", "Take over", True), ("H", "Hold", False), ("", "Cancel", False)):
            button = ActButton(key, "", words, "", self, desk=True, main=main)
            button.setEnabled(words != "Cancel")
            chips.addWidget(button)
            if words == "Hold":
                self.hold = button
        chips.addWidget(Barcode("PBOK", "PBOK", self))
        chips.addStretch(1)
        tabs = JobHeader(self)
        closed = TabShown("Parcel 1", 7, 7, "closed")
        tabs.show_(
            JobShown(
                "DE-1042-1", (closed, TabShown("Parcel 2", 1, 3, "current"), TabShown("Parcel 3", state="labelled"))
            )
        )
        page.addWidget(head)
        page.addLayout(row, 1)
        page.addWidget(tabs)
        page.addWidget(choices)
        page.addWidget(states)
        page.addLayout(chips)
        page.addWidget(walk)
