"""A bench without a station: the real workflows, facts numbered as a journal would, sent when the test says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.base.ids import uuid7
from app.db import Database, Tx
from app.floor import bench
from app.floor.apply import Applied, apply_batch
from app.floor.attach import attach
from app.floor.chain import chained
from app.floor.claim import next_work, open_work
from app.floor.facts import Fact, encode
from app.floor.packet import Packet
from app.floor.scan import normalise
from app.floor.work import Facts, News, Step
from app.site.numbers import sscc
from tests.small_site import PACKER, build, ship


class Nothing:
    """Knows no code beyond the job."""

    def products(self, codes: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
        return (("TEE", 1),) if "4012345678901" in codes or "04012345678901" in codes else ()

    def name(self, sku: str) -> tuple[str, str]:
        return "", ""

    def named(self, kind: str, code: str) -> str | None:
        return None

    def badge(self, code: str) -> str | None:
        return None

    job = badge

    def label(self, code: str) -> tuple[str, int] | None:
        return None


@dataclass
class Driver:
    """One bench; `waiting` are facts it has kept and not yet sent."""

    database: Database
    now: datetime
    station: str = "S1"
    incarnation: str = "J1"
    seq: int = 0
    number: int = 0
    waiting: list[Fact] = field(default_factory=list)
    sent: list[Fact] = field(default_factory=list)
    news: dict[str, News] = field(default_factory=dict)
    packet: Packet | None = None
    state: bench.State | None = None

    def attach(self) -> None:
        with self.database.write() as tx:
            attach(tx, station=self.station, journal=self, place="", now=self.now)

    def link_at(self, seq: int) -> str | None:
        """The chain of what was sent."""
        link = self.incarnation
        for fact in self.sent[:seq]:
            link = chained(link, fact, fact.seq)
        return link if seq <= len(self.sent) else None

    def op_at(self, seq: int) -> str | None:
        return self.sent[seq - 1].op_id if 0 < seq <= len(self.sent) else None

    def open(self, code: str) -> Packet:
        with self.database.write() as tx:
            self.packet = open_work(tx, op_id=uuid7(), station=self.station, operator=PACKER, code=code, now=self.now)
        self.state = bench.start(self.packet)
        return self.packet

    def take_next(self) -> Packet:
        with self.database.write() as tx:
            self.packet = next_work(tx, op_id=uuid7(), station=self.station, operator=PACKER, now=self.now)
        self.state = bench.start(self.packet)
        return self.packet

    def scan(self, code: str) -> Step:
        assert self.state is not None
        assert self.packet is not None
        self.now += timedelta(seconds=2)
        self.number += 1
        numbers = (sscc("39521234", self.number + 1000 * int(self.station[1])), f"GX{self.station}{self.number:08d}")
        seen = bench.resolve(normalise(code), self.state, Nothing())
        step = bench.advance(self.state, seen, Facts(self.now, self.news, numbers=numbers))
        for event in step.events:
            kind, body = encode(event)
            self.seq += 1
            epoch = self.packet.jobs[0].epoch
            at = self.now.isoformat()
            fact = Fact(uuid7(), self.seq, kind, self.packet.claim, epoch, PACKER.badge, at, body)
            self.waiting.append(fact)
            self.state = bench.evolve(self.state, fact.op_id, event)
        return step

    def follow(self, limit: int = 200) -> None:
        """Does what the bench proposes until nothing is proposed."""
        for _ in range(limit):
            assert self.state is not None
            hints = bench.view(self.state).hints
            if not hints:
                return
            self.scan(hints[0])
        raise AssertionError(f"{limit} hints followed and no end: {bench.view(self.state)}")

    @property
    def claim(self) -> str:
        assert self.packet is not None
        return self.packet.claim

    def follow_until_closed(self) -> None:
        """Packs until the first parcel's label waits to be scanned."""
        while self.state is not None and bench.view(self.state).state != "awaiting_label":
            self.scan(bench.view(self.state).hints[0])

    def send(self, most: int = 200) -> list[Applied]:
        applied = []
        while self.waiting:
            with self.database.write() as tx:
                applied.append(self.put(tx, most))
        return applied

    def put(self, tx: Tx, most: int = 200, *, hopeful: bool = False) -> Applied:
        """The next batch, in a transaction that goes on."""
        batch, self.waiting = self.waiting[:most], self.waiting[most:]
        applied = apply_batch(
            tx,
            station=self.station,
            incarnation=self.incarnation,
            facts=batch,
            before=self.link_at(batch[0].seq - 1) or "",
            now=self.now,
            hopeful=hopeful,
        )
        self.sent += batch
        return applied


def bulk_in_a_tote(database: Database, now: datetime) -> tuple[Driver, str]:
    """Four one-item orders, picked by S1 into one tote."""
    with database.write() as tx:
        build(tx, now)
        for n in range(1, 5):
            ship(tx, f"DE-{n}", [("CUP", 1)], now)
    driver = Driver(database, now)
    driver.attach()
    driver.take_next()
    driver.follow()
    driver.send()
    (tote,) = {u.tote for some in bench.tally(driver.state).totes.values() for u in some}  # type: ignore[arg-type]
    return driver, tote
