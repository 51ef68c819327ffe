"""One bench: what screens, `packbench floor`, journeys and benchmarks hold. Scans in, kept answers out."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from zoneinfo import ZoneInfo

from app.base.clock import Clock, SystemClock, stamp
from app.base.errors import Conflict, JournalBroken, NotFound, PackbenchError
from app.db import Database, Tx
from app.floor.recipient import Recipient
from app.settings import Settings
from app.shipments import store as shipments
from app.shipments.shipment import GONE
from app.site.pin import vouched
from app.site.roles import Operator
from app.station.again import Wish
from app.station.alike import make_alike
from app.station.answer import Answer
from app.station.cache import FILE as CACHE
from app.station.cache import Cache
from app.station.desk import Desk
from app.station.heard import Draft, Heard
from app.station.journal.file import with_room
from app.station.journal.journal import Journal
from app.station.journal.numbers import Numbers
from app.station.journal.records import Entry, Kept, Mark, PrintJob, PrintKey
from app.station.kept import KeptJob, kept_job
from app.station.printing.paperwork import Paperwork
from app.station.printing.queue import LABEL, PrintQueue, print_queue
from app.station.printing.readiness import Ready, readiness
from app.station.printing.spool import PrinterState, Spool
from app.station.questions import Questions
from app.station.sync.presence import Standing, ago_s
from app.station.sync.sync import Sync, SyncState
from printers.label import Label

_LOG = logging.getLogger(__name__)
Pending = Future[Answer]
# How long the end of the program waits until the others know what was given back, in seconds.
GOODBYE_S = 2.0
DOCUMENTS = ("packing_slip", "pick_list", "handover_list")


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

    def __init__(
        self, desk: Desk, journal: Journal, cache: Cache, spool: Spool, sync: Sync, paperwork: Paperwork
    ) -> None:
        self._desk, self._journal, self._cache, self._spool, self._sync = desk, journal, cache, spool, sync
        self._paperwork = paperwork
        self._queue: SimpleQueue[tuple[Heard, Pending] | None] = SimpleQueue()
        self._entering = threading.Lock()
        self._scanned = self._shown = 0
        self._last = Answer(0, "", "ok", "", "", "")
        self._closed = False
        self._begun: tuple[str, float | None] = ("", None)  # the claim in hand, and when it was begun
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
            with_room(folder)
            journal = Journal.open(folder, name, clock)
            undo.callback(journal.close)
            cache = Cache(folder / CACHE)
            undo.callback(cache.close)
            make_alike(journal, cache)
            numbers = Numbers(journal.leases())
            sync = Sync(database, journal, cache, numbers, clock, settings)
            addresses = dict.fromkeys(DOCUMENTS, papers or (folder.resolve() / "papers").as_uri())
            addresses[LABEL] = printer or (folder.resolve() / "printed").as_uri()
            paperwork = Paperwork(database, journal, cache, numbers, clock, addresses[LABEL])
            spool = Spool(journal, addresses, paperwork.render, folder / "labels")
            undo.callback(spool.close)
            sync.on_forgotten += [spool.forget, cache.forget]  # before its first words, which may ask for it
            sync.papers = spool.papered
            # A bench that never heard the shared database knows no badge and no work: all it can do is wait.
            sync.start(settings.question_timeout_s * (1 if cache.position("heard") else 10))
            undo.callback(sync.close)
            questions = Questions(database, sync, settings.question_timeout_s)
            desk = Desk(name, cache, journal, numbers, spool, sync, questions, clock, settings)
            desk.restore()
            spool.start()
            station = cls(desk, journal, cache, spool, sync, paperwork)
            sync.chores.append(station._clear_away)
            sync.on_news.append(station._news_came)
            sync.on_forgotten.append(station._forgotten)
            sync.beat.stands = station._stands
            undo.pop_all()
            return station

    def submit(self, raw: bytes | str) -> Pending:
        """Takes a scan and comes back at once; the answer is there when it is kept. Answers keep the scans' order."""
        return self._enter(raw, 1)

    def _enter(
        self, raw: bytes | str, counts: int, *, leaves: bool = False, idles: bool = False, wish: Wish | None = None
    ) -> Pending:
        pending: Pending = Future()
        with self._entering:
            self._scanned += counts
            clock, generation = self._desk.clock, self._journal.generation
            now, moment = clock.now(), clock.monotonic()
            heard = Heard(self._scanned, raw, now, self._shown, generation, moment, leaves, idles, wish)
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

    def locks_in(self) -> float | None:
        """Seconds until the bench locks if nobody touches it; None: it never does, or nobody is signed in."""
        return self._desk.people.locks_in()

    def lock_if_idle(self) -> Pending:
        """Nobody works here from then on if nobody touched the bench for long; its job is kept as at signing out."""
        return self._enter("", 0, idles=True)

    def stir(self) -> None:
        """Somebody is at the bench, though nothing is scanned: a key, a click."""
        self._desk.people.stir()

    @property
    def locked(self) -> bool:
        """Whether nobody is signed in because nobody touched the bench for long."""
        return self._desk.people.locked

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

    def kept_job(self) -> KeptJob | None:
        """What whoever signs in next goes on with."""
        return kept_job(self._desk.hand, self._journal, self._cache)

    def print_jobs(self) -> list[PrintJob]:
        """Every paper this bench was ever asked for, oldest first."""
        return self._journal.print_jobs()

    def recipient(self, shipment: str) -> Recipient | None:
        """Whom it is for, as far as that is known here: personal data, for the screen and for nothing else."""
        return self._cache.recipient(shipment)

    # Papers -------------------------------------------------------------------------------------------------

    def print_queue(self) -> PrintQueue:
        """What waits, failed or is in doubt, and what was printed since midnight in the warehouse."""
        zone = ZoneInfo(self._cache.position("time_zone") or "UTC")
        midnight = self._desk.clock.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return print_queue(self._journal.prints_since(stamp(midnight)))

    def label(self, key: PrintKey) -> Label:
        """The label as it is (or was) printed, to be looked at. LabelError, NotFound, DatabaseAway: as for printing."""
        job = self._journal.print_job(*key)
        if job is None or job.document != LABEL:
            raise NotFound(f"no label {key}", kind="no_such_print", paper=key[0])
        return self._paperwork.label(job)

    def reprint_label(self, key: PrintKey, shipment: str, reason: int) -> Pending:
        """A new copy of the same issue, by the bench's own act. `reason`: its number in `workflows.label`."""
        return self._enter("", 0, wish=Wish(key, shipment, "reprint", reason))

    def recreate_label(self, key: PrintKey, shipment: str) -> Pending:
        """The issue is void and the next one made, by the bench's own act: asks first, and does it when asked again."""
        return self._enter("", 0, wish=Wish(key, shipment, "recreate"))

    def reprint_paper(self, key: PrintKey, reason: str) -> None:
        """A new copy of a slip or a list. `reason` is a code; one that did not come out is over.

        Conflict: it is void, or a label, which has acts of its own. NotFound: nobody ever asked for it.
        """
        job = self._job(key)
        if job.state == "void" or job.document == LABEL:
            raise Conflict(f"{key}: {job.state}", kind="print_void", paper=key[0])
        copies = [other.copy for other in self._journal.print_jobs() if other.key[:3] == key[:3]]
        again = replace(job, copy=max(copies) + 1, reason=reason, state="queued", printer="", detail="")
        doubt = Mark(*key, "void", detail=reason, doubted=True)
        self._journal.append(Entry(prints=(again,), marks=(doubt,))).result()

    def came_out(self, key: PrintKey) -> None:
        """The paper nobody knew about lies on the table. Conflict for a label that its own scan has to confirm."""
        job = self._job(key)
        row = next((one for one in self.print_queue().unknown if one.key == key), None)
        if row is None or "came_out" not in row.acts:
            raise Conflict(f"{key}: {job.state}", kind="scan_the_label", paper=key[0])
        self._journal.append(Entry(marks=(Mark(*key, "confirmed", doubted=True),))).result()

    def _job(self, key: PrintKey) -> PrintJob:
        job = self._journal.print_job(*key)
        if job is None:
            raise NotFound(f"no paper {key}", kind="no_such_print", paper=key[0])
        return job

    def ask_printers(self) -> None:
        """Has every printer that can say how it is asked; `readiness` knows soon after. Waits for nothing."""
        self._spool.ask()

    def readiness(self) -> tuple[Ready, ...]:
        """Whether what a job needs is there, before it starts: label printer, document printer, shared database."""
        return readiness(self._spool.states(), self._sync.trouble)

    @property
    def commits(self) -> int:
        """Transactions of the journal since it was opened: one may serve several scans."""
        return self._journal.commits

    @property
    def applied(self) -> tuple[int, int]:
        """(facts of this bench in the shared database, facts it keeps on disk): the difference waits."""
        return self._journal.acked, self._journal.last_seq

    def voucher(self, operator: Operator) -> str:
        """What a command begun in the name of whoever signed in here is given in the PIN's place; empty: no PIN."""
        bearer = self._cache.bearer(operator.badge)
        return vouched(bearer) if bearer and bearer.pin_hash else ""

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
        """Answers what was scanned, ends the threads, gives the journal back. Twice is once.

        The job in hand stays this bench's; what is held ahead of it is given back, at once if the line is there.
        """
        with self._entering:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._thread.join()
        self._spool.close()
        with suppress(JournalBroken):
            if self._sync.ahead.leave() and not self._sync.trouble:
                self._sync.drained(GOODBYE_S)
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
            return self._desk.fault(heard)

    def _answered(self, heard: Heard, pending: Pending, draft: Draft, kept: Future[Kept]) -> None:
        answer, error = draft.answer, kept.exception()
        if isinstance(error, PackbenchError):
            answer = self._desk.not_kept(heard, error.values.get("why", "")).answer
            answer = replace(
                self._last, n=heard.n, scan=draft.answer.scan, outcome=answer.outcome, message=answer.message,
                text=answer.text, sound=answer.sound, printed=(), values=answer.values,
            )  # fmt: skip
        else:
            self._last = answer
        self._shown = heard.n
        pending.set_result(answer)
        self._sync.stir()

    def _forgotten(self, _shipments: Iterable[str]) -> None:
        self._desk.news_came()

    def _stands(self) -> Standing:
        """Asked for by the sync's thread, again and again."""
        person, hand, answer = self._desk.operator, self._desk.hand, self._last
        view = hand.view if hand else None
        return Standing(
            operator=person.badge if person else "",
            workflow=view.workflow if view else "dispatch" if self._desk.loading else "",
            job=view.job if view else answer.job if self._desk.loading else "",
            state=view.state if view else "",
            done=view.done if view else 0,
            of=view.of if view else 0,
            since=self._since(hand.claim if hand else ""),
            printer=self._spool.trouble(LABEL),
        )

    def _since(self, claim: str) -> float | None:
        """When the job in hand was begun, by the clock that nobody sets: looked up once for each."""
        if claim != self._begun[0]:
            clock, facts = self._desk.clock, self._journal.facts_of(claim) if claim else []
            ago = ago_s(facts[0].made_at, clock.now()) if facts else 0.0
            self._begun = (claim, clock.monotonic() - ago if claim else None)
        return self._begun[1]

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
