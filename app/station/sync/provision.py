"""What a bench fetches before it is wanted, so that its labels wait for nothing, and what it clears away."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from app.base.clock import Clock, stamp
from app.base.errors import DatabaseAway, JournalBroken
from app.db import Database, Tx
from app.station.cache import Cache, Work
from app.station.journal.journal import Journal
from app.station.journal.numbers import Numbers, leased
from app.station.journal.records import Entry
from app.station.journal.trim import LongAgo
from app.station.sync import pull

_LOG = logging.getLogger(__name__)
# How often what has had its day is cleared away.
CHORES_S = 6 * 3600.0
# A shared database put back to no longer ago is told again all that it lacks: of so many days with it the journal keeps
# what it sent.
KEPT_DAYS = 92


class Provision:
    """Addresses, numbers, the catalogue. Safe from any thread. `block`: numbers leased at a time.

    `told` is given the news by shipment whenever they were looked up on the way.
    """

    def __init__(
        self,
        database: Database,
        journal: Journal,
        cache: Cache,
        numbers: Numbers,
        clock: Clock,
        block: int,
        told: Callable[[Mapping[str, str]], None],
    ) -> None:
        self._database, self._journal, self._cache, self._numbers = database, journal, cache, numbers
        self._clock, self._block, self._told = clock, block, told
        self.chores: list[Callable[[Tx], None]] = []  # called with a view of the shared database, now and then
        self._chores_done = -CHORES_S
        self._page: str | None = ""  # where the next page of the catalogue starts
        self._packed = journal.claims()
        self._leasing = threading.Lock()
        self._unprepared: dict[str, Work] = {}  # claims whose addresses or numbers are still to be fetched

    def hold(self, work: Work) -> None:
        """What was just claimed is worked on here, with addresses and numbers, so that its labels wait for nothing.

        DatabaseAway, Conflict: some of that is missing, and is fetched as soon as it can be had.
        """
        # Held first: whoever prepares what is not held takes it for over.
        self._cache.keep_work(work)
        self._unprepared[work.packet.claim] = work
        self._pack()
        self._prepare(work)

    def step(self, wanted: Callable[[], bool]) -> None:
        """All of it that is due; the catalogue only as far as nobody is `wanted` elsewhere."""
        self._pack()
        for work in list(self._unprepared.values()):
            self._prepare(work)
        self._top_up({job.carrier for work in self._cache.work() for job in work.packet.jobs})
        self._do_chores()
        while self._page is not None and not wanted():
            with self._database.read() as tx:
                self._page = pull.page_of_catalogue(tx, self._cache, self._page)

    def catalogue_anew(self) -> None:
        """From its first page on."""
        self._page = ""

    def _pack(self) -> None:
        """The work of each claim lies in the journal too: the shared database may be put back to before it."""
        fresh = [work.packet for work in self._cache.work() if work.packet.claim not in self._packed]
        if fresh:
            self._journal.append(Entry(packets=tuple(fresh))).result()
            self._packed |= {packet.claim for packet in fresh}

    def _prepare(self, work: Work) -> None:
        if work.packet.claim in {held.packet.claim for held in self._cache.work()}:
            ours = pull.held(self._cache)
            with self._database.read() as tx:
                pull.keep_recipients(tx, self._cache, work.packet)
                self._told(pull.news_now(tx, self._cache, ours))
            self._top_up({job.carrier for job in work.packet.jobs})
        self._unprepared.pop(work.packet.claim, None)

    def _top_up(self, carriers: Iterable[str]) -> None:
        with self._leasing:
            for kind, owner in self._numbers.wanting(carriers, self._block // 2):
                with self._database.write() as tx:
                    at = self._database.now(tx, self._clock)
                    lease = leased(tx, kind, owner, self._journal.station, self._block, at)
                self._journal.append(Entry(leases=(lease,))).result()
                self._numbers.add(lease)

    def _do_chores(self) -> None:
        if self._clock.monotonic() - self._chores_done < CHORES_S:
            return
        self._chores_done = self._clock.monotonic()
        with self._database.read() as tx:
            for chore in self.chores:
                try:
                    chore(tx)
                except DatabaseAway:
                    raise
                except Exception:  # noqa: BLE001  # the others are done all the same
                    _LOG.exception("chore")
            today = stamp(self._database.now(tx, self._clock))[:10]
        # The one that all of it was sent to: by now another may stand in its place.
        ago = LongAgo(today, self._cache.position("feed_epoch"), KEPT_DAYS)
        held = {work.packet.claim for work in self._cache.work()}
        with suppress(JournalBroken):  # another time
            while self._journal.trim(ago, held).result().moved:
                pass
