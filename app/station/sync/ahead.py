"""Work held ahead of the job in hand, so that an outage does not stop the bench.

While somebody works here, a few claims more than the one in hand are held, of the kinds of work that are done here; all
they need lies in the cache. They are opened without asking anybody. When nobody is signed in any more, or the program
ends, those not begun are given back, as facts: known at once here, and to all others when that database is reached.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from app.base.clock import Clock, stamp
from app.base.errors import JournalBroken, Refused
from app.base.ids import uuid7
from app.db import Database
from app.floor.claim import claim_ahead
from app.floor.facts import Fact, JobLeft, encode
from app.site.roles import Operator
from app.station.cache import Cache, Work
from app.station.journal.journal import Journal
from app.station.journal.records import Entry

# Where nothing waits to be claimed one looks again after so long, in seconds.
PAUSE_S = 5.0


@dataclass(slots=True)
class Ahead:
    """`most`: so many claims of each kind of work are held beyond the job in hand; 0: none. `who` works here just now.

    Two threads use it: the bench's opens work, the sync's claims and gives back.
    """

    database: Database
    cache: Cache
    journal: Journal
    clock: Clock
    most: int
    who: Callable[[], Operator | None] = lambda: None
    kinds: set[str] = field(default_factory=set)  # of the work done here since somebody signed in
    _over: set[str] = field(default_factory=set)  # given back, or done: the cache may hold them for a while yet
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _last: Operator | None = None
    _next_try: float = 0.0

    # The bench's thread --------------------------------------------------------------------------------------

    def open(self, code: str, news: Mapping[str, str]) -> Work | None:
        """Held work that `code` (shipment id, job code, tote; empty: whatever is next) stands for, from now on opened.

        What goes on comes first, then what is to be packed, then what was claimed first. None: nothing of the kind is
        held here, or its orders were stopped (`news` by shipment): then only the shared database can tell.
        """
        with self._lock:
            for work in self._held():
                if _alive(work, news) and _meant(work, code.strip().upper()):
                    self._opened(work)
                    return work
        return None

    def opened(self, work: Work) -> None:
        """The bench works on it, however it came by it."""
        with self._lock:
            self._opened(work)

    def begun(self) -> list[Work]:
        """Held work that somebody has opened or done something of, the latest last."""
        return [w for w in self.cache.work() if w.opened or w.before or self.journal.facts_of(w.packet.claim)]

    def over(self, claim: str) -> None:
        """Nothing more can come of it."""
        with self._lock:
            self._over.add(claim)

    def leave(self) -> bool:
        """Nobody works here from now on: what nobody has begun is given back. False: there was nothing."""
        self.who = lambda: None
        return self._give_back(self._unopened())

    def _opened(self, work: Work) -> None:
        self.kinds.add(work.packet.kind)
        self.cache.mark_opened(work.packet.claim)

    # The sync's thread ---------------------------------------------------------------------------------------

    def step(self, hold: Callable[[Work], None], news: Mapping[str, str]) -> None:
        """Claims what is lacking while somebody works here; else gives back what nobody has begun.

        DatabaseAway: at another time. Whatever was claimed by then is held, or will be found by the next pull.
        """
        operator = self.who()
        if operator is None:
            self.kinds.clear()
            self._give_back(self._unopened())
            return
        self._last = operator
        self._give_back(work for work in self._unopened() if not _alive(work, news))
        if self.clock.monotonic() < self._next_try:
            return
        for kind in sorted(self.kinds) if self.most else ():
            while self.who() and sum(work.packet.kind == kind for work in self._unopened()) < self.most:
                if not self._claim(kind, operator, hold):
                    self._next_try = self.clock.monotonic() + PAUSE_S
                    break
        if self.who() is None:  # gone while work was claimed for them
            self._give_back(self._unopened())

    def _claim(self, kind: str, operator: Operator, hold: Callable[[Work], None]) -> bool:
        packet = None
        with suppress(Refused), self.database.write() as tx:
            now = self.database.now(tx, self.clock)
            packet = claim_ahead(tx, station=self.journal.station, operator=operator, kind=kind, now=now)
        if packet:
            hold(Work(packet, opened=False))
        return packet is not None

    def _give_back(self, some: Iterable[Work]) -> bool:
        given = False
        for work in some:
            with self._lock:
                if work.packet.claim not in {one.packet.claim for one in self._unopened()}:
                    continue  # opened meanwhile
                self._over.add(work.packet.claim)
            kind, body = encode(JobLeft(work.packet.claim))
            by = self._last.badge if self._last else self.journal.station
            epoch, at = work.packet.jobs[0].epoch, stamp(self.clock.now())
            left = Fact(uuid7(), 0, kind, work.packet.claim, epoch, by, at, body)
            try:
                self.journal.append(Entry((left,))).result()
                given = True
            except JournalBroken:  # not kept, so not given back: at another time
                with self._lock:
                    self._over.discard(work.packet.claim)
                raise
        return given

    # What is held --------------------------------------------------------------------------------------------

    def _held(self) -> list[Work]:
        """All that is not over, in the order it is to be done: what goes on, what is to be packed, what came first."""
        some = [work for work in self.cache.work() if work.packet.claim not in self._over]
        return sorted(some, key=lambda work: (not work.opened, work.packet.kind != "pack", work.packet.claim))

    def _unopened(self) -> list[Work]:
        held = [work for work in self._held() if not work.opened and not work.before]
        return [work for work in held if not self.journal.facts_of(work.packet.claim)]


def _alive(work: Work, news: Mapping[str, str]) -> bool:
    return any(news.get(job.shipment, "live") == "live" for job in work.packet.jobs)


def _meant(work: Work, code: str) -> bool:
    """Whether the code is its shipment's id or job code, or a tote in which goods of it lie, and of no other order."""
    packet = work.packet
    if not code or any(code in (job.shipment, job.job_code) for job in packet.jobs):
        return True
    tote = packet.totes.get(code, code)
    alone = packet.bulk or tote not in packet.busy
    return alone and any(lying.tote == tote for job in packet.jobs for lying in job.totes)
