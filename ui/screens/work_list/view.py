"""The work list's screen: widgets and their places, nothing else."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.context import Context
from ui.look import theme
from ui.screens.work_list.board import Board
from ui.screens.work_list.panels import HeldPanel, LeadBlock, PacePanel, Warnings
from ui.screens.work_list.presenter import Presenter
from ui.screens.work_list.shown import Work, WorkListShown
from ui.widgets.act_button import ActButton

_TICK_MS = 2_000


class WorkListView(QWidget):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = context.words
        self.presenter = Presenter(context, self)
        self._context = context
        self.setProperty("role", "page")
        self.lead, self.board = LeadBlock(self), Board(words("screens_work.acts.open_letter"), self)
        self.held = HeldPanel(words("screens_work.held.title"), self)
        self.pace, self.warnings = PacePanel(self), Warnings(self)
        self.open = ActButton("F3", "", words("screens_work.acts.open"), "", self)
        self.following = ActButton("", "PBNEXT", words("screens_work.acts.next"), "", self)
        self._lay_out()
        self.held.hide()
        self.warnings.hide()
        self.board.opened.connect(self._open)
        self.board.near_end.connect(self.presenter.more)
        self.open.asked.connect(self.board.open_chosen)
        self.following.asked.connect(context.scan)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    # What the presenter says ----------------------------------------------------------------------------------

    def show_(self, shown: WorkListShown) -> None:
        self.lead.show_(shown.lead)
        self.board.show_(shown.rows, shown.rest, shown.empty, shown.away)
        self.held.setVisible(bool(shown.held))
        self.held.show_(shown.held)
        self.pace.show_(shown.pace)
        self.warnings.show_(shown.trouble)
        self.open.setEnabled(bool(shown.rows) and not shown.away[0])
        self.following.setEnabled(not shown.away[0])

    def open_chosen(self) -> None:
        self.board.open_chosen()

    # Places ---------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._rows = QVBoxLayout(self)
        self._rows.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._work, self._side = QHBoxLayout(), QVBoxLayout()
        self._column = QWidget(self)
        self._column.setLayout(self._side)
        self._side.setContentsMargins(0, 0, 0, 0)
        for piece in (self.warnings, self.held):
            self._side.addWidget(piece)
        self._side.addWidget(self.pace, 1)
        for act in (self.open, self.following):
            self._side.addWidget(act)
        self._work.addWidget(self.board, 1)
        self._work.addWidget(self._column)
        self._rows.addWidget(self.lead)
        self._rows.addLayout(self._work, 1)
        for fixed in (self.lead, self.held, self.warnings):
            fixed.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for grows in (self.board, self.pace):
            grows.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._measure()

    def _measure(self) -> None:
        """Margins and the side's width follow the look."""
        look = theme.look()
        self._rows.setContentsMargins(look.page, look.page, look.page, look.page)
        for row in (self._rows, self._work, self._side):
            row.setSpacing(look.gutter)
        self._column.setFixedWidth(look.px(250 if look.density == "compact" else 340))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_rows"):
            self._measure()

    # What hands do --------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that nothing else took are the list's."""
        if not self.board.hasFocus():
            self.board.keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self.board.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _tick(self) -> None:
        self.presenter.tick()

    def _open(self, row: Work) -> None:
        self.presenter.open(row)


def build(context: Context) -> WorkListView:
    """The screen, for the window to show."""
    return WorkListView(context)
