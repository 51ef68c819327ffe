"""What every command is given: settings, the shared database, who acts, where to answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from app.base.clock import Clock, SystemClock
from app.base.errors import Broken
from app.cli.output import Output
from app.settings import Settings

if TYPE_CHECKING:
    from app.db import Database
    from app.db.plain import Reads
    from app.site.roles import Operator

# How a SQLite database starts (sqlite.org/fileformat.html, 1.3).
_SQLITE = b"SQLite format 3\x00"


@dataclass(frozen=True)
class Context:
    """`badge`: who acts; None: whoever runs the house, as SYSTEM. `command`: what was asked for, as one word."""

    settings: Settings
    out: Output
    badge: str | None = None
    clock: Clock = SystemClock()  # noqa: RUF009 - it has no state
    command: str = ""

    @contextmanager
    def database(self, patience: float = 0.0) -> Iterator[Database]:
        """The shared database, of this program's schema, closed at the end. `patience` as in `open_database`."""
        from app.db import open_database
        from app.db.migrate import require_current

        _ours(self.settings.db_url)
        database = open_database(self.settings.db_url, who=self.command, patience=patience)
        try:
            require_current(database)
            yield database
        finally:
            database.close()

    @contextmanager
    def fresh_database(self) -> Iterator[tuple[Database, bool]]:
        """The shared database, made or brought to this program's schema first; whether anything was done for that."""
        from app.bootstrap import initialise
        from app.db import open_database

        _ours(self.settings.db_url)
        database = open_database(self.settings.db_url, who=self.command)
        try:
            changed = initialise(database)
            yield database, changed
        finally:
            database.close()

    @contextmanager
    def database_as_it_stands(self) -> Iterator[Database]:
        """The shared database of whatever schema, or with nothing in it yet."""
        from app.db import open_database

        _ours(self.settings.db_url)
        database = open_database(self.settings.db_url, who=self.command)
        try:
            yield database
        finally:
            database.close()

    @contextmanager
    def reading(self) -> Iterator[Reads]:
        """The same for commands that only read and must answer at once."""
        from app.db.plain import reading

        _ours(self.settings.db_url)
        with reading(self.settings.db_url) as read:
            yield read

    def operator(self, database: Database) -> Operator:
        """Who acts, as `app.cli.person` finds out."""
        from app.cli.person import who

        return who(self.badge, self.clock, database)


def _ours(url: str) -> None:
    """Broken when the file at a SQLite address holds something else. One that is not there yet is no trouble."""
    if not url.startswith("sqlite:///"):
        return
    file = Path(unquote(url.removeprefix("sqlite:///").partition("?")[0]))
    if file.is_file():
        with file.open("rb") as opened:
            start = opened.read(len(_SQLITE))
        if start and start != _SQLITE:
            raise Broken(f"{file} is no SQLite database", kind="not_a_database", file=file)
