"""How each kind of fault strikes a bench, or the house: what `faults.HOURLY` names is done here."""

from __future__ import annotations

import random
import shutil
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from app.base.errors import JournalBroken, Refused
from app.bench.simulation import disk, ground
from app.bench.simulation.bench import SETTINGS, Bench
from app.bench.simulation.faults import HOUSE, Faults
from app.bench.simulation.network import Killed, Server, Way
from app.bench.simulation.office import Office
from app.bench.simulation.people import Person
from app.bench.simulation.truth import Truth
from app.bench.simulation.world import HOUR, World
from app.db.schema import MetaData
from app.floor.apply import apply_batch
from app.floor.facts import Fact
from app.floor.takeover import takeover
from app.site.roles import SYSTEM
from app.station.cache import FILE as CACHE
from app.station.journal.journal import FILE as JOURNAL
from app.station.sync.sync import BATCH_FACTS
from app.upkeep.backup import make_backup
from app.upkeep.restore import restore_backup

# So many pages a SQLite file may have where nothing limits it.
_ENDLESS = 1_073_741_823
# (incarnation, facts, the chain's link before the first of them), as a sync once had it in hand.
_Batch = tuple[str, Sequence[Fact], str]


class Strikes:
    """`begin` once: from then on things go wrong by themselves, until `faults.calm`."""

    def __init__(
        self, world: World, home: Path, server: Server, office: Office, truth: Truth, faults: Faults,
        metadata: Callable[[], MetaData],
    ) -> None:  # fmt: skip
        self.world, self.home, self.server, self.office = world, home, server, office
        self.truth, self.faults, self._metadata = truth, faults, metadata
        self._partitioned: dict[str, float] = {}  # until when, by bench
        self._full: set[str] = set()  # whose disk is full, and nobody has noticed yet
        self._power: set[str] = set()  # whose power goes while the next scan is written
        self._printing: set[str] = set()  # who is killed while the next paper is with the printer
        self._older: set[str] = set()  # whose journal is put back as soon as nothing of it waits
        self._sent: dict[str, deque[_Batch]] = {}
        # Older copies of journals, each with how many facts of its bench had been kept by then.
        self._copies: dict[str, tuple[int, Mapping[str, bytes]]] = {}
        self._backups: list[Path] = []
        self._by_kind: dict[str, Callable[[Person], None]] = {
            "partition": self._partition,
            "killed": self._kill,
            "killed_printing": lambda person: self._printing.add(person.bench.name),
            "power_cut": self._cut_power,
            "power_cut_in_commit": lambda person: self._power.add(person.bench.name),
            "disk_full": self._fill,
            "cache_deleted": self._delete_cache,
            "cache_spoilt": self._spoil_cache,
            "journal_restored": self._keep_or_put_back,
            "journal_spoilt": partial(self._spoil_journal, "journal_spoilt", disk.spoil_page),
            "wal_spoilt": partial(self._spoil_journal, "wal_spoilt", disk.spoil_wal),
            "journal_cloned": self._clone,
            "clock_jump": self._set_clock,
            "batch_again": self._send_again,
            "taken_over": self._take_over,
            "cancelled": partial(self._of_office, "cancelled", office.cancel),
            "held": partial(self._of_office, "held", office.hold),
        }

    def begin(self, people: Sequence[Person]) -> None:
        for person in people:
            person.bench.opened = partial(self.truth.reopened, self.server.database, person.bench.name)
            for kind in self._by_kind:
                self._later(kind, partial(self._strike, kind, person))
        self.world.in_(self.faults.chance.uniform(900, 1800), self._back_up)
        self._later(HOUSE, partial(self._restore, [person.bench for person in people]))

    def way(self, bench: Bench) -> Way:
        """The bench's line to the shared database, with all that befalls it."""

        def draw(_write: bool) -> str:
            cut = self._partitioned.get(bench.name, 0.0) > self.world.now
            fate = self.faults.of_line(partitioned=cut)
            if fate and not cut:
                self._count(fate, bench)
            return fate

        return Way(self.server, draw, bench.wait)

    def paper(self, bench: Bench) -> str:
        """What befalls the bench's next paper."""
        fate = self.faults.of_paper()
        if fate:
            self._count(fate, bench)
        return fate

    def sending(self, bench: Bench) -> None:
        """Its sync is about to send what it has: kept, to come once more some day."""
        journal = bench.on.journal
        if facts := journal.unacknowledged(BATCH_FACTS):
            batch = (journal.incarnation, facts, journal.link_at(facts[0].seq - 1) or "")
            self._sent.setdefault(bench.name, deque(maxlen=6)).append(batch)

    def before_commit(self, bench: Bench) -> bytes | None:
        """The WAL before a scan during whose commit the power will go; None: it won't."""
        return disk.bytes_of(disk.wal(bench.folder / JOURNAL)) if bench.name in self._power else None

    def in_commit(self, person: Person, written: bytes) -> None:
        """The power goes while the scan's commit is on its way to the disk. Nobody was shown anything."""
        bench = person.bench
        self._power.discard(bench.name)
        self._count("power_cut_in_commit", bench)
        log = disk.wal(bench.folder / JOURNAL)
        content = disk.torn_commit(written, disk.bytes_of(log), bench.chance)
        self._end(person, lambda: log.write_bytes(content))

    def not_kept(self, bench: Bench) -> None:
        """One full disk is one fault, however many scans it refuses."""
        if bench.name in self._full:
            self._full.discard(bench.name)
            self._count("disk_full", bench)

    def printing(self, person: Person) -> bool:
        """Whether its program is killed while a paper is with the printer."""
        bench = person.bench
        if bench.name not in self._printing or not bench.on.journal.print_jobs("queued", "failed"):
            return False
        self._printing.discard(bench.name)
        self._count("killed_printing", bench)
        bench.on.spool.work(dies=True)
        self._end(person)
        return True

    def synced(self, person: Person) -> None:
        """Somebody puts an older copy of its journal back. Only after all was sent: what was not would be lost."""
        bench = person.bench
        if bench.name not in self._older or bench.life is None:
            return
        journal = bench.on.journal
        if journal.waiting()[0] or journal.untold_prints(1) or bench.busy or bench.on.syncing:
            return
        self._older.discard(bench.name)
        known, copy = self._copies.pop(bench.name)
        anew = self.truth.only_there(self.server.database, self.truth.of[bench.name][known:])
        # Whoever opens work has its list printed, and the older copy does not know of the first.
        bench.papers.forget(lambda key, claim: key[1] == "pick_list" or (key[0], claim) in anew)
        bench.put_back = True
        self._count("journal_restored", bench)
        self._end(person, lambda: disk.replace(bench.folder, JOURNAL, copy))

    def heal(self) -> None:
        """Nothing more goes wrong, and what lasts is over."""
        self.faults.calm = True
        self._partitioned.clear()
        for due in (self._power, self._printing, self._older):
            due.clear()

    def start(self, bench: Bench) -> None:
        """Somebody switches it on, if it is off."""
        if bench.life is None:
            try:
                bench.start()
            except Killed:
                pass
            except JournalBroken as error:
                self.truth.found.other.append(f"{bench.name} does not start: {error}")

    def _strike(self, kind: str, person: Person) -> None:
        self._later(kind, partial(self._strike, kind, person))
        if not self.faults.calm and person.bench.life is not None:
            self._by_kind[kind](person)

    def _later(self, kind: str, happening: Callable[[], None]) -> None:
        self.world.in_(self.faults.pause(kind), happening)

    def _count(self, kind: str, bench: Bench) -> None:
        self.faults.count(kind, bench.name, int(self.world.now // HOUR), bench.state)
        self.world.note(bench.name, "fault", kind, bench.state)

    def _end(self, person: Person, damage: Callable[[], object] | None = None) -> None:
        """The program ends without a word; `damage` is done to its files; somebody starts it again."""
        bench = person.bench
        bench.die()
        if damage:
            damage()
        self._full.discard(bench.name)
        person.begin_anew()
        self.world.in_(bench.chance.uniform(10, 90), partial(self.start, bench))

    # The line ----------------------------------------------------------------------------------------------------

    def _partition(self, person: Person) -> None:
        """For minutes to the better part of an hour."""
        self._count("partition", person.bench)
        self._partitioned[person.bench.name] = self.world.now + 60 * person.chance.uniform(1.5, 7.0) ** 2

    def _send_again(self, person: Person) -> None:
        """A batch that was sent once comes once more, late and out of order."""
        bench = person.bench
        if not self._sent.get(bench.name):
            return
        incarnation, facts, before = bench.chance.choice(self._sent[bench.name])
        self._count("batch_again", bench)
        try:
            with self.server.database.write() as tx:
                apply_batch(
                    tx, station=bench.name, incarnation=incarnation, facts=facts, before=before, now=self.world.time()
                )
        except Refused:
            pass  # its journal is not the one known any more
        except Exception as error:  # noqa: BLE001  # a second time must be harmless, not refused by the last wall
            self.truth.found.doubled.append(
                f"{bench.name} sent {facts[0].seq} to {facts[-1].seq} again: {error!r:.200}"
            )

    # The computer ------------------------------------------------------------------------------------------------

    def _kill(self, person: Person) -> None:
        self._count("killed", person.bench)
        self._end(person)

    def _cut_power(self, person: Person) -> None:
        """Between two scans: what the cache wrote last, and a checkpoint of the journal that was under way."""
        bench = person.bench
        self._count("power_cut", bench)

        def damage() -> None:
            disk.tear_checkpoint(bench.folder / JOURNAL, bench.chance)
            disk.cut_wal(bench.folder / CACHE, bench.chance)

        self._end(person, damage)

    def _set_clock(self, person: Person) -> None:
        self._count("clock_jump", person.bench)
        person.bench.clock.ahead = person.chance.choice((-1, 1)) * person.chance.uniform(1, 86_400)

    # The disk ----------------------------------------------------------------------------------------------------

    def _fill(self, person: Person) -> None:
        """Nothing grows any more on its disk, for some minutes: SQLite itself says so."""
        life = person.bench.on
        self._full.add(person.bench.name)
        life.limit_pages(None)

        def emptied() -> None:
            if person.bench.life is life:
                life.limit_pages(_ENDLESS)

        self.world.in_(person.chance.uniform(60, 600), emptied)

    def _delete_cache(self, person: Person) -> None:
        bench = person.bench
        self._count("cache_deleted", bench)
        self._end(person, lambda: disk.replace(bench.folder, CACHE, {}))

    def _spoil_cache(self, person: Person) -> None:
        bench = person.bench
        self._count("cache_spoilt", bench)
        self._end(person, lambda: disk.spoil_page(bench.folder / CACHE, bench.chance))

    def _spoil_journal(self, kind: str, spoil: Callable[[Path, random.Random], None], person: Person) -> None:
        """Something of its journal can't be read any more. What stood there alone is lost, rightly, if that is told."""
        bench = person.bench
        file = bench.folder / JOURNAL
        if kind == "wal_spoilt" and not disk.bytes_of(disk.wal(file)):
            return
        self._count(kind, bench)
        # Where a close was lost, the parcel is closed once more, and its label is a first one again; so are pick lists.
        anew = self.truth.spoilt(self.server.database, bench.name)
        bench.papers.forget(lambda key, claim: key[1] == "pick_list" or (key[0], claim) in anew)
        self._end(person, lambda: spoil(file, bench.chance))

    def _keep_or_put_back(self, person: Person) -> None:
        """A copy of its journal is made, and put back the next time."""
        bench = person.bench
        if bench.name in self._copies:
            self._older.add(bench.name)
        else:
            self._copies[bench.name] = len(self.truth.of[bench.name]), disk.copied(bench.folder, JOURNAL)

    def _clone(self, person: Person) -> None:
        """A copy of its folder is opened on another computer, which is told that this bench is at work already."""
        bench = person.bench
        folder = self.home / f"{bench.name}-copy"
        if folder.exists():
            return
        self._count("journal_cloned", bench)
        folder.mkdir()
        disk.replace(folder, JOURNAL, disk.copied(bench.folder, JOURNAL))
        copy = Bench(self.world, bench.name, folder, self.way, self.paper)
        copy.start()
        self.world.wait(30)
        copy.step()
        copy.stop()
        shutil.rmtree(folder)

    # The house ---------------------------------------------------------------------------------------------------

    def _of_office(self, kind: str, act: Callable[[], bool], person: Person) -> None:
        if act():
            self._count(kind, person.bench)

    def _take_over(self, person: Person) -> None:
        """A supervisor gives its work away, whether it is heard or not."""
        with suppress(Refused), self.server.database.write() as tx:
            takeover(
                tx, station=person.bench.name, operator=ground.CHIEF, force=True, reason="test", now=self.world.time()
            )
            self._count("taken_over", person.bench)

    def _back_up(self) -> None:
        self.world.in_(self.faults.chance.uniform(900, 2400), self._back_up)
        if self.faults.calm:
            return
        self._backups.append(self.home / f"backup-{self.world.now:.0f}")
        make_backup(self.server.database, self._backups[-1], home=self.home, operator=SYSTEM, now=self.world.time())
        for old in self._backups[:-2]:
            old.unlink()
        del self._backups[:-2]

    def _restore(self, benches: Sequence[Bench]) -> None:
        """The shared database is put back from a backup; the shops send the orders it does not know once more."""
        self._later(HOUSE, partial(self._restore, benches))
        if self.faults.calm or not self._backups:
            return
        for bench in benches:
            self._count(HOUSE, bench)
        restore_backup(
            self.server.database, self.faults.chance.choice(self._backups), self._metadata(), home=self.home,
            over=True, force=True, block=SETTINGS.number_block, operator=SYSTEM, now=self.world.time(),
        )  # fmt: skip
        anew = self.truth.restored(self.server.database)
        with self.server.database.reading() as read:
            closed = {row["id"] for row in read("SELECT id FROM handover WHERE state = 'closed'")}
        for bench in benches:
            # A handover whose closing was lost is closed once more, and its list printed.
            bench.papers.forget(
                lambda key, claim: (key[0], claim) in anew or (key[1] == "handover_list" and key[0] not in closed)
            )
        self.office.sell_again()
