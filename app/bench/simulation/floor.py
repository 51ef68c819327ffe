"""The simulated floor as a whole: benches, people, the office, what goes wrong, and what must be true afterwards."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

from app.base.ids import SCAN_LETTERS, played_ids
from app.bench.simulation import ground
from app.bench.simulation.bench import Bench
from app.bench.simulation.faults import Faults
from app.bench.simulation.network import Killed, Server
from app.bench.simulation.office import Office
from app.bench.simulation.people import LEAVES, Person, loading
from app.bench.simulation.strikes import Strikes
from app.bench.simulation.truth import Checks, Truth
from app.bench.simulation.world import HOUR, World
from app.db import Database, open_database
from app.db.schema import MetaData
from app.site.roles import Operator

# Seconds between two scans of a person, two rounds of a bench's sync, two looks of its printer, two acts of the office.
_SCANS, _SYNCS, _PRINTS, _ACTS = (1.0, 4.0), (8.0, 90.0), (3.0, 12.0), (60.0, 180.0)
# So many seconds go by until what was found ends the run.
_LOOKS = 60.0
# After so many hours all heals, and everything is looked at.
_HEALED_EVERY = 2.0
# A bench-hour counts with so many scans, and a fault.
_WORKED = 20


@dataclass(frozen=True, slots=True)
class Program:
    """What only the whole program knows: how a database gets its tables, which those are, and its own checks."""

    ready: Callable[[Database], object]
    metadata: Callable[[], MetaData]
    checks: Checks


@dataclass(frozen=True, slots=True)
class Ran:
    """What one run came to. `hours`: whole bench-hours with at least 20 scans and a fault; `facts` were shown as kept.

    `seconds` passed on the wall, `cpu` of them on a core of ours.
    """

    seed: int
    hours: int
    all_hours: float
    scans: int
    facts: int
    seconds: float
    cpu: float
    faults: Faults
    truth: Truth
    digest: str


class Floor:
    """One house for one seed."""

    def __init__(self, world: World, home: Path, benches: int, program: Program, rate: float) -> None:
        def chance(whose: str) -> random.Random:
            return random.Random(f"{world.seed} {whose}")  # noqa: S311  # to be played again

        self.world, self.program = world, program
        self.database = open_database(f"sqlite:///{home / 'shared.db'}")
        program.ready(self.database)
        names = [f"F{n}" for n in range(1, benches + 1)]
        packers = [Operator(f"PBP{_letters(n)}", f"Person {n}", "packer") for n in range(benches)]
        shelves = ground.build(self.database, names, [ground.CHIEF, *packers], self.world.time())
        self.office = Office(self.world, self.database, home, shelves, benches, chance("office"))
        self.truth, self.faults = Truth(), Faults(chance("faults"), rate)
        server = Server(self.world, self.database)
        self.strikes = Strikes(
            self.world, home, server, self.office, self.truth, self.faults, program.metadata
        )  # fmt: skip
        self.benches = [Bench(self.world, n, home / n, self.strikes.way, self.strikes.paper) for n in names]
        self.people = [Person(o.badge, b, chance(o.badge)) for o, b in zip(packers, self.benches, strict=True)]
        self.scans: Counter[tuple[str, int]] = Counter()  # (bench, hour) → scans

    def run(self, hours: float) -> None:
        """Until then, or until a promise is found broken."""
        for bench in self.benches:
            self.strikes.start(bench)
        self.office.sell()
        for n, person in enumerate(self.people):
            for act in (self._scan, self._sync, self._print):
                self.world.in_(n, partial(act, person))
        self.world.in_(30, self._work_in_office)
        self.strikes.begin(self.people)
        while self.world.now < hours * HOUR and not self.truth.found:
            until = min(self.world.now + _HEALED_EVERY * HOUR, hours * HOUR)
            while self.world.now < until and not self.truth.found:
                self.world.run(min(self.world.now + _LOOKS, until))
            self._heal()
            self.truth.look(self.database, self.benches, self.program.checks)
            self.world.note("healed", len(self.truth.kept), self._standing())
            self.faults.calm = False

    def _scan(self, person: Person) -> None:
        self.world.in_(person.chance.uniform(*_SCANS), partial(self._scan, person))
        bench = person.bench
        if bench.life is None or bench.busy or self.faults.calm:
            return
        code = person.next_code()
        if not code:
            return
        journal, written = bench.life.journal, self.strikes.before_commit(bench)
        generation = journal.generation
        self.scans[bench.name, int(self.world.now // HOUR)] += 1
        try:
            answer, facts = bench.scan("" if code == LEAVES else code, leaves=code == LEAVES)
        except Killed:
            return
        if written is not None and (facts or answer.printed):
            self.strikes.in_commit(person, written)
            self.truth.cut |= {fact.op_id: fact for fact in facts}
            self.world.note(bench.name, code, "not shown")
            return
        if journal.generation != generation:
            self.strikes.not_kept(bench)
        self.truth.answered(bench.name, facts)
        person.heard(answer)
        self.world.note(bench.name, code, answer.message, *(fact.op_id for fact in facts))

    def _sync(self, person: Person) -> None:
        bench = person.bench
        self.world.in_(bench.chance.uniform(*_SYNCS), partial(self._sync, person))
        if bench.life:
            self.strikes.sending(bench)
            with suppress(Killed):
                bench.step()
                self.world.note(bench.name, "sync", bench.on.sync.trouble, bench.on.journal.acked)
                self.truth.sent(self.database, bench)
                self.strikes.synced(person)

    def _print(self, person: Person) -> None:
        self.world.in_(person.chance.uniform(*_PRINTS), partial(self._print, person))
        # A bench waits for its first words with the shared database before it prints; an older copy of its journal
        # does not know what came out since.
        bench = person.bench
        if bench.life and not bench.put_back and not self.strikes.printing(person):
            bench.life.spool.work()

    def _work_in_office(self) -> None:
        office = self.office
        self.world.in_(office.chance.uniform(*_ACTS), self._work_in_office)
        if self.faults.calm:
            return
        office.sell()
        office.fill_up()
        office.look_after()
        office.settle_some(4)
        for act in (office.count, office.release, office.readdress, office.forget):
            if office.chance.random() < 0.15:
                act()
        idle = [p for p in self.people if p.bench.life and p.bench.life.desk.hand is None and not p.plan]
        labels = sorted(office.labels().items()) if idle and office.chance.random() < 0.7 else []
        if labels:
            person = office.chance.choice(idle)
            person.plan = loading(*office.chance.choice(labels), person.chance)

    def _heal(self) -> None:
        """No more faults; every bench is on and has sent all it has."""
        self.strikes.heal()
        self.world.run(self.world.now + 300)
        for bench in self.benches:
            for _ in range(20):
                self.strikes.start(bench)
                if bench.life is None:
                    break
                bench.step()
                bench.on.spool.work()
                self.world.wait(40)
                journal, trouble = bench.on.journal, bench.on.sync.trouble
                if not (journal.waiting()[0] or journal.untold_prints(1) or trouble):
                    break
            else:
                self.truth.found.other.append(f"{bench.name} does not heal: {bench.on.sync.state()}")

    def _standing(self) -> str:
        with self.database.reading() as read:
            rows = read("SELECT state, count(*) AS n FROM shipment GROUP BY state ORDER BY state")
        return " ".join(f"{row['state']}={row['n']}" for row in rows)


def simulate(
    seed: int, hours: float, program: Program, *, benches: int = 6, rate: float = 1.0, folder: Path | None = None
) -> Ran:
    """Plays the floor for so many hours of `benches` benches; ends at the first broken promise.

    `rate`: how often things go wrong, 1.0 as usual. `folder`: where its files lie; else in memory if there is such.
    """
    memory = Path("/dev/shm")  # noqa: S108  # what a disk loses is decided here, not by the disk
    place = folder or (memory if memory.is_dir() else None)
    with tempfile.TemporaryDirectory(prefix="packbench-floor-", dir=place) as home:
        started, began, world = perf_counter(), process_time(), World(seed)
        with played_ids(world.ids):
            floor = Floor(world, Path(home), benches, program, rate)
            with closing(floor.database):
                try:
                    floor.run(hours)
                finally:
                    for bench in floor.benches:
                        if bench.life:
                            bench.stop()
        took, cpu = perf_counter() - started, process_time() - began
    good = worked(floor.scans, floor.faults.on, min(hours, world.now / HOUR))
    return Ran(
        seed, good, world.now / HOUR * benches, sum(floor.scans.values()), len(floor.truth.kept), took, cpu,
        floor.faults, floor.truth, world.digest,
    )  # fmt: skip


def worked(scans: Mapping[tuple[str, int], int], faults: Mapping[tuple[str, int], int], hours: float) -> int:
    """Bench-hours that count, each by (bench, hour): those of the `hours` played that are whole."""
    return sum(n >= _WORKED and faults.get(key, 0) > 0 and key[1] < int(hours) for key, n in scans.items())


def _letters(n: int) -> str:
    size = len(SCAN_LETTERS)
    return "".join(SCAN_LETTERS[n // size**power % size] for power in (2, 1, 0))
