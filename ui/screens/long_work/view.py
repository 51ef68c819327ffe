"""The screen of long work: what can be begun at the left, what the last piece came to at the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.context import Context
from ui.desk import layout
from ui.desk.sheet import Sheet
from ui.desk.worker import worker
from ui.look import theme
from ui.screens.long_work.presenter import KEYS, Presenter, Result
from ui.screens.long_work.shown import LongShown

_ACT_OF = {key: act for act, key in KEYS.items()}


class LongWorkView(QWidget):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = context.words
        self.setProperty("role", "page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(context.words("screens_desk.long.page"))
        self.remark = layout.Remark(self)
        self.shop, self.channel = self._choice("screens_desk.long.shop"), self._choice("screens_desk.long.channel")
        self._files, self._map = layout.label("body", self, wrap=True), layout.label("body", self, wrap=True)
        self._waiting = layout.label("body", self, tone="2", wrap=True)
        self._prints = layout.label("body", self, tone="2", wrap=True)
        self._prints.setText(context.words("screens_desk.long.jobs_what"))
        self.importing, self.planning, self.printing = (layout.ActRow(self) for _ in range(3))
        self._running, self._title = layout.label("strong", self, wrap=True), layout.label("title", self)
        self.result = Sheet(self)
        self._worker = worker()
        self.presenter = Presenter(context, self, self._worker)
        self._panels: list[QFrame] = []
        self._lay()
        for row in (self.importing, self.planning, self.printing):
            row.asked.connect(self.presenter.act)
        self.shop.activated.connect(self._shop_chosen)
        self.channel.activated.connect(self._channel_chosen)
        self._worker.progressed.connect(self._progressed)
        self._worker.ended.connect(self._ended)
        self._fit()

    def _choice(self, name: str) -> QComboBox:
        made = QComboBox(self)
        made.setAccessibleName(self._words(name))
        return made

    def _lay(self) -> None:
        self._rows = layout.page(self)
        self._body, self._left = QHBoxLayout(), QVBoxLayout()
        chosen = QHBoxLayout()
        chosen.addWidget(self.shop, 1)
        chosen.addWidget(self.channel, 1)
        self._chosen = chosen
        self._panel("screens_desk.long.import_title", chosen, self._files, self._map, self.importing)
        self._panel("screens_desk.long.plan_title", self._waiting, self.planning)
        self._panel("screens_desk.long.print_title", self._prints, self.printing)
        self._left.addStretch(1)
        right = layout.panel(self)
        inner = QVBoxLayout(right)
        inner.addWidget(self._title)
        inner.addWidget(self._running)
        inner.addWidget(layout.scrolled(self.result, right), 1)
        self._inner = inner
        self._body.addLayout(self._left, 1)
        self._body.addWidget(right, 1)
        self._rows.addWidget(self.remark)
        self._rows.addLayout(self._body, 1)

    def _panel(self, title: str, *parts: QWidget | QHBoxLayout) -> None:
        made = layout.panel(self)
        rows = QVBoxLayout(made)
        head = layout.label("strong", made)
        head.setText(self._words(title))
        rows.addWidget(head)
        for part in parts:
            if isinstance(part, QHBoxLayout):
                rows.addLayout(part)
            else:
                rows.addWidget(part)
        self._left.addWidget(made)
        self._panels.append(made)

    # What the presenter says -----------------------------------------------------------------------------------

    def here(self) -> None:
        self.setFocus()  # a box with choices would take the letters of the acts for its own

    def show_(self, shown: LongShown) -> None:
        _fill(self.shop, shown.shops, shown.shop)
        _fill(self.channel, shown.channels, shown.channel)
        _say(self._files, shown.files)
        _say(self._map, shown.map)
        _say(self._waiting, shown.waiting)
        _say(self._running, shown.running)
        self.importing.show_(shown.importing)
        self.planning.show_(shown.planning)
        self.printing.show_(shown.printing)
        self._title.setText(shown.title)
        self.result.show_(shown.result)

    def choose_files(self, *, many: bool, title: str, kinds: str) -> None:
        """Our own dialog: it has the window's colours and size, and a scanner's keys are taken there too."""
        dialog = QFileDialog(self, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles if many else QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(kinds)
        dialog.filesSelected.connect(self.presenter.chosen)
        dialog.open()

    def say(self, text: str, severity: str) -> None:
        self.remark.show_(text, severity)

    # What a person and the worker do ---------------------------------------------------------------------------

    def _shop_chosen(self, n: int) -> None:
        self.presenter.choose_shop(self.shop.itemData(n))

    def _channel_chosen(self, n: int) -> None:
        self.presenter.choose_channel(self.channel.itemData(n))

    def _progressed(self) -> None:
        self.presenter.progressed()

    def _ended(self, result: Result) -> None:
        self.presenter.ended(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter = event.text().upper()
        if event.key() == Qt.Key.Key_Escape and self.presenter.escaped():
            return
        if letter in _ACT_OF:
            self.presenter.act(_ACT_OF[letter])
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_inner"):
            self._fit()

    def _fit(self) -> None:
        look = theme.look()
        px = look.px
        layout.spaced(self._rows)
        self._body.setSpacing(look.gutter)
        self._left.setSpacing(look.gutter)
        self._chosen.setSpacing(px(8))
        for made in self._panels:
            rows = made.layout()
            if rows is not None:
                rows.setContentsMargins(px(16), px(12), px(16), px(12))
                rows.setSpacing(px(10))
        self._inner.setContentsMargins(1, px(12), 1, px(8))
        self._title.setContentsMargins(px(16), 0, px(16), 0)
        self._running.setContentsMargins(px(16), px(6), px(16), px(6))


def _fill(box: QComboBox, choices: tuple[tuple[str, str], ...], chosen: str) -> None:
    if [(box.itemData(n), box.itemText(n)) for n in range(box.count())] != list(choices):
        box.clear()
        for code, words in choices:
            box.addItem(words, code)
    box.setCurrentIndex(max(0, box.findData(chosen)))


def _say(label: QLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))


def build(context: Context) -> LongWorkView:
    return LongWorkView(context)
