"""The line to the shared database, to be cut on purpose: in the demo, to see that a bench goes on without it."""

from __future__ import annotations

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.db.engine import Database


class Line:
    """Whole until `cut`; from then on each statement and each commit of this Database is a DatabaseAway.

    What a transaction had done when the line was cut is rolled back, as when a cable is pulled.
    """

    def __init__(self, database: Database) -> None:
        self.is_cut, self._left = False, -1
        for moment in ("before_cursor_execute", "commit"):
            event.listen(database.engine, moment, self._pass)

    def cut(self, after: int = 0) -> None:
        """Now, or when so many more statements have passed."""
        self.is_cut, self._left = not after, after

    def mend(self) -> None:
        self.is_cut, self._left = False, -1

    def _pass(self, *_: object) -> None:
        self._left -= 1
        if self._left == 0:
            self.is_cut = True
        elif self.is_cut:
            raise OperationalError("", None, ConnectionError("the line is cut"))
