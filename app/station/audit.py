"""Whether a journal still says what it said when it was written."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from app.base.wording import word
from app.floor.chain import chained
from app.floor.facts import Fact

# Beyond this the file is known to be spoilt; listing on would bury the first place, where it happened.
_ENOUGH = 20


def verify(path: Path, language: str = "en") -> list[str]:
    """What is wrong with the journal at `path`, in words; empty when it is whole. Reads only."""
    if not path.is_file():
        return [word("station.audit.missing", language, path=path)]
    try:
        db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            return _problems(db, language)
        finally:
            db.close()
    except sqlite3.Error as error:
        return [word("station.audit.unreadable", language, path=path, why=error)]


def last_kept(path: Path) -> int:
    """How many facts the journal at `path` holds, asked from outside while its bench works on."""
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        return int(db.execute("SELECT coalesce(max(seq), 0) FROM fact").fetchone()[0])
    finally:
        db.close()


def _problems(db: sqlite3.Connection, language: str) -> list[str]:
    found = [
        word("station.audit.damaged", language, why=row[0])
        for row in db.execute("PRAGMA integrity_check(5)")
        if row[0] != "ok"
    ]
    link, acked = db.execute("SELECT incarnation, acked FROM self").fetchone()
    expected = 1
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
