"""One thread between this bench and the shared database: facts go up, news comes down. No scan ever waits for it.

No error ends it. A connection that is away is tried again, each pause longer, never more than half a minute.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from app.base.clock import Clock, from_stamp, stamp
from app.base.errors import Crossed, DatabaseAway, JournalBroken, NotLetIn, PackbenchError, Refused, SchemaMismatch
from app.base.turns import considerate
from app.db import Database, Tx, feed
from app.db.blame import blames_the_values
from app.floor.outcome.store import tell_prints
from app.floor.printing import Printed
from app.floor.verdict import SET_ASIDE
from app.floor.work import NEVER_HEARD_S
from app.orders.forget import FORGOTTEN_HERE
from app.settings import Settings
from app.station.alike import note
from app.station.cache import Cache
from app.station.journal.journal import Journal
from app.station.journal.numbers import Numbers
from app.station.sync import pull
from app.station.sync.ahead import Ahead
from app.station.sync.meeting import Meeting
from app.station.sync.presence import Beat
from app.station.sync.provision import Provision
from app.station.sync.rumours import Rumours

_LOG = logging.getLogger(__name__)
# Facts gather for so long before they travel: one transaction of the shared database for many scans. While scans pour
# in they gather on, a batch at most and a second at most: applying takes the same processor and disk as the next scan.
GATHER_S, POURING_S = 0.1, 1.0
BATCH_FACTS = 400  # in one transaction of the shared database
# A step without any reason: whatever should give one has failed.
IN_ANY_CASE_S = 10.0
# How often the cache notes when the shared database was last heard.
NOTE_S = 30.0
BACK_OFF = (0.25, 30.0)
# How long one waits for what other benches have to hand in first to a database that was put back to before.
OTHERS_S = 300.0
# After these the journal and the shared database have to meet again.
_STRANGERS = frozenset({"journal_unknown", "journal_gap", "journal_restored", "journal_copied"})


@dataclass(frozen=True, slots=True)
class SyncState:
    """`waiting` facts are not in the shared database yet, the oldest since `since`; `heard_at`: its last sign of life.

    `trouble` is empty, `away`, or why nothing can be sent until a person has seen to it: newer_form, journal_copied
    (another journal of this station is at work elsewhere), journal_unusable, not_found, login_refused and the other
    kinds of NotLetIn (these are tried on), numbers_used_up, broken.
    """

    waiting: int
    since: str
    heard_at: datetime | None
    trouble: str


class Sync:
    """Whatever was kept reaches the shared database once and in order; what changes there is soon known here."""

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
        self._clock = clock
        self._chance = chance or random.Random()  # noqa: S311  # spreads benches' pauses; no secret
        self.station = journal.station
        self.news: Mapping[str, str] = cache.news()  # by shipment: live | cancelled | held | taken_over
        heard_at = cache.position("heard")
        self.heard_at: datetime | None = from_stamp(heard_at) if heard_at else None
        self._heard_before = self._age_by_the_clock()  # this session, in seconds
        self._heard = clock.monotonic()
        self._noted = -NOTE_S
        self.on_news: list[Callable[[frozenset[str]], None]] = []  # called with claims that ended
        self.on_forgotten: list[Callable[[Iterable[str]], None]] = []
        self.ahead = Ahead(database, cache, journal, clock, 0 if database.is_sqlite else settings.claim_ahead)
        self.papers: Callable[[], Iterable[str]] = tuple  # shipments of which bytes of papers lie here
        self._meeting = Meeting(database, journal, cache, numbers, clock)
        self._births, self._behind_until = cache.births, 0.0
        self._met = ""  # the journal that had its first words
        self._behind = False  # they met, and something still waits of which the shared database may know too little
        self._position, self._lifetime = feed.Cursor(), ""
        self.provision = Provision(database, journal, cache, numbers, clock, settings.number_block, self._told)
        self.chores = self.provision.chores  # called with a view of the shared database, now and then
        self.beat = Beat(database, journal, cache, clock)
        self._trouble, self._stopped, self._besides_trouble = "", False, ""
        self._besides_tries, self._besides_at = 0, 0.0
        self._tries, self._pause_until = 0, 0.0
        self._greeted = threading.Event()  # the first words were tried
        self._attached = False  # … and answered
        self._wake, self._closing = threading.Event(), False
        self._stirred, self._rumours = threading.Event(), Rumours(clock, self._chance)
        self._leave: Callable[[], None] = lambda: None
        self._moved = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="sync", daemon=True)

    def start(self, patience: float) -> bool:
        """Sets the thread going and waits for its first words with the shared database; False: it kept silent."""
        self._journal.on_facts.append(self.stir)
        self._journal.on_prints.append(self.stir)
        self._leave = self._database.ear().subscribe(lambda said: self.stir() if self._rumours.heard(said) else None)
        self._thread.start()
        return self._greeted.wait(patience) and not self._trouble

    def state(self) -> SyncState:
        return SyncState(*self._journal.waiting(), self.heard_at, self.trouble)

    def news_age_s(self) -> int:
        """How long ago the shared database was heard, in seconds.

        Measured by what nobody can set; of the time before this session only the clock on the wall knows.
        """
        return int(self._heard_before + self._clock.monotonic() - self._heard)

    @property
    def trouble(self) -> str:
        """As in `state`, for those who look at each scan."""
        return self._trouble or self._besides_trouble

    def now(self, tx: Tx) -> datetime:
        """The shared database's own time: nothing written there goes by this bench's clock."""
        return self._database.now(tx, self._clock)

    def stir(self) -> None:
        """There may be something to send or to say: the thread looks for itself. The first of many calls wakes it."""
        if not self._stirred.is_set():
            self._stirred.set()

    def hurry(self) -> None:
        """Somebody waits for an answer: try now, whatever went wrong before."""
        self._pause_until = 0.0
        self._rumours.hurry()
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
            if self._attached and not self._trouble and not self._thread.is_alive():
                self.beat.goodbye()

    # The thread -------------------------------------------------------------------------------------------

    def _work(self) -> None:
        considerate()
        while True:
            hurried = self._wake.is_set()  # maybe in the middle of a step that failed after it
            self._wake.clear()
            if self._closing:
                return
            if hurried or self._pause_until <= self._clock.monotonic():
                try:
                    self.step()
                except BaseException as error:  # noqa: BLE001  # whatever it was: facts must go on travelling
                    self._fail("broken", error)
                with self._moved:
                    self._moved.notify_all()
            self._rest()
            self._gather()

    def _rest(self) -> None:
        """Until there is something to send or to hear, or a pause is over; at once when somebody waits."""
        until = self._clock.monotonic() + IN_ANY_CASE_S
        while not self._wake.is_set() and (left := until - self._clock.monotonic()) > 0:
            if self._pause_until > self._clock.monotonic():
                until = self._pause_until
            elif self._waits():
                return
            elif self._attached:
                until = min(until, self._rumours.due, self._clock.monotonic() + self.beat.due_in())
            self._stirred.wait(min(left, max(0.0, until - self._clock.monotonic())))
            self._stirred.clear()

    def _gather(self) -> None:
        """Until no scan came for a moment; at once when somebody waits."""
        latest = self._clock.monotonic() + POURING_S
        seen = self._journal.acked
        while seen != (seen := self._journal.last_seq) and self._clock.monotonic() < latest:
            if self._wake.wait(GATHER_S):
                return
            if self._journal.last_seq - self._journal.acked >= BATCH_FACTS:
                return

    def _waits(self) -> bool:
        try:
            return self._journal.last_seq > self._journal.acked or bool(self._journal.untold_prints(1))
        except JournalBroken:
            return False  # it heals itself, or a person is told

    def step(self) -> None:
        """All there is to do at this moment, once: what its thread does again and again, and the simulator by hand."""
        try:
            if not self._attached or (self._births, self._met) != (self._cache.births, self._journal.incarnation):
                self._greet()
            sent = self._journal.acked
            while self._push():
                pass
            if looks := self._journal.acked == sent or self._rumours.are_due():
                self._pull()
            self.beat.say()
        except Exception as error:  # noqa: BLE001  # no error may end the way up: it is said, and tried again
            self._failed(error)
            with suppress(JournalBroken):
                note(self._journal, self._cache, pulled=False)
        else:
            self._trouble, self._stopped, self._tries = "", False, 0
            self._hear()
            with suppress(JournalBroken):
                note(self._journal, self._cache, pulled=self._attached and self._met == self._journal.incarnation)
            self._greeted.set()
            if looks:
                self._besides()
                self._rumours.holds(self._cache)
        self._greeted.set()

    def _hear(self) -> None:
        self.heard_at, self._heard, self._heard_before = self._clock.now(), self._clock.monotonic(), 0.0
        if self._heard - self._noted >= NOTE_S:
            self._noted = self._heard
            self._cache.keep_position("heard", stamp(self.heard_at))

    def _age_by_the_clock(self) -> float:
        """A clock that was set back since tells nothing."""
        age = (self._clock.now() - self.heard_at).total_seconds() if self.heard_at else -1.0
        return float(age) if age >= 0 else NEVER_HEARD_S

    def _failed(self, error: Exception) -> None:
        if isinstance(error, NotLetIn | Crossed):  # tried again all the same: it may be mended, or over
            self._fail(error.kind, error)
        elif isinstance(error, DatabaseAway):
            self._fail("away", error)
        elif isinstance(error, SchemaMismatch | Refused | JournalBroken):
            self._attached &= error.kind not in _STRANGERS
            heals = isinstance(error, JournalBroken) or error.kind in _STRANGERS - {"journal_copied"}
            self._fail(error.kind, error)
            self._stopped = not heals  # whoever waits looks at it: by then it is known why
        else:
            self._attached = False  # it may be that the schema is another's by now: who we are is said anew
            self._fail("broken", error)

    def _fail(self, trouble: str, error: BaseException) -> None:
        if trouble != self._trouble:
            _LOG.warning("%s: %s: %s", self.station, trouble, error, exc_info=error if trouble == "broken" else None)
        self._trouble, self._tries = trouble, self._tries + 1
        self._pause_until = self._clock.monotonic() + self._pause(self._tries)

    def _pause(self, tries: int) -> float:
        first, longest = BACK_OFF
        return min(longest, first * 2.0 ** min(tries - 1, 16)) * self._chance.uniform(0.8, 1.2)

    def _greet(self) -> None:
        """The first words of a session, or after one of the two was put back: who we are, what there is."""
        journal, births = self._journal, self._cache.births
        met = self._meeting.meet()
        incarnation = journal.incarnation
        self._behind, self._behind_until = True, self._clock.monotonic() + OTHERS_S
        while self._push():
            pass
        self._meeting.hand_in_held()
        settled, ours = journal.acked == journal.last_seq, pull.held(self._cache)
        with self._database.read() as tx:
            if feed.lifetime(tx) != met.lifetime:
                raise DatabaseAway("put back to before since it was met")
            found = pull.everything(
                tx, self.station, self._cache, ours, settled=settled, anew=met.takes_over, papers=self.papers()
            )
        self.news, self._position, self._lifetime = found.news, found.cursor, met.lifetime
        if found.forgotten:
            self._forget(found.forgotten)
        if met.takes_over:
            journal.look_again().result()
        self.provision.catalogue_anew()
        self._attached, self._births, self._met = True, births, incarnation
        self._hear()

    def _push(self) -> bool:
        """One batch. True: more waits."""
        # A print job's row is made by its fact: its states are told once all facts of its time are applied.
        journal, most = self._journal, BATCH_FACTS
        incarnation = journal.incarnation
        prints = journal.untold_prints(most)
        standing = journal.last_seq
        facts = waiting = journal.unacknowledged(most)
        if self._behind:
            facts = list(self._meeting.handed_in(facts, patient=self._clock.monotonic() < self._behind_until))
            self._behind = bool(waiting)
        if facts:
            before = journal.link_at(facts[0].seq - 1) or ""
            send = partial(self._meeting.apply, incarnation=incarnation, facts=facts, before=before)
            try:
                applied = self.beat.along(facts[-1].seq, partial(send, hopeful=True))
            except Exception as error:
                if not blames_the_values(error):
                    raise
                applied = self.beat.along(facts[-1].seq, partial(send, hopeful=False))
            aside = {op_id: reason for op_id, (outcome, reason) in applied.outcomes.items() if outcome == SET_ASIDE}
            self._cache.keep_set_aside(aside)
            journal.acknowledge(facts[-1].seq, incarnation)
            self._tries = 0  # the way is open: whatever fails next is tried again soon
            with self._moved:
                self._moved.notify_all()
        if prints and journal.acked >= standing:
            told = [Printed(job.key, job.state, job.operator, printer=job.printer) for job in prints]
            self._database.act(lambda tx: tell_prints(tx, self.station, told, self.now(tx)))
            journal.prints_told(prints[-1].rev)
        if waiting and not facts:
            return False  # other benches' turn
        return most in (len(waiting), len(prints)) or len(facts) < len(waiting)

    def _pull(self) -> None:
        """What changed since, and what follows from it for the work held here."""
        self._rumours.look()
        ours = pull.held(self._cache)
        with self._database.read() as tx:
            lifetime, changes = feed.look(tx, self._position)
            if lifetime != self._lifetime or self.news_age_s() >= feed.KEPT.total_seconds():
                # Put back to before, or so long unheard that changes have left the feed: all is looked at anew, soon.
                self._attached = False
                self._wake.set()
                return
            if not changes:
                return
            found = pull.what_changed(tx, self.station, self._cache, ours, changes)
        if found is not None:
            self.news = found.news
            if found.forgotten:
                self._forget(found.forgotten)
            for ended in self.on_news:
                try:
                    ended(found.ended)
                except Exception:  # noqa: BLE001  # who can't bear news must not keep it from the others
                    _LOG.exception("news")
        self._position = changes[-1].cursor  # here too: a full disk must not have the same news come again and again
        self._cache.keep_position("feed", str(self._position))

    def _besides(self) -> None:
        """What has no hurry: it must hold up neither facts nor news, whatever becomes of it."""
        if self._clock.monotonic() < self._besides_at:
            return
        try:
            self.ahead.step(self.provision.hold, self.news)
            self.provision.step(self._wake.is_set)
        except DatabaseAway as error:
            self._failed(error)
        except Exception as error:  # noqa: BLE001  # said, and tried again
            self._besides_trouble = error.kind if isinstance(error, PackbenchError) else "broken"
            self._besides_tries += 1
            self._besides_at = self._clock.monotonic() + self._pause(self._besides_tries)
            _LOG.warning("%s: %s", self.station, error, exc_info=self._besides_trouble == "broken")
        else:
            self._besides_trouble, self._besides_tries = "", 0

    def _forget(self, shipments: Iterable[str]) -> None:
        """Erase first, then say so: whoever asked to forget somebody waits for every bench's word."""
        for forgotten in self.on_forgotten:
            forgotten(shipments)
        with self._database.write() as tx:
            keys = [f"{self.station} {shipment}" for shipment in sorted(shipments)]
            feed.announce(tx, FORGOTTEN_HERE, keys, self._database.now(tx, self._clock))

    def _told(self, news: Mapping[str, str]) -> None:
        self.news = news
