"""The label screen: widgets and their places, nothing else."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.context import Context
from ui.look import Look, theme
from ui.screens.label.presenter import LabelShown, Presenter
from ui.widgets.choice_cards import ChoiceCards, ChoiceShown
from ui.widgets.code_cards import CodeCards, CodeShown
from ui.widgets.facts import FactRow, FactShown
from ui.widgets.job_header import HeadChip, JobHeader, JobShown
from ui.widgets.label_preview import LabelPreview
from ui.widgets.marks import Box, Mark
from ui.widgets.next_block import NextBlock, NextShown
from ui.widgets.painted import Painted
from ui.widgets.slot import Slot
from ui.widgets.tabs import TabShown

_TICK_MS = 1000
_CHECKS = 4
# Units of height under which the four checks give way.
_NO_CHECKS = 420


class LabelView(QWidget):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.presenter = Presenter(context, self)
        self._context, self._shown = context, LabelShown()
        self.setProperty("role", "page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.header, self.next = JobHeader(self), NextBlock(self)
        self.checks = tuple(FactRow(self) for _ in range(_CHECKS))
        self.acts, self.cards = ChoiceCards(2, self), CodeCards(self)
        self.preview = LabelPreview(self)
        self._lay_out()
        self.acts.chosen.connect(context.scan)
        self.cards.chosen.connect(context.scan)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    def show_(self, shown: LabelShown) -> None:
        self._shown = shown
        tabs = tuple(TabShown(tab.title, tab.done, tab.of, tab.state) for tab in shown.tabs)
        roomy = theme.look().density != "compact"
        chips = (HeadChip(shown.chip, "done"),) if shown.chip and roomy else ()
        self.header.show_(JobShown(shown.job, tabs, chips=chips))
        n = shown.next
        self.next.show_(NextShown(n.verb, n.icon, n.title, n.subtitle, n.code, n.picture, more=n.more, warn=n.warn))
        for row, fact in zip(self.checks, shown.checks, strict=False):
            row.show_(FactShown(fact.title, fact.detail, severity=fact.severity, plain=True))
        self.cards.show_(tuple(CodeShown(c.title, c.detail, c.code, c.picture, c.best) for c in shown.choices))
        self._say()
        self._slot.show_(self.cards if shown.choices else self.acts)
        self.preview.show_(shown.label)

    def _say(self) -> None:
        words = self._context.words
        reprint, reopen = "PBREPRINT", "PBREOPEN"
        self.acts.show_(
            (
                ChoiceShown(reprint, words("screens_pack.label.reprint"), words("screens_pack.label.reprint_detail"),
                            "F6", reprint, icon="printer"),
                ChoiceShown(reopen, words("screens_pack.label.reopen"), words("screens_pack.label.reopen_detail"),
                            "F7", reopen, icon="undo"),
            )
        )  # fmt: skip

    def _lay_out(self) -> None:
        self._columns, self._left = QHBoxLayout(self), QVBoxLayout()
        self._columns.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._panel, self._paper = QFrame(self), _Table(self)
        self._panel.setProperty("role", "panel")
        self._grid = QGridLayout(self._panel)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        for n, row in enumerate(self.checks):
            self._grid.addWidget(row, n // 2, n % 2)
        self._sheet = QVBoxLayout(self._paper)
        self._sheet.addWidget(self.preview)
        self._slot = Slot((self.acts, self.cards), self)
        for piece, stretch in ((self.header, 0), (self.next, 1), (self._panel, 0), (self._slot, 0)):
            self._left.addWidget(piece, stretch)
        self._columns.addLayout(self._left, 1)
        self._columns.addWidget(self._paper)
        for fixed in (self.header, self._slot, *self.checks):
            fixed.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for free in (self.next, self.preview):
            free.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._say()
        self._measure()

    def _measure(self) -> None:
        look = theme.look()
        page = look.page
        self._columns.setContentsMargins(page, page, page, page)
        self._columns.setSpacing(look.gutter)
        self._left.setSpacing(look.gutter)
        self._paper.setFixedWidth(round(look.side * 432 / 460))
        self._sheet.setContentsMargins(look.px(8), look.px(8), look.px(8), look.px(8))

    def minimumSizeHint(self) -> QSize:
        """Parts give way to little room; none of them holds the window open."""
        return QSize(0, 0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_columns"):
            self._measure()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._panel.setVisible(self.height() / theme.look().factor >= _NO_CHECKS)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setFocus()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _tick(self) -> None:
        self.presenter.tick()


class _Table(Painted):
    """What the label lies on."""

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return (Box((0, 0, self.width(), self.height()), "line", "", 0, look.radius("panel")),)


def build(context: Context) -> LabelView:
    """The screen, for the window to show."""
    return LabelView(context)
