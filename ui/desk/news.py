"""Tells the screen in front when the shared database has news of what it shows, and whether there is a line to it.

The ear wakes us (app/db/ear.py) on a thread of its own; what changed is read from the feed off the UI thread, beside no
scan. A burst is few refreshes: a quarter of a second lies between two at least.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.base.errors import DatabaseAway, PackbenchError
from app.db import feed
from app.db.ear import Rumour
from app.db.feed import Cursor
from ui.context import Context

APART_MS = 250
_MOST = 500


@dataclass(frozen=True, slots=True)
class _Heard:
    """Which topics changed up to a place in the feed. `anew`: everything may have, so far nobody can say what."""

    epoch: str
    cursor: Cursor
    topics: frozenset[str] = frozenset()
    anew: bool = False


class News(QObject):
    """`came()` when one of the topics followed changed since the last look. `line()` when the database went or is back.

    `away`: it does not answer, since `heard_at` (None: it never did).
    """

    came = Signal()
    line = Signal()
    _woken = Signal()

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._topics: frozenset[str] = frozenset()
        self._heard: _Heard | None = None
        self._asking = self._again = self._outdated = False
        self.away = False
        self.heard_at: datetime | None = None
        self._leave: Callable[[], None] | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(APART_MS)
        self._pause.timeout.connect(self._rested)
        self._woken.connect(self.look, Qt.ConnectionType.QueuedConnection)

    def follow(self, topics: frozenset[str]) -> None:
        """Looks for these from now on; none: no more. Asked before the screen reads, so nothing falls in between."""
        self._topics = topics
        if not topics:
            self.close()
        elif self._leave is None:
            self._leave = self._context.database.ear().subscribe(self._wake)
            self.look()

    def is_away(self) -> bool:
        return self.away

    def close(self) -> None:
        """Hears nothing any more, nor the answer to a look that is under way."""
        if self._leave is not None:
            self._leave()
        self._outdated = self._asking
        self._leave, self._heard, self._again = None, None, False
        self._pause.stop()

    def _wake(self, _rumour: Rumour) -> None:
        """On the ear's thread. The window may be gone by then."""
        try:
            self._woken.emit()
        except RuntimeError:
            return

    @Slot()
    def look(self) -> None:
        """Now, or as soon as the last look is answered and a moment has passed."""
        if self._leave is None:
            return
        if self._asking or self._pause.isActive():
            self._again = True
            return
        self._asking, self._again = True, False
        last = self._heard
        self._context.runner.run(lambda: self._read(last), self._seen, self._failed, owner=self)

    @Slot()
    def _rested(self) -> None:
        if self._again:
            self.look()

    def _read(self, last: _Heard | None) -> _Heard:
        with self._context.database.read() as tx:
            if last is None:
                return _Heard(feed.lifetime(tx), feed.standing(tx))
            epoch, changes = feed.look(tx, last.cursor, _MOST)
            if last.epoch != epoch:
                return _Heard(epoch, feed.standing(tx), anew=True)
            if len(changes) == _MOST:
                return _Heard(epoch, feed.standing(tx), anew=True)
            cursor = changes[-1].cursor if changes else last.cursor
            return _Heard(epoch, cursor, frozenset(one.topic for one in changes))

    def _seen(self, heard: _Heard) -> None:
        outdated, self._asking, self._outdated = self._outdated, False, False
        self.heard_at = self._context.clock.now()
        back, self.away = self.away, False
        if self._leave is None:
            return
        if back:
            self.line.emit()
        if outdated:
            self.look()
            return
        self._heard = heard
        self._pause.start()
        if back or heard.anew or heard.topics & self._topics:
            self.came.emit()

    def _failed(self, error: BaseException) -> None:
        self._asking = self._outdated = False
        if not isinstance(error, PackbenchError):
            raise error
        went, self.away = not self.away and isinstance(error, DatabaseAway), isinstance(error, DatabaseAway)
        if self._leave is not None:
            self._pause.start()
        if went:
            self.line.emit()
