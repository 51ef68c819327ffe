"""The station's journal: what was accepted at this bench, on disk before it is shown.

One writer thread, one process. Whatever waits is kept in one transaction, one fsync; each waiter hears of it after it.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import msgspec

from app.base.clock import Clock, stamp
from app.base.errors import JournalBroken, SchemaMismatch
from app.floor.chain import chained
from app.station.journal import founding
from app.station.journal.file import JOB, Damaged, connect, is_damage, opened, require_kept
from app.station.journal.lock import FolderLock
from app.station.journal.reading import Reading
from app.station.journal.records import CAME_FROM, Entry, Kept, Mark
from app.station.journal.trim import LongAgo, give_back, gone, trim
from app.station.journal.wal import unread

_LOG = logging.getLogger(__name__)
FILE = "journal.db"
GROUP = 128  # accepted scans that may share one fsync
# Asked for twice it comes out once. Another claim's paper of that name is another paper: its parcel was lost when the
# shared database was put back to before, or taken over, and is packed anew. So is a handover closed once more.
_ANOTHERS = """ON CONFLICT DO UPDATE SET shipment = excluded.shipment, claim = excluded.claim, state = 'queued',
    printer = '', detail = '', reason = excluded.reason, operator = excluded.operator, at = excluded.at,
    rev = excluded.rev, seen = 0 WHERE claim <> excluded.claim OR document = 'handover_list'"""


@dataclass(frozen=True, slots=True)
class _Trim:
    """Asked of the writer like an entry: what is long `ago` and needed no more leaves; `held` claims stay."""

    ago: LongAgo
    held: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Anew:
    """Asked of the writer like an entry: to go on as a new journal, without facts known elsewhere by these ids.

    `why`: restored | damaged; empty: nothing but that everybody looks at it again.
    """

    why: str = ""
    known: frozenset[str] = frozenset()


_Waiting = tuple[Entry | _Anew | _Trim, "Future[Kept]"]


class Journal(Reading):
    """`open` it, `append` entries, `close` it. Reading is safe from any thread."""

    def __init__(self, path: Path, lock: FolderLock, db: sqlite3.Connection, clock: Clock, threaded: bool) -> None:
        self.path = path
        self._lock, self._clock = lock, clock
        self.place = lock.place()
        self._take(db)
        self.generation = 0
        self.begun = ""  # why it was begun anew since it was opened: restored | damaged | missing
        self.commits = 0  # transactions made since it was opened
        self.on_facts: list[Callable[[], None]] = []  # called by the writer after a commit that held facts
        self.on_prints: list[Callable[[], None]] = []  # … that held new print jobs or changed their states
        self._reading = threading.Lock()
        self._suspected = False
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._write_all, name="journal", daemon=True) if threaded else None
        if self._thread:
            self._thread.start()

    def _take(self, db: sqlite3.Connection) -> None:
        """This file is the journal from now on."""
        self._db, self._reader = db, connect(self.path, query_only=True)
        own = db.execute("SELECT station, incarnation, acked, prints_told FROM self").fetchone()
        self.station: str = own[0]
        self.incarnation: str = own[1]
        self._acked: int = own[2]
        self._told: int = own[3]
        self._gone = gone(db)
        self.past = founding.past(db)  # why it went on from another, if it did
        last = db.execute("SELECT seq, hash FROM fact ORDER BY seq DESC LIMIT 1").fetchone()
        self._seq: int = last[0] if last else 0
        self.last_seq = self._seq  # of the last fact on disk
        self._link: str = last[1] if last else self.incarnation
        self._rev: int = db.execute("SELECT coalesce(max(rev), 0) FROM print_job").fetchone()[0]
        self._noted = (self._acked, self._told)

    @classmethod
    def open(cls, folder: Path, station: str, clock: Clock, *, threaded: bool = True) -> Journal:
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
            founding.settle(path)
            begun = ""
            try:
                require_kept(path, station)
                db = opened(path, station)
            except Damaged as damage:
                _LOG.warning("%s: %s", path, damage)
                begun = "damaged"
                founding.found(path, station, founding.save(path, least=unread(path)).late(), begun)
                db = opened(path, station)
            give_back(db)
            journal = cls(path, lock, db, clock, threaded)
            journal.begun = begun
            return journal
        except (sqlite3.Error, OSError, Damaged) as error:
            lock.release()
            raise JournalBroken(f"{path}: {error}", kind="journal_unusable", path=path, why=error) from error
        except (JournalBroken, SchemaMismatch):
            lock.release()
            raise

    def append(self, entry: Entry) -> Future[Kept]:
        """Keeps the whole entry or nothing of it. The future is resolved after its fsync, in the order of the calls.

        It fails with JournalBroken when the disk would not take it; all of the same generation behind it fails too.
        """
        return self._ask_for(entry)

    def begin_anew(self, known: Iterable[str]) -> Future[Kept]:
        """This file is older than what was sent from it: set apart, and a new journal goes on from it.

        With its facts but those whose ids are `known`, without its leased numbers; every entry made before is refused.
        """
        return self._ask_for(_Anew("restored", frozenset(known)))

    def look_again(self) -> Future[Kept]:
        """What was made of the journal so far rests on something that changed: it is to be made again."""
        return self._ask_for(_Anew())

    def trim(self, ago: LongAgo, held: Iterable[str]) -> Future[Kept]:
        """Some of what was sent so long ago leaves for good, but for claims that are `held`; what is sent is noted.

        `moved` of what is kept says how many facts that were: while there are any, there may be more.
        """
        return self._ask_for(_Trim(ago, frozenset(held)))

    def _doubt(self) -> None:
        if not self._suspected:
            self._suspected = True
            self._ask_for(_Anew("damaged"))

    def _ask_for(self, entry: Entry | _Anew | _Trim) -> Future[Kept]:
        future: Future[Kept] = Future()
        if self._closed:
            future.set_exception(JournalBroken("the journal is closed", kind="journal_closed"))
        elif self._thread is None:
            self._commit([(entry, future)])
        else:
            self._queue.put((entry, future))
        return future

    def acknowledge(self, seq: int, incarnation: str) -> None:
        """Facts of that incarnation up to `seq` are in the shared database. Not on disk at once: lost, it is repeated.

        Fewer than before: it was put back to before, and is sent the others and what became of all prints again.
        """
        if incarnation == self.incarnation:
            if seq < self._acked:
                self._told = 0
            self._acked = min(seq, self.last_seq)

    def prints_told(self, rev: int) -> None:
        """Print job changes up to `rev` are in the shared database."""
        self._told = max(self._told, rev)

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
            while isinstance(batch[-1][0], Entry) and len(batch) < GROUP and not self._queue.empty():
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
        entries = [(entry, future) for entry, future in batch if isinstance(entry, Entry)]
        standing = [(entry, future) for entry, future in entries if self._stands(entry, future)]
        if standing:
            self._keep(standing)
        for entry, future in batch:
            if isinstance(entry, _Anew):
                self._begin_anew(entry, future)
            elif isinstance(entry, _Trim):
                self._trim(entry, future)

    def _trim(self, asked: _Trim, future: Future[Kept]) -> None:
        before = self._noted
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._note()
            went = trim(self._db, asked.ago, asked.held, *self._noted)
            left = gone(self._db)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:  # no scan is the worse for it: all that was accepted stands
            self._noted = before
            with suppress(sqlite3.Error):
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
            if is_damage(error):
                self._doubt()
            future.set_exception(
                JournalBroken(f"{self.path}: {error}", kind="journal_unusable", path=self.path, why=error)
            )
            return
        self._gone = left
        future.set_result(Kept(self._seq, went))

    def _keep(self, standing: Sequence[tuple[Entry, Future[Kept]]]) -> None:
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
        if is_damage(error):
            self._begin_anew(_Anew("damaged"), Future())
        for future in waiting:
            broken = JournalBroken(f"{self.path}: {error}", kind="journal_not_kept", path=self.path, why=error)
            broken.__cause__ = error
            future.set_exception(broken)

    def _begin_anew(self, anew: _Anew, future: Future[Kept]) -> None:
        try:
            if anew.why:
                saved = (founding.save if anew.why == "damaged" else founding.read)(self.path).late()
                with self._reading:
                    try:
                        founding.found(self.path, self.station, saved.but(anew.known), anew.why, self._let_go)
                    finally:
                        self._take(opened(self.path, self.station))
                self._suspected, self.begun = False, anew.why
        except (sqlite3.Error, OSError, Damaged, JournalBroken) as error:
            _LOG.warning("%s: %s", self.path, error)
            future.set_exception(
                JournalBroken(f"{self.path}: {error}", kind="journal_unusable", path=self.path, why=error)
            )
            return
        self.generation += 1
        future.set_result(Kept(self._seq, 0))
        _call(self.on_facts)
        _call(self.on_prints)

    def _let_go(self) -> None:
        for db in (self._reader, self._db):
            with suppress(sqlite3.Error):
                db.close()

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
        for packet in entry.packets:
            body = zlib.compress(msgspec.json.encode(packet), 1)
            self._db.execute("INSERT OR IGNORE INTO packet VALUES (?,?)", (packet.claim, body))
        at = stamp(self._clock.now()) if entry.prints or entry.marks else ""
        for job in entry.prints:
            self._rev += 1
            self._db.execute(
                f"INSERT INTO print_job ({JOB}) VALUES (?,?,?,?,?,?,'queued','','',?,?,?,?) {_ANOTHERS}",
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
            # One that was said not to have come out, and is scanned now, did.
            whose += " AND (state <> 'void' OR detail = 'did_not_come_out')"
            froms = (*froms, "void")
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


def _call(listeners: Iterable[Callable[[], None]]) -> None:
    for listener in listeners:
        try:
            listener()
        except Exception:  # noqa: BLE001  # what is kept is kept, whoever can't bear to hear of it
            _LOG.exception("after a commit")
