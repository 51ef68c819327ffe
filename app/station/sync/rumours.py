"""When a bench looks for news: soon after it hears of some that concern it, and now and then in any case."""

from __future__ import annotations

import random
from collections.abc import Mapping
from math import inf

from app.base.clock import Clock
from app.db.ear import Rumour
from app.orders.forget import FORGOTTEN
from app.station.cache import Cache
from app.station.sync import pull

# Whoever hears of news that concern it reads them so much later, not all benches at once, and so long after the last
# time at least; and so often though nothing was heard.
SPREAD_S, NEWS_S, UNHEARD_S = 0.3, 0.5, 5.0
# Topics that every bench reads, whatever it holds.
_OF_ALL = frozenset({"operator", FORGOTTEN})


class Rumours:
    """Most of what changes is other benches' doing. What nobody speaks of is found all the same, a little later."""

    def __init__(self, clock: Clock, chance: random.Random) -> None:
        self._clock, self._chance = clock, chance
        self._looked, self.due = -inf, 0.0
        self._ours: Mapping[str, frozenset[str]] = {}  # the keys of which it wants to hear, by topic

    def heard(self, rumour: Rumour) -> bool:
        """Whether it concerns this bench. From any thread."""
        said = rumour or {}
        ours = ((self._ours[topic], keys) for topic, keys in said.items() if topic in self._ours)
        concerned = not _OF_ALL.isdisjoint(said) or any(not keys or not own.isdisjoint(keys) for own, keys in ours)
        if concerned:
            soon = self._clock.monotonic() + self._chance.uniform(0, SPREAD_S)
            self.due = min(self.due, max(soon, self._looked + NEWS_S))
        return concerned

    def hurry(self) -> None:
        """Somebody waits."""
        self.due = 0.0

    def are_due(self) -> bool:
        return self._clock.monotonic() >= self.due

    def look(self) -> None:
        """It looks now: what is said from now on is news."""
        self._looked = self._clock.monotonic()
        self.due = self._looked + UNHEARD_S

    def holds(self, cache: Cache) -> None:
        """That is what it has in hand."""
        held = pull.held(cache)
        shipments = {shipment for some in held.values() for shipment in some}
        self._ours = {"claim": frozenset(held), "shipment": frozenset(shipments.union(cache.addressed()))}
