"""How a shared PostgreSQL itself is: what `doctor` asks of it. A bench's login sees less of others than an owner's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from app.db.engine import Tx


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
    """The oldest transaction that writes and is open. `age_s` in seconds; `program` may be hidden from us."""

    pid: int
    program: str
    age_s: int


def server(tx: Tx) -> Server:
    row = tx.execute(
        text(
            "SELECT current_setting('server_version_num')::int, current_setting('server_version'),"
            " current_setting('max_connections')::int AS most,"
            " current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
            " - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS open,"
            # Not the setting of this transaction, which was begun with a limit of its own.
            " (SELECT reset_val::int / 1000 FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'),"
            " clock_timestamp()"
        )
    ).one()
    return Server(*row)


def waiting_changes(tx: Tx) -> int:
    """Changes that are committed and no reader may see yet: one transaction before them is still open."""
    below = "xid >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    return int(tx.execute(text(f"SELECT count(*) FROM change WHERE {below}")).scalar_one())


def oldest_writer(tx: Tx) -> Stall | None:
    row = tx.execute(
        text(
            "SELECT pid, application_name, extract(epoch FROM clock_timestamp() - xact_start)::int"
            " FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
            " ORDER BY xact_start LIMIT 1"
        )
    ).first()
    return Stall(row[0], row[1] or "", row[2] or 0) if row else None
