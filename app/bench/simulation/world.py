"""Time and chance of the simulated floor, and what happens when: one heap of events, one clock, one log.

Who waits (for the network, for a person) lets time pass by `wait`: what falls due meanwhile happens within the call,
as on other threads and other machines. Waits nest, and the inner ends first; that only makes some of them longer.
"""

from __future__ import annotations

import hashlib
import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
HOUR = 3600.0
# Deeper than so many waits within waits nobody waits: the stack has an end.
_DEEPEST = 12

Happening = Callable[[], None]


@dataclass(slots=True)
class World:
    """`now` is in seconds since the start. Everything drawn by chance is drawn from `chance`."""

    seed: int
    chance: random.Random = field(init=False)
    now: float = 0.0
    _heap: list[tuple[float, int, Happening]] = field(default_factory=list)
    _count: int = 0
    _depth: int = 0
    _log: hashlib._Hash = field(default_factory=hashlib.sha256)
    lines: list[str] | None = None

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311  # a simulation is to be played again

    def time(self) -> datetime:
        return START + timedelta(seconds=self.now)

    def in_(self, seconds: float, happening: Happening) -> None:
        self._count += 1
        heapq.heappush(self._heap, (self.now + max(0.0, seconds), self._count, happening))

    def run(self, until: float) -> None:
        """All that falls due until then."""
        while self._heap and self._heap[0][0] <= until:
            at, _, happening = heapq.heappop(self._heap)
            self.now = max(self.now, at)
            happening()
        self.now = max(self.now, until)

    def wait(self, seconds: float) -> None:
        """Somebody waits; the world goes on."""
        if self._depth >= _DEEPEST:
            return
        self._depth += 1
        try:
            self.run(self.now + seconds)
        finally:
            self._depth -= 1

    def note(self, *what: object) -> None:
        """One line of the log: two runs of a seed are the same if their logs are."""
        line = f"{self.now:.3f} " + " ".join(str(one) for one in what)
        self._log.update(line.encode())
        if self.lines is not None:
            self.lines.append(line)

    @property
    def digest(self) -> str:
        return self._log.hexdigest()

    def ids(self) -> tuple[int, int]:
        """For `played_ids`."""
        return int((START.timestamp() + self.now) * 1000), self.chance.getrandbits(64)


@dataclass(slots=True)
class BenchClock:
    """A bench's own clock: people and batteries set it wrong, by `ahead` seconds. Durations are right all the same."""

    world: World
    ahead: float = 0.0

    def now(self) -> datetime:
        return self.world.time() + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        return self.world.now
