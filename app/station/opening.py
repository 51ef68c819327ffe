"""Opening work: what is held here at once, all else as a question to the shared database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.base.errors import Conflict
from app.db import Tx
from app.floor import bench
from app.floor import store as floor
from app.floor.packet import Packet
from app.site.roles import Operator, require
from app.station import hand as hands
from app.station.cache import Cache, Work
from app.station.hand import Hand
from app.station.journal.journal import Journal
from app.station.questions import Questions
from app.station.sync.sync import Sync


@dataclass(frozen=True, slots=True)
class Opening:
    """The way to a job in hand: work held here is opened without a line, all other is asked for."""

    journal: Journal
    cache: Cache
    sync: Sync
    questions: Questions
    # Of each claim: so many facts were looked at, and by them goods of these shipments lie in these totes.
    _lying: dict[str, tuple[int, Mapping[str, set[str]]]] = field(default_factory=dict)

    def begun(self) -> Hand | None:
        """The job that was in hand last, as the journal has it; what is held ahead waits until somebody opens it."""
        for work in reversed(self.sync.ahead.begun()):
            hand = self._taken_up(work)
            if not hand.finished:
                self.sync.ahead.opened(work)
                return hand
        return None

    def held(self, code: str, operator: Operator) -> Hand | None:
        """The work this bench holds that `code` stands for (empty: the next there is). NotAllowed: not by this person.

        Nobody is asked, so it is the same whether or not the shared database is there.
        """
        ahead = self.sync.ahead
        while work := ahead.open(code, self.sync.news):
            hand = self._taken_up(work)
            if not hand.finished:
                require(operator, f"floor.{work.packet.kind}")
                return hand
            ahead.over(hand.claim)
        return None

    def asked(self, code: str, act: Callable[..., Packet | Conflict], operator: Operator, question: str) -> Hand:
        """What the shared database gives, worked on from here without it. NoAnswer, or a refusal: nothing was done."""
        given: dict[str, str] = {"code": code} if code else {}

        def open_it(tx: Tx, op_id: str) -> Work | Conflict:
            now = self.sync.now(tx)
            packet = act(tx, op_id=op_id, station=self.sync.station, operator=operator, now=now, **given)
            if isinstance(packet, Conflict):
                return packet
            return Work(packet, tuple(floor.facts_of(tx, [packet.claim])[packet.claim]))

        def hold(work: Work | Conflict) -> None:
            if isinstance(work, Work):
                self.sync.provision.hold(work)

        work = self.questions.ask(f"{question} {operator.badge} {code}", open_it, hold)
        if isinstance(work, Conflict):
            raise work
        self.sync.ahead.opened(work)
        return self._taken_up(work)

    def _taken_up(self, work: Work) -> Hand:
        return hands.taken_up(work, self.journal.facts_of(work.packet.claim), self._filled(work))

    def _filled(self, mine: Work) -> set[str]:
        """Totes in which goods of other work lie that this bench had in its hands: `mine` may not know of them yet.

        Of several claims on one shipment the last knows where its goods are.
        """
        ours = {job.shipment for job in mine.packet.jobs}
        held = [work for work in self.cache.work() if work.packet.claim != mine.packet.claim]
        last = {
            job.shipment: work
            for work in sorted(held, key=lambda work: max(job.epoch for job in work.packet.jobs))
            for job in work.packet.jobs
            if job.shipment not in ours
        }
        return {tote for shipment, work in last.items() for tote in self._lies(work).get(shipment, ())}

    def _lies(self, work: Work) -> Mapping[str, set[str]]:
        claim = work.packet.claim
        facts = self.journal.facts_of(claim)
        seen, found = self._lying.get(claim, (-1, {}))
        if seen != len(facts):
            totes = bench.tally(hands.taken_up(work, facts).state).totes
            found = {shipment: {unit.tote for unit in some} for shipment, some in totes.items()}
            self._lying[claim] = (len(facts), found)
        return found
