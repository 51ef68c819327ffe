"""A table of any length: rows of 40, hairlines, one delegate for all cells; it keeps its place as rows come and go."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ui.context import Runner
from ui.look import Look, theme
from ui.widgets.marks import Icon, Type, Words, elided, width
from ui.widgets.paging import PagedRows
from ui.widgets.rows import Cell, Column, Fetch, Row

__all__ = ["Cell", "Column", "Fetch", "PagedTable", "Row"]

Index = QModelIndex | QPersistentModelIndex
_PAD, _SHAPE = 12, 18
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
# By whether it is heavy, stands right, and is a code.
_TYPES = {
    (heavy, right, code): Type("body", weight=650 if heavy else 0, tabular=right, code=code)
    for heavy in (False, True)
    for right in (False, True)
    for code in (False, True)
}
_SEVERITY_INK = {"ok": "ok", "done": "done", "warn": "warn-text", "stop": "stop"}


class RowPainter(QStyledItemDelegate):
    """Draws every cell of a table. `height` of its rows at 100 %."""

    height = 40

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, table = theme.look(), self.parent()
        assert isinstance(table, PagedTable)
        row, rect = table.rows.row(index.row()), option.rect
        if row is None:
            return
        x, y, w, h = rect.x(), rect.y(), rect.width(), rect.height()
        here = table.currentIndex().row() == index.row()
        if here:
            painter.fillRect(x, y, w, h, look.color("next-tint"))
            if table.hasFocus() and not index.column():
                painter.fillRect(x, y, look.px(6), h, look.color("next-edge"))
        self.draw(painter, row, index.column(), (x, y, w, h), look)
        painter.fillRect(x, y + h - 1, w, 1, look.color("line"))
        if here and look.contrast:  # the tint alone says too little there
            painter.fillRect(x, y + h - 3, w, 3, look.color("next"))

    def draw(self, painter: QPainter, row: Row, column: int, rect: tuple[int, int, int, int], look: Look) -> None:
        """Straight to the painter: a page has a hundred cells and more, and is drawn while somebody scrolls."""
        cell, pad = row.cells[column], look.px(_PAD)
        if not cell.text and not cell.severity:
            return
        x, y, w, h = rect
        x, w = x + pad, w - 2 * pad
        table = self.parent()
        assert isinstance(table, PagedTable)
        right = column < len(table.rows.columns) and table.rows.columns[column].right
        type_ = _TYPES[cell.heavy, right, cell.code]
        if cell.severity:
            size, gap = look.px(_SHAPE), look.px(8)
            at = x + w - round(width(cell.text, type_, look)) - gap - size if right else x
            mark = (at, y + (h - size) // 2, size, size)
            Icon(mark, shape(cell.severity), _SEVERITY_INK[cell.severity]).paint(painter, look)
            x, w = (x, w) if right else (x + size + gap, w - size - gap)
        painter.setFont(type_.font(look))
        painter.setPen(look.color("ink-2" if cell.quiet else "ink"))
        painter.drawText(x, y, w, h, _RIGHT if right else _LEFT, elided(cell.text, type_, w, look))

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, theme.look().px(self.height))


def shape(severity: str) -> str:
    """The icon of a severity."""
    return {"ok": "ok-circle", "done": "done-square", "warn": "warn-triangle", "stop": "stop-octagon"}[severity]


class PagedTable(QTableView):
    """`chosen` has the row that a person moved to, None when there is none; `opened` the row somebody wants to see.

    Letters are left to the screen: they are its acts.
    """

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(
        self,
        runner: Runner,
        columns: Sequence[Column],
        name: str,
        parent: QWidget | None = None,
        painter: type[RowPainter] = RowPainter,
    ) -> None:
        super().__init__(parent)
        self.rows = PagedRows(runner, columns, self)
        self._painter = painter(self)
        self._changing = self._fresh = False
        self._top, self._offset, self._key = "", 0, ""
        self._empty = ""
        self.setProperty("role", "list")
        self.setItemDelegate(self._painter)
        self.setModel(self.rows)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setSectionsClickable(False)
        head.setHighlightSections(False)
        head.setVisible(any(column.title for column in columns))
        head.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rows.changing.connect(self._before)
        self.rows.changed.connect(self._after)
        self.verticalScrollBar().valueChanged.connect(self._moved)
        self.doubleClicked.connect(self._double)
        self._fit()

    # What is shown ---------------------------------------------------------------------------------------------

    def show_(self, fetch: Fetch, empty: str = "", key: str = "") -> None:
        """These rows, the one of `key` chosen once it is there, else the first; `empty` is said when there are none."""
        self._empty, self._key, self._top = empty, key, ""
        self._fresh = True  # until the first of them are there, the choice is the caller's
        self._changing = True
        self.verticalScrollBar().setValue(0)
        self._changing = False
        self.rows.show_(fetch)

    def again(self) -> None:
        """The same rows as they are now; place and choice stay."""
        self.rows.again()

    def row(self) -> Row | None:
        """The row that is chosen."""
        return self.rows.row(self.currentIndex().row())

    def choose(self, key: str) -> None:
        """Makes the row of that key the chosen one, when it is held."""
        at = self.rows.place_of(key)
        if at >= 0:
            self.setCurrentIndex(self.rows.index(at, 0))

    # Keeping the place -----------------------------------------------------------------------------------------

    def _before(self) -> None:
        self._changing = True
        if (row := self.row()) is not None and not self._fresh:
            self._key = row.key
        at = self.rowAt(0)
        top = self.rows.row(at) if self.verticalScrollBar().value() or not self.rows.at_start else None
        self._top = top.key if top else ""
        self._offset = self.rowViewportPosition(at) if top else 0

    def _after(self, what: str) -> None:
        was = self._key
        self.updateGeometries()
        at = self.rows.place_of(self._top) if self._top else -1
        if at >= 0:
            self.verticalScrollBar().setValue(at * self._height() - self._offset)
        here = self.rows.place_of(was) if was else -1
        if here >= 0:
            self.selectRow(here)
        elif was and what == "page":  # far away by now: chosen still, and found again on the way back
            self.setCurrentIndex(QModelIndex())
        elif self.rows.rowCount():
            self.selectRow(max(0, self.currentIndex().row()))
        self._changing = self._fresh = False
        now = self.row()
        if what != "page" and (what == "first" or (now.key if now else "") != was):
            self._key = now.key if now else ""
            self.chosen.emit(now)
        self.viewport().update()
        self._moved()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.viewport().update()
        if self._changing:
            return
        row = self.rows.row(current.row())
        if row is not None and row.key != self._key:
            self._key = row.key
            self.chosen.emit(row)

    def _moved(self) -> None:
        """Asks for more where one of the ends comes near."""
        if self._changing or self.rows.loading:
            return
        bar, near = self.verticalScrollBar(), 2 * self.viewport().height()
        if bar.maximum() - bar.value() < near:
            self.rows.want_below()
        if bar.value() < near:
            self.rows.want_above()

    # Keys, looks -----------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if (row := self.row()) is not None:
                self.opened.emit(row)
        elif event.text().isprintable() and event.text() not in ("", " "):
            event.ignore()
        elif event.key() == Qt.Key.Key_Home and not self.rows.at_start:
            self._key = self._top = ""
            self._fresh = True
            self.rows.from_the_first()
        else:
            super().keyPressEvent(event)

    def _double(self, index: QModelIndex) -> None:
        if (row := self.rows.row(index.row())) is not None:
            self.opened.emit(row)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.rows.rowCount() or self.rows.loading or not self._empty:
            return
        look, painter = theme.look(), QPainter(self.viewport())
        room = (look.px(16), look.px(16), self.viewport().width() - look.px(32), look.line("body"))
        Words(room, self._empty, Type("body"), "ink-2").paint(painter, look)
        painter.end()

    def _height(self) -> int:
        return theme.look().px(self._painter.height)

    def _fit(self) -> None:
        """Rows and columns in the present size; columns that find no room leave, the least needed first."""
        look, columns = theme.look(), self.rows.columns
        self.verticalHeader().setDefaultSectionSize(self._height())
        self.verticalHeader().setMinimumSectionSize(self._height())
        self.horizontalHeader().setFixedHeight(look.px(34))
        room = self.viewport().width()
        shown = set(range(len(columns)))
        for n in sorted((n for n in shown if columns[n].drop), key=lambda n: -columns[n].drop):
            if sum(look.px(columns[i].width) for i in shown) > room:
                shown.discard(n)
        for n, column in enumerate(columns):
            mode = QHeaderView.ResizeMode.Stretch if column.stretch else QHeaderView.ResizeMode.Fixed
            self.horizontalHeader().setSectionResizeMode(n, mode)
            self.setColumnHidden(n, n not in shown)
            if not column.stretch:
                self.setColumnWidth(n, look.px(column.width))
        if not columns:
            self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
