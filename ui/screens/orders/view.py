"""The orders screen: one field that finds anything, states to filter by, and the list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ui.context import Context
from ui.desk import layout
from ui.look import Look, theme
from ui.screens.orders.presenter import Presenter, StateShown
from ui.widgets.key_cap import KeyCap
from ui.widgets.marks import CENTRE, Box, Mark, Type, Words, width
from ui.widgets.painted import Painted
from ui.widgets.rows import Fetch, Row
from ui.widgets.tables import PagedTable

_PAUSE_MS = 150  # a person's next letter mostly comes sooner: searching in between would only flicker


class StateTabs(Painted):
    """States to filter by, with how many orders are in them. Arrows choose."""

    chosen = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._states: tuple[StateShown, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_(self, states: tuple[StateShown, ...]) -> None:
        if states != self._states:
            self._states = states
            self.refresh()

    def said(self) -> str:
        here = next((one for one in self._states if one.chosen), None)
        return f"{self._name}: {here.words}" if here else self._name

    def sizeHint(self) -> QSize:
        return QSize(theme.look().px(400), theme.look().px(40))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(mark for x, wide, one in self._placed(look) for mark in _tab(one, x, wide, self.height(), look))

    def _placed(self, look: Look) -> Iterator[tuple[int, int, StateShown]]:
        kind, pad = Type("body", weight=600), look.px(14)
        wides = [round(width(_text(one), kind, look)) + 2 * pad for one in self._states]
        over = sum(wides) + look.px(6) * max(0, len(wides) - 1) - self.width()
        less = max(0, over) // max(1, len(wides)) + (1 if over > 0 else 0)
        x = 0
        for one, wide in zip(self._states, wides, strict=True):
            yield x, wide - less, one
            x += wide - less + look.px(6)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        here = next((n for n, one in enumerate(self._states) if one.chosen), 0)
        to = max(0, min(here + step, len(self._states) - 1))
        if step and to != here:
            self.chosen.emit(self._states[to].state)
        elif not step:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        for left, wide, one in self._placed(theme.look()):
            if left <= x < left + wide:
                self.chosen.emit(one.state)


def _text(one: StateShown) -> str:
    return one.words if one.count is None else f"{one.words} {one.count}"


def _tab(one: StateShown, x: int, wide: int, high: int, look: Look) -> Iterator[Mark]:
    fill, edge, ink = ("next-tint", "next-edge", "next-text") if one.chosen else ("surface", "line", "ink-2")
    yield Box((x, 0, wide, high), fill, edge, look.px(2 if one.chosen else 1), look.radius("control"))
    yield Words((x + look.px(4), 0, wide - look.px(8), high), _text(one), Type("body", weight=600), ink, CENTRE)


class _Search(QLineEdit):
    """Down goes into what was found, Return opens the only hit, Esc puts the list back."""

    down = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.down.emit()
            return
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
            return
        super().keyPressEvent(event)


class OrdersView(QWidget):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = self._words = context.words
        self.setProperty("role", "page")
        self.presenter = Presenter(context, self)
        self.field = _Search(self)
        self.field.setPlaceholderText(words("screens_desk.orders.search"))
        self.field.setAccessibleName(words("screens_desk.orders.search_name"))
        self.states = StateTabs(words("screens_desk.orders.states"), self)
        self.remark = layout.Remark(self)
        self._told = layout.label("strong", self)
        self.table = PagedTable(context.runner, self.presenter.columns(), words("screens_desk.orders.list"), self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._rows = layout.page(self)
        self._lay()
        self.field.textChanged.connect(self._written)
        self.field.down.connect(self._to_list)
        self._pause.timeout.connect(self._search)
        self.states.chosen.connect(self._choose)
        self.table.opened.connect(self.presenter.open_)
        self.table.rows.failed.connect(self.presenter.failed)

    def _lay(self) -> None:
        head, body = QHBoxLayout(), layout.panel(self)
        head.addWidget(self.field, 1)
        head.addWidget(KeyCap("Ctrl F", "", "", self))
        self._head = head
        inner = QVBoxLayout(body)
        inner.setContentsMargins(1, 1, 1, 8)
        inner.setSpacing(0)
        inner.addWidget(self._told)
        inner.addWidget(self.table, 1)
        self._rows.addLayout(head)
        self._rows.addWidget(self.states)
        self._rows.addWidget(self.remark)
        self._rows.addWidget(body, 1)
        self._told.hide()
        self._fit()

    # What the presenter says -----------------------------------------------------------------------------------

    def here(self) -> None:
        self.table.setFocus()

    def show_states(self, states: tuple[StateShown, ...]) -> None:
        self.states.show_(states)

    def show_rows(self, fetch: Fetch, empty: str) -> None:
        self._told.hide()
        self.states.show()
        self.table.show_(fetch, empty)
        if not self.field.hasFocus():
            self.table.setFocus()

    def rows_again(self) -> None:
        self.table.again()

    def show_found(self, rows: tuple[Row, ...], text: str) -> None:
        self._told.setText(text)
        self._told.show()
        self.states.hide()
        self.table.show_(_Given(rows))

    def to_search(self, text: str | None) -> None:
        """The cursor into the field; with a text, that text stands in it."""
        if text is not None:
            self.field.setText(text)
            self._pause.stop()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def searchable(self, can: bool) -> None:
        self.field.setEnabled(can)
        self.field.setPlaceholderText(self._words("screens_desk.orders.search" if can else "shell.line.search"))

    def say(self, text: str, severity: str) -> None:
        self.remark.show_(text, severity)

    # What a person does ------------------------------------------------------------------------------------------

    def _written(self, _text: str) -> None:
        self._pause.start()

    def _search(self) -> None:
        self.presenter.search(self.field.text())

    def _choose(self, state: str) -> None:
        self.presenter.choose_state(state)

    def _to_list(self) -> None:
        """What is written is searched for at once; the cursor goes into what was found, and the only hit opens."""
        if self._pause.isActive():
            self._pause.stop()
            self._search()
        if self.table.rows.rowCount() == 1 and not self.table.rows.loading and self._told.isVisible():
            row = self.table.rows.row(0)
            if row is not None:
                self.presenter.open_(row)
            return
        self.table.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if (control and event.key() == Qt.Key.Key_F) or (not control and event.text() == "/"):
            self.to_search(None)
        elif event.key() == Qt.Key.Key_Escape and self.presenter.escaped():
            return
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_head"):
            self._fit()

    def _fit(self) -> None:
        look = theme.look()
        layout.spaced(self._rows)
        self._head.setSpacing(look.px(12))
        self._told.setContentsMargins(look.px(16), look.px(10), look.px(16), look.px(10))


class _Given:
    """Rows that are all there."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self._rows = rows

    def __call__(self, after: str | None, limit: int) -> Sequence[Row]:
        begin = next((n + 1 for n, row in enumerate(self._rows) if row.key == after), 0)
        return self._rows[begin : begin + limit]


def build(context: Context) -> OrdersView:
    return OrdersView(context)
