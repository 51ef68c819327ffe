"""The job in hand: a packet, where its work stands, and what of it the journal and the spool must be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from app.base.ids import parcel_id, uuid7
from app.floor import bench
from app.floor import facts as f
from app.floor.facts import Event, Fact, decode, encode
from app.floor.packet import Job
from app.floor.work import Print, Step, View
from app.station.cache import Work
from app.station.journal.records import Mark, PrintJob


@dataclass(frozen=True, slots=True)
class Hand:
    """The job in hand: its state is the fold of what was kept of it, its view what the state shows."""

    work: Work
    state: bench.State
    view: View

    @property
    def claim(self) -> str:
        return self.work.packet.claim

    @property
    def finished(self) -> bool:
        return bench.over(self.state)

    def job(self, shipment: str = "") -> Job:
        """The packet's job for that shipment; else the one the view shows; else the first."""
        jobs = {job.shipment: job for job in self.work.packet.jobs}
        return jobs.get(shipment) or jobs.get(self.view.job) or self.work.packet.jobs[0]


def taken_up(work: Work, kept: Iterable[Fact], filled: Iterable[str] = ()) -> Hand:
    """The job as it stands after the facts of its claim: those applied before it was pulled, and the journal's own.

    `filled`: totes with other goods in them, besides those that its packet knows of. A fact that doesn't fit was set
    aside by the shared database too, and a person sees to it.
    """
    state = bench.start(replace(work.packet, busy=tuple(sorted({*work.packet.busy, *filled}))))
    for fact in merged(work.before, list(kept)):
        with suppress(ValueError):
            state = bench.evolve(state, fact.op_id, decode(fact.kind, fact.body))
    return Hand(work, state, bench.view(state))


def merged(applied: Iterable[Fact], own: list[Fact]) -> list[Fact]:
    """In the order they happened: a journal that was put back or spoilt may lack facts that are applied."""
    places = {fact.op_id: n for n, fact in enumerate(own)}
    found, at = [], 0
    for fact in applied:
        n = places.get(fact.op_id, at - 1)
        found += [*own[at : max(at, n)], fact]
        at = max(at, n + 1)
    return list({fact.op_id: fact for fact in found + own[at:]}.values())


def after(hand: Hand, step: Step, operator: str, made_at: str) -> tuple[Hand, tuple[Fact, ...]]:
    """The job after the step, and the step's events as facts."""
    state, facts = hand.state, []
    for event in step.events:
        op_id = uuid7()
        state = bench.evolve(state, op_id, event)
        kind, body = encode(event)
        epoch = hand.job(getattr(event, "shipment", "")).epoch
        facts.append(Fact(op_id, 0, kind, hand.claim, epoch, operator, made_at, body))
    if facts:
        hand = replace(hand, state=state, view=bench.view(state))
    return hand, tuple(facts)


def onward(hand: Hand) -> tuple[str, ...]:
    """What to scan when the job is over: what was picked waits to be packed; else the next work."""
    if hand.work.packet.kind != "pick":
        return ("PBNEXT",)
    lying = {s: totes for s, totes in bench.tally(hand.state).totes.items() if totes}
    if hand.work.packet.bulk:
        return (*dict.fromkeys(unit.tote for totes in lying.values() for unit in totes), "PBNEXT")
    return (*(job.shipment for job in hand.work.packet.jobs if job.shipment in lying), "PBNEXT")


def papers(prints: Sequence[Print], claim: str, operator: str) -> tuple[PrintJob, ...]:
    return tuple(
        PrintJob(p.subject, p.document, p.issue, p.copy, p.shipment, claim, reason=p.reason, operator=operator)
        for p in prints
    )


def marks(events: Iterable[Event]) -> tuple[Mark, ...]:
    """What events mean for papers printed before: scanned ones are confirmed, those of a reopened parcel void."""
    found: list[Mark] = []
    for event in events:
        match event:
            case f.LabelConfirmed(shipment, parcel, issue):
                # A copy asked for while the printer was away is not wanted any more.
                label = (parcel_id(shipment, parcel), "parcel_label", issue, 0)
                found += [Mark(*label, "confirmed"), Mark(*label, "void", again=True)]
            case f.ParcelReopened(shipment, parcel, issue):
                found += _void(parcel_id(shipment, parcel), issue)
            case f.LabelReprinted(shipment, parcel, issue, reason="did_not_come_out"):
                # Whoever asks again because nothing came out has answered what nobody knew.
                label = (parcel_id(shipment, parcel), "parcel_label", issue, 0)
                found.append(Mark(*label, "void", detail="did_not_come_out", doubted=True))
            case f.LabelRecreated(shipment, parcel, issue):
                found.append(Mark(parcel_id(shipment, parcel), "parcel_label", issue - 1, 0, "void"))
            case _:
                pass
    return tuple(found)


def numbers_of(events: Iterable[Event]) -> str:
    """The SSCC that a label made by these events bears; empty when none was made."""
    return next((e.sscc for e in events if isinstance(e, f.ParcelClosed | f.LabelRecreated)), "")


def _void(subject: str, issue: int) -> list[Mark]:
    return [Mark(subject, document, issue, 0, "void") for document in ("parcel_label", "packing_slip")]
