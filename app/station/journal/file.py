"""The journal's file: its tables, and how it is opened, so that it is this station's, whole, and of a form we know."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import suppress
from pathlib import Path
from shutil import disk_usage

from app.base.errors import JournalBroken, SchemaMismatch
from app.base.ids import uuid7
from app.floor.chain import chained
from app.floor.facts import Fact
from app.station.journal.salvage import Value, rows
from app.station.journal.trim import gone
from app.station.journal.wal import PAGE, spoilt

SCHEMA = 1
# Free bytes without which a bench doesn't start: its files and what SQLite writes beside them before the first scan.
# With 60 kB it started, without the job that was in hand (seen 2026-11).
ROOM = 1 << 20
# "PBJL": tells our file from any other SQLite file.
APPLICATION_ID = 0x50424A4C
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_TABLES = f"""
PRAGMA application_id = {APPLICATION_ID};
CREATE TABLE self (station TEXT NOT NULL, incarnation TEXT NOT NULL, schema INTEGER NOT NULL,
    acked INTEGER NOT NULL DEFAULT 0, prints_told INTEGER NOT NULL DEFAULT 0);
CREATE TABLE fact (seq INTEGER PRIMARY KEY, op_id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, version INTEGER NOT NULL,
    claim TEXT NOT NULL, epoch INTEGER NOT NULL, operator TEXT NOT NULL, made_at TEXT NOT NULL, body TEXT NOT NULL,
    hash TEXT NOT NULL);
CREATE INDEX fact_claim ON fact (claim, seq);
CREATE TABLE print_job (subject TEXT NOT NULL, document TEXT NOT NULL, issue INTEGER NOT NULL, copy INTEGER NOT NULL,
    shipment TEXT NOT NULL, claim TEXT NOT NULL, state TEXT NOT NULL, printer TEXT NOT NULL, detail TEXT NOT NULL,
    reason TEXT NOT NULL, operator TEXT NOT NULL, at TEXT NOT NULL, rev INTEGER NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (subject, document, issue, copy));
