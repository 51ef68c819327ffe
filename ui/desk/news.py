"""Tells the screen in front when the shared database has news. Asked for while somebody looks, never beside a scan."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from app.base.errors import PackbenchError
from ui.context import Context

_EVERY_MS = 2_000


class News(QObject):
    """`came()` when something changed since the last look. A database that is away is no news."""

    came = Signal()

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._last = -1
        self._asking = False
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def follow(self, on: bool) -> None:
        """Looks from now on, or no more."""
        if not on:
            self._timer.stop()
            self._last = -1
        elif not self._timer.isActive():
            self._timer.start()
            self.look()

    def look(self) -> None:
        if self._asking:
            return
        self._asking = True
        self._context.runner.run(self._read, self._seen, self._away, owner=self)

    def _read(self) -> int:
        with self._context.database.reading() as read:
            return int(read("SELECT coalesce(max(id), 0) AS n FROM change")[0]["n"])

    def _seen(self, last: int) -> None:
        self._asking = False
        before, self._last = self._last, last
        if before not in (-1, last):
            self.came.emit()

    def _away(self, error: BaseException) -> None:
        self._asking = False
        if not isinstance(error, PackbenchError):
            raise error
