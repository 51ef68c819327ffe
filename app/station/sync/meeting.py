"""The first words of a bench with the shared database: do they know each other, and who knows more?

Four things may have happened since they last spoke. The journal was put back from an older copy: it is set apart and a
new one goes on from it. It is gone: the one in its place knows nothing, and a case says so. The database was put back
to before: the bench hands in again what that misses, its numbers, its claims, its facts. Or nothing: it goes on.

That the database was put back is not always to be seen, nor is it over when one of the two ends meanwhile. So nothing
rests on having seen it: at each meeting all that the bench holds is looked up, and what is missing is handed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from app.base.clock import Clock
from app.base.errors import Conflict
from app.cases import store as cases
from app.cases.case import NewCase
from app.cases.open import open_cases
from app.db import Database, Tx, feed
from app.floor import store as floor
from app.floor.apply import Applied, apply_batch
from app.floor.attach import Attached, attach
from app.floor.facts import Fact
from app.floor.hand_in import hand_in
from app.floor.received import store as received
from app.floor.verdict import SET_ASIDE
from app.shipments import store as shipments
from app.site import store as site
from app.site.site import Lease
from app.station.cache import Cache, Work
from app.station.journal.founding import Past
from app.station.journal.journal import Journal
from app.station.journal.numbers import Numbers, used_up
from app.station.journal.records import Entry, HeldLease

_PAGE = 5000


@dataclass(frozen=True, slots=True)
class Met:
    """`takes_over`: the journal is another than the one the database knew.

    `lifetime`: as the feed's; in another one the two have to meet anew.
    """

    takes_over: bool
    lifetime: str


class Meeting:
    """Journal and shared database find out which of them was put back; nothing of either is lost or counts twice."""

    def __init__(self, database: Database, journal: Journal, cache: Cache, numbers: Numbers, clock: Clock) -> None:
        self._database, self._journal, self._cache = database, journal, cache
        self._numbers, self._clock = numbers, clock
        self._looked_up: set[str] = set()  # claims of which it is known, since they met, how they stand

    def meet(self) -> Met:
        """From here on the journal's facts may travel, from the first that the shared database does not have.

        Conflict (journal_copied): another journal of this station is at work.
        """
        journal = self._journal
        try:
            attached, lifetime = self._attach()
        except Conflict as error:
            if error.kind != "journal_restored":
                raise
            self._go_on_anew()
            attached, lifetime = self._attach()
        journal.acknowledge(attached.last_seq, journal.incarnation)
        self._looked_up.clear()
        self._hold_numbers()
        return Met(attached.takes_over, lifetime)

    def handed_in(self, facts: Sequence[Fact], *, patient: bool) -> Sequence[Fact]:
        """As many of these facts as can be sent now, their claims handed in where the shared database lost them.

        One claim at a time: the next of the same goods stands on what became of this. While `patient`, what another
        bench has to hand in first is waited for; later such facts go all the same, and are set aside.
        """
        with self._database.read() as tx:
            there = floor.claims(tx, sorted({fact.claim for fact in facts if fact.claim}))
        self._looked_up |= there.keys()
        lost = {fact.claim for fact in facts if fact.claim and fact.claim not in there}
        for n, fact in enumerate(facts):
            if fact.claim in lost:
                if n:
                    return facts[:n]
                if self._hand_in(fact.claim, fact.operator) == "earlier_missing" and patient:
                    return ()
                lost.discard(fact.claim)
                self._looked_up.add(fact.claim)
        return facts

    def apply(
        self, tx: Tx, now: datetime, *, incarnation: str, facts: Sequence[Fact], before: str, hopeful: bool
    ) -> Applied:
        """As `apply_batch`. Conflict (journal_unknown) too: work that lies here is unknown there.

        The database was put back to before since they met: nothing is kept, and they meet anew.
        """
        station = self._journal.station
        applied = apply_batch(
            tx, station=station, incarnation=incarnation, facts=facts, before=before, now=now, hopeful=hopeful
        )
        unknown = {fact.claim for fact in facts if applied.outcomes.get(fact.op_id) == (SET_ASIDE, "claim_unknown")}
        for claim in unknown - self._looked_up:
            if self._journal.packet(claim):
                raise Conflict(f"{station}: claim {claim} is not known", kind="journal_unknown", station=station)
        return applied

    def hand_in_held(self) -> None:
        """Work that nothing was done of yet: nobody else is to be given it."""
        held = self._cache.work()
        with self._database.read() as tx:
            there = floor.claims(tx, [work.packet.claim for work in held])
        for work in held:
            if work.packet.claim not in there:
                self._hand_in(work.packet.claim, "", work)

    def _attach(self) -> tuple[Attached, str]:
        journal, station = self._journal, self._journal.station
        with self._database.write() as tx:
            now = self._database.now(tx, self._clock)
            attached = attach(tx, station=station, journal=journal, place=journal.place, now=now)
            if attached.takes_over:  # the one before it may have been an older copy's future: it gave out numbers
                self._use_up([one for one in journal.leases() if one.left])
            if attached.takes_over and attached.last_seq == 0:
                if journal.past:
                    self._say_past(tx, journal.past, now)
                else:
                    self._say_missing(tx, attached, now)
            return attached, feed.lifetime(tx)

    def _say_past(self, tx: Tx, past: Past, now: datetime) -> None:
        """In a case, or in the one that is still open of the time before: what was lost then is not lost less."""
        station, kind = self._journal.station, f"journal_{past.why}"
        told = cases.open_about(tx, kind, [station])
        before: Mapping[str, Any] = cast(Any, told[0].detail) if told else {"lost": 0, "apart": ""}
        apart = ", ".join(filter(None, (before["apart"], past.apart)))
        detail = {"facts": self._journal.last_seq, "lost": before["lost"] + past.lost, "apart": apart}
        if told:
            cases.add_detail(tx, told[0], detail)
            feed.announce(tx, "case", [told[0].id], now)
        else:
            open_cases(tx, [NewCase(kind, "station", station, None, "sync", detail)], now)

    def _say_missing(self, tx: Tx, attached: Attached, now: datetime) -> None:
        """The journal before this one is not here, and nothing is known of what it had not sent; if it was ever used.

        What the station holds stays its own, and goes on from what the shared database has of it.
        """
        station = self._journal.station
        held = floor.live_packets(tx, station)
        if not (attached.before or held):
            return
        jobs = sorted({job.shipment for packet in held for job in packet.jobs})
        totes = sorted({one.tote for one in shipments.get(tx, jobs).values() if one.tote})
        detail = {"since": attached.heard, "claims": [packet.claim for packet in held], "jobs": jobs, "totes": totes}
        open_cases(tx, [NewCase("journal_missing", "station", station, None, "sync", detail)], now)
        self._journal.begun = "missing"

    def _go_on_anew(self) -> None:
        """What took effect of the work in hand is pulled first: the journal put back does not know it."""
        known: set[str] = set()
        with self._database.read() as tx:
            held = self._cache.work()
            applied = floor.facts_of(tx, [work.packet.claim for work in held])
            after = 0
            while some := self._journal.op_ids(after, _PAGE):
                known |= received.received(tx, some).keys()
                after += len(some)
        for work in held:
            self._cache.keep_work(Work(work.packet, tuple(applied[work.packet.claim])))
        self._journal.begin_anew(known).result()
        self._numbers.reset(self._journal.leases())

    def _hold_numbers(self) -> None:
        """Those the database gave to another meanwhile are not used any more, nor those of before it was put back.

        Nor are those this journal knows nothing of: they were another's before it, and labels may bear them. It says
        so from now on, for the database may be put back to when it had not given them yet.
        """
        held = self._journal.leases()
        asked = [Lease(one.id, one.kind, one.owner, one.prefix, one.first, one.last, one.demo) for one in held]
        with self._database.write() as tx:
            now = self._database.now(tx, self._clock)
            given, past = site.hold_leases(tx, self._journal.station, asked, now)
            if given:
                self._say_given(tx, [one for one in asked if one.id in given])
            ever = site.leases_of(tx, self._journal.station)
        known = {one.id for one in held}
        before = tuple(used_up(one) for one in ever if one.id not in known)
        self._use_up([one for one in held if one.id in given or (one.left and one.id in past)], before)

    def _use_up(self, held: Sequence[HeldLease], strange: Sequence[HeldLease] = ()) -> None:
        """None of these numbers is given out here any more; the journal knew nothing of the `strange` ones."""
        if held or strange:
            used = tuple((one.id, one.last + 1) for one in held)
            self._journal.append(Entry(used=used, leases=tuple(strange))).result()
            self._numbers.reset(self._journal.leases())

    def _say_given(self, tx: Tx, leases: Sequence[Lease]) -> None:
        ranges = [{"kind": one.kind, "owner": one.owner, "first": one.first, "last": one.last} for one in leases]
        case = NewCase("numbers_twice", "station", self._journal.station, None, "sync", {"ranges": ranges})
        open_cases(tx, [case], self._database.now(tx, self._clock))

    def _hand_in(self, claim: str, operator: str, work: Work | None = None) -> str:
        packet = work.packet if work else self._journal.packet(claim)
        if packet is None:
            return "unknown"
        now = self._database.now
        return self._database.act(lambda tx: hand_in(tx, packet, operator=operator, now=now(tx, self._clock)))
