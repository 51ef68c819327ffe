"""What one scan of the test code teaches: keyboard map, Caps Lock, prefix, end, what stands for GS, and how quick."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.station.profile import Wedge
from ui.scanner.keyboard import GS, meant
from ui.scanner.keys import MODIFIERS, told
from ui.scanner.wedge import ENDS, SLOW_MS, Key

# Letters that lie elsewhere on German and French keyboards, both cases, digits, the signs codes have, and GS.
BEFORE, AFTER = "PBAZQWYMazqm-/.=17", "+:_%$*(28"
TEST_CODE = BEFORE + GS + AFTER
_CANDIDATES = (
    Wedge("us"),
    Wedge("de"),
    Wedge("fr"),
    Wedge("us", caps=True),
    Wedge("de", caps=True),
    Wedge("fr", caps=True),
    Wedge("fr_caps", caps=True),
)
_ENOUGH = 0.6  # of the test code's characters; less was another code
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_QUICKEST, _SLOWEST = 30, 80  # gap_ms: below it a scanner's own jitter, above it a quick typist


@dataclass(frozen=True, slots=True)
class Learnt:
    """`understood`: it was the test code; else `wedge` is what it was before and only `arrived` says anything.

    `wrong`: characters of the test code that can't be read with this map. `ends`: what ended it, empty: nothing did.
    `aim`: it sends the kind of symbol before the code. `behind`: what it types between that and the code.
    `gap_ms`: the longest gap within the code.
    """

    understood: bool
    wedge: Wedge
    arrived: str
    wrong: str = ""
    ends: str = ""
    aim: bool = False
    behind: str = ""
    gap_ms: int = 0

    @property
    def quick(self) -> bool:
        """Quick enough to be told from a person by its timing alone."""
        return self.gap_ms < SLOW_MS / 2

    @property
    def group_is_plain(self) -> bool:
        """GS arrives as a sign that codes have too: they can't hold it as itself any more."""
        return len(self.wedge.group) == 1 and self.wedge.group.isprintable() and self.wedge.group.isascii()


def learn(keys: Sequence[Key], before: Wedge | None = None) -> Learnt:
    """What the keys of one scan of the test code say."""
    pressed = [key for key in keys if key.down and key.code not in MODIFIERS]
    said = [told(key) for key in pressed]
    count = len(said)
    while count and said[count - 1] and said[count - 1] in ENDS:
        count -= 1
    ends, said = "".join(said[count:]), said[:count]
    score, wedge, first, second = max(
        (_read(said, candidate) for candidate in _CANDIDATES), key=lambda read: read[0]
    )  # the first of equals: no turn of case without need
    arrived = "".join(said)
    if score < _ENOUGH * (len(TEST_CODE) - 1):
        return Learnt(False, before or Wedge(), arrived)
    prefix, group = "".join(said[:first]), "".join(said[first + len(BEFORE) : second])
    symbol = _AIM.search(meant(prefix, wedge))
    behind = prefix[symbol.end() :] if symbol else ""
    if symbol:
        prefix = prefix[: symbol.start()]
    gaps = [after.at - earlier.at for earlier, after in pairwise(pressed)]
    longest = math.ceil(max(gaps))
    wrong = "".join(
        letter
        for at, part in ((first, BEFORE), (second, AFTER))
        for letter, key in zip(part, said[at:], strict=False)
        if meant(key, wedge) != letter
    )
    gap = min(max(math.ceil(longest * 1.5) + 5, _QUICKEST), _SLOWEST)
    learnt = Wedge(wedge.layout, prefix, group, wedge.caps, gap, "".join(dict.fromkeys(ends)) or ENDS)
    return Learnt(True, learnt, arrived, wrong, ends, symbol is not None, behind, longest)


def _read(said: Sequence[str], wedge: Wedge) -> tuple[int, Wedge, int, int]:
    """How much of the test code this map finds, and where its two halves begin."""
    mapped = [meant(one, wedge) for one in said]
    hits, first = _find(mapped, BEFORE, 0)
    more, second = _find(mapped, AFTER, first + len(BEFORE))
    return hits + more, wedge, first, second


def _find(mapped: Sequence[str], part: str, start: int) -> tuple[int, int]:
    """The place of `part` with the most characters right: (how many, where)."""
    places = range(start, max(start, len(mapped) - len(part)) + 1)
    hits, place = max((sum(map(str.__eq__, mapped[at:], part)), -at) for at in places)
    return hits, -place


def read(keys: Sequence[Key], wedge: Wedge) -> str:
    """A burst as it is read with what was learnt."""
    said = "".join(told(key) for key in keys if key.down and key.code not in MODIFIERS)
    return meant(said.rstrip(wedge.ends).removeprefix(wedge.prefix), wedge)
