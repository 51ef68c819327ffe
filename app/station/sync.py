"""One thread between this bench and the shared database: facts go up, news comes down. No scan ever waits for it.

No error ends it. A connection that is away is tried again, each pause longer, never more than half a minute.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.base.clock import Clock, from_stamp, stamp
from app.base.errors import Conflict, DatabaseAway, NotFound, SchemaMismatch
from app.base.turns import considerate
from app.db import Database, Tx, feed
from app.floor.apply import SET_ASIDE, apply_batch
from app.floor.attach import attach
from app.floor.outcome.store import put_prints
from app.floor.printing import Printed
from app.settings import Settings
from app.station import pull
from app.station.cache import Cache, Work
from app.station.journal import Journal
from app.station.numbers import Numbers, leased
from app.station.records import Entry

_LOG = logging.getLogger(__name__)
# Facts gather for so long before they travel: one transaction of the shared database for many scans. While scans pour
# in they gather on, a batch at most and a second at most: applying takes the same processor and disk as the next scan.
GATHER_S, POURING_S = 0.1, 1.0
# Whoever hears of news reads it so much later, not all benches at once, and so long after the last time at least.
SPREAD_S, NEWS_S = 0.3, 0.5
# A step without any reason: whatever should give one has failed.
IN_ANY_CASE_S = 10.0
# How often the cache notes when the shared database was last heard, and how often what has had its day is cleared away.
NOTE_S, CHORES_S = 30.0, 6 * 3600.0
BACK_OFF = (0.25, 30.0)


@dataclass(frozen=True, slots=True)
class SyncState:
    """`waiting` facts are not in the shared database yet, the oldest since `since`; `heard_at`: its last sign of life.

    `trouble` is empty, `away`, or why nothing can be sent until a person has seen to it: newer_form, journal_unknown,
    journal_restored, journal_gap, not_found, broken.
    """

    waiting: int
    since: str
    heard_at: datetime | None
    trouble: str


class Sync:
    def __init__(
        self,
        database: Database,
        journal: Journal,
        cache: Cache,
        numbers: Numbers,
        clock: Clock,
        settings: Settings,
        chance: random.Random | None = None,
    ) -> None:
        self._database, self._journal, self._cache, self._numbers = database, journal, cache, numbers
        self._clock, self._settings = clock, settings
        self._chance = chance or random.Random()  # noqa: S311  # spreads benches' pauses; no secret
        self.station = journal.station
        self.news: Mapping[str, str] = cache.news()  # by shipment: live | cancelled | held | taken_over
        heard = cache.position("heard")
        self.heard_at: datetime | None = from_stamp(heard) if heard else None
        self.chores: list[Callable[[Tx], None]] = []  # called with a view of the shared database, now and then
        self._noted = self._chores_done = -CHORES_S
        self.on_news: list[Callable[[frozenset[str]], None]] = []  # called with claims that ended
        self.on_forgotten: list[Callable[[Iterable[str]], None]] = []
        self._trouble, self._stopped = "", False
        self._tries, self._pause_until = 0, 0.0
        self._greeted = threading.Event()  # the first words were tried
        self._attached = False  # … and answered
        self._page: str | None = ""  # where the next page of the catalogue starts
        self._wake, self._closing = threading.Event(), False
        self._stirred, self._rumour, self._pulled = threading.Event(), False, 0.0
        self._leave: Callable[[], None] = lambda: None
        self._moved = threading.Condition()
        self._leasing = threading.Lock()
        self._unprepared: dict[str, Work] = {}  # claims whose addresses or numbers are still to be fetched
        self._thread = threading.Thread(target=self._work, name="sync", daemon=True)

    def start(self, patience: float) -> bool:
        """Sets the thread going and waits for its first words with the shared database; False: it kept silent."""
        self._journal.on_facts.append(self._kept)
        self._journal.on_prints.append(self._kept)
        self._leave = self._database.ear().subscribe(self._news_may_be)
        self._thread.start()
        return self._greeted.wait(patience) and not self._trouble

    def state(self) -> SyncState:
        return SyncState(*self._journal.waiting(), self.heard_at, self._trouble)

    @property
    def trouble(self) -> str:
        """As in `state`, for those who look at each scan."""
        return self._trouble

    def hurry(self) -> None:
        """Somebody waits for an answer: try now, whatever went wrong before."""
        self._pause_until = 0.0
        self._wake.set()
        self._stirred.set()

    def drained(self, timeout: float, *, prints: bool = False) -> bool:
        """Waits until all that was accepted before this call is applied (and every print job's state told)."""
        target = self._journal.last_seq

        def done() -> bool:
            told = not prints or not self._journal.untold_prints(1)
            return self._stopped or (self._journal.acked >= target and told)

        if self._journal.acked < target or prints:
            self.hurry()
        with self._moved:
            self._moved.wait_for(done, timeout)
        return self._journal.acked >= target

    def close(self, timeout: float = 5.0) -> None:
        self._leave()
        self._closing = True
        self._wake.set()
        self._stirred.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    # The thread -------------------------------------------------------------------------------------------

    def _work(self) -> None:
        considerate()
        while True:
            self._wake.clear()
            if self._closing:
                return
            pause = self._pause_until - self._clock.monotonic()
            if pause <= 0:
                self.step()
                with self._moved:
                    self._moved.notify_all()
            self._rest()
            self._gather()

    def _kept(self) -> None:
        """The journal's writer: no more than the first of many facts wakes the thread."""
        if not self._stirred.is_set():
            self._stirred.set()

    def _news_may_be(self) -> None:
        self._rumour = True
        self._stirred.set()

    def _rest(self) -> None:
        """Until there is something to send or to hear, or a pause is over; at once when somebody waits."""
        until = self._clock.monotonic() + IN_ANY_CASE_S
        while not self._wake.is_set() and (left := until - self._clock.monotonic()) > 0:
            if self._pause_until > self._clock.monotonic():
                until = self._pause_until
            elif self._journal.last_seq > self._journal.acked or self._journal.untold_prints(1):
                return
            elif self._rumour:
                self._rumour = False
                soon = self._clock.monotonic() + self._chance.uniform(0, SPREAD_S)
                until = min(until, max(soon, self._pulled + NEWS_S))
            self._stirred.wait(min(left, max(0.0, until - self._clock.monotonic())))
            self._stirred.clear()

    def _gather(self) -> None:
        """Until no scan came for a moment; at once when somebody waits."""
        latest = self._clock.monotonic() + POURING_S
        seen = self._journal.acked
        while seen != (seen := self._journal.last_seq) and self._clock.monotonic() < latest:
            if self._wake.wait(GATHER_S):
                return
            if self._journal.last_seq - self._journal.acked >= self._settings.batch_facts:
                return

    def step(self) -> None:
        """All there is to do at this moment, once: what its thread does again and again, and the simulator by hand."""
        try:
            if not self._attached:
                self._greet()
                self._attached = True
            while self._push():
                pass
            self._pull()
            self._greeted.set()
            self._prepare()
            self._top_up({job.carrier for work in self._cache.work() for job in work.packet.jobs})
            if self._clock.monotonic() - self._chores_done >= CHORES_S:
                self._chores_done = self._clock.monotonic()
                with self._database.read() as tx:
                    for chore in self.chores:
                        chore(tx)
            while self._page is not None and not self._wake.is_set():
                with self._database.read() as tx:
                    self._page = pull.page_of_catalogue(tx, self._cache, self._page)
        except DatabaseAway as error:
            self._fail("away", error)
        except (SchemaMismatch, Conflict, NotFound) as error:
            self._stopped = True
            self._fail(error.kind, error)
        except Exception as error:  # noqa: BLE001  # no error may end the way up: it is said, and tried again
            self._fail("broken", error)
        else:
            self._trouble, self._stopped, self._tries = "", False, 0
            self._heard()
        self._greeted.set()

    def _heard(self) -> None:
        self.heard_at, moment = self._clock.now(), self._clock.monotonic()
        if moment - self._noted >= NOTE_S:
            self._noted = moment
            self._cache.keep_position("heard", stamp(self.heard_at))

    def _fail(self, trouble: str, error: Exception) -> None:
        if trouble != self._trouble:
            _LOG.warning("%s: %s: %s", self.station, trouble, error, exc_info=trouble == "broken")
        first, longest = BACK_OFF
        pause = min(longest, first * 2 ** min(self._tries, 16)) * self._chance.uniform(0.8, 1.2)
        self._trouble, self._tries, self._pause_until = trouble, self._tries + 1, self._clock.monotonic() + pause

    def _greet(self) -> None:
        """The first words of a session: who we are, what we hold, what there is."""
        journal = self._journal
        with self._database.write() as tx:
            now = self._database.now(tx, self._clock)
            known = attach(tx, station=self.station, journal=journal, place=journal.place, now=now)
        journal.acknowledge(known)
        with self._database.read() as tx:
            self.news = pull.everything(tx, self.station, self._cache, journal.acked == journal.last_seq)

    def _push(self) -> bool:
        """One batch. True: more waits."""
        # A print job's row is made by its fact: its states are told once all facts of its time are applied.
        prints = self._journal.untold_prints(self._settings.batch_facts)
        standing = self._journal.last_seq
        facts = self._journal.unacknowledged(self._settings.batch_facts)
        if facts:
            with self._database.write() as tx:
                now = self._database.now(tx, self._clock)
                applied = apply_batch(
                    tx,
                    station=self.station,
                    incarnation=self._journal.incarnation,
                    facts=facts,
                    before=self._journal.link_at(facts[0].seq - 1) or "",
                    now=now,
                )
            aside = {op_id: reason for op_id, (outcome, reason) in applied.outcomes.items() if outcome == SET_ASIDE}
            self._cache.keep_set_aside(aside)
            self._journal.acknowledge(applied.last_seq)
            with self._moved:
                self._moved.notify_all()
        if prints and self._journal.acked >= standing:
            with self._database.write() as tx:
                told = [Printed(job.key, job.state, job.operator, printer=job.printer) for job in prints]
                put_prints(tx, self.station, told, self._database.now(tx, self._clock))
            self._journal.prints_told(prints[-1].rev)
        return len(facts) == self._settings.batch_facts or len(prints) == self._settings.batch_facts

    def _pull(self) -> None:
        """What changed since, and what follows from it for the work held here."""
        self._pulled = self._clock.monotonic()
        position = feed.Cursor.read(self._cache.position("feed", "0"))
        with self._database.read() as tx:
            changes = feed.since(tx, position)
            if not changes:
                return
            found = pull.what_changed(tx, self._cache, changes)
        if found is not None:
            self.news = found.news
            if found.forgotten:
                self._forget(found.forgotten)
            for ended in self.on_news:
                ended(found.ended)
        self._cache.keep_position("feed", str(changes[-1].cursor))

    def _forget(self, shipments: Iterable[str]) -> None:
        """Erase first, then say so: whoever asked to forget somebody waits for every bench's word."""
        for forgotten in self.on_forgotten:
            forgotten(shipments)
        with self._database.write() as tx:
            keys = [f"{self.station} {shipment}" for shipment in sorted(shipments)]
            feed.announce(tx, pull.FORGOTTEN_HERE, keys, self._database.now(tx, self._clock))

    def hold(self, work: Work) -> None:
        """What was just claimed is worked on here, with addresses and numbers, so that its labels wait for nothing.

        DatabaseAway, Conflict: some of that is missing, and is fetched as soon as it can be had.
        """
        self._unprepared[work.packet.claim] = work
        self._cache.keep_work(work)
        self._prepare()

    def _prepare(self) -> None:
        for claim_id, work in list(self._unprepared.items()):
            if work in self._cache.work():
                with self._database.read() as tx:
                    pull.keep_recipients(tx, self._cache, work.packet)
                    self.news = pull.news_now(tx, self._cache)
                self._top_up({job.carrier for job in work.packet.jobs})
            self._unprepared.pop(claim_id, None)

    def _top_up(self, carriers: Iterable[str]) -> None:
        with self._leasing:
            for kind, owner in self._numbers.wanting(carriers, self._settings.number_block // 2):
                with self._database.write() as tx:
                    at = self._database.now(tx, self._clock)
                    lease = leased(tx, kind, owner, self.station, self._settings.number_block, at)
                self._journal.append(Entry(leases=(lease,))).result()
                self._numbers.add(lease)
