"""The cases screen: cards of kinds, the queue, and the case in hand with what mends it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.context import Context
from ui.desk import layout
from ui.desk.fields import Form
from ui.desk.shown import ReasonShown
from ui.desk.timeline import Reasons, Timeline
from ui.look import Look, theme
from ui.screens.cases.cards import KindCards
from ui.screens.cases.presenter import KEYS, Presenter
from ui.screens.cases.shown import CardShown, CaseShown
from ui.widgets.act_button import ActButton
from ui.widgets.chips import Chip
from ui.widgets.key_cap import KeyCap
from ui.widgets.marks import RIGHT, Icon, Mark, Type, Words, width
from ui.widgets.rows import Fetch, Row
from ui.widgets.tables import PagedTable, RowPainter, shape

_ACT_OF = {key: act for act, key in KEYS.items()}


class QueuePainter(RowPainter):
    """Two lines a case: which order and how long there is, then what it needs."""

    height = 63

    def draw(self, painter: QPainter, row: Row, column: int, rect: tuple[int, int, int, int], look: Look) -> None:
        for mark in self.marks(row, rect, look):
            mark.paint(painter, look)

    def marks(self, row: Row, rect: tuple[int, int, int, int], look: Look) -> list[Mark]:
        title, due, detail = row.cells
        x, y, w, h = rect
        px, size = look.px, look.px(22)
        ink = {"warn": "warn-text", "stop": "stop"}.get(title.severity, title.severity)
        left, right = x + px(16), x + w - px(16)
        text = left + size + px(12)
        kind = Type(px=px(14), weight=600, tabular=True)
        wide = round(width(due.text, kind, look)) + 2
        first, second = px(24), px(20)
        top = y + (h - first - second) // 2
        late = {"stop": "stop-text", "warn": "warn-text"}.get(title.severity, "ink-2")
        name = Type(px=px(16), weight=700, code=True)
        icon = Icon((left, y + (h - size) // 2, size, size), shape(title.severity), ink)
        if width(title.text, name, look) + wide + px(8) > right - text:  # the order's number is never cut
            return [
                icon,
                Words((text, top, right - text, first), title.text, name),
                Words((text, top + first, right - text, second), due.text, kind, late),
            ]
        return [
            icon,
            Words((text, top, right - wide - px(8) - text, first), title.text, name),
            Words((right - wide, top, wide, first), due.text, kind, late, RIGHT),
            Words((text, top + first, right - text, second), detail.text, Type(px=px(14)), "ink-2"),
        ]


class CasesView(QWidget):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = context.words
        self.setProperty("role", "page")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rows = layout.page(self)
        self.cards = KindCards(words("screens_desk.cases.cards"), self)
        self.remark = layout.Remark(self)
        self.table = PagedTable(context.runner, (), words("screens_desk.cases.queue"), self, QueuePainter)
        self._body = QHBoxLayout()
        self._list = layout.panel(self)
        self._title = layout.label("title", self._list)
        self.detail = CaseDetail(context, self)
        inner = QVBoxLayout(self._list)
        inner.setContentsMargins(1, 0, 1, 8)
        inner.setSpacing(0)
        self._head = QHBoxLayout()
        self._head.addWidget(self._title)
        inner.addLayout(self._head)
        inner.addWidget(self.table, 1)
        self._body.addWidget(self._list)
        self._body.addWidget(self.detail, 1)
        self._rows.addWidget(self.cards)
        self._rows.addWidget(self.remark)
        self._rows.addLayout(self._body, 1)
        self.presenter = Presenter(context, self)
        self.cards.chosen.connect(self.presenter.choose_kind)
        self.table.chosen.connect(self.presenter.chose)
        self.table.opened.connect(self._opened)
        self.table.rows.failed.connect(self._failed)
        self.detail.form.written.connect(self.presenter.edited)
        self.detail.acts.asked.connect(self._asked)
        self.detail.to_order.asked.connect(self.presenter.open_order)
        self._context = context
        self._fit()

    # What the presenter says -----------------------------------------------------------------------------------

    def show_cards(self, cards: tuple[CardShown, ...]) -> None:
        self.cards.show_(cards)

    def show_rows(self, title: str, fetch: Fetch, empty: str, key: str) -> None:
        self._title.setText(title)
        self.table.show_(fetch, empty, key)
        self.table.setFocus()

    def rows_again(self) -> None:
        self.table.again()

    def show_case(self, case: CaseShown | None) -> None:
        if self.detail.shown != (case.id if case else "") and self.detail.isAncestorOf(self.focusWidget() or self):
            self.table.setFocus()  # the case that was written about is no longer in hand
        self.detail.show_(case)

    def show_reasons(self, reasons: tuple[ReasonShown, ...]) -> None:
        self.detail.show_reasons(reasons)

    def to_field(self, name: str) -> None:
        if not self.detail.form.to_field(name):
            self.detail.form.to_field("reason")

    def say(self, text: str, severity: str) -> None:
        self.remark.show_(text, severity)

    # What a person does ------------------------------------------------------------------------------------------

    def _opened(self, _row: Row) -> None:
        self.presenter.open_order()

    def _asked(self, act: str) -> None:
        """A click on the act that is ready does it; on another one, asks what it needs."""
        if act == self.detail.ready:
            self.presenter.commit()
        else:
            self.presenter.act(act)

    def _failed(self, error: BaseException) -> None:
        self.presenter.failed(error)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        letter = event.text().upper()
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.presenter.commit()
        elif event.key() == Qt.Key.Key_Escape and self.presenter.escaped():
            self.table.setFocus()
        elif not control and letter in _ACT_OF:
            self.presenter.act(_ACT_OF[letter])
        elif not control and letter == "O":
            self.presenter.open_order()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()

    def _fit(self) -> None:
        look = theme.look()
        layout.spaced(self._rows)
        self._body.setSpacing(look.gutter)
        self._list.setFixedWidth(min(look.px(300 if look.density == "compact" else 400), round(look.width * 0.36)))
        self._head.setContentsMargins(look.px(16), look.px(10), look.px(16), look.px(10))
        self.detail.fit()


class CaseDetail(QFrame):
    """The case in hand: what it is, what happened, what mends it, why it stopped, the acts."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = context.words
        self.shown = self.ready = ""
        self.setProperty("role", "panel")
        self._title, self._chip = layout.label("far", self, code=True), Chip(self)
        self._sentence = layout.label("strong", self, wrap=True)
        self.to_order = ActButton("O", "", words("screens_desk.cases.to_order"), "", self, desk=True)
        self.timeline, self.form = Timeline(self), Form(self)
        self._why = QFrame(self)
        self._why.setProperty("role", "aside")
        self._why_title, self.reasons = layout.label("strong", self._why), Reasons(self._why)
        self._why_title.setText(words("screens_desk.cases.why"))
        self.acts = layout.ActRow(self)
        self._commits = KeyCap("Ctrl ⏎", words("screens_desk.commit"), "", self)
        self._back = KeyCap("Esc", words("screens_desk.put_back"), "", self)
        self._remark = layout.label("meta", self, wrap=True)
        self._past = layout.scrolled(self.timeline, self)
        self._reasons = layout.scrolled(self.reasons, self._why)
        self._lay()
        self.setVisible(True)

    def _lay(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(1, 1, 1, 1)
        rows.setSpacing(0)
        self._head = QVBoxLayout()
        first = self._first = QHBoxLayout()
        first.addWidget(self._title)
        first.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignVCenter)
        first.addStretch(1)
        first.addWidget(self.to_order)
        self._head.addLayout(first)
        self._head.addWidget(self._sentence)
        rows.addLayout(self._head)
        rows.addWidget(_rule(self))
        middle = QHBoxLayout()
        self._left = QVBoxLayout()
        self._left.addWidget(self._past, 1)
        self._left.addWidget(self.form)
        middle.addLayout(self._left, 1)
        why = QVBoxLayout(self._why)
        why.addWidget(self._why_title)
        why.addWidget(self._reasons, 1)
        self._why_rows = why
        middle.addWidget(self._why)
        rows.addLayout(middle, 1)
        rows.addWidget(_rule(self))
        self._foot = QHBoxLayout()
        self._foot.addWidget(self.acts, 1)
        for last in (self._remark, self._commits, self._back):
            self._foot.addWidget(last)
        rows.addLayout(self._foot)

    def fit(self) -> None:
        look = theme.look()
        px, compact = look.px, look.density == "compact"
        side = px(12 if compact else 16)
        self._head.setContentsMargins(side, px(8 if compact else 12), side, px(8 if compact else 12))
        self._head.setSpacing(px(4))
        self._first.setSpacing(px(12))
        self._left.setContentsMargins(side, px(12), side, px(12))
        self._left.setSpacing(px(8))
        self._why_rows.setContentsMargins(px(16), px(12), px(12), px(12))
        self._foot.setContentsMargins(side, px(8 if compact else 12), side, px(8 if compact else 12))
        self._foot.setSpacing(px(12))
        self._why.setFixedWidth(px(330))
        self._why.setVisible(not compact)
        self._commits.setVisible(not compact)
        self._back.setVisible(not compact)
        self._title.setFont(look.font("far", code=True))

    def show_(self, case: CaseShown | None) -> None:
        self.shown, self.ready = (case.id, case.ready) if case else ("", "")
        for part in (self._title, self._chip, self._sentence, self.to_order, self.acts, self._why_title):
            part.setVisible(case is not None)
        self.timeline.show_(case.events if case else ())
        self.form.show_(case.fields if case else ())
        self.acts.show_(case.acts if case else ())
        self._remark.setText(case.remark if case else "")
        self._remark.setVisible(bool(case and case.remark))
        if case is None:
            return
        self._title.setText(case.title)
        self._chip.show_(case.chip, case.severity)
        self._sentence.setText(case.sentence)
        self.to_order.setVisible(bool(case.order))
        self.setAccessibleName(f"{case.title}. {case.sentence}. {case.chip}")

    def show_reasons(self, reasons: tuple[ReasonShown, ...]) -> None:
        self.reasons.show_(reasons)


def _rule(parent: QWidget) -> QFrame:
    made = QFrame(parent)
    made.setProperty("role", "rule")
    return made


def build(context: Context) -> CasesView:
    return CasesView(context)