CREATE INDEX print_job_state ON print_job (state, rev);
CREATE INDEX print_job_rev ON print_job (rev);
CREATE TABLE lease (id TEXT PRIMARY KEY, kind TEXT NOT NULL, owner TEXT NOT NULL, prefix TEXT NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, next INTEGER NOT NULL, demo INTEGER NOT NULL);
"""
# Came later; an earlier program passes over them. `packet`: a claim's work as it stood when claimed, should the shared
# database be put back to before. `past`: which journal this one went on from. `gone`: facts up to this number were
# needed no more; the link behind the last of them. `sent`: what of it stood in the shared database on a day.
_LATER = """
CREATE TABLE IF NOT EXISTS packet (claim TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS past (incarnation TEXT NOT NULL, why TEXT NOT NULL, lost INTEGER NOT NULL,
    apart TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS gone (seq INTEGER PRIMARY KEY, hash TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sent (n INTEGER PRIMARY KEY, day TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL,
    rev INTEGER NOT NULL);
"""
FACT = "seq, op_id, kind, version, claim, epoch, operator, made_at, body"
JOB = "subject, document, issue, copy, shipment, claim, state, printer, detail, reason, operator, at, rev"


class Damaged(Exception):  # named for what happened
    """The file is a journal of ours, and not all of it can be read."""


def connect(path: Path, *, query_only: bool = False) -> sqlite3.Connection:
    if not query_only:
        with suppress(OSError):  # SQLite says what is wrong with it
            _keep_to_ourselves(path)
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    db.execute(f"PRAGMA query_only = {'ON' if query_only else 'OFF'}")
    return db


def _keep_to_ourselves(path: Path) -> None:
    """Who did what, and when, is nobody else's to read. SQLite gives its WAL the same rights.

    A journal that is there is not opened for it: closing it again would end the locks this process has on it.
    """
    if path.exists():
        path.chmod(0o600)
    else:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def is_damage(error: Exception) -> bool:
    """Whether SQLite says that the file itself is spoilt, and not that there is no room or no turn for it."""
    return type(error) is sqlite3.DatabaseError or str(error).startswith("Could not decode to UTF-8")


def with_room(folder: Path) -> None:
    """JournalBroken (journal_no_room): the disk is so full that a bench could not keep what it hears at its start."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    if (free := disk_usage(there).free) < ROOM:
        raise JournalBroken(
            f"{folder}: {free} bytes are free",
            kind="journal_no_room",
            path=folder,
            free=free // 1024,
            room=ROOM // 1024,
        )


def require_kept(path: Path, station: str) -> None:
    """Before anybody opens the journal at `path`. Damaged: of what was shown as kept SQLite would not read all."""
    if why := spoilt(path):
        raise _spoilt(path, station, Damaged(why))


def opened(path: Path, station: str) -> sqlite3.Connection:
    """The journal at `path`, made when there is none. Damaged: save what can be read and open the new one."""
    db = connect(path)
    try:
        _prepare(db, path, station)
        _require_whole(db)
        owner, schema = db.execute("SELECT station, schema FROM self").fetchone()
        if schema > SCHEMA:
            raise SchemaMismatch(
                f"{path}: form {schema}, expected {SCHEMA}", kind="journal_newer", path=path, found=schema, known=SCHEMA
            )
        if owner != station:
            raise _of_other(path, owner, station)
    except sqlite3.DatabaseError as error:
        db.close()
        if not is_damage(error):
            raise
        raise _spoilt(path, station, error) from error
    except Damaged as damage:
        db.close()
        raise _spoilt(path, station, damage) from damage
    except (JournalBroken, SchemaMismatch):
        db.close()
        raise
    return db


def made(path: Path, station: str, incarnation: str) -> sqlite3.Connection:
    """A new journal's file, without a WAL beside it: nothing of it is there before the caller says COMMIT."""
    db = connect(path)
    db.execute(f"PRAGMA page_size = {PAGE}")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("BEGIN IMMEDIATE")
    for statement in f"{_TABLES}{_LATER}".split(";"):
        db.execute(statement)
    db.execute("INSERT INTO self (station, incarnation, schema) VALUES (?,?,?)", (station, incarnation, SCHEMA))
    return db


def _prepare(db: sqlite3.Connection, path: Path, station: str) -> None:
    mine = db.execute("PRAGMA application_id").fetchone()[0]
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and mine != APPLICATION_ID:
        raise Damaged("not a Packbench journal")
    # A scan that happens to copy the WAL back waits for it: four times rarer than SQLite would by itself.
    for pragma in (
        f"page_size = {PAGE}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "fullfsync = ON",
        "wal_autocheckpoint = 4000",
    ):
        db.execute(f"PRAGMA {pragma}")
    if not tables:
        db.executescript(f"BEGIN IMMEDIATE; {_TABLES} COMMIT;")
    db.executescript(_LATER)
    if db.execute("SELECT count(*) FROM self").fetchone()[0] == 0:
        db.execute("INSERT INTO self (station, incarnation, schema) VALUES (?,?,?)", (station, uuid7(), SCHEMA))


def _require_whole(db: sqlite3.Connection) -> None:
    """Its pages, and every word of the facts that are still to be sent, which their links vouch for."""
    damage = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if damage != "ok":
        raise Damaged(damage)
    acked = db.execute("SELECT acked FROM self").fetchone()[0]
    before = db.execute("SELECT seq, hash FROM fact WHERE seq = ?", (acked,)).fetchone()
    last, link = before or gone(db)
    due = last + 1
    for *row, written in db.execute(f"SELECT {FACT}, hash FROM fact WHERE seq >= ? ORDER BY seq", (due,)):
        fact = as_fact(row)
        with suppress(TypeError):  # no text where one was written
            link = chained(link, fact, fact.seq)
        if fact.seq != due or link != written:
            raise Damaged(f"fact {due} is not what was written")
        due += 1


def as_fact(row: list[object] | tuple[object, ...]) -> Fact:
    """From columns in the order of FACT."""
    seq, op_id, kind, version, claim, epoch, operator, made_at, body = row
    return Fact(op_id, seq, kind, claim, epoch, operator, made_at, body, version)  # type: ignore[arg-type]


def _spoilt(path: Path, station: str, error: Exception) -> Exception:
    """Damaged, if the file was this station's journal: by its first hundred bytes or, with those spoilt, a row."""
    head = path.read_bytes()[:100] if path.is_file() else b""
    ours = head[:16] == b"SQLite format 3\0" and head[68:72] == APPLICATION_ID.to_bytes(4, "big")
    owners = {owner for _, row in rows(path) if (owner := _owner(row))}
    if owners - {station}:
        return _of_other(path, min(owners), station)
    if ours or owners:
        return Damaged(str(error))
    return JournalBroken(f"{path}: not a Packbench journal: {error}", kind="journal_foreign", path=path)


def _owner(row: tuple[Value, ...]) -> str:
    """Whose journal it is, if this is a row of `self`: known by the random id in it."""
    match row:
        case (str() as station, str() as incarnation, int(), int(), int()) if _ID.fullmatch(incarnation):
            return station
        case _:
            return ""


def _of_other(path: Path, owner: str, station: str) -> JournalBroken:
    return JournalBroken(
        f"{path}: belongs to {owner}", kind="journal_of_other", path=path, owner=owner, station=station
    )
