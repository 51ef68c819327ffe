"""A PostgreSQL server to be measured: databases of our own on it, and what it takes of the machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from app.base.ids import uuid7
from app.bench.address import Address
from app.bench.asked import Asked, Skipped


@contextmanager
def own_database(asked: Asked, template: str = "") -> Iterator[str]:
    """The address of a new database on the server asked about, gone after the block: empty, or a copy of `template`.

    Skipped: no PostgreSQL was named.
    """
    if not asked.db.startswith("postgresql"):
        raise Skipped("no_server")
    name = f"packbench_bench_{uuid7().replace('-', '')}"
    source = Address.read(template).name if template else "template0"
    _say(asked.db, f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    try:
        yield str(Address.read(asked.db).of(name))
    finally:
        _say(asked.db, f'DROP DATABASE "{name}" WITH (FORCE)')


class Processor:
    """Seconds of processor time the server has used since this was made; None where it runs on another machine."""

    def __init__(self, url: str) -> None:
        with _connected(url) as connection:
            backend = connection.info.backend_pid
            self._server = _parent(backend)
            self._started = self._used()

    def used(self) -> float | None:
        now = self._used()
        return None if now is None or self._started is None else round(now - self._started, 2)

    def _used(self) -> float | None:
        """Of the server and its children, those that have ended too (proc(5): utime, stime, cutime, cstime)."""
        if self._server is None:
            return None
        ticks = sum(_ticks(self._server, 11, 15))
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and _parent(int(entry.name)) == self._server:
                ticks += sum(_ticks(int(entry.name), 11, 13))
        return ticks / os.sysconf("SC_CLK_TCK")


def connections(url: str) -> int:
    """How many the server keeps at this moment."""
    with _connected(url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
        ).fetchone()
        return row[0] if row else 0


def _connected(url: str) -> psycopg.Connection[tuple[int, ...]]:
    return psycopg.connect(Address.read(url).plain, autocommit=True)


def _say(url: str, statement: str) -> None:
    with _connected(url) as connection:
        connection.execute(statement.encode())


def _parent(process: int) -> int | None:
    found = _ticks(process, 1, 2)
    return found[0] if found else None


def _ticks(process: int, first: int, last: int) -> list[int]:
    """Fields of /proc/N/stat behind the name, which may hold anything."""
    try:
        said = Path(f"/proc/{process}/stat").read_text("ascii", "replace")
    except OSError:
        return []
    return [int(field) for field in said.rpartition(")")[2].split()[first:last]]
