"""One holder at a time among all programs of a PostgreSQL: an advisory lock of a session with nothing else to do.

The server lets go of it when that session ends, however it ended: after kill -9 at once, after a cable was cut when TCP
has given up, and where TCP still answers for a holder that doesn't look again, when that one was silent for too long.
SQLite needs none: its one writer is the lock.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from app.db.deadline import LINE
from app.db.engine import PATIENCE_S, Database, Tx
from app.db.refusal import away

JOBS, ARCHIVE = 0x50424A42, 0x50424152  # "PBJB", "PBAR"
# Seconds until TCP first asks a silent holder, between two such questions, how many: half a minute in all, as for what
# was sent and not received. Then what the holder's program may be silent (in milliseconds; since PostgreSQL 14).
_TCP = (
    "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4;"
    " SET tcp_user_timeout = 30000"
)
_SILENT = "SELECT set_config(name, %s, false) FROM pg_settings WHERE name = 'idle_session_timeout'"
_BY = """
SELECT a.pid, a.application_name, a.usename,
  CASE WHEN a.backend_type IS NULL THEN '–' ELSE coalesce(host(a.client_addr), 'localhost') END AS address
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = :key AND l.objsubid = 1
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has it: the server's process, what that program calls itself, where from ("–": not ours to see), as whom."""

    pid: int
    program: str
    address: str
    login: str


def holder(tx: Tx, key: int) -> Holder | None:
    """Who holds it now; None on SQLite, and where nobody does."""
    if tx.dialect.name != "postgresql":
        return None
    row = tx.execute(text(_BY), {"key": key}).first()
    return Holder(row.pid, row.application_name or "", row.address, row.usename or "") if row else None


class Alone:
    """`take` it, look again with `take` now and then, `give_back` at the end. Not for several threads.

    `silent_s`: whoever doesn't look again for so many seconds has lost it; 0: only an end of the session ends it.
    """

    def __init__(self, database: Database, key: int, silent_s: float = 0.0) -> None:
        self._database, self._key, self._silent_s = database, key, silent_s
        self._raw: Any = None

    def take(self) -> bool:
        """Whether it is ours, now. DatabaseAway when the server can't be asked, or does not answer."""
        if self._database.is_sqlite:
            return True
        with self._database.deadlines.within(self._database.patience or PATIENCE_S):
            if self._raw is not None and self._is_ours():
                return True
        with self._database.read():
            pass  # says DatabaseAway as every other statement would
        try:
            with self._database.deadlines.within(self._database.patience or PATIENCE_S):
                return self._ask()
        except self._database.engine.dialect.loaded_dbapi.Error as error:
            raise away(error) from error

    def _is_ours(self) -> bool:
        self._database.deadlines.hold_to(self._raw.info[LINE])
        try:
            self._raw.driver_connection.execute("SELECT 1")
        except Exception:  # noqa: BLE001  # whatever ended the session, it holds nothing any more
            self.give_back()
            return False
        return True

    def _ask(self) -> bool:
        raw = self._database.engine.raw_connection()
        session: Any = raw.driver_connection
        try:
            session.execute(_TCP)
            session.execute(_SILENT, (str(round(self._silent_s * 1000)),))
            if session.execute("SELECT pg_try_advisory_lock(%s)", (self._key,)).fetchone()[0]:
                self._raw = raw
                return True
        finally:
            if self._raw is not raw:
                raw.invalidate()
        return False

    def give_back(self) -> None:
        """Whoever asks next may have it: the server is told, for it takes its time to see that a session has ended."""
        raw, self._raw = self._raw, None
        if raw is None:
            return
        with suppress(Exception), self._database.deadlines.within(self._database.patience or PATIENCE_S):
            self._database.deadlines.hold_to(raw.info[LINE])
            raw.driver_connection.execute("SELECT pg_advisory_unlock(%s)", (self._key,))
        with suppress(Exception):
            raw.invalidate()
