"""One simulated bench: the real journal, cache, numbers, sync and desk, stepped by hand, and what kills them.

A life ends without a word: its files are copied as the disk has them, and the next life opens the copies.
"""

from __future__ import annotations

import random
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from app.base.errors import DatabaseAway, JournalBroken, PackbenchError
from app.base.ids import uuid7
from app.bench.simulation.network import Killed, Way
from app.bench.simulation.printer import Papers, SimulatedSpool
from app.bench.simulation.world import BenchClock, World
from app.db import Tx
from app.floor.facts import Fact
from app.settings import Settings
from app.station.alike import make_alike
from app.station.answer import Answer
from app.station.cache import FILE as CACHE
from app.station.cache import Cache
from app.station.desk import Desk
from app.station.heard import Heard
from app.station.journal.journal import Journal
from app.station.journal.numbers import Numbers
from app.station.questions import NoAnswer
from app.station.sync.ahead import Ahead
from app.station.sync.sync import Sync

T = TypeVar("T")
SETTINGS = Settings(confirm_after_s=1.0, question_timeout_s=3.0, number_block=40)
# So many pages of a journal's WAL are copied back at once. Short ones begin anew more often, which is when they tear.
_WAL_PAGES = 200


class InlineQuestions:
    """The four questions as `Questions` puts them, the bench's thread waiting in the simulated time."""

    def __init__(self, bench: Bench, journal: Journal) -> None:
        self._world, self._bench, self._journal = bench.world, bench, journal
        self._asked: dict[str, str] = {}

    def ask(self, question: str, do: Callable[[Tx, str], T], then: Callable[[T], None] | None = None) -> T:
        op_id = self._asked.setdefault(question, uuid7())
        until = self._world.now + SETTINGS.question_timeout_s
        try:
            found = self._find(do, op_id, until)
        except DatabaseAway:
            raise NoAnswer from None
        except PackbenchError:
            del self._asked[question]
            raise
        if self._world.now > until:
            raise NoAnswer  # it came when nobody listened any more
        self._asked.clear()
        if then:
            with suppress(PackbenchError):
                then(found)
        return found

    def _find(self, do: Callable[[Tx, str], T], op_id: str, until: float) -> T:
        target = self._journal.last_seq
        # Facts first. If the sync is in the middle of something, wait for it as long as one waits.
        if self._journal.acked < target and not self._bench.step():
            self._bench.wait(until - self._world.now)
        if self._journal.acked < target or self._world.now > until:
            raise NoAnswer
        with self._bench.way.write() as tx:
            found = do(tx, op_id)
            if self._world.now > until:
                raise NoAnswer
        return found


class OneAtATime:
    """A lock where one thread plays all: whoever finds it held can't wait for it, gives up and comes again later."""

    def __init__(self) -> None:
        self._held = False

    def __enter__(self) -> None:
        if self._held:
            raise DatabaseAway("somebody else is at it")
        self._held = True

    def __exit__(self, *_: object) -> None:
        self._held = False


@dataclass(slots=True)
class Life:
    """The program at a bench from its start to its end."""

    folder: Path
    journal: Journal
    cache: Cache
    spool: SimulatedSpool
    sync: Sync
    desk: Desk
    syncing: bool = False
    scanned: int = 0
    answered: Answer = field(default_factory=lambda: Answer(0, "", "ok", "", "", ""))

    def limit_pages(self, most: int | None) -> None:
        """Its files can't have more pages than that, or (None) than they have."""
        for db in (self.journal._db, self.cache._db):
            pages = most or db.execute("PRAGMA page_count").fetchone()[0]
            db.execute(f"PRAGMA max_page_count = {pages}")


