"""The one place that asks what time it is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, in UTC, with its zone. People set it: it may jump, forward and back."""

    def monotonic(self) -> float:
        """Seconds that only ever grow, from any beginning: what durations are measured by."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass
class FixedClock:
    """For tests and the simulator: stands still until moved."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


def stamp(at: datetime) -> str:
    """UTC as sortable text with milliseconds: how times stand in the databases and in JSON."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def from_stamp(text: str) -> datetime:
    return datetime.fromisoformat(text)
