"""Whoever works at a bench: follows what it asks for most of the time, and makes every mistake there is."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.bench.simulation.bench import Bench
from app.bench.simulation.ground import PRODUCTS
from app.station.answer import Answer

# What a person does in the place of what the bench asks for, and how often among a thousand scans.
_WHIMS = {
    "wrong_item": 25, "wrong_bin": 8, "unknown": 8, "undo": 22, "double": 15, "count": 5, "short": 3, "broken": 2,
    "out": 5, "shift": 2, "next_parcel": 5, "box": 3, "reopen": 4, "void": 3, "reprint": 4, "hold": 1, "issue": 2,
    "exit": 4, "leave": 2, "other_job": 3, "help": 2, "garbage": 3,
}  # fmt: skip
_NAMES, _WEIGHTS = tuple(_WHIMS), tuple(_WHIMS.values())
_COMMANDS = {
    "undo": "PBUNDO", "short": "PBSHORT", "broken": "PBBROKEN", "out": "PBOUT", "shift": "PBSHIFT",
    "next_parcel": "PBNEXT", "box": "PBBOX", "reopen": "PBREOPEN", "void": "PBVOID", "reprint": "PBREPRINT",
    "hold": "PBHOLD", "issue": "PBISSUE", "exit": "PBEXIT", "help": "PBHELP", "count": "PBCOUNT",
}  # fmt: skip
_BINS = ("A-01-1", "A-01-2", "A-02-1", "A-02-2")
# Not a code: the person signs out at the bench's own button.
LEAVES = "LEAVES"
_ITEM_CODES = tuple(code for product in PRODUCTS for code, _ in product.barcodes)


@dataclass(slots=True)
class Person:
    """`steadiness`: of a thousand scans so many are asked for. `plan`: what to scan next, come what may."""

    badge: str
    bench: Bench
    chance: random.Random
    steadiness: int = 900
    plan: list[str] = field(default_factory=list)
    said: Answer | None = None
    stuck: int = 0

    def next_code(self) -> str:
        """What to scan now; empty: nothing to do at the moment."""
        if self.plan:
            return self.plan.pop(0)
        life = self.bench.on
        said = self.said
        if life.desk.operator is None:
            waits = said is not None and said.message == "unknown_badge" and self.chance.random() < 0.85
            return "" if waits else self.badge
        if said is None or self.stuck > 6:
            return self._unstick()
        if said.outcome == "stop" or said.state == "stopped":
            return "PBOK" if self.chance.random() < 0.8 else said.scan or "PBOK"
        if said.state == "asking":
            return self._answer(said)
        if said.workflow == "idle" or life.desk.hand is None:
            return self._idle(said)
        if self.chance.randrange(1000) >= self.steadiness:
            return self._whim(said)
        return self._asked(said)

    def begin_anew(self) -> None:
        """Whoever stands before a bench that was off looks what it says first."""
        self.said, self.plan, self.stuck = None, [], 0

    def heard(self, said: Answer) -> None:
        self.stuck = self.stuck + 1 if said.outcome in ("warn", "stop") else 0
        self.said = said

    def _asked(self, said: Answer) -> str:
        """What the bench asks for; a label's number is scanned only from a paper that lies there."""
        if not said.next:
            return self._unstick()
        if said.state == "awaiting_label" and not self._label_lies(said):
            if self.chance.random() < 0.3:
                self.plan = [str(self.chance.randint(1, 3))]
                return "PBREPRINT"
            return ""
        return said.next[0]

    def _label_lies(self, said: Answer) -> bool:
        subject = said.parcel
        return any(key[0] == subject and key[1] == "parcel_label" for key, _ in self.bench.papers.out)

    def _answer(self, said: Answer) -> str:
        """The same code says yes, another one no."""
        if said.scan and self.chance.random() < 0.6:
            return said.scan
        return said.next[0] if said.next else "PBUNDO"

    def _idle(self, said: Answer) -> str:
        if said.message in ("no_work", "no_free_tote", "no_answer") and self.chance.random() < 0.85:
            return ""
        return said.next[0] if said.next and self.chance.random() < 0.9 else "PBNEXT"

    def _unstick(self) -> str:
        self.stuck = 0
        return self.chance.choice(("PBOK", "PBUNDO", "PBEXIT", "PBNEXT", "PBHELP", "PBHOLD"))

    def _whim(self, said: Answer) -> str:
        whim = self.chance.choices(_NAMES, _WEIGHTS)[0]
        match whim:
            case "wrong_item":
                return self.chance.choice(_ITEM_CODES)
            case "wrong_bin":
                return self.chance.choice(_BINS)
            case "unknown":
                return f"X{self.chance.randrange(10**6)}"
            case "garbage":
                return self.chance.choice(("", "\x1b\x07", "é" * 3, "9" * 5000))
            case "double":
                return said.scan or "PBHELP"
            case "other_job":
                return f"DE-{self.chance.randrange(1, 500)}-1"
            case "count":
                self.plan = [str(self.chance.randint(2, 4))]
            case "hold" | "short" | "broken" if self.chance.random() < 0.5:
                self.plan = [_COMMANDS[whim]]
            case "leave":
                self.plan = []
                return LEAVES
            case _:
                pass
        return _COMMANDS[whim]


def loading(carrier: str, codes: Sequence[str], chance: random.Random) -> list[str]:
    """The scans of one handover: the carrier's sign, its labels, the close."""
    plan = [carrier]
    for code in codes:
        plan.append(code)
        if chance.random() < 0.03:
            plan.append(code)
    return [*plan, "PBCLOSE", "PBCLOSE", "PBEXIT"]
