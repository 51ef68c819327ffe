"""The last scans and what each came to: newest first, the same on every bench screen. Plain Python."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.station.answer import Answer
from app.station.person import UNSEEN

KEPT = 8


@dataclass(frozen=True, slots=True, eq=False)
class Scanned:
    """`answer` is None while the scan is heard and nothing is kept yet. Each is itself alone."""

    n: int
    code: str
    at: datetime
    answer: Answer | None = None


class Recent:
    """`heard` and `kept` count this shift's scans; those between them wait."""

    def __init__(self) -> None:
        self._last: deque[Scanned] = deque(maxlen=KEPT)
        self.heard = self.kept = 0

    def __iter__(self) -> Iterator[Scanned]:
        """Newest first."""
        return iter(self._last)

    def hear(self, code: str, at: datetime) -> Scanned:
        self.heard += 1
        scanned = Scanned(self.heard, code, at)
        self._last.appendleft(scanned)
        return scanned

    def keep(self, n: int, answer: Answer) -> None:
        """The answer to the scan that `hear` gave the number `n`."""
        self.kept += 1
        for place, scanned in enumerate(self._last):
            if scanned.n == n:
                code = UNSEEN if answer.scan == UNSEEN else scanned.code
                self._last[place] = Scanned(n, code, scanned.at, answer)
                return
