"""Opening work: what is held here at once, all else as a question to the shared database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.db import Tx
from app.floor import store as floor
from app.floor.packet import Packet
from app.site.roles import Operator, require
from app.station import hand as hands
from app.station.cache import Work
from app.station.hand import Hand
from app.station.journal import Journal
from app.station.questions import Questions
from app.station.sync import Sync


@dataclass(frozen=True, slots=True)
class Opening:
    journal: Journal
    sync: Sync
    questions: Questions

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

    def asked(self, code: str, act: Callable[..., Packet], operator: Operator, question: str) -> Hand:
        """What the shared database gives, worked on from here without it. NoAnswer, or a refusal: nothing was done."""
        given: dict[str, str] = {"code": code} if code else {}

        def open_it(tx: Tx, op_id: str) -> Work:
            now = self.sync.now(tx)
            packet = act(tx, op_id=op_id, station=self.sync.station, operator=operator, now=now, **given)
            return Work(packet, tuple(floor.facts_of(tx, [packet.claim])[packet.claim]))

        work = self.questions.ask(f"{question} {operator.badge} {code}", open_it, self.sync.hold)
        self.sync.ahead.opened(work)
        return self._taken_up(work)

    def _taken_up(self, work: Work) -> Hand:
        return hands.taken_up(work, self.journal.facts_of(work.packet.claim))
