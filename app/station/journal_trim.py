"""What leaves a journal: facts that were sent so long ago that no shared database will miss them again.

They leave from the oldest on, so that the chain hangs together: the link behind the last of them stays (`gone`). The
last fact that was sent stays too, for by it the journal and the shared database know each other.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import suppress

# Of facts so many leave in one transaction: a scan may wait for it.
MOST = 500
# A file gives room back when it opens and so many of its pages, and more than half of them, are empty.
_EMPTY = 256


def trim(db: sqlite3.Connection, before: str, held: Collection[str], acked: int, told: int) -> int:
    """In a transaction of the caller's: facts made before that stamp go, with their packets and papers. How many went.

    What is `held` stays with all behind it, and so do papers that are not out or of which not everything was told.
    """
    oldest = gone(db)[0]
    marks = ",".join("?" * len(held))
    kept = db.execute(
        f"""SELECT min(seq) FROM fact WHERE claim IN ({marks})
            OR claim IN (SELECT claim FROM print_job WHERE claim <> '' AND state IN ('queued', 'sending', 'failed'))""",
        (*held,),
    ).fetchone()[0]
    young = db.execute("SELECT seq FROM fact WHERE made_at >= ? ORDER BY seq LIMIT 1", (before,)).fetchone()
    stays = [one for one in (kept, young and young[0], acked) if one is not None]
    last = min(*stays, oldest + MOST + 1) - 1
    row = db.execute("SELECT hash FROM fact WHERE seq = ?", (last,)).fetchone()
    if last <= oldest or row is None:
        return 0
    db.execute("DELETE FROM gone")
    db.execute("INSERT INTO gone VALUES (?,?)", (last, row[0]))
    over = "claim NOT IN (SELECT claim FROM fact WHERE seq > ?)"
    # Packets of work that nothing was done of are older than those of what is over by now.
    db.execute(
        f"""DELETE FROM packet WHERE {over} AND claim NOT IN ({marks}) AND rowid <=
            (SELECT max(rowid) FROM packet WHERE claim IN (SELECT claim FROM fact WHERE seq <= ?))""",
        (last, *held, last),
    )
    # The latest change stays: by it an older copy of the journal is known.
    db.execute(
        f"""DELETE FROM print_job WHERE (claim = '' OR {over}) AND claim NOT IN ({marks})
            AND state IN ('sent', 'confirmed', 'void') AND at < ? AND rev <= ?
            AND rev < (SELECT max(rev) FROM print_job)""",
        (last, *held, before, told),
    )
    return db.execute("DELETE FROM fact WHERE seq <= ?", (last,)).rowcount


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
