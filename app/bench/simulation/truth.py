"""What really happened, kept beside the program and compared with what it says once everything has healed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.base.finding import Finding
from app.base.forms import from_json
from app.bench.simulation.bench import Bench
from app.db import Database, Tx, feed
from app.floor import bench as workflows
from app.floor.facts import Fact
from app.site import store as site
from app.station.hand import taken_up
from app.station.journal.journal import Journal

Checks = Mapping[str, Callable[[Tx], Iterator[Finding]]]
_body = from_json(dict)
_ALL = 1_000_000
_NUMBERED = ("ParcelClosed", "LabelRecreated")
_LABELLED = (*_NUMBERED, "LabelReprinted")


@dataclass(slots=True)
class Found:
    """Broken promises by kind, each with what it is about. Empty: none."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    oversold: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.lost or self.doubled or self.oversold or self.other)


@dataclass(slots=True)
class Truth:
    """`kept`: facts of scans that were answered as kept, by op_id. `numbers`: each label's number and whose it is.

    `cut`: facts of scans that nobody was answered, by op_id. They are there or not, as the disk had it.
    """

    kept: dict[str, tuple[str, Fact]] = field(default_factory=dict)
    cut: dict[str, Fact] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    of: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # op_ids by bench, in order
    loose: set[str] = field(default_factory=set)
    _risked: dict[str, set[str]] = field(default_factory=dict)  # op_ids that a spoilt disk may have cost, by bench
    _only_there: set[str] = field(default_factory=set)
    found: Found = field(default_factory=Found)

    def answered(self, station: str, facts: Sequence[Fact]) -> None:
        """These scans were shown as kept."""
        for fact in facts:
            if fact.op_id in self.kept:
                self.found.doubled.append(f"{fact.op_id} was answered twice")
            self.kept[fact.op_id] = (station, fact)
            self.of[station].append(fact.op_id)
            if fact.kind in _NUMBERED:
                body = _body(fact.body)
                for number in (body["sscc"], body["tracking"]):
                    if self.numbers.setdefault(number, fact.op_id) != fact.op_id:
                        self.found.doubled.append(f"number {number} was given twice: {fact.op_id}")

    def only_there(self, database: Database, op_ids: Iterable[str]) -> set[tuple[str, str]]:
        """Their bench has them no more. What was sent stands in the shared database; the rest nobody has.

        As `restored`, of that rest.
        """
        some = set(op_ids)
        self._only_there |= some
        return self._lost(some - _received(database))

    def spoilt(self, database: Database, station: str) -> set[tuple[str, str]]:
        """Its disk gives back rubbish: what it had not sent may be lost. As `only_there`."""
        before = set(self.loose)
        anew = self.only_there(database, self.of[station])
        self._risked.setdefault(station, set()).update(self.loose - before)
        return anew

    def reopened(self, database: Database, station: str, journal: Journal) -> None:
        """Of what its disk may have cost that is lost which is not in its journal now; and that much it has to say."""
        risked = self._risked.pop(station, set())
        if not risked:
            return
        there = risked & ({*journal.op_ids(0, _ALL)} | _received(database))
        self.loose -= there
        said = journal.past.lost if journal.past else 0
        if len(risked) - len(there) > said:
            self.found.lost.append(f"{station}: {sorted(risked - there)}, and {said} are said to be lost")

    def restored(self, database: Database) -> set[tuple[str, str]]:
        """The shared database is an older one: what stood there alone is lost, and nobody could have kept it.

        (Parcel, claim) of labels among that: such a parcel is closed once more, and its label is a first one again.
        """
        return self._lost(self._only_there - _received(database))

    def _lost(self, op_ids: set[str]) -> set[tuple[str, str]]:
        closed = [self.kept[op_id][1] for op_id in op_ids - self.loose]
        self.loose |= op_ids
        bodies = [(fact.claim, _body(fact.body)) for fact in closed if fact.kind in _LABELLED]
        return {(f"{body['shipment']}/{body['parcel']}", claim) for claim, body in bodies}

    def sent(self, database: Database, bench: Bench) -> None:
        """What the bench takes for sent stands in the shared database, as long as that is the one it has met.

        And if there is no news that it hasn't read, it knows of what is cancelled and who is forgotten.

        A bench that was wrong about it would notice at the next gap and send again what it still has: no harm to be
        found in the end, until the one day on which its disk fails first.
        """
        life = bench.life
        if life is None or not life.sync._attached:
            return
        journal = life.journal
        with database.read() as tx:
            row, lifetime = site.station(tx, bench.name), feed.lifetime(tx)
            news = feed.since(tx, life.sync._position, 1)
        if (row.incarnation, lifetime) != (journal.incarnation, life.sync._lifetime):
            return
        if journal.acked > row.last_seq:
            self.found.other.append(f"{bench.name} takes {journal.acked} facts for sent, {row.last_seq} are there")
        if not (news or life.sync.trouble):
            self._look_at_news(database, bench)

    def look(self, database: Database, benches: Sequence[Bench], checks: Checks) -> None:
        """Compares, after healing: nothing waits, nobody works."""
        found = self.found
        with database.reading() as read:
            outcomes = {row["op_id"]: row["outcome"] for row in read("SELECT op_id, outcome FROM fact")}
            keys = Counter(row["op_id"] for row in read("SELECT op_id FROM fact_key"))
            moved = {
                row["source"]: row["n"]
                for row in read("SELECT source, count(*) AS n FROM stock_ledger GROUP BY source")
            }
            short = read("SELECT sku, warehouse, on_hand, damaged, hold, reserved FROM stock_balance"
                         " WHERE reserved < 0 OR on_hand - damaged - hold < reserved")  # fmt: skip
            inside = read("SELECT parcel_id, sku, sum(qty) AS qty FROM parcel_item GROUP BY parcel_id, sku")
            alive = read("SELECT shipment_id, count(*) AS n FROM claim_shipment WHERE live GROUP BY shipment_id"
                         " HAVING count(*) > 1")  # fmt: skip
            void = {row["id"] for row in read("SELECT id FROM parcel WHERE state = 'void'")}
            # Of goods that were taken over or came too late a person decided where they lie.
            decided = {
                row["shipment_id"]
                for row in read(
                    "SELECT DISTINCT m.shipment_id FROM claim_shipment m JOIN claim c ON c.id = m.claim_id"
                    " LEFT JOIN fact f ON f.claim_id = c.id AND f.outcome <> 'applied'"
                    " WHERE c.state = 'taken_over' OR f.op_id IS NOT NULL"
                )
            }
        found.lost += [f"{op_id} of {self.kept[op_id][0]}: {self.kept[op_id][1].kind}"
                       for op_id in self.kept if keys[op_id] == 0 and op_id not in self.loose]  # fmt: skip
        found.doubled += [f"{op_id} is there {n} times" for op_id, n in keys.items() if n > 1]
        found.doubled += [f"{row['shipment_id']} has {row['n']} live claims" for row in alive]
        found.oversold += [str(row) for row in short]
        self._look_at_parcels(outcomes, inside, void, decided)
        for op_id, (_, fact) in self.kept.items():
            if (
                fact.kind in ("ItemPlaced", "ItemPacked")
                and outcomes.get(op_id) == "applied"
                and moved.get(op_id, 0) > 8
            ):
                found.doubled.append(f"{op_id} moved goods {moved[op_id]} times")
        for bench in benches:
            found.other += bench.faults
            found.doubled += [f"{bench.name}: {key} came out {n} times" for key, n in bench.papers.out.items() if n > 1]
            if bench.life:
                self._look_at_screen(database, bench)
                self._look_at_case(database, bench)
        for room, check in checks.items():
            with database.read() as tx:
                found.other += [f"{room}: {one}" for one in check(tx)]

    def _look_at_parcels(
        self, outcomes: Mapping[str, str], inside: Sequence[Mapping[str, object]], void: set[str], decided: set[str]
    ) -> None:
        """A parcel holds what was scanned into it, counted here by hand from the facts that took effect."""
        held: dict[tuple[str, str], int] = defaultdict(int)
        made = {op_id: fact for op_id, (_, fact) in self.kept.items()} | self.cut
        for op_id, fact in made.items():
            if outcomes.get(op_id) != "applied":
                continue
            if fact.kind == "Undone":
                of = made.get(_body(fact.body)["of"])
                if of is not None:
                    self._move(of, -1, held)
            else:
                self._move(fact, 1, held)
        there = {(str(row["parcel_id"]), str(row["sku"])): row["qty"] for row in inside}
        for key in sorted(held.keys() | there.keys()):
            if (
                held.get(key, 0) != there.get(key, 0)
                and key[0] not in void
                and key[0].rpartition("/")[0] not in decided
            ):
                self.found.other.append(f"{key}: scanned {held.get(key, 0)}, listed {there.get(key, 0)}")

    @staticmethod
    def _move(fact: Fact, sign: int, held: dict[tuple[str, str], int]) -> None:
        if fact.kind not in ("ItemPacked", "ItemTakenOut", "ItemShifted"):
            return
        body = _body(fact.body)
        own = (f"{body['shipment']}/{body['parcel']}", body["sku"])
        held[own] += sign * body["qty"] * (1 if fact.kind == "ItemPacked" else -1)
        if fact.kind == "ItemShifted":
            held[f"{body['shipment']}/{body['to']}", body["sku"]] += sign * body["qty"]

    def _look_at_case(self, database: Database, bench: Bench) -> None:
        """What its journal lost is somebody's business, in the shared database."""
        past = bench.on.journal.past
        if not past or not past.lost:
            return
        with database.reading() as read:
            kind = f"journal_{past.why}"
            rows = read("SELECT detail FROM case_ WHERE kind = :k AND subject = :s", k=kind, s=bench.name)
        told = [_body(row["detail"]) for row in rows]
        if not any(past.apart in one["apart"] and one["lost"] >= past.lost for one in told):
            self.found.lost.append(f"{bench.name} lost {past.lost} facts, and no case tells of it: {told}")

    def _look_at_screen(self, database: Database, bench: Bench) -> None:
        """What the bench shows of a job in work is what the shared database has of it."""
        life = bench.on
        with database.reading() as read:
            rows = {
                (row["shipment_id"], row["line"]): (row["picked"], row["packed"])
                for row in read(
                    "SELECT l.shipment_id, l.line, l.picked, l.packed FROM shipment_line l JOIN claim_shipment m"
                    " ON m.shipment_id = l.shipment_id JOIN claim c ON c.id = m.claim_id JOIN shipment s"
                    " ON s.id = l.shipment_id WHERE m.live AND c.station = :station AND s.state <> 'cancelled'",
                    station=bench.name,
                )
            }
            live = {
                row["id"] for row in read("SELECT id FROM claim WHERE station = :s AND state = 'live'", s=bench.name)
            }
        aside = life.cache.set_aside()
        for work in life.cache.work():
            own = life.journal.facts_of(work.packet.claim)
            if work.packet.claim not in live or any(fact.op_id in aside for fact in own):
                continue
            for line in workflows.tally(taken_up(work, own).state).lines:
                stands = rows.get((line.shipment, line.line))
                if stands is not None and stands != (line.picked, line.packed):
                    shown = (line.picked, line.packed)
                    self.found.other.append(f"{bench.name} shows {line.shipment} {line.line} as {shown}, not {stands}")

    def _look_at_news(self, database: Database, bench: Bench) -> None:
        """It knows of what it holds that it is cancelled or held, and of nobody who was forgotten."""
        life = bench.on
        with database.reading() as read:
            stopped = {
                row["id"]: row["state"]
                for row in read(
                    "SELECT s.id, s.state FROM shipment s JOIN claim_shipment m ON m.shipment_id = s.id JOIN claim c"
                    " ON c.id = m.claim_id WHERE m.live AND c.station = :station AND s.state IN ('cancelled', 'held')",
                    station=bench.name,
                )
            }
            forgotten = {
                row["id"]
                for row in read(
                    "SELECT s.id FROM shipment s JOIN order_ o ON o.id = s.order_id JOIN customer c"
                    " ON c.id = o.customer_id LEFT JOIN address a ON a.id = o.ship_to"
                    " WHERE c.forgotten_at IS NOT NULL AND coalesce(a.city, '') = ''"
                )
            }
        here = {job.shipment for work in life.cache.work() for job in work.packet.jobs}
        for shipment, state in sorted(stopped.items()):
            if shipment in here and life.sync.news.get(shipment) != state:
                said = life.sync.news.get(shipment)
                self.found.other.append(f"{bench.name} takes {shipment}, which is {state}, for {said}")
        for shipment in sorted(forgotten & set(life.cache.addressed())):
            self.found.other.append(f"{bench.name} knows where {shipment} goes, whose customer is forgotten")


def _received(database: Database) -> set[str]:
    with database.reading() as read:
        return {row["op_id"] for row in read("SELECT op_id FROM fact_key")}
