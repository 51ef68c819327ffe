"""What goes wrong on the floor, how often, and the count of it: by kind, and by where the bench's work stood."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass, field

from app.bench.simulation.network import CUT, HUNG, LOST, SLOW, STRUCK, UNANSWERED
from app.bench.simulation.printer import JAMMED, JAMMED_BLANK, REFUSED

# Of a thousand transactions so many meet this.
_LINE = {LOST: 25, CUT: 25, UNANSWERED: 25, SLOW: 12, HUNG: 5}
# Of a thousand papers.
_PAPER = {REFUSED: 40, JAMMED: 15, JAMMED_BLANK: 15}
# What strikes all benches of the house at once.
HOUSE = "shared_restored"
# So often in an hour of one bench (the shared database: of the house).
HOURLY = {
    "partition": 1.0, "killed": 1.2, "killed_printing": 2.0, "power_cut_in_commit": 1.2, "power_cut": 1.2,
    "disk_full": 1.5, "cache_deleted": 1.2, "cache_spoilt": 1.2, "journal_restored": 3.0, "journal_spoilt": 1.2,
    "wal_spoilt": 1.2, "journal_cloned": 1.2, "clock_jump": 1.2, "batch_again": 1.5, "taken_over": 1.5,
    "cancelled": 1.2, "held": 1.2, HOUSE: 0.8,
}  # fmt: skip


@dataclass(slots=True)
class Faults:
    """`calm`: nothing goes wrong any more, for healing. `struck`: by kind; `states`: by kind and state."""

    chance: random.Random
    rate: float = 1.0
    calm: bool = False
    struck: Counter[str] = field(default_factory=Counter)
    states: dict[str, Counter[str]] = field(default_factory=dict)
    on: Counter[tuple[str, int]] = field(default_factory=Counter)  # (bench, hour) → faults

    def count(self, kind: str, bench: str, hour: int, state: str) -> None:
        self.struck[kind] += 1
        self.states.setdefault(kind, Counter())[state] += 1
        self.on[bench, hour] += 1

    def of_line(self, *, partitioned: bool) -> str:
        """What befalls the next transaction."""
        if self.calm:
            return ""
        if partitioned:
            return STRUCK
        return self._drawn(_LINE)

    def of_paper(self) -> str:
        return "" if self.calm else self._drawn(_PAPER)

    def pause(self, kind: str) -> float:
        """Seconds until the next of this kind at one bench."""
        return self.chance.expovariate(HOURLY[kind] * self.rate / 3600) if self.rate else math.inf

    def _drawn(self, table: dict[str, int]) -> str:
        dart = self.chance.randrange(1000) / self.rate if self.rate else 1000
        for kind, share in table.items():
            dart -= share
            if dart < 0:
                return kind
        return ""
