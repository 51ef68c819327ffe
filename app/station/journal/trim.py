"""What leaves a journal: facts that were sent so long ago that no shared database will miss them again.

How long that is is counted in days on which the two met: each leaves a note of how much the shared database had then.
So no clock that jumps, the bench's or another, makes a fact of yesterday an old one.

They leave from the oldest on, so that the chain hangs together: the link behind the last of them stays (`gone`). The
last fact that was sent stays too, for by it the journal and the shared database know each other.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

# Of facts so many leave in one transaction: a scan may wait for it.
MOST = 100
# A file gives room back when it opens and so many of its pages, and more than half of them, are empty.
_EMPTY = 256


@dataclass(frozen=True, slots=True)
class LongAgo:
    """Which day it is, by the shared database's clock, which of its epochs, and how many days with a note stay."""

    day: str
    epoch: str
    days: int


def trim(db: sqlite3.Connection, ago: LongAgo, held: Collection[str], acked: int, told: int) -> int:
    """In a transaction of the caller's: some facts sent so long ago go; once few do, packets and papers too.

    What is `held` stays with all behind it, and so do papers that are not out or of which not everything was told.
    How many facts went.
    """
    sent, rev = _sent_then(db, ago, acked, told)
    oldest = gone(db)[0]
    printing = "SELECT DISTINCT claim FROM print_job WHERE claim <> '' AND state IN ('queued', 'sending', 'failed')"
    stays = [acked, sent + 1, oldest + MOST + 1]
    for claim in {*held, *(row[0] for row in db.execute(printing))}:
        stays += (
            db.execute("SELECT min(seq) FROM fact WHERE claim = ? HAVING min(seq) NOT NULL", (claim,)).fetchone() or ()
        )
    last = min(stays) - 1
    link = db.execute("SELECT hash FROM fact WHERE seq = ?", (last,)).fetchone()
    went = 0
    if last > oldest and link:
        db.execute("DELETE FROM gone")
        db.execute("INSERT INTO gone VALUES (?,?)", (last, *link))
        went = db.execute("DELETE FROM fact WHERE seq <= ?", (last,)).rowcount
    if 0 < went < MOST:
        _clear(db, held, min(rev, told))
    return went


def _sent_then(db: sqlite3.Connection, ago: LongAgo, acked: int, told: int) -> tuple[int, int]:
    """(number of the last fact, last change of a paper) that was sent by then; today's note is made first.

    Notes of what a shared database that was put back lacked, or may have lacked, count no more.
    """
    db.execute("DELETE FROM sent WHERE epoch <> ? OR seq > ?", (ago.epoch, acked))
    db.execute(
        """INSERT INTO sent (day, epoch, seq, rev)
            SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM sent WHERE day = ?1)""",
        (ago.day, ago.epoch, acked, told),
    )
    found = db.execute("SELECT n, seq, rev FROM sent ORDER BY n DESC LIMIT 1 OFFSET ?", (ago.days,)).fetchone()
    if found is None:
        return 0, 0
    db.execute("DELETE FROM sent WHERE n < ?", found[:1])
    return found[1], found[2]


def _clear(db: sqlite3.Connection, held: Collection[str], rev: int) -> None:
    """Packets older than the oldest with facts, and papers last changed up to `rev` that are over."""
    unheld = f"claim NOT IN ({','.join('?' * len(held))})"
    db.execute(
        f"""DELETE FROM packet WHERE {unheld} AND NOT EXISTS (SELECT 1 FROM fact WHERE fact.claim = packet.claim)
            AND rowid < (SELECT p.rowid FROM fact JOIN packet p ON p.claim = fact.claim ORDER BY fact.seq LIMIT 1)""",
        (*held,),
    )
    # The latest change stays: by it an older copy of the journal is known.
    db.execute(
        f"""DELETE FROM print_job WHERE rev <= ? AND rev < (SELECT max(rev) FROM print_job) AND {unheld}
            AND state IN ('sent', 'confirmed', 'void')
            AND NOT EXISTS (SELECT 1 FROM fact WHERE fact.claim = print_job.claim AND fact.claim <> '')""",
        (rev, *held),
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
