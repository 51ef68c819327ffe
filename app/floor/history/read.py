"""A journal's facts in order, as the shared database has them, each with the chain's link behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.db import Tx
from app.floor.chain import chained
from app.floor.history import store
from app.floor.history.store import Stored


@dataclass(frozen=True, slots=True)
class Place:
    """How far a journal was read: behind fact `seq`, with the chain's link there. A journal begins with its own."""

    station: str
    incarnation: str
    seq: int = 0
    link: str = ""

    @property
    def before(self) -> str:
        return self.link or self.incarnation


@dataclass(frozen=True, slots=True)
class Linked:
    stored: Stored
    link: str


@dataclass(frozen=True, slots=True)
class Page:
    """`whole`: nothing lacks between these facts and what was read before. `at_end`: nothing stands behind them."""

    facts: tuple[Linked, ...]
    place: Place
    whole: bool
    at_end: bool


def read_on(tx: Tx, place: Place, limit: int = 1000) -> Page:
    """The next facts behind `place`; what lies in the archive is passed over in one step."""
    some = store.page(tx, place.station, place.incarnation, place.seq, limit)
    archived = store.runs(tx, place.station, place.incarnation)
    found: list[Linked] = []
    at = place

    def skip(at: Place) -> Place:
        while run := archived.get(at.seq + 1):
            at = replace(at, seq=run.last, link=run.hash)
        return at

    for stored in some:
        at = skip(at)
        if not stored.own and stored.seq <= at.seq:
            continue  # filed, though its fact is still here under the number it came by first
        if stored.seq != at.seq + 1:
            return Page(tuple(found), at, whole=False, at_end=False)
        at = replace(at, seq=stored.seq, link=chained(at.before, stored.fact, stored.seq))
        found.append(Linked(stored, at.link))
    return Page(tuple(found), skip(at), whole=True, at_end=len(some) < limit)
