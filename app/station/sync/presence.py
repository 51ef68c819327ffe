"""What a bench says of itself to whoever looks at the floor."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from math import inf
from typing import TypeVar
from zoneinfo import ZoneInfo

from app.base.clock import Clock, from_stamp, stamp
from app.db import Database, Tx, feed
from app.db.at_once import written_at_once
from app.db.head import HEAD
from app.floor import claim
from app.floor.attach import goodbye, heard
from app.site import store as site
from app.site.site import Presence
from app.station.cache import Cache
from app.station.journal.reading import Reading

T = TypeVar("T")
# How often a bench says how it is: in any case, and while there is something new to say.
BEAT_S, NEWS_S = 20.0, 0.75

# Facts looked at when the bench opens: more than anybody makes in a day.
_BACK = 20_000
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the bench stands: who works there, at what, and why its label printer takes nothing.

    `state` is the workflow's own; `done` of `of` units; `since`: when it was begun, by `Clock.monotonic`.
    """

    operator: str = ""
    workflow: str = ""
    job: str = ""
    state: str = ""
    done: int = 0
    of: int = 0
    since: float | None = None
    printer: str = ""

    @property
    def person_and_job(self) -> tuple[str, str, str, str]:
        """What somebody who looks wants to know at once."""
        return self.operator, self.workflow, self.job, self.printer


class Tally:
    """How much was done lately, counted on from fact to fact: no look goes over the journal twice.

    The clock on the wall is asked once for each fact, how long ago that was: whatever it is set to later drops none and
    keeps none.
    """

    def __init__(self) -> None:
        self._journal = ""
        self._seen, self._stamp = 0, ""
        self._made: deque[float] = deque()  # when the facts of the last hour were made, by `Clock.monotonic`
        self._closed: deque[float] = deque()  # … and the parcels of today closed

    def count(self, journal: Reading, clock: Clock, today: timedelta) -> tuple[int, int]:
        """(scans of the last hour, parcels closed today, which began so long ago)"""
        if journal.incarnation != self._journal:
            self._journal, self._seen = journal.incarnation, max(0, journal.last_seq - _BACK)
            self._made.clear()
            self._closed.clear()
        here, moment = clock.now(), clock.monotonic()
        for seq, kind, made_at in journal.latest(self._seen) if journal.last_seq > self._seen else ():
            at = moment - ago_s(made_at, here)
            if made_at != self._stamp:  # one scan may be several facts
                self._made.append(at)
            if kind == "ParcelClosed":
                self._closed.append(at)
            self._seen, self._stamp = seq, made_at
        for made, span in ((self._made, _HOUR), (self._closed, today)):
            while made and made[0] < moment - span.total_seconds():
                made.popleft()
        return len(self._made), len(self._closed)


def ago_s(made_at: str, here: datetime) -> float:
    """How long ago a stamp of this bench's clock was by that clock, in seconds: just now if it is still to come."""
    try:
        return max(0.0, (here - from_stamp(made_at)).total_seconds())
    except (ValueError, TypeError):  # a spoilt disk
        return 0.0


@dataclass(frozen=True, slots=True)
class _Word:
    """Of a bench that stands so, with so many facts made and so many of them sent. `news`: as in `has_news`."""

    stands: Standing
    made: int
    sent: int
    news: bool

    @property
    def said(self) -> tuple[Standing, int, int]:
        return self.stands, self.made, self.made - self.sent


class Beat:
    """Tells the shared database that this bench is at work, and where it stands; so its claims stay its own.

    Facts that travel take it `along`, so that it costs no transaction; else it goes by itself (`say`). Only another
    person or another job is announced in the feed, which all benches read: the floor's screen looks at the rows.
    """

    def __init__(self, database: Database, journal: Reading, cache: Cache, clock: Clock) -> None:
        self._database, self._journal, self._cache, self._clock = database, journal, cache, clock
        self.stands: Callable[[], Standing] = Standing  # where the bench stands now
        self._tally = Tally()
        self._said = _Word(Standing(), 0, 0, news=False)
        self._said_at = self._heard_at = -BEAT_S

    def has_news(self) -> bool:
        """Another person, another job: whoever looks at the floor is to see it at once."""
        return self.stands().person_and_job != self._said.stands.person_and_job

    def due_in(self) -> float:
        """Seconds until it is to be said how it is."""
        if self.has_news():
            return 0.0
        fresh = self._now(self._journal.acked).said != self._said.said
        due = min(self._heard_at + BEAT_S, self._said_at + NEWS_S if fresh else inf)
        return max(0.0, due - self._clock.monotonic())

    def along(self, sent: int, act: Callable[[Tx, datetime], T]) -> T:
        """`act` sends facts up to number `sent`, given the time; how the bench stands goes in its transaction."""
        word = self._word(sent)

        def do(tx: Tx) -> T:
            now = self._database.now(tx, self._clock)
            with written_at_once(tx):
                done = act(tx, now)
                if word:
                    self._tell(tx, word, now)
            return done

        done = self._database.act(do)
        if word:
            self._told(word)
        return done

    def say(self) -> None:
        """If it is time to. Conflict (journal_copied): another journal of this station is at work."""
        word = self._word(self._journal.acked)
        if word is None:
            if self._clock.monotonic() - self._heard_at < BEAT_S:
                return
            word = self._now(self._journal.acked)
        with self._database.write() as tx:
            now = self._database.now(tx, self._clock)
            heard(tx, station=self._journal.station, place=self._journal.place, now=now)
            claim.renew(tx, self._journal.station, now)
            self._tell(tx, word, now)
        self._told(word)
        self._heard_at = self._said_at

    def _now(self, sent: int) -> _Word:
        stands = self.stands()
        return _Word(stands, self._journal.last_seq, sent, stands.person_and_job != self._said.stands.person_and_job)

    def _word(self, sent: int) -> _Word | None:
        """None: nothing new, or it was told just now."""
        word, soon = self._now(sent), self._clock.monotonic() - self._said_at < NEWS_S
        return word if word.news or (word.said != self._said.said and not soon) else None

    def _tell(self, tx: Tx, word: _Word, now: datetime) -> None:
        site.put_presence(tx, self._presence(word.stands, word.sent, now), now)
        if word.news:
            feed.announce(tx, "presence", [self._journal.station], now)

    def _told(self, word: _Word) -> None:
        """It is committed."""
        self._said, self._said_at = word, self._clock.monotonic()

    def goodbye(self) -> None:
        """Its journal may be opened elsewhere at once; nobody works here any more. As far as that can still be said."""
        with suppress(Exception), self._database.write() as tx:
            now = self._database.now(tx, self._clock)
            goodbye(tx, station=self._journal.station, place=self._journal.place, now=now)
            site.put_presence(tx, self._presence(Standing(state="closed"), self._journal.acked, now), now)
            feed.announce(tx, "presence", [self._journal.station], now)

    def _presence(self, stands: Standing, sent: int, now: datetime) -> Presence:
        """By the shared database's clock, which says `now`: whoever looks sets no two clocks side by side."""
        local = now.astimezone(ZoneInfo(self._cache.position("time_zone") or "UTC"))
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        scans, parcels = self._tally.count(self._journal, self._clock, now - midnight)
        since = "" if stands.since is None else stamp(now - timedelta(seconds=self._clock.monotonic() - stands.since))
        return Presence(
            station=self._journal.station,
            **{**asdict(stands), "since": since},
            waiting=max(0, self._journal.last_seq - sent),
            scans_hour=scans,
            parcels_today=parcels,
            program=HEAD,
        )
