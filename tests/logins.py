"""Ways into a shared database: on PostgreSQL each by a login of its own, as in a warehouse, never as the owner.

A SQLite file knows no logins: there everybody has the one Database that the test has.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.db import Database, access, open_database
from app.db.grants import BENCH
from app.site.admit import admit


@contextmanager
def as_bench(database: Database, station: str = "S1") -> Iterator[Database]:
    """The bench's own way; the site must know it already."""
    with _by(database, BENCH, f"pb_{station.lower()}", station) as own:
        yield own


@contextmanager
def as_role(database: Database, role: str) -> Iterator[Database]:
    """Somebody of that role: app.db.grants names them."""
    with _by(database, role, f"pb_{role.removeprefix('packbench_')}") as own:
        yield own


@contextmanager
def _by(database: Database, role: str, login: str, station: str = "") -> Iterator[Database]:
    if database.is_sqlite:
        yield database
        return
    with database.write() as tx:
        admit(tx, role, login, station=station)
    own = open_database(str(database.engine.url.set(username=login)))
    try:
        with own.read() as tx:
            assert access.who(tx).roles == (role,)
        yield own
    finally:
        own.close()
