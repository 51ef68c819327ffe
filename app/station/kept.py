"""What lies in hand at a bench where nobody is signed in."""

from __future__ import annotations

from dataclasses import dataclass

from app.station.cache import Cache
from app.station.hand import Hand
from app.station.journal.journal import Journal


@dataclass(frozen=True, slots=True)
class KeptJob:
    """The job in hand while nobody is signed in: `done` of `of` units, whose it was and when that person last acted."""

    job: str
    workflow: str
    done: int
    of: int
    name: str = ""
    at: str = ""


def kept_job(hand: Hand | None, journal: Journal, cache: Cache) -> KeptJob | None:
    """What whoever signs in next goes on with."""
    if hand is None:
        return None
    view, facts = hand.view, (*hand.work.before, *journal.facts_of(hand.claim))
    job = view.job or hand.job().shipment
    if not facts:
        return KeptJob(job, view.workflow, view.done, view.of)
    last = max(facts, key=lambda fact: fact.made_at)
    person = cache.operator(last.operator)
    return KeptJob(job, view.workflow, view.done, view.of, person.name if person else "", last.made_at)
