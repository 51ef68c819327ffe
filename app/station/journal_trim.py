"""What leaves a journal: facts that were sent so long ago that no shared database will miss them again.

They leave from the oldest on, so that the chain hangs together: the link behind the last of them stays (`gone`). The
last fact that was sent stays too, for by it the journal and the shared database know each other.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import suppress

# Of facts so many leave in one transaction: a scan may wait for it.
MOST = 100
# A file gives room back when it opens and so many of its pages, and more than half of them, are empty.
_EMPTY = 256


def trim(db: sqlite3.Connection, before: str, held: Collection[str], acked: int, told: int) -> int:
    """In a transaction of the caller's: some facts made before that stamp go; once few do, packets and papers too.

    What is `held` stays with all behind it, and so do papers that are not out or of which not everything was told.
    How many facts went.
    """
    oldest = gone(db)[0]
    printing = "SELECT DISTINCT claim FROM print_job WHERE claim <> '' AND state IN ('queued', 'sending', 'failed')"
    stays = [acked, oldest + MOST + 1]
    for claim in {*held, *(row[0] for row in db.execute(printing))}:
        stays += (
            db.execute("SELECT min(seq) FROM fact WHERE claim = ? HAVING min(seq) NOT NULL", (claim,)).fetchone() or ()
        )
    young = "SELECT seq FROM fact WHERE seq <= ? AND made_at >= ? ORDER BY seq LIMIT 1"
    stays += db.execute(young, (min(stays), before)).fetchone() or ()
    last = min(stays) - 1
    link = db.execute("SELECT hash FROM fact WHERE seq = ?", (last,)).fetchone()
    went = 0
    if last > oldest and link:
        db.execute("DELETE FROM gone")
        db.execute("INSERT INTO gone VALUES (?,?)", (last, *link))
        went = db.execute("DELETE FROM fact WHERE seq <= ?", (last,)).rowcount
    if 0 < went < MOST:
        _clear(db, before, held, told)
    return went


def _clear(db: sqlite3.Connection, before: str, held: Collection[str], told: int) -> None:
    """Packets older than the oldest with facts, and papers that are old and over."""
    unheld = f"claim NOT IN ({','.join('?' * len(held))})"
    db.execute(
        f"""DELETE FROM packet WHERE {unheld} AND NOT EXISTS (SELECT 1 FROM fact WHERE fact.claim = packet.claim)
            AND rowid < (SELECT p.rowid FROM fact JOIN packet p ON p.claim = fact.claim ORDER BY fact.seq LIMIT 1)""",
        (*held,),
    )
    # The latest change stays: by it an older copy of the journal is known.
    db.execute(
        f"""DELETE FROM print_job WHERE at < ? AND rev <= ? AND rev < (SELECT max(rev) FROM print_job) AND {unheld}
            AND state IN ('sent', 'confirmed', 'void')
            AND NOT EXISTS (SELECT 1 FROM fact WHERE fact.claim = print_job.claim AND fact.claim <> '')""",
        (before, told, *held),
    )


def gone(db: sqlite3.Connection) -> tuple[int, str]:
    """(number of the last fact that left, the chain's link behind it); that of a whole journal is its own."""
    known = db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'gone'").fetchone()[0]
    found = db.execute("SELECT seq, hash FROM gone").fetchone() if known else None
    return found or (0, db.execute("SELECT incarnation FROM self").fetchone()[0])


def give_back(db: sqlite3.Connection) -> None:
    """Room of what left goes back to the disk, if it is worth it and there is room to do it."""
    empty, pages = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_count"))
    if empty > max(_EMPTY, pages // 2):
        with suppress(sqlite3.OperationalError):
            db.execute("VACUUM")
