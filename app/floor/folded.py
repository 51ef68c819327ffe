"""Folds that need not be done twice: where a claim's facts led, remembered from one batch to the next.

A fold is pure: equal packet and facts lead to an equal state. So nothing here can be out of date, whatever became of
the transaction it was learnt in; what doesn't match is folded anew. Without it each batch of a long job folds the whole
job once more: two thirds of what applying cost, beside the bench that goes on scanning (measured 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.base.turns import in_turns
from app.floor import bench
from app.floor.facts import Event, Fact, decode
from app.floor.packet import Packet

Facts = Sequence[tuple[str, Event]]

# A station works on one claim or two at a time; a program that applies for a whole floor remembers the latest.
_CLAIMS = 256


@dataclass(frozen=True, slots=True)
class _Known:
    packet: Packet
    facts: tuple[tuple[str, Event], ...]
    greatest: str  # of the facts' ids
    state: bench.State


_known: dict[str, _Known] = {}


def folded(packet: Packet, facts: Facts) -> bench.State:
    """As `bench.fold`: ValueError for a fact that doesn't fit."""
    known = _known.get(packet.claim)
    if known is None or known.packet != packet or known.facts != tuple(facts[: len(known.facts)]):
        return bench.fold(packet, in_turns(facts, 8))
    state = known.state
    for op_id, event in in_turns(facts[len(known.facts) :], 8):
        state = bench.evolve(state, op_id, event)
    return state


def decoded(facts: Sequence[Fact]) -> list[tuple[str, Event]]:
    """What a claim's fold is made of: ValueError for a fact that can't be read."""
    return [(fact.op_id, decode(fact.kind, fact.body)) for fact in in_turns(facts, 32)]


def packets(claims: Iterable[str]) -> dict[str, Packet]:
    """Those that are remembered: a claim's packet never changes, and no other claim has its id."""
    return {claim: known.packet for claim in claims if (known := _known.get(claim))}


def remembered(claim: str, count: int, greatest: str) -> Facts | None:
    """The claim's facts as last remembered, if they are so many and that is the greatest of their ids.

    Folded facts never change and their ids are of chance: as many with the same greatest are the same.
    """
    if not count:
        return ()
    known = _known.get(claim)
    if known and len(known.facts) == count and known.greatest == greatest:
        return known.facts
    return None


def remember(packet: Packet, facts: Facts, state: bench.State) -> None:
    """`facts` of the packet lead to `state`; over claims need not be remembered and aren't."""
    _known.pop(packet.claim, None)
    if bench.over(state):
        return
    _known[packet.claim] = _Known(packet, tuple(facts), max((op_id for op_id, _ in facts), default=""), state)
    for claim in list(_known)[:-_CLAIMS]:
        _known.pop(claim, None)
