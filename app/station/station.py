"""One bench: what screens, `packbench floor`, journeys and benchmarks hold. Scans in, kept answers out."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from app.base.clock import Clock, SystemClock, stamp
from app.base.errors import JournalBroken, PackbenchError
from app.db import Database, Tx
from app.settings import Settings
from app.shipments import store as shipments
from app.shipments.shipment import GONE
from app.site.roles import Operator
from app.station.answer import Answer
from app.station.cache import FILE as CACHE
from app.station.cache import Cache
from app.station.desk import Desk, Draft, Heard
from app.station.journal import Journal
from app.station.numbers import Numbers
from app.station.paperwork import Paperwork
from app.station.questions import Questions
from app.station.records import Kept, PrintJob
from app.station.spool import PrinterState, Spool
from app.station.sync import Sync, SyncState

_LOG = logging.getLogger(__name__)
Pending = Future[Answer]
LABEL, DOCUMENTS = "parcel_label", ("packing_slip", "pick_list", "handover_list")


@dataclass(frozen=True, slots=True)
class Status:
    """What the shell always shows. `asked_about`: papers of which nobody knows whether they came out."""

    station: str
    operator: Operator | None
    scanned: int
    answered: int
    sync: SyncState
    printers: tuple[PrinterState, ...]
    asked_about: tuple[PrintJob, ...]


class Station:
    """`open` it, `submit` scans, `close` it. Safe from any thread."""

    def __init__(self, desk: Desk, journal: Journal, cache: Cache, spool: Spool, sync: Sync) -> None:
        self._desk, self._journal, self._cache, self._spool, self._sync = desk, journal, cache, spool, sync
        self._queue: SimpleQueue[tuple[Heard, Pending] | None] = SimpleQueue()
        self._entering = threading.Lock()
        self._scanned = self._shown = 0
        self._last = Answer(0, "", "ok", "", "", "")
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="bench", daemon=True)
        self._thread.start()

    @classmethod
    def open(
        cls,
        folder: Path,
        database: Database,
        name: str,
        *,
        printer: str = "",
        papers: str = "",
        settings: Settings | None = None,
        clock: Clock | None = None,
    ) -> Station:
        """The bench `name` with its files in `folder`, where it stood when it was last open.

        `printer`: where labels go, `papers`: where documents go, both as addresses; without them, into the folder.
        JournalBroken or SchemaMismatch: its journal can't be used. A shared database that is away is no error.
        """
        settings, clock = settings or Settings(), clock or SystemClock()
        with ExitStack() as undo:
            journal = Journal.open(folder, name, clock, group_commit=settings.group_commit)
            undo.callback(journal.close)
            cache = Cache(folder / CACHE)
            undo.callback(cache.close)
            numbers = Numbers(journal.leases())
            sync = Sync(database, journal, cache, numbers, clock, settings)
            addresses = dict.fromkeys(DOCUMENTS, papers or (folder.resolve() / "papers").as_uri())
            addresses[LABEL] = printer or (folder.resolve() / "printed").as_uri()
            paperwork = Paperwork(database, journal, cache, numbers, clock, addresses[LABEL])
            spool = Spool(journal, addresses, paperwork.render, folder / "labels")
            undo.callback(spool.close)
            # A bench that never heard the shared database knows no badge and no work: all it can do is wait.
            sync.start(settings.question_timeout_s * (1 if cache.position("heard") else 10))
            undo.callback(sync.close)
            questions = Questions(database, sync, settings.question_timeout_s)
            desk = Desk(name, cache, journal, numbers, spool, sync, questions, clock, settings)
            desk.restore()
            spool.start()
            station = cls(desk, journal, cache, spool, sync)
            sync.chores.append(station._clear_away)
            sync.on_news.append(station._news_came)
            sync.on_forgotten.append(station.forget)
            undo.pop_all()
            return station

    def submit(self, raw: bytes | str) -> Pending:
        """Takes a scan and comes back at once; the answer is there when it is kept. Answers keep the scans' order."""
        return self._enter(raw, 1)

    def _enter(self, raw: bytes | str, counts: int, *, leaves: bool = False) -> Pending:
        pending: Pending = Future()
        with self._entering:
            self._scanned += counts
            heard = Heard(self._scanned, raw, self._desk.clock.now(), self._shown, self._journal.generation, leaves)
            if self._closed:
                pending.set_result(self._desk.not_kept(heard).answer)
            else:
                self._queue.put((heard, pending))
        return pending

    def scan(self, raw: bytes | str) -> Answer:
        """`submit`, and wait."""
        return self.submit(raw).result()

    def sign_in(self, badge: str) -> Answer:
        """As if the badge had been scanned, but not counted: the first scan after it is number 1."""
        return self._enter(badge, 0).result()

    def sign_out(self) -> Pending:
        """Nobody works here from then on. The job in hand is kept, and goes on with the next badge."""
        return self._enter("", 0, leaves=True)

    def status(self) -> Status:
        return Status(
            self._desk.station,
            self._desk.operator,
            self._scanned,
            self._shown,
            self._sync.state(),
            tuple(self._spool.states()),
            tuple(self._journal.print_jobs("unknown")),
        )

    @property
    def name(self) -> str:
        return self._desk.station

    @property
    def time_zone(self) -> str:
        """The warehouse's, as last heard; empty at a bench that never heard."""
        return self._cache.position("time_zone")

    @property
    def operator(self) -> Operator | None:
        """Who is signed in."""
        return self._desk.operator

    def print_jobs(self) -> list[PrintJob]:
        """Every paper this bench was ever asked for, oldest first."""
        return self._journal.print_jobs()

    @property
    def commits(self) -> int:
        """Transactions of the journal since it was opened: one may serve several scans."""
        return self._journal.commits

    def retry_printing(self) -> None:
        """Somebody has put a printer right."""
        self._spool.retry()

    def forget(self, shipments: Iterable[str]) -> None:
        """Nothing of these shipments' customers is left at this bench."""
        some = list(shipments)
        self._spool.erase(some)
        self._cache.forget(some)
        self._desk.news_came()

    def settle(self, timeout: float) -> bool:
        """Waits until all is printed and applied that can be; False: something waits for a printer or the network."""
        printed = self._spool.drain(timeout)
        return self._sync.drained(timeout, prints=True) and printed

    def close(self) -> None:
        """Answers what was scanned, ends the threads, gives the journal back. Claims stay held. Twice is once."""
        with self._entering:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._thread.join()
        self._spool.close()
        self._sync.close()
        self._journal.close()
        self._cache.close()

    # The bench's thread, and what the journal's thread calls ---------------------------------------------------

    def _work(self) -> None:
        while (item := self._queue.get()) is not None:
            heard, pending = item
            draft = self._considered(heard)
            kept = self._journal.append(draft.entry)
            kept.add_done_callback(partial(self._answered, heard, pending, draft))

    def _considered(self, heard: Heard) -> Draft:
        try:
            return self._desk.take(heard)
        except JournalBroken as error:
            return self._desk.not_kept(heard, error.values.get("why", ""))
        except Exception:  # noqa: BLE001  # a bug in one scan's handling must not take the bench down
            _LOG.exception("scan %d", heard.n)
            self._desk.generation = -1  # the next scan starts from what is on disk
            draft = self._desk.say("bench_fault")
            return replace(draft, answer=replace(draft.answer, n=heard.n, scan=heard.text[:200]))

    def _answered(self, heard: Heard, pending: Pending, draft: Draft, kept: Future[Kept]) -> None:
        answer, error = draft.answer, kept.exception()
        if isinstance(error, PackbenchError):
            answer = self._desk.not_kept(heard, error.values.get("why", "")).answer
            answer = replace(self._last, n=heard.n, scan=answer.scan, outcome=answer.outcome, message=answer.message,
                             text=answer.text, sound=answer.sound, printed=(), values=answer.values)  # fmt: skip
        else:
            self._last = answer
        self._shown = heard.n
        pending.set_result(answer)

    def _clear_away(self, tx: Tx) -> None:
        """Bytes of papers leave some days after their shipment did; those of lists, after they were printed."""
        before = stamp(self._desk.clock.now() - timedelta(days=self._desk.settings.label_days))
        old = self._spool.old(before)
        states = {s.id: s.state for s in shipments.get(tx, {job.shipment for job in old if job.shipment}).values()}
        over = {*GONE, "cancelled", ""}
        self._spool.remove(job for job in old if states.get(job.shipment, "") in over)

    def _news_came(self, ended: frozenset[str]) -> None:
        """Work that is over leaves the cache, once nothing of it waits to be printed."""
        self._desk.news_came()
        printing = {job.claim for job in self._journal.print_jobs("queued", "sending", "failed")}
        hand = self._desk.hand
        over = ended - printing - ({hand.claim} if hand else set())
        if over:
            self._cache.drop_work(over)
