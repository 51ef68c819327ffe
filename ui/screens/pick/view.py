"""The pick screen: widgets and their places, nothing else."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.context import Context
from ui.effects import Effect
from ui.look import theme
from ui.screens.pick.item_card import ItemCard
from ui.screens.pick.presenter import NextThing, PickShown, Presenter
from ui.widgets.act_button import ActButton
from ui.widgets.job_header import HeadChip, JobHeader, JobShown
from ui.widgets.next_block import NextBlock, NextShown, StepShown
from ui.widgets.scan_tiles import ScanTiles, TileShown
from ui.widgets.tote_grid import ToteGrid, ToteShown
from ui.widgets.walk_strip import StopShown, WalkStrip

# Units of height under which the walk gives way to what the hands need.
_NO_WALK = 495


class PickView(QWidget):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = context.words
        self.presenter = Presenter(context, self)
        self.setProperty("role", "page")
        self.header, self.next = JobHeader(self), NextBlock(self)
        self.item, self.totes, self.walk = ItemCard(self), ToteGrid(3, self), WalkStrip(self)
        self.short = ActButton("F6", "PBSHORT", words("screens_pick.acts.short"), "", self, tall=True)
        self.broken = ActButton("F7", "PBBROKEN", words("screens_pick.acts.broken"), "", self, tall=True)
        self.later = ActButton("", "PBNEXT", words("screens_pick.acts.later"), "", self, tall=True)
        self.undo = ActButton("F2", "PBUNDO", words("screens_pick.acts.undo"), "undo", self, tall=True)
        self.tiles = ScanTiles(self)
        self._head, self._whose = QLabel(words("screens_pick.cart"), self), QLabel(self)
        self._head.setProperty("type", "strong")
        self._whose.setProperty("type", "meta")
        self._lay_out()
        self.short.asked.connect(context.scan)
        self.broken.asked.connect(context.scan)
        self.later.asked.connect(context.scan)
        self.undo.asked.connect(context.scan)

    # What the presenter says ----------------------------------------------------------------------------------

    def show_(self, shown: PickShown) -> None:
        chips = tuple(HeadChip(text) for text in shown.chips)
        self.header.show_(JobShown(shown.job, chips=chips, words=shown.counted, done=shown.done, of=shown.of))
        self.next.show_(next_shown(shown.next))
        self.item.show_(shown.item)
        if self._whose.text() != shown.whose:
            self._whose.setText(shown.whose)
        self.totes.show_(tuple(ToteShown(tote.name, tote.detail, tote.state) for tote in shown.totes))
        self.walk.show_(tuple(StopShown(stop.aisle, stop.bin, stop.state) for stop in shown.walk))

    def show_scans(self, scans: tuple[Effect, ...]) -> None:
        self.tiles.show_(tuple(TileShown(s.title, s.detail, s.severity, s.icon, s.fresh) for s in scans))

    # Places ---------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._rows = QVBoxLayout(self)
        self._rows.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._work, self._side, self._foot, self._acts = QHBoxLayout(), QVBoxLayout(), QHBoxLayout(), QHBoxLayout()
        self._cart = QFrame(self)
        self._cart.setProperty("role", "panel")
        self._inside, self._told = QVBoxLayout(self._cart), QHBoxLayout()
        self._told.addWidget(self._head, 1)
        self._told.addWidget(self._whose)
        self._inside.addLayout(self._told)
        self._inside.addWidget(self.totes, 1)
        for act in (self.short, self.broken, self.later):
            self._acts.addWidget(act, 1)
        self._side.addWidget(self.item)
        self._side.addWidget(self._cart, 1)
        self._side.addLayout(self._acts)
        self._column = QWidget(self)
        self._column.setLayout(self._side)
        self._work.addWidget(self.next, 1)
        self._work.addWidget(self._column)
        self._foot.addWidget(self.tiles, 1)
        self._foot.addWidget(self.undo)
        self._rows.addWidget(self.header)
        self._rows.addLayout(self._work, 1)
        self._rows.addWidget(self.walk)
        self._rows.addLayout(self._foot)
        for fixed in (self.header, self.walk, self.tiles, self.item):
            fixed.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for grows in (self.next, self.totes):
            grows.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._measure()

    def _measure(self) -> None:
        """Margins and the side's width follow the look."""
        look = theme.look()
        self._rows.setContentsMargins(look.page, look.page, look.page, look.page)
        self._side.setContentsMargins(0, 0, 0, 0)
        for row in (self._rows, self._work, self._side, self._foot):
            row.setSpacing(look.gutter)
        self._acts.setSpacing(look.px(8))
        self._inside.setContentsMargins(look.px(14), look.px(8), look.px(14), look.px(12))
        self._inside.setSpacing(look.px(6))
        self._column.setFixedWidth(look.side if look.density == "compact" else look.px(400))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_rows"):
            self._measure()
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where a large scale leaves little height, the walk gives way to what the hands need."""
        look = theme.look()
        self.walk.setVisible(self.height() / look.factor >= _NO_WALK)
        for words in (self._head, self._whose):
            words.setVisible(look.density != "compact")

    # What hands do --------------------------------------------------------------------------------------------


def next_shown(thing: NextThing) -> NextShown:
    return NextShown(
        thing.verb, thing.icon, thing.title, thing.detail, thing.code, thing.picture, thing.done, thing.of,
        thing.counted, big=thing.big, warn=thing.warn, aside=thing.aside,
        steps=tuple(StepShown(step.words, step.state) for step in thing.steps),
    )  # fmt: skip


def build(context: Context) -> PickView:
    """The screen, for the window to show."""
    return PickView(context)
