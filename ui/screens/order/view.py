"""The order's page: head, goods, shipments, why it is planned so, what happened, and the acts with their reason."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.context import Context
from ui.desk import layout
from ui.desk.fields import Form
from ui.desk.sheet import Sheet
from ui.desk.sheet_rows import SheetRow
from ui.desk.shown import ReasonShown
from ui.desk.timeline import Reasons, Timeline
from ui.look import theme
from ui.screens.order.presenter import KEYS, Presenter
from ui.screens.order.shown import ChipShown, OrderShown
from ui.widgets.act_button import ActButton
from ui.widgets.chips import Chip
from ui.widgets.key_cap import KeyCap

_ACT_OF = {key: act for act, key in KEYS.items()}


class OrderView(QWidget):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = context.words
        self._words = words
        self.setProperty("role", "page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.ready = ""
        self._title = layout.label("lead", self, code=True)
        self._person, self._meta = layout.label("strong", self, wrap=True), layout.label("meta", self, wrap=True)
        self._chips: list[Chip] = []
        self._titles: dict[str, QLabel] = {}
        self._titled: list[QVBoxLayout] = []
        self._bare: list[QVBoxLayout] = []
        self._chip_row = QHBoxLayout()
        self.to_cases = ActButton("C", "", "", "flag", self, desk=True)
        self.remark = layout.Remark(self)
        self.goods = Sheet(self)
        self.shipments = _Shipments(self)
        self.reasons, self.timeline = Reasons(self), Timeline(self)
        self._version = layout.label("meta", self, wrap=True)
        self.form = Form(self)
        self.acts = layout.ActRow(self)
        self._commits, self._back = KeyCap("Ctrl ⏎", "", "", self), KeyCap("Esc", "", "", self)
        self.presenter = Presenter(context, self)
        self._lay()
        self.acts.asked.connect(self._asked)
        self.form.written.connect(self.presenter.edited)
        self.to_cases.asked.connect(self.presenter.to_cases)
        self._fit()

    def _lay(self) -> None:
        self._rows = layout.page(self)
        self._head, names = QHBoxLayout(), QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._person)
        names.addWidget(self._meta)
        self._head.addWidget(self._title)
        self._head.addLayout(names, 1)
        self._head.addLayout(self._chip_row)
        self._head.addWidget(self.to_cases)
        self._body, right = QHBoxLayout(), QVBoxLayout()
        self._goods = self._panel(self.goods)
        self._parts = layout.scrolled(self.shipments, self)
        self._side = QWidget(self)
        right.setContentsMargins(0, 0, 0, 0)
        self._side.setLayout(right)
        self._why = self._panel(self.reasons, "screens_desk.order.why", self._version)
        self._past = self._panel(self.timeline, "screens_desk.order.past")
        right.addWidget(self._why, 1)
        right.addWidget(self._past, 1)
        self._right = right
        for part in (self._goods, self._parts):
            self._body.addWidget(part, 1)
        self._body.addWidget(self._side)
        foot, self._foot = layout.panel(self), QVBoxLayout()
        line = QHBoxLayout()
        line.addWidget(self.acts, 1)
        for cap in (self._commits, self._back):
            line.addWidget(cap)
        self._line = line
        self._foot.addWidget(self.form)
        self._foot.addLayout(line)
        foot.setLayout(self._foot)
        self._rows.addLayout(self._head)
        self._rows.addWidget(self.remark)
        self._rows.addLayout(self._body, 1)
        self._rows.addWidget(foot)

    def _panel(self, inner: QWidget, title: str = "", last: QWidget | None = None) -> QFrame:
        made = layout.panel(self)
        rows = QVBoxLayout(made)
        (self._titled if title else self._bare).append(rows)
        if title:
            head = layout.label("strong", made)
            head.setText(self._words(title))
            self._titles[title] = head
            rows.addWidget(head)
        rows.addWidget(layout.scrolled(inner, made), 1)
        if last is not None:
            rows.addWidget(last)
        return made

    # What the presenter says -----------------------------------------------------------------------------------

    def show_order(self, order: OrderShown | None) -> None:
        for part in (self._title, self._person, self._meta, self._goods, self._parts, self.acts):
            part.setVisible(order is not None)
        self.ready = order.ready if order else ""
        self.form.show_(order.fields if order else ())
        compact = theme.look().density == "compact"
        self._side.setVisible(order is not None and not (compact and self.ready))  # the form needs its room
        for cap in (self._commits, self._back):
            cap.setVisible(bool(self.ready) and not compact)
        self.to_cases.setVisible(bool(order and order.cases))
        if order is None:
            return
        words = self._words
        self._title.setText(order.id)
        self._person.setText(order.person)
        self._meta.setText(order.meta)
        self._show_chips(order.chips)
        self.to_cases.show_("C", "", words("screens_desk.order.cases", n=order.cases), "flag")
        self.goods.show_(order.goods)
        self.shipments.show_(order.shipments, words("screens_desk.order.no_shipments"))
        self.timeline.show_(order.events)
        why = "screens_desk.order.why" if order.shipments else "screens_desk.order.why_not"
        self._titles["screens_desk.order.why"].setText(words(why))
        self.acts.show_(order.acts)
        self._commits.show_("Ctrl ⏎", order.ready_words)
        self._back.show_("Esc", words("screens_desk.put_back"))
        self.setAccessibleName(f"{order.id}. {order.person}. {order.meta}")
        if not order.ready and not self.isAncestorOf(self.focusWidget() or self):
            self.setFocus()

    def _show_chips(self, chips: tuple[ChipShown, ...]) -> None:
        while len(self._chips) < len(chips):
            self._chips.append(Chip(self))
            self._chip_row.addWidget(self._chips[-1], 0, Qt.AlignmentFlag.AlignVCenter)
        for n, chip in enumerate(self._chips):
            chip.setVisible(n < len(chips))
            if n < len(chips):
                chip.show_(chips[n].text, chips[n].severity, chips[n].icon)

    def show_reasons(self, reasons: tuple[ReasonShown, ...], version: str) -> None:
        self.reasons.show_(reasons)
        self._version.setText(self._words("screens_desk.order.rules", version=version) if version else "")

    def to_field(self, name: str) -> None:
        if not self.form.to_field(name):
            self.form.to_field("reason")

    def say(self, text: str, severity: str) -> None:
        self.remark.show_(text, severity)

    # What a person does ------------------------------------------------------------------------------------------

    def _asked(self, act: str) -> None:
        if act == self.ready:
            self.presenter.commit()
        else:
            self.presenter.act(act)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        letter = event.text().upper()
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.presenter.commit()
        elif event.key() == Qt.Key.Key_Escape:
            self.presenter.escaped()
            self.setFocus()
        elif not control and letter in _ACT_OF:
            self.presenter.act(_ACT_OF[letter])
        elif not control and letter == "C":
            self.presenter.to_cases()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_line"):
            self._fit()

    def _fit(self) -> None:
        look = theme.look()
        px, compact = look.px, look.density == "compact"
        layout.spaced(self._rows)
        self._head.setSpacing(px(16))
        self._chip_row.setSpacing(px(6))
        self._body.setSpacing(look.gutter)
        self._right.setSpacing(look.gutter)
        self._side.setFixedWidth(min(px(300 if compact else 372), round(look.width * 0.33)))
        self._foot.setContentsMargins(px(16), px(8 if compact else 12), px(16), px(8 if compact else 12))
        self._foot.setSpacing(px(10))
        self._line.setSpacing(px(12))
        self._title.setFont(look.font("lead", code=True))
        for rows in self._titled:
            rows.setContentsMargins(px(16), px(10), px(8), px(8))
        for rows in self._bare:
            rows.setContentsMargins(1, px(4), 1, px(8))


class _Shipments(QWidget):
    """A panel a shipment, one under the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheets: list[tuple[QFrame, Sheet]] = []
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._empty = layout.panel(self)
        self._none = layout.label("body", self._empty, tone="2", wrap=True)
        inside = QVBoxLayout(self._empty)
        inside.setContentsMargins(16, 16, 16, 16)
        inside.addWidget(self._none)
        self._rows.addWidget(self._empty)
        self._rows.addStretch(1)

    def show_(self, shipments: tuple[tuple[SheetRow, ...], ...], none: str) -> None:
        self._rows.setSpacing(theme.look().gutter)
        self._none.setText(none)
        self._empty.setVisible(not shipments)
        while len(self._sheets) < len(shipments):
            frame = layout.panel(self)
            inner = QVBoxLayout(frame)
            inner.setContentsMargins(1, 4, 1, 8)
            sheet = Sheet(frame)
            inner.addWidget(sheet)
            self._rows.insertWidget(len(self._sheets), frame)
            self._sheets.append((frame, sheet))
        for n, (frame, sheet) in enumerate(self._sheets):
            frame.setVisible(n < len(shipments))
            sheet.show_(shipments[n] if n < len(shipments) else ())


def build(context: Context) -> OrderView:
    return OrderView(context)
