"""What every command is given: settings, the shared database, who acts, where to answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.base.clock import Clock, SystemClock
from app.base.errors import NotFound
from app.cli.output import Output
from app.settings import Settings

if TYPE_CHECKING:
    from app.db import Database
    from app.db.plain import Reads
    from app.site.roles import Operator


@dataclass(frozen=True)
class Context:
    """`badge`: who acts; None: whoever owns the machine, as SYSTEM."""

    settings: Settings
    out: Output
    badge: str | None = None
    clock: Clock = SystemClock()  # noqa: RUF009 - it has no state

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The shared database, of this program's schema, closed at the end."""
        from app.db import open_database
        from app.db.migrate import require_current

        database = open_database(self.settings.db_url)
        try:
            require_current(database)
            yield database
        finally:
            database.close()

    @contextmanager
    def reading(self) -> Iterator[Reads]:
        """The same for commands that only read and must answer at once."""
        from app.db.plain import reading

        with reading(self.settings.db_url) as read:
            yield read

    def operator(self, database: Database) -> Operator:
        """NotFound for a badge nobody has."""
        from app.site import store
        from app.site.roles import SYSTEM

        if self.badge is None:
            return SYSTEM
        with database.read() as tx:
            found = store.operator(tx, self.badge)
        if found is None:
            raise NotFound(f"badge {self.badge!r:.40}", kind="unknown_badge", badge=self.badge[:40])
        return found
