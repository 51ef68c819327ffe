"""How a shared PostgreSQL itself is: what `doctor` asks of it, and every login of ours is told alike.

Of another login's session everybody sees that it is there, whose it is and what its program calls itself; what kind it
is, which transaction it has and since when, only that login and a superuser do. So nothing here is counted by those
columns of pg_stat_activity. Locks are seen by all, and each transaction that writes holds one on its own number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from app.db.engine import Tx

# The oldest transaction still open, as the feed (app/db/feed.py) reads below it.
_OPEN = "pg_snapshot_xmin(pg_current_snapshot())"


@dataclass(frozen=True, slots=True)
class Server:
    """`left`: connections that may still be opened. `idle_timeout_s`: for sessions that say nothing else; 0: none."""

    version: int  # 180004 is 18.4
    spoken: str
    most: int
    left: int
    idle_timeout_s: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Stall:
    """The oldest transaction that writes and is open, in whichever database of the server: it holds up the feed.

    `age_s`: it has been open for so many seconds at least; None: we may not see since when, and nothing waits behind
    it that would say so. `changes`: committed, and given to no reader before it ends.
    """

    pid: int
    login: str
    program: str
    age_s: int | None
    changes: int


def server(tx: Tx) -> Server:
    row = tx.execute(
        text(
            "SELECT current_setting('server_version_num')::int, current_setting('server_version'),"
            " current_setting('max_connections')::int AS most,"
            " current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
            # What kind it is may be hidden; the server's own processes have no user, or no database.
            " - (SELECT count(*) FROM pg_stat_activity WHERE usesysid IS NOT NULL AND datid IS NOT NULL"
            "    AND coalesce(backend_type, 'client backend') = 'client backend') AS open,"
            # Not the setting of this transaction, which was begun with a limit of its own.
            " (SELECT reset_val::int / 1000 FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'),"
            " clock_timestamp()"
        )
    ).one()
    return Server(*row)


def oldest_writer(tx: Tx) -> Stall | None:
    """Who holds up the feed as this view sees it. None: nobody, or it has ended since."""
    row = tx.execute(
        text(
            "SELECT writer.pid, usename, application_name,"
            " extract(epoch FROM clock_timestamp() - coalesce(xact_start, since::timestamptz))::int, changes"
            " FROM pg_locks AS writer JOIN pg_stat_activity USING (pid), (SELECT count(*) AS changes, min(at) AS since"
            f" FROM change WHERE xid >= {_OPEN}::text::bigint) AS waiting"
            f" WHERE locktype = 'transactionid' AND mode = 'ExclusiveLock' AND granted AND transactionid = {_OPEN}::xid"
        )
    ).first()
    return Stall(*row) if row else None
