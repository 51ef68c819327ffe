"""The floor's screen: figures, benches, needs, and the question before work is taken over."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.context import Context
from ui.desk import layout
from ui.desk.fields import Form
from ui.desk.shown import FieldShown
from ui.look import theme
from ui.screens.floor.cards import BenchCards
from ui.screens.floor.panels import Needs, Tiles
from ui.screens.floor.presenter import Presenter
from ui.screens.floor.shown import FloorShown
from ui.widgets.act_button import ActButton

_TICK_MS = 400


class FloorView(QWidget):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = self._words = context.words
        self.setProperty("role", "page")
        self.presenter = Presenter(context, self)
        self.tiles, self.remark = Tiles(self), layout.Remark(self)
        self.cards = BenchCards(words("floor.benches"), self)
        self.needs = Needs(words("floor.needs_you"), self)
        self.take = ActButton("T", "", words("floor.act.take_over"), "", self, desk=True, main=True)
        self.case = ActButton("C", "", words("floor.act.case"), "", self, desk=True)
        self.order = ActButton("O", "", words("floor.act.order"), "", self, desk=True)
        self.ask = layout.panel(self)
        self._question, self.form = layout.label("strong", self.ask, wrap=True), Form(self.ask)
        self.commit = ActButton("Ctrl ⏎", "", words("floor.act.commit"), "", self.ask, desk=True, main=True)
        self.back = ActButton("Esc", "", words("screens_desk.put_back"), "", self.ask, desk=True)
        self._lay_out()
        self.cards.chosen.connect(self.presenter.choose)
        self.cards.opened.connect(self._opened)
        self.needs.chosen.connect(self._needed)
        for button, act in (
            (self.take, self.presenter.take_over),
            (self.case, self.presenter.to_case),
            (self.order, self.presenter.to_order),
            (self.commit, self.presenter.commit),
            (self.back, self.presenter.escaped),
        ):
            button.asked.connect(act)
        self.form.written.connect(self.presenter.edited)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    # What the presenter says -----------------------------------------------------------------------------------

    def show_(self, shown: FloorShown) -> None:
        acts = shown.acts
        self.tiles.show_(shown.tiles)
        self.cards.show_(shown.cards, shown.rest, shown.chosen)
        self.needs.show_(shown.needs, shown.urgent, shown.quiet, shown.chosen)
        self.take.setEnabled(acts.take_over and not acts.taking)  # one filled block at a time
        self.case.setEnabled(acts.case)
        self.order.setEnabled(acts.order)
        self.commit.setEnabled(acts.take_over)
        self.ask.setVisible(bool(acts.taking))
        if acts.taking:
            self._question.setText(acts.taking)
            label = self._words("screens_desk.field.reason")
            self.form.show_((FieldShown("reason", label, acts.reason, acts.problem),))

    def to_reason(self) -> None:
        self.form.to_field("reason")

    def to_floor(self) -> None:
        self.cards.setFocus()

    def say(self, text: str, severity: str) -> None:
        self.remark.show_(text, severity)

    # Places ----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._rows = layout.page(self)
        self._body, self._side, self._column = QHBoxLayout(), QVBoxLayout(), QWidget(self)
        self._column.setLayout(self._side)
        self._side.setContentsMargins(0, 0, 0, 0)
        self._side.addWidget(self.needs, 1)
        self._side.addWidget(self.take)
        self._pair = QHBoxLayout()
        self._pair.addWidget(self.case)
        self._pair.addWidget(self.order)
        self._side.addLayout(self._pair)
        self._body.addWidget(self.cards, 1)
        self._body.addWidget(self._column)
        asked = QVBoxLayout(self.ask)
        line = QHBoxLayout()
        line.addWidget(self.form, 1)
        line.addWidget(self.commit)
        line.addWidget(self.back)
        asked.addWidget(self._question)
        asked.addLayout(line)
        self._asked, self._line = asked, line
        self._rows.addWidget(self.tiles)
        self._rows.addWidget(self.remark)
        self._rows.addLayout(self._body, 1)
        self._rows.addWidget(self.ask)
        self.ask.hide()
        self._fit()

    def _fit(self) -> None:
        look = theme.look()
        layout.spaced(self._rows)
        for row in (self._body, self._side, self._pair, self._line):
            row.setSpacing(look.gutter)
        self._asked.setContentsMargins(look.px(16), look.px(10), look.px(16), look.px(12))
        self._asked.setSpacing(look.px(8))
        self._column.setFixedWidth(look.px(252 if look.density == "compact" else 300))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_rows"):
            self._fit()

    # What a person does ------------------------------------------------------------------------------------------

    def _needed(self, station: str) -> None:
        self.presenter.choose(station)
        self.cards.scroll_to(station)

    def _opened(self, station: str) -> None:
        self.presenter.choose(station)
        self.presenter.to_order()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        letter = event.text().upper()
        act = {"T": self.presenter.take_over, "C": self.presenter.to_case, "O": self.presenter.to_order}.get(letter)
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.presenter.commit()
        elif event.key() == Qt.Key.Key_Escape and self.presenter.escaped():
            return
        elif act is not None and not control:
            act()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self.cards.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _tick(self) -> None:
        self.presenter.tick()


def build(context: Context) -> FloorView:
    return FloorView(context)
