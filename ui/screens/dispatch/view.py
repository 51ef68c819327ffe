"""The dock's screen: widgets and their places, nothing else."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.context import Context
from ui.effects import Effect
from ui.look import theme
from ui.screens.dispatch.parcels import ParcelList
from ui.screens.dispatch.presenter import DispatchShown, Presenter
from ui.widgets.act_button import ActButton
from ui.widgets.job_header import HeadChip, JobHeader, JobShown
from ui.widgets.next_block import NextBlock, NextShown
from ui.widgets.scan_tiles import ScanTiles, TileShown

_TICK_MS = 5_000


class DispatchView(QWidget):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = context.words
        self.presenter = Presenter(context, self)
        self._context = context
        self.setProperty("role", "page")
        self.header, self.next = JobHeader(self), NextBlock(self)
        self.loaded, self.waiting = ParcelList(self), ParcelList(self)
        self.off = ActButton("", "PBOUT", words("screens_dock.acts.off"), "take-out", self)
        self.leave = ActButton("", "PBEXIT", words("screens_dock.acts.leave"), "", self)
        self.close_truck = ActButton("F8", "PBCLOSE", words("screens_dock.acts.close"), "truck", self)
        self.undo = ActButton("F2", "PBUNDO", words("screens_dock.acts.undo"), "undo", self, tall=True)
        self.tiles = ScanTiles(self)
        self._lay_out()
        self.off.asked.connect(context.scan)
        self.leave.asked.connect(context.scan)
        self.close_truck.asked.connect(context.scan)
        self.undo.asked.connect(context.scan)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    # What the presenter says ----------------------------------------------------------------------------------

    def show_(self, shown: DispatchShown) -> None:
        words = self._context.words
        chips = tuple(HeadChip(text, severity) for severity, text in shown.chips)
        self.header.show_(JobShown(shown.carrier, chips=chips, words=shown.counted, done=shown.done, of=shown.of))
        for act in (self.off, self.close_truck):
            act.setEnabled(not shown.away)
        thing = shown.next
        self.next.show_(
            NextShown(thing.verb, thing.icon, thing.title, thing.detail, done=thing.done, of=thing.of,
                      counted=thing.counted, warn=thing.warn)
        )  # fmt: skip
        if shown.unload:
            self.loaded.show_(words("screens_dock.unload_title"), shown.unload, len(shown.unload))
        else:
            self.loaded.show_(shown.loaded_title, shown.loaded, shown.done, words("screens_dock.nothing_loaded"))
        self.waiting.show_(
            shown.waiting_title, shown.waiting, max(0, shown.of - shown.done), words("screens_dock.nothing_waits")
        )

    def show_scans(self, scans: tuple[Effect, ...]) -> None:
        self.tiles.show_(tuple(TileShown(s.title, s.detail, s.severity, s.icon, s.fresh) for s in scans))

    # Places ---------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._rows = QVBoxLayout(self)
        self._rows.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._work, self._left, self._side = QHBoxLayout(), QVBoxLayout(), QVBoxLayout()
        self._acts, self._foot = QHBoxLayout(), QHBoxLayout()
        self._column = QWidget(self)
        self._column.setLayout(self._side)
        self._side.setContentsMargins(0, 0, 0, 0)
        self._side.addWidget(self.loaded, 1)
        self._side.addWidget(self.waiting, 1)
        for act in (self.off, self.leave, self.close_truck):
            self._acts.addWidget(act, 1)
        self._left.addWidget(self.next, 1)
        self._left.addLayout(self._acts)
        self._work.addLayout(self._left, 1)
        self._work.addWidget(self._column)
        self._foot.addWidget(self.tiles, 1)
        self._foot.addWidget(self.undo)
        self._rows.addWidget(self.header)
        self._rows.addLayout(self._work, 1)
        self._rows.addLayout(self._foot)
        for fixed in (self.header, self.tiles):
            fixed.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for grows in (self.next, self.loaded, self.waiting):
            grows.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._measure()

    def _measure(self) -> None:
        """Margins and the side's width follow the look."""
        look = theme.look()
        self._rows.setContentsMargins(look.page, look.page, look.page, look.page)
        for row in (self._rows, self._work, self._left, self._side, self._acts, self._foot):
            row.setSpacing(look.gutter)
        self._column.setFixedWidth(look.side)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_rows"):
            self._measure()

    # What hands do --------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _tick(self) -> None:
        self.presenter.tick()


def build(context: Context) -> DispatchView:
    """The screen, for the window to show."""
    return DispatchView(context)
