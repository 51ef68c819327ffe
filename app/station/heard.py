"""A scan on its way through the bench: as it was heard, and what is said to it once that is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.station.again import Wish
from app.station.answer import Answer
from app.station.journal.records import Entry


@dataclass(frozen=True, slots=True)
class Heard:
    """A scan as it came in. By then the answers up to `shown` had been shown, and the journal was in `generation`.

    `moment`: seconds of the clock that nobody sets.
    """

    n: int
    raw: bytes | str = field(repr=False)  # it may be a PIN
    at: datetime
    shown: int
    generation: int
    moment: float = 0.0
    leaves: bool = False  # no scan: whoever works here signs out
    idles: bool = False  # no scan: the bench locks if nobody touched it for long
    wish: Wish | None = None  # no scan: a label is asked for once more

    @property
    def text(self) -> str:
        """For an answer to a scan that was not looked into."""
        return self.raw.decode("utf-8", "backslashreplace") if isinstance(self.raw, bytes) else self.raw


@dataclass(frozen=True, slots=True)
class Draft:
    """The answer, to be shown once `entry` is kept."""

    answer: Answer
    entry: Entry = field(default_factory=Entry)
