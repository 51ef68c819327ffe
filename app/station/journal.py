"""The station's journal: what was accepted at this bench, on disk before it is shown.

One writer thread, one process. Whatever waits is kept in one transaction, one fsync; each waiter hears of it after it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue

from app.base.clock import Clock, stamp
from app.base.errors import JournalBroken, SchemaMismatch
from app.base.ids import uuid7
from app.floor.chain import chained
from app.floor.facts import Fact
from app.station.lock import FolderLock
from app.station.records import CAME_FROM, Entry, HeldLease, Kept, Mark, PrintJob

SCHEMA = 1
# "PBJL": tells our file from any other SQLite file.
APPLICATION_ID = 0x50424A4C
FILE = "journal.db"

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
_FACT = "seq, op_id, kind, version, claim, epoch, operator, made_at, body"
_JOB = "subject, document, issue, copy, shipment, claim, state, printer, detail, reason, operator, at, rev"

_Waiting = tuple[Entry, "Future[Kept]"]


class Journal:
    """`open` it, `append` entries, `close` it. Reading is safe from any thread."""

    def __init__(
        self, path: Path, lock: FolderLock, db: sqlite3.Connection, clock: Clock, group_commit: int, threaded: bool
    ) -> None:
        self.path = path
        self._lock, self._db, self._clock, self._group = lock, db, clock, max(1, group_commit)
        own = db.execute("SELECT station, incarnation, acked, prints_told FROM self").fetchone()
        self.place = lock.place()
        self.station: str = own[0]
        self.incarnation: str = own[1]
        self._acked: int = own[2]
        self._told: int = own[3]
        last = db.execute("SELECT seq, hash FROM fact ORDER BY seq DESC LIMIT 1").fetchone()
        self._seq: int = last[0] if last else 0
        self.last_seq = self._seq  # of the last fact on disk
        self._link: str = last[1] if last else self.incarnation
        self._rev: int = db.execute("SELECT coalesce(max(rev), 0) FROM print_job").fetchone()[0]
        self._noted = (self._acked, self._told)
        self.generation = 0
        self.commits = 0  # transactions made since it was opened
        self.on_facts: list[Callable[[], None]] = []  # called by the writer after a commit that held facts
        self.on_prints: list[Callable[[], None]] = []  # … that held new print jobs or changed their states
        self._reader = _connect(path, query_only=True)
        self._reading = threading.Lock()
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._write_all, name="journal", daemon=True) if threaded else None
        if self._thread:
            self._thread.start()

    @classmethod
    def open(
        cls, folder: Path, station: str, clock: Clock, *, group_commit: int = 128, threaded: bool = True
    ) -> Journal:
        """The journal in `folder`, made when there is none. JournalBroken with a plain reason when it can't be ours.

        Not `threaded`, each append is written before it returns: for the simulator, where one thread does all.
        """
        path = folder / FILE
        lock = FolderLock(folder / "journal.lock")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not lock.take():
                raise JournalBroken(f"{path}: another program has it open", kind="journal_in_use", path=path)
        except OSError as error:
            raise JournalBroken(f"{path}: {error}", kind="journal_unusable", path=path, why=error) from error
        try:
            return cls(path, lock, _opened(path, station), clock, group_commit, threaded)
        except sqlite3.Error as error:
            lock.release()
            raise JournalBroken(f"{path}: {error}", kind="journal_unusable", path=path, why=error) from error
        except (JournalBroken, SchemaMismatch):
            lock.release()
            raise

    def append(self, entry: Entry) -> Future[Kept]:
        """Keeps the whole entry or nothing of it. The future is resolved after its fsync, in the order of the calls.

        It fails with JournalBroken when the disk would not take it; all of the same generation behind it fails too.
        """
        future: Future[Kept] = Future()
        if self._closed:
            future.set_exception(JournalBroken("the journal is closed", kind="journal_closed"))
        elif self._thread is None:
            self._commit([(entry, future)])
        else:
            self._queue.put((entry, future))
        return future

    def acknowledge(self, seq: int) -> None:
        """Facts up to `seq` are in the shared database. Written with the next commit: lost, it costs a repetition."""
        self._acked = max(self._acked, min(seq, self.last_seq))

    def prints_told(self, rev: int) -> None:
        """Print job changes up to `rev` are in the shared database."""
        self._told = max(self._told, rev)

    @property
    def acked(self) -> int:
        return self._acked

    def waiting(self) -> tuple[int, str]:
        """How many facts the shared database doesn't have yet, and since when the oldest of them waits."""
        count = self.last_seq - self._acked
        rows = self._read("SELECT made_at FROM fact WHERE seq = ?", (self._acked + 1,)) if count else []
        return count, rows[0][0] if rows else ""

    def unacknowledged(self, limit: int) -> list[Fact]:
        """The oldest facts the shared database doesn't have yet."""
        return _facts(self._read(f"SELECT {_FACT} FROM fact WHERE seq > ? ORDER BY seq LIMIT ?", (self._acked, limit)))

    def facts_of(self, claim: str) -> list[Fact]:
        """All that happened under a claim, in order."""
        return _facts(self._read(f"SELECT {_FACT} FROM fact WHERE claim = ? ORDER BY seq", (claim,)))

    def link_at(self, seq: int) -> str | None:
        """The hash chain's link behind a fact, None when there is no such fact: so a restored journal is recognised."""
        if seq == 0:
            return self.incarnation
        rows = self._read("SELECT hash FROM fact WHERE seq = ?", (seq,))
        return rows[0][0] if rows else None

    def op_at(self, seq: int) -> str | None:
        rows = self._read("SELECT op_id FROM fact WHERE seq = ?", (seq,))
        return rows[0][0] if rows else None

    def print_jobs(self, *states: str) -> list[PrintJob]:
        """Print jobs in these states, or all, in the order they were asked for."""
        where = f"WHERE state IN ({','.join('?' * len(states))})" if states else ""
        return [PrintJob(*row) for row in self._read(f"SELECT {_JOB} FROM print_job {where} ORDER BY rowid", states)]

    def prints_since(self, moment: str) -> list[PrintJob]:
        """Print jobs touched since that stamp, whatever became of them, and all that are not over, in their order."""
        return [
            PrintJob(*row)
            for row in self._read(
                f"SELECT {_JOB} FROM print_job WHERE at >= ? OR state IN ('queued','sending','failed','unknown')"
                " ORDER BY rowid",
                (moment,),
            )
        ]

    def print_job(self, subject: str, document: str, issue: int, copy: int) -> PrintJob | None:
        rows = self._read(
            f"SELECT {_JOB} FROM print_job WHERE subject=? AND document=? AND issue=? AND copy=?",
            (subject, document, issue, copy),
        )
        return PrintJob(*rows[0]) if rows else None

    def untold_prints(self, limit: int) -> list[PrintJob]:
        """Print jobs whose last change the shared database doesn't know, oldest first."""
        statement = f"SELECT {_JOB} FROM print_job WHERE rev > ? ORDER BY rev LIMIT ?"
        return [PrintJob(*row) for row in self._read(statement, (self._told, limit))]

    def leases(self) -> list[HeldLease]:
        """All leases, those used up too, in the order they are to be used."""
        rows = self._read("SELECT id, kind, owner, prefix, first, last, next, demo FROM lease ORDER BY id", ())
        return [HeldLease(*row) for row in rows]

    def close(self) -> None:
        """Keeps what waits, ends the writer, gives the lock back. Twice is once."""
        if self._closed:
            return
        self._closed = True
        if self._thread:
            self._queue.put(None)
            self._thread.join()
        else:
            self._write_last()
        with self._reading:
            self._reader.close()
        self._db.close()
        self._lock.release()

    # The writer thread ------------------------------------------------------------------------------------

    def _write_all(self) -> None:
        while (first := self._queue.get()) is not None:
            batch = [first]
            while len(batch) < self._group and not self._queue.empty():
                item = self._queue.get()  # nobody else takes from it, so it is there
                if item is None:
                    self._queue.put(None)
                    break
                batch.append(item)
            self._commit(batch)
        self._write_last()

    def _write_last(self) -> None:
        if self._noted != (self._acked, self._told):
            with suppress(sqlite3.Error):
                self._note()

    def _commit(self, batch: Sequence[_Waiting]) -> None:
        standing = [(entry, future) for entry, future in batch if self._stands(entry, future)]
        if not standing:
            return
        before = self._seq, self._link, self._rev, self._noted
        try:
            if all(entry.facts_only for entry, _ in standing):
                # One statement is a transaction by itself: the fewer, the less a busy sync thread gets between.
                kept = self._write_facts([entry for entry, _ in standing])
            else:
                self._db.execute("BEGIN IMMEDIATE")
                kept = [self._write(entry) for entry, _ in standing]
                self._note()
                self._db.execute("COMMIT")
        except (sqlite3.Error, ValueError, OverflowError) as error:
            self._seq, self._link, self._rev, self._noted = before
            self._lost([future for _, future in standing], error)
            return
        self.commits += 1
        self.last_seq = self._seq
        for (_, future), result in zip(standing, kept, strict=True):
            future.set_result(result)
        if any(entry.facts for entry, _ in standing):
            _call(self.on_facts)
        if any(entry.prints or entry.marks for entry, _ in standing):
            _call(self.on_prints)

    def _stands(self, entry: Entry, future: Future[Kept]) -> bool:
        if entry.on is None or entry.on == self.generation:
            return True
        future.set_exception(JournalBroken("made on top of what was not kept", kind="journal_not_kept"))
        return False

    def _lost(self, waiting: Iterable[Future[Kept]], error: Exception) -> None:
        with suppress(sqlite3.Error):
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        # A commit whose fsync failed may stand in the WAL all the same; a new WAL makes sure it never comes back.
        with suppress(sqlite3.Error):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.generation += 1
        for future in waiting:
            broken = JournalBroken(f"{self.path}: {error}", kind="journal_not_kept", path=self.path, why=error)
            broken.__cause__ = error
            future.set_exception(broken)

    def _write_facts(self, entries: Sequence[Entry]) -> list[Kept]:
        """In one statement, if there is anything to write."""
        rows: list[object] = []
        kept = []
        for entry in entries:
            for fact in entry.facts:
                self._seq += 1
                self._link = chained(self._link, fact, self._seq)
                rows += (self._seq, fact.op_id, fact.kind, fact.version, fact.claim, fact.epoch, fact.operator,
                         fact.made_at, fact.body, self._link)  # fmt: skip
            kept.append(Kept(self._seq, 0))
        if rows:
            marks = ",".join(["(?,?,?,?,?,?,?,?,?,?)"] * (len(rows) // 10))
            self._db.execute(f"INSERT INTO fact VALUES {marks}", rows)
        return kept

    def _write(self, entry: Entry) -> Kept:
        self._write_facts([entry])
        for lease in entry.leases:
            self._db.execute(
                "INSERT OR IGNORE INTO lease VALUES (?,?,?,?,?,?,?,?)",
                (lease.id, lease.kind, lease.owner, lease.prefix, lease.first, lease.last, lease.next, lease.demo),
            )
        for lease_id, free in entry.used:
            self._db.execute("UPDATE lease SET next = max(next, ?) WHERE id = ?", (free, lease_id))
        at = stamp(self._clock.now()) if entry.prints or entry.marks else ""
        for job in entry.prints:
            self._rev += 1
            self._db.execute(
                f"INSERT OR IGNORE INTO print_job ({_JOB}) VALUES (?,?,?,?,?,?,'queued','','',?,?,?,?)",
                (*job.key, job.shipment, job.claim, job.reason, job.operator, at, self._rev),
            )
        return Kept(self._seq, sum(self._mark(mark, at) for mark in entry.marks))

    def _mark(self, mark: Mark, at: str) -> int:
        self._rev += 1
        froms = ("queued", "failed") if mark.again else ("unknown",) if mark.doubted else CAME_FROM[mark.state]
        issue = (mark.subject, mark.document, mark.issue, mark.copy)
        whose = "subject = ? AND document = ? AND issue = ? AND ? IN (0, copy)" + (
            " AND copy > 1" if mark.again else ""
        )
        if mark.state == "confirmed":  # scanned already, before its printer said that it was out
            self._db.execute(f"UPDATE print_job SET seen = 1 WHERE {whose}", issue)
        return self._db.execute(
            "UPDATE print_job SET state = CASE WHEN seen AND ?1 = 'sent' THEN 'confirmed' ELSE ?1 END,"
            " detail = ?, at = ?, rev = ?, printer = coalesce(nullif(?, ''), printer)"
            f" WHERE {whose} AND state IN ({','.join('?' * len(froms))})",
            (mark.state, mark.detail, at, self._rev, mark.printer, *issue, *froms),
        ).rowcount

    def _note(self) -> None:
        note = (self._acked, self._told)
        if note != self._noted:
            self._db.execute("UPDATE self SET acked = ?, prints_told = ?", note)
            self._noted = note

    def _read(self, statement: str, values: Sequence[object]) -> list[tuple]:  # type: ignore[type-arg]
        try:
            with self._reading:
                return self._reader.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise JournalBroken(f"{self.path}: {error}", kind="journal_unusable", path=self.path, why=error) from error


def _call(listeners: Iterable[Callable[[], None]]) -> None:
    for listener in listeners:
        listener()


def _facts(rows: Iterable[tuple]) -> list[Fact]:  # type: ignore[type-arg]
    return [Fact(op_id, seq, kind, claim, epoch, operator, made_at, body, version)
            for seq, op_id, kind, version, claim, epoch, operator, made_at, body in rows]  # fmt: skip


def _connect(path: Path, *, query_only: bool = False) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    db.execute(f"PRAGMA query_only = {'ON' if query_only else 'OFF'}")
    return db


def _opened(path: Path, station: str) -> sqlite3.Connection:
    db = _connect(path)
    try:
        mine = db.execute("PRAGMA application_id").fetchone()[0]
        tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables and mine != APPLICATION_ID:
            raise JournalBroken(f"{path}: not a Packbench journal", kind="journal_foreign", path=path)
        # A scan that happens to copy the WAL back waits for it: four times rarer than SQLite would by itself.
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "fullfsync = ON", "wal_autocheckpoint = 4000"):
            db.execute(f"PRAGMA {pragma}")
        if not tables:
            db.executescript(f"BEGIN IMMEDIATE; {_TABLES} COMMIT;")
        if db.execute("SELECT count(*) FROM self").fetchone()[0] == 0:
            db.execute("INSERT INTO self (station, incarnation, schema) VALUES (?,?,?)", (station, uuid7(), SCHEMA))
        damage = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if damage != "ok":
            raise JournalBroken(f"{path}: {damage}", kind="journal_foreign", path=path)
        owner, schema = db.execute("SELECT station, schema FROM self").fetchone()
        if schema > SCHEMA:
            raise SchemaMismatch(
                f"{path}: form {schema}, expected {SCHEMA}", kind="journal_newer", path=path, found=schema, known=SCHEMA
            )
        if owner != station:
            raise JournalBroken(
                f"{path}: belongs to {owner}", kind="journal_of_other", path=path, owner=owner, station=station
            )
    except sqlite3.DatabaseError as error:
        db.close()
        if isinstance(error, sqlite3.OperationalError):
            raise
        raise JournalBroken(f"{path}: not a Packbench journal: {error}", kind="journal_foreign", path=path) from error
    except (JournalBroken, SchemaMismatch):
        db.close()
        raise
    return db
