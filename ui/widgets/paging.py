"""A model over frozen rows that come page by page, by key: however many there are, it holds no more than some pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from functools import partial

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from ui.context import Runner
from ui.widgets.rows import Column, Fetch, Row

PAGE = 100
KEPT = 6 * PAGE
Index = QModelIndex | QPersistentModelIndex


class PagedRows(QAbstractTableModel):
    """`changing` and `changed` stand around each change, so that a view can keep its place.

    `changed` says what happened: other rows (`first`), the same ones read again (`same`), more of them (`page`); then
    rows that lie far away may have been let go. `failed` has the error of a page that could not be read; what is shown
    stays.
    """

    changing = Signal()
    changed = Signal(object)
    failed = Signal(object)

    def __init__(self, runner: Runner, columns: Sequence[Column] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner, self.columns = runner, tuple(columns)
        self._fetch: Fetch | None = None
        self._rows: list[Row] = []
        self._above: list[str | None] = []  # where each part that was let go above begins
        self._start: str | None = None
        self._ended = self.loading = self._stale = False
        self._turn = 0

    # What Qt asks ---------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else max(1, len(self.columns))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        cell = row.cells[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return cell.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.said if index.column() == 0 and row.said else self._titled(cell.text, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._align(index.column())
        return row if role == Qt.ItemDataRole.UserRole else None

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if way != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._align(section)
        return self.columns[section].title if role == Qt.ItemDataRole.DisplayRole else None

    def _titled(self, text: str, column: int) -> str:
        title = self.columns[column].title if column < len(self.columns) else ""
        return f"{title}: {text}" if title else text

    def _align(self, column: int) -> int:
        right = column < len(self.columns) and self.columns[column].right
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        return int(side | Qt.AlignmentFlag.AlignVCenter)

    # What screens ask -----------------------------------------------------------------------------------------

    def show_(self, fetch: Fetch) -> None:
        """These rows from now on, from the first."""
        self._fetch = fetch
        self._turn += 1
        self._ask(partial(fetch, None, PAGE), "first")

    def again(self) -> None:
        """The same rows, as they are now. While some are on their way they may be older than that: then once more."""
        self._stale = self.loading
        if self._fetch is None or self.loading:
            return
        last = self._rows[-1].key if self._rows else ""
        self._ask(partial(_read_to, self._fetch, self._start, last, KEPT), "same")

    def want_below(self) -> None:
        if self._fetch is not None and not self._ended and not self.loading:
            self._ask(partial(self._fetch, self._rows[-1].key if self._rows else None, PAGE), "page")

    def want_above(self) -> None:
        if self._fetch is not None and self._above and not self.loading:
            first = self._rows[0].key if self._rows else ""
            self._ask(partial(_read_to, self._fetch, self._above[-1], first, KEPT), "above")

    def from_the_first(self) -> None:
        """The same rows from the first, however far away the view is."""
        if self._fetch is not None:
            self.show_(self._fetch)

    def row(self, at: int) -> Row | None:
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def place_of(self, key: str) -> int:
        """The row of that key; -1 where it isn't held."""
        return next((n for n, row in enumerate(self._rows) if row.key == key), -1)

    @property
    def at_start(self) -> bool:
        """Whether nothing lies above what is held."""
        return not self._above

    # What comes -----------------------------------------------------------------------------------------------

    def _ask(self, work: Callable[[], Sequence[Row]], what: str) -> None:
        self.loading = True
        self._runner.run(work, partial(self._came, self._turn, what), partial(self._broke, self._turn), owner=self)

    def _came(self, turn: int, what: str, rows: Sequence[Row]) -> None:
        if turn != self._turn:
            return
        self.loading = False
        self.changing.emit()
        {"first": self._first, "same": self._same, "page": self._below, "above": self._before}[what](rows)
        self.changed.emit("page" if what == "above" else what)
        if self._stale:
            self.again()

    def _broke(self, turn: int, error: BaseException) -> None:
        if turn == self._turn:
            self.loading = False
            self.failed.emit(error)

    def _first(self, rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self._rows, self._above, self._start = list(rows), [], None
        self._ended = len(rows) < PAGE
        self.endResetModel()

    def _same(self, rows: Sequence[Row]) -> None:
        self._become(list(rows))
        self._ended = False  # whether there is more below is asked again

    def _below(self, rows: Sequence[Row]) -> None:
        self._ended = len(rows) < PAGE
        held = {row.key for row in self._rows}
        self._insert(len(self._rows), [row for row in rows if row.key not in held])
        over = len(self._rows) - KEPT
        if over > 0:
            self._above.append(self._start)
            self._start = self._rows[over - 1].key
            self._remove(0, over)

    def _before(self, rows: Sequence[Row]) -> None:
        self._start = self._above.pop()
        held = {row.key for row in self._rows}
        self._insert(0, [row for row in rows if row.key not in held])
        if len(self._rows) > KEPT:
            self._remove(KEPT, len(self._rows))
            self._ended = False

    def _insert(self, at: int, rows: Sequence[Row]) -> None:
        if rows:
            self.beginInsertRows(QModelIndex(), at, at + len(rows) - 1)
            self._rows[at:at] = rows
            self.endInsertRows()

    def _remove(self, first: int, behind: int) -> None:
        self.beginRemoveRows(QModelIndex(), first, behind - 1)
        del self._rows[first:behind]
        self.endRemoveRows()

    def _become(self, new: list[Row]) -> None:
        """From the rows held to these, in the steps that a view understands: what stays keeps its selection."""
        old = self._rows
        steps = SequenceMatcher(None, [row.key for row in old], [row.key for row in new], autojunk=False).get_opcodes()
        for what, i1, i2, j1, j2 in reversed(steps):
            if what in ("delete", "replace"):
                self._remove(i1, i2)
            if what in ("insert", "replace"):
                self._insert(i1, new[j1:j2])
        for n, row in enumerate(new):
            if self._rows[n] != row:
                self._rows[n] = row
                self.dataChanged.emit(self.index(n, 0), self.index(n, self.columnCount() - 1))


def _read_to(fetch: Fetch, after: str | None, last: str, most: int) -> list[Row]:
    """The rows behind `after` up to the row `last`, or to the end, or `most`. Runs elsewhere."""
    rows: list[Row] = []
    while len(rows) < most:
        page = fetch(after, PAGE)
        for row in page:
            rows.append(row)
            if row.key == last:
                return rows
        if len(page) < PAGE:
            break
        after = page[-1].key
    return rows