class Bench:
    """A place in the house with a computer. `life` is None while that is off."""

    def __init__(
        self, world: World, name: str, home: Path, way: Callable[[Bench], Way], fate: Callable[[Bench], str]
    ) -> None:
        self.world, self.name, self._fate = world, name, fate
        self.clock = BenchClock(world)
        self.papers = Papers()
        self.life: Life | None = None
        self.lives = 0
        self.way = way(self)
        self.chance = random.Random(f"{world.seed} {name}")  # noqa: S311
        self.folder = home
        self.busy = False  # its desk considers a scan
        self.faults: list[str] = []  # scans that met a bug
        self.opened: Callable[[Journal], None] = lambda _journal: None  # called first with each life's journal
        self.put_back = False  # its journal is an older copy, and it has not met the shared database since

    @property
    def state(self) -> str:
        """Where its work stands, as the workflows name it."""
        if self.life is None:
            return "off"
        desk = self.life.desk
        if desk.hand:
            return f"{desk.hand.view.workflow} {desk.hand.view.state}"
        return "dispatch" if desk.loading else "idle" if desk.operator else "nobody"

    @property
    def on(self) -> Life:
        life = self.life
        assert life is not None
        return life

    def start(self) -> None:
        """JournalBroken when its journal can't be used."""
        journal = Journal.open(self.folder, self.name, self.clock, threaded=False)
        journal._db.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
        self.opened(journal)
        cache = Cache(self.folder / CACHE)
        make_alike(journal, cache)
        numbers = Numbers(journal.leases())
        sync = Sync(self.way, journal, cache, numbers, self.clock, SETTINGS, self.chance)
        spool = SimulatedSpool(journal, self.papers, partial(self._fate, self))
        questions = InlineQuestions(self, journal)
        desk = Desk(self.name, cache, journal, numbers, spool, sync, questions, self.clock, SETTINGS)  # type: ignore[arg-type]
        sync.ahead = Ahead(self.way, cache, journal, self.clock, SETTINGS.claim_ahead)
        sync.provision._leasing = OneAtATime()  # type: ignore[assignment]
        sync.on_forgotten += [cache.forget, self._forgotten]
        self.life = Life(self.folder, journal, cache, spool, sync, desk)
        self.lives += 1
        spool.start()
        self.step()
        desk.restore()
        sync.on_news.append(self._news_came)

    def wait(self, seconds: float) -> None:
        """Its program waits for something. Killed: it did not live to see it."""
        life = self.life
        self.world.wait(seconds)
        if self.life is not life:
            raise Killed

    def step(self) -> bool:
        """One round of the sync; False when one is under way already."""
        life = self.life
        if life is None or life.syncing:
            return False
        life.syncing = True
        try:
            life.sync.step()
        finally:
            life.syncing = False
        self.put_back &= bool(life.sync.trouble)
        return True

    def scan(self, code: str, *, leaves: bool = False) -> tuple[Answer, tuple[Fact, ...]]:
        """The answer, and the facts it speaks of with their numbers; none when they were not kept."""
        life = self.on
        life.scanned += 1
        heard = Heard(life.scanned, code, self.clock.now(), life.scanned - 1, life.journal.generation, leaves)
        self.busy = True
        try:
            draft = life.desk.take(heard)
        except JournalBroken as error:
            draft = life.desk.not_kept(heard, error.values.get("why", ""))
        except Exception as error:  # noqa: BLE001  # as in Station: a bug in one scan's handling
            self.faults.append(f"{self.name}, {code[:40]!r}: {traceback.format_exception(error)[-3:]}")
            draft = life.desk.fault(heard)
        finally:
            self.busy = False
        if self.life is not life:
            raise Killed
        kept = life.journal.append(draft.entry)
        refused = kept.exception()
        if isinstance(refused, PackbenchError):
            answer = life.desk.not_kept(heard, refused.values.get("why", "")).answer
            life.answered = replace(
                life.answered, n=heard.n, outcome=answer.outcome, message=answer.message, printed=()
            )
            return life.answered, ()
        life.answered = draft.answer
        first = kept.result().seq - len(draft.entry.facts)
        return draft.answer, tuple(replace(f, seq=first + n) for n, f in enumerate(draft.entry.facts, 1))

    def die(self) -> None:
        """The program ends here and now; its disk has what it had."""
        life = self.on
        left = {
            file: file.read_bytes()
            for file in sorted(self.folder.iterdir())
            if file.suffix == ".db" or "-wal" in file.name
        }
        self.life = None
        life.journal.close()
        life.cache.close()
        # What closing wrote no dead program would have left. The lock's file stays: by it the bench's place is known.
        for file in self.folder.glob("*.db*"):
            file.unlink()
        for file, content in left.items():
            file.write_bytes(content)

    def stop(self) -> None:
        """An orderly end of the program."""
        life = self.on
        self.life = None
        life.journal.close()
        life.cache.close()

    def _news_came(self, ended: frozenset[str]) -> None:
        """As Station does."""
        life = self.on
        life.desk.news_came()
        printing = {job.claim for job in life.journal.print_jobs("queued", "sending", "failed")}
        hand = life.desk.hand
        over = ended - printing - ({hand.claim} if hand else set())
        if over:
            life.cache.drop_work(over)

    def _forgotten(self, _shipments: Iterable[str]) -> None:
        self.on.desk.news_came()
