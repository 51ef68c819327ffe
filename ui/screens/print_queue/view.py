"""The print queue: readiness above, papers on the left, the one in hand with its label and its acts on the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from printers.label import Label
from ui.context import Context
from ui.desk import layout
from ui.desk.shown import ActShown
from ui.look import theme
from ui.screens.print_queue import said
from ui.screens.print_queue.presenter import Presenter
from ui.screens.print_queue.shown import ActsShown, PaperShown, ReadyShown
from ui.widgets.act_button import ActButton
from ui.widgets.chips import Chip
from ui.widgets.label_preview import LabelPreview
from ui.widgets.rows import Fetch, Row
from ui.widgets.tables import PagedTable

_TICK_MS = 1000
_DEVICES = 3


class PrintQueueView(QWidget):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = context.words
        self.setProperty("role", "page")
        self._rows = layout.page(self)
        self.counts = layout.label("title", self)
        self.devices = tuple(Chip(self) for _ in range(_DEVICES))
        self.sheets = ActButton("S", "", words("screens_print.act.sheets"), "paper", self, desk=True)
        self.remark = layout.Remark(self)
        self.table = PagedTable(context.runner, said.columns(context), words("screens_print.queue"), self)
        self.detail = layout.panel(self)
        self._title, self._chip = layout.label("far", self.detail, code=True), Chip(self.detail)
        self._sentence = layout.label("strong", self.detail, wrap=True)
        self._facts = layout.label("meta", self.detail, wrap=True)
        self._paper: PaperShown | None = None
        self.preview = LabelPreview(self.detail)
        self.preview.setAccessibleName(words("screens_print.preview"))
        self._ask = layout.label("strong", self.detail)
        self.acts = ActColumn(self.detail)
        self._lay()
        self.presenter = Presenter(context, self)
        self.table.chosen.connect(self._chose)
        self.table.rows.failed.connect(self._failed)
        self.acts.asked.connect(self._asked)
        self.sheets.asked.connect(self._sheets)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    def _lay(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self.counts, 1)
        self._head.addWidget(self.sheets)
        self._ready = QHBoxLayout()
        for chip in self.devices:
            chip.setMinimumWidth(1)  # what a printer says may be long: it ends in an ellipsis before it moves the rest
            self._ready.addWidget(chip)
        self._ready.addStretch(1)
        self._body = QHBoxLayout()
        list_ = layout.panel(self)
        inner = QVBoxLayout(list_)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.table)
        self._body.addWidget(list_, 1)
        self._body.addWidget(self.detail)
        self._inside = QVBoxLayout(self.detail)
        first = QHBoxLayout()
        first.addWidget(self._title)
        first.addStretch(1)
        first.addWidget(self._chip)
        self._inside.addLayout(first)
        for widget in (self._sentence, self._facts):
            self._inside.addWidget(widget)
        self._inside.addWidget(self.preview, 1)
        self._inside.addStretch(0)
        self._inside.addWidget(self._ask)
        self._inside.addWidget(self.acts)
        self._rows.addLayout(self._head)
        self._rows.addLayout(self._ready)
        self._rows.addWidget(self.remark)
        self._rows.addLayout(self._body, 1)
        self._fit()

    # What the presenter says --------------------------------------------------------------------------------------

    def show_ready(self, devices: tuple[ReadyShown, ...]) -> None:
        for chip, device in zip(self.devices, devices, strict=True):
            chip.show_(device.text, device.severity, device.icon)
            chip.setToolTip(device.text)

    def show_line(self, away: bool) -> None:
        self.sheets.setEnabled(not away)

    def show_rows(self, fetch: Fetch, empty: str, key: str) -> None:
        self.table.show_(fetch, empty, key)
        self.table.setFocus()

    def rows_again(self, counts: str) -> None:
        self.counts.setText(counts)
        self.table.again()

    def show_paper(self, paper: PaperShown | None) -> None:
        self._paper = paper
        if paper is not None:
            self._title.setText(paper.title)
            self._chip.show_(paper.chip, paper.severity)
            self._sentence.setText(paper.sentence)
            self._facts.setText(paper.facts)
        self._show_paper(paper is not None)

    def _show_paper(self, seen: bool) -> None:
        paper = self._paper
        for part in (self._title, self._chip, self._sentence):
            part.setVisible(seen and paper is not None)
        self._facts.setVisible(seen and bool(paper and paper.facts))
        self.preview.setVisible(seen and bool(paper and paper.label))

    def show_label(self, label: Label | None) -> None:
        self.preview.show_(label)

    def show_acts(self, acts: ActsShown) -> None:
        self._ask.setText(acts.title)
        self._ask.setVisible(bool(acts.title))
        self._show_paper(not acts.alone)
        self.acts.show_(acts.acts)

    def say(self, text: str, severity: str) -> None:
        self.remark.show_(text, severity)

    # What a person does -------------------------------------------------------------------------------------------

    def _chose(self, row: Row | None) -> None:
        self.presenter.chose(row)

    def _asked(self, name: str) -> None:
        self.presenter.act(name)

    def _failed(self, error: BaseException) -> None:
        self.presenter.failed(error)

    def _tick(self) -> None:
        self.presenter.tick()

    def _sheets(self) -> None:
        self.presenter.act("sheets")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() == Qt.Key.Key_Escape and self.presenter.escaped():
            self.table.setFocus()
        elif not (plain and event.text() and self.presenter.key(event.text().upper())):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        look = theme.look()
        layout.spaced(self._rows)
        side = look.px(12 if look.density == "compact" else 16)
        self._head.setSpacing(look.px(8))
        self._ready.setSpacing(look.px(8))
        self._body.setSpacing(look.gutter)
        self._inside.setContentsMargins(side, side, side, side)
        self._inside.setSpacing(look.px(8))
        self.detail.setFixedWidth(min(look.px(420), round(look.width * 0.38)))
        self._title.setFont(look.font("far", code=True))


class ActColumn(QWidget):
    """Acts below each other, each as wide as there is room. `asked` has the act's name."""

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._acts: tuple[ActShown, ...] = ()
        self.buttons: list[_Act] = []
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)

    def show_(self, acts: tuple[ActShown, ...]) -> None:
        if acts == self._acts:
            return
        self._acts = acts
        self._rows.setSpacing(theme.look().px(8))
        while self.buttons:
            gone = self.buttons.pop()
            self._rows.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for act in acts:
            button = _Act(act, self)
            button.asked.connect(button.tell)
            button.named.connect(self.asked)
            self._rows.addWidget(button)
            self.buttons.append(button)


class _Act(ActButton):
    named = Signal(object)

    def __init__(self, act: ActShown, parent: QWidget) -> None:
        super().__init__(act.key, "", act.words, "", parent, desk=True, main=act.main)
        self._name = act.name
        self.setEnabled(act.allowed)

    def tell(self) -> None:
        self.named.emit(self._name)


def build(context: Context) -> PrintQueueView:
    return PrintQueueView(context)
