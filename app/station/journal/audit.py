"""Whether a journal still says what it said when it was written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from app.base.wording import word
from app.floor.chain import chained
from app.floor.facts import Fact
from app.site.site import Station
from app.station.journal.trim import gone
from app.station.journal.wal import spoilt

# Beyond this the file is known to be spoilt; listing on would bury the first place, where it happened.
_ENOUGH = 20


def verify(path: Path, language: str = "en") -> list[str]:
    """What is wrong with the journal at `path`, in words; empty when it is whole. Reads only."""
    if not path.is_file():
        return [word("station.audit.missing", language, path=path)]
    try:
        before = spoilt(path, in_use=True)
        with _reading(path) as db:
            found = _problems(db, language)
        # Of a bench at work the last frame may have been on its way when it was looked at first.
        if before and before == spoilt(path, in_use=True):
            found.insert(0, word("station.audit.damaged", language, why=before))
        return found
    except sqlite3.Error as error:
        return [word("station.audit.unreadable", language, path=path, why=error)]


def compare(path: Path, known: Station | None, language: str = "en") -> list[str]:
    """How the journal at `path` differs from what the shared database took in of its bench (`known`), in words.

    A bench that went on with another journal, here or at another machine, is no difference while nothing waits in this.
    """
    try:
        with _reading(path) as db:
            incarnation, acked = db.execute("SELECT incarnation, acked FROM self").fetchone()
            last = int(db.execute("SELECT coalesce(max(seq), 0) FROM fact").fetchone()[0])
            if known is None:
                return [word("station.audit.stranger", language)]
            if known.incarnation != incarnation:
                past = "SELECT count(*) FROM sqlite_master WHERE name = 'past'"
                own = db.execute(past).fetchone()[0] and [row[0] for row in db.execute("SELECT incarnation FROM past")]
                if last <= acked or not known.incarnation or known.incarnation in (own or ()):
                    return []
                return [word("station.audit.other", language, n=last - acked)]
            link = db.execute("SELECT hash FROM fact WHERE seq = ?", (known.last_seq,)).fetchone()
            if known.last_seq > last:
                return [word("station.audit.behind", language, taken=known.last_seq, last=last)]
            if known.last_seq and link and link[0] != known.last_hash:
                return [word("station.audit.differs", language, seq=known.last_seq)]
            return []
    except sqlite3.Error as error:
        return [word("station.audit.unreadable", language, path=path, why=error)]


def station_of(path: Path) -> str:
    """Which bench's the journal at `path` is, as it says itself: a copy may lie anywhere."""
    with _reading(path) as db:
        return str(db.execute("SELECT station FROM self").fetchone()[0])


def last_kept(path: Path) -> int:
    """How many facts the journal at `path` holds, asked from outside while its bench works on."""
    with _reading(path) as db:
        return int(db.execute("SELECT coalesce(max(seq), 0) FROM fact").fetchone()[0])


def waiting(path: Path) -> int:
    """How many of its facts the shared database doesn't have yet, as far as the journal at `path` knows."""
    with _reading(path) as db:
        return int(db.execute("SELECT count(*) FROM fact WHERE seq > (SELECT acked FROM self)").fetchone()[0])


def _reading(path: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True))


def _problems(db: sqlite3.Connection, language: str) -> list[str]:
    found = [
        word("station.audit.damaged", language, why=row[0])
        for row in db.execute("PRAGMA integrity_check(5)")
        if row[0] != "ok"
    ]
    acked = db.execute("SELECT acked FROM self").fetchone()[0]
    left, link = gone(db)
    expected = left + 1
    for row in db.execute(
        "SELECT op_id, seq, kind, claim, epoch, operator, made_at, body, version, hash FROM fact ORDER BY seq"
    ):
        fact, written = Fact(*row[:9]), row[9]
        if fact.seq != expected:
            found.append(word("station.audit.gap", language, expected=expected, got=fact.seq))
        if chained(link, fact, fact.seq) != written:
            found.append(word("station.audit.changed", language, seq=fact.seq))
        link, expected = written, fact.seq + 1
        if len(found) >= _ENOUGH:
            break
    else:
        if acked >= expected:
            found.append(word("station.audit.short", language, acked=acked, last=expected - 1))
    for lease, first, last, free in db.execute("SELECT id, first, last, next FROM lease"):
        if not first <= free <= last + 1:
            found.append(word("station.audit.lease", language, lease=lease, next=free))
    return found
