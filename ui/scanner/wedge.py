"""Which keys came from a scanner and which from a person. Pure: keys with their times in, decisions out.

A scanner's keys follow each other within `gap_ms`, begin with its prefix if it has one, and end with Enter, Tab or
CR LF. Until that is clear keys are held, a single one for no longer than `gap_ms`; a person's are then given back in
their order, each one. A burst that never ended is offered: Enter takes it, Esc drops it, typing on gives it back.

What can't be told apart: two scanners without a prefix whose codes interleave make one code and a rest that nobody
meant; a person's key within a burst becomes part of it; one or no character with its Enter counts as typed. With a
prefix two codes that overlap are known by the second prefix inside the first code, and neither is taken; nor is what
comes right behind a torn code, which may hold the rest of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ui.scanner.keys import CONTROLLING, ENDING, ESCAPE, MODIFIERS, STILL, told

ENDS = "\r\n\t"
LONGEST = 4096  # as app.floor.scan: no symbology holds more
SLOW_MS = 100.0  # a scanner that hiccups; radio ones do
SURE = 4  # so many keys in one burst, and one hiccup is forgiven
HALF = 6  # so many without an end, and they were no person's
BACK_MS = 1500.0  # whoever types on within this, typed the offered keys too
REST_MS = 1000.0  # a burst so soon after half a code, or a mix, may be the rest of it
TORN_MS = 600.0  # even behind its prefix a code so soon after may hold keys of a torn one
OFFER_MS = 10_000.0


@dataclass(frozen=True, slots=True)
class Key:
    """One event of a keyboard. `at` in ms of any clock that doesn't jump; `token`: what the caller knows it by."""

    text: str
    code: int
    at: float
    scan: int = 0
    mods: int = 0
    down: bool = True
    repeat: bool = False
    token: object = field(default=None, compare=False, repr=False)

    @property
    def place(self) -> int:
        """What a press and its release have in common: Shift may go between them, and change the code."""
        return self.scan or self.code


Keys = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """A code, as it arrived, without prefix and end."""

    text: str
    keys: Keys


@dataclass(frozen=True, slots=True)
class Typed:
    """A person's, for whatever has the focus."""

    keys: Keys


@dataclass(frozen=True, slots=True)
class Offer:
    """Half a code, or one without its end; `sure`: it had the prefix, so no person typed it. Its keys are held."""

    text: str
    keys: Keys
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An offer that is over and was not taken."""

    text: str
    keys: Keys


@dataclass(frozen=True, slots=True)
class Mixed:
    """Two codes in each other, or one longer than any: nothing is taken."""

    text: str
    keys: Keys


@dataclass(frozen=True, slots=True)
class Taken:
    """Belongs to a scan that was already given: its LF, its releases."""

    keys: Keys


Outcome = Scan | Typed | Offer | Withdrawn | Mixed | Taken


class ScanBuffer:
    """`feed` each key; when `patience` ms went by without one, `pause`. Each key comes back exactly once."""

    def __init__(self, prefix: str = "", group: str = "", gap_ms: float = 30, ends: str = ENDS) -> None:
        self._prefix, self._group, self._gap, self._ends = prefix, group, float(gap_ms), ends
        self._run: list[Key] = []
        self._said: list[str] = []
        self._slow = 0
        self._mixing = False
        self._last = self._ended = float("-inf")
        self._held: set[int] = set()  # places pressed in the run and not released yet
        self._taken: set[int] = set()  # places whose release belongs to a scan
        self._offer: Offer | None = None
        self._offered = self._doubted = float("-inf")  # when something was offered; when anything was torn or mixed

    @property
    def patience(self) -> float | None:
        """How long to wait for the next key, in ms; None: nothing is held."""
        if not self._run:
            return None
        if len(self._said) >= SURE or self._mixing or self._prefixed():
            return max(SLOW_MS, 2 * self._gap)
        return self._gap

    def feed(self, key: Key) -> list[Outcome]:
        """What this key decides; nothing: it is held."""
        if key.code in MODIFIERS:
            return [Typed((key,))]
        if not key.down:
            return self._released(key)
        if key.repeat and key.place in self._taken:
            return [Taken((key,))]
        self._taken.discard(key.place)
        waited, patience = key.at - self._last, self.patience
        out = self.pause() if patience is not None and not 0 <= waited <= patience else []
        self._last = key.at
        if self._mixing:
            if len(self._run) > 4 * LONGEST:  # a scanner gone mad: told now and then, and no memory filled
                out += self._mixed()
                self._mixing = True
            said = told(key)
            self._hold(key, said if said.isprintable() and len(self._said) <= LONGEST else "")
            return out
        said = told(key)
        if self._run and not key.repeat:
            if self._ends_code(key, said):
                return out + self._end(key, waited)
            if self._may_go_on(said):
                return out + self._go_on(key, said, waited)
        out += self.pause()
        return out + self._alone(key, said)

    def pause(self) -> list[Outcome]:
        """Nothing came any more: what is held was typed, or is half a code."""
        if not self._run:
            return []
        text = "".join(self._said)
        if self._mixing:
            return self._mixed()
        if self._prefixed() and len(text) >= len(self._prefix) + 2:
            if self._is_mix(text):
                return self._mixed()
            return self._offered_now(Offer(text[len(self._prefix) :], (), sure=True))
        if len(self._said) >= HALF:
            return self._mixed() if self._is_mix(text) else self._offered_now(Offer(text, ()))
        return self._given_back()

    def give_up(self) -> list[Outcome]:
        """All that is held, at once: the prefix or the clock's rules change, or the window goes."""
        out = self.pause()
        return out + self._withdraw()

    # One key ----------------------------------------------------------------------------------------------------

    def _alone(self, key: Key, said: str) -> list[Outcome]:
        """A key with nothing held before it."""
        if self._ends_code(key, said) and not key.repeat:
            if 0 <= key.at - self._ended <= SLOW_MS:
                self._taken.add(key.place)
                return [Taken((key,))]
            offer = self._offer
            if offer and self._prefix and key.at - self._doubted <= TORN_MS:
                self._taken.add(key.place)
                return [Taken((key,))]  # no hand is so quick: it ends a torn code
            if offer and said == "\r" and key.at - self._offered <= OFFER_MS:
                self._offer = None
                if not self._prefix:  # a person looked at it; behind a prefix it may be the Enter of a torn code
                    self._doubted = float("-inf")
                return [self._scan(offer.text, (*offer.keys, key), key)]
            return self._typed((key,))
        if key.code == ESCAPE and self._offer and not key.repeat:
            self._taken.add(key.place)
            return [*self._withdraw(), Taken((key,))]
        if not key.repeat and self._may_begin(said):
            self._hold(key, said)
            return []
        return self._typed((key,))

    def _go_on(self, key: Key, said: str, waited: float) -> list[Outcome]:
        self._slow += waited > self._gap
        if not self._prefixed() and self._slow > self._forgiven():
            typed = self._given_back()
            return typed + self._alone(key, said)
        self._hold(key, said)
        self._mixing = len(self._said) > LONGEST
        return []

    def _end(self, key: Key, waited: float) -> list[Outcome]:
        text, count = "".join(self._said), len(self._said)
        prefixed = self._prefixed()
        slow = self._slow + (waited > self._gap)
        burst = count >= 2 and slow <= self._forgiven()
        code = text[len(self._prefix) :] if prefixed else text
        if not code or not (prefixed or burst):
            return self._given_back(key)
        if self._is_mix(text):
            self._hold(key, "")
            self._mixing = True
            return []
        began, offer = self._run[0].at, self._offer
        if began - self._doubted <= (TORN_MS if prefixed else REST_MS) and not self._again(code):
            self._hold(key, "")
            self._ended = key.at
            if self._prefix:
                return self._offered_now(Offer(code, (), prefixed))
            doubted, self._offer = self._doubted, None
            out = self._offered_now(Offer(offer.text + code, offer.keys, offer.sure) if offer else Offer(code, ()))
            self._doubted = doubted  # this code is whole: the one after it is not doubted for its sake
            return out
        before = self._withdraw()
        return [*before, self._scan(code, (*self._let_go(taken=True), key), key)]

    def _released(self, key: Key) -> list[Outcome]:
        if key.place in self._held:
            self._held.discard(key.place)
            self._run.append(key)
            return []
        if key.place in self._taken:
            if not key.repeat:
                self._taken.discard(key.place)
            return [Taken((key,))]
        return [Typed((key,))]

    # What is held -----------------------------------------------------------------------------------------------

    def _hold(self, key: Key, said: str) -> None:
        self._run.append(key)
        if said:
            self._said.append(said)
        self._held.add(key.place)

    def _let_go(self, *, taken: bool = False) -> Keys:
        keys = tuple(self._run)
        if taken:
            self._taken |= self._held
        self._run, self._said, self._slow, self._mixing = [], [], 0, False
        self._held = set()
        return keys

    def _given_back(self, *more: Key) -> list[Outcome]:
        """What is held was typed. Behind a lone prefix, or a torn code, it may be the rest of that all the same."""
        near = self._run[0].at - self._doubted <= TORN_MS
        if self._prefix and (near or self._prefix[0] in "".join(self._said)):
            self._doubted = self._last
        return self._typed((*self._let_go(), *more))

    def _scan(self, text: str, keys: Keys, end: Key) -> Scan:
        self._ended = end.at
        self._taken.add(end.place)
        return Scan(text, keys)

    def _mixed(self) -> list[Outcome]:
        """What was on offer before is over: the Enter that comes next may be a torn code's."""
        text, before = "".join(self._said), self._withdraw()
        self._ended = self._doubted = self._last
        return [*before, Mixed(text, self._let_go(taken=True))]

    def _offered_now(self, offer: Offer) -> list[Outcome]:
        before = self._withdraw()
        self._offered = self._doubted = self._last
        self._offer = Offer(offer.text, offer.keys + self._let_go(taken=True), offer.sure)
        return [*before, self._offer]

    def _withdraw(self) -> list[Outcome]:
        offer, self._offer = self._offer, None
        return [Withdrawn(offer.text, offer.keys)] if offer else []

    def _typed(self, keys: Keys) -> list[Outcome]:
        """A person typed; whether the keys on offer were theirs too shows in how soon this came."""
        offer = self._offer
        if offer is None or not any(len(told(key)) == 1 and told(key) >= " " for key in keys if key.down):
            return [Typed(keys)]
        if offer.sure or keys[0].at - self._offered > BACK_MS:
            return [*self._withdraw(), Typed(keys)]
        self._offer = None
        return [Typed(offer.keys + keys)]

    # What it looks like -----------------------------------------------------------------------------------------

    def _prefixed(self) -> bool:
        return bool(self._prefix) and "".join(self._said[: len(self._prefix)]).startswith(self._prefix)

    def _again(self, code: str) -> bool:
        """Whether this is the whole of the code whose half was offered, read once more."""
        offer = self._offer
        return offer is not None and not self._prefix and len(code) > len(offer.text) and code.startswith(offer.text)

    def _forgiven(self) -> int:
        """So many hiccups a burst of this length may have."""
        return 1 + len(self._said) // 16 if len(self._said) >= SURE else 0

    def _is_mix(self, text: str) -> bool:
        """A second prefix inside: another scanner spoke between."""
        if not self._prefix:
            return False
        return self._prefix[0] in (text.removeprefix(self._prefix))

    def _ends_code(self, key: Key, said: str) -> bool:
        """Enter itself, or CR and LF as Ctrl+M and Ctrl+J; Ctrl+Enter is a person's."""
        return bool(said) and said in self._ends and not (key.mods & CONTROLLING and key.code in ENDING)

    def _may_begin(self, said: str) -> bool:
        """Shortcuts and keys that type nothing go their way at once, but where this scanner begins with one."""
        if not said or said in self._ends:
            return False
        plain = len(said) == 1 and said.isprintable()
        return plain or any(first and first.startswith(said) for first in (self._prefix, self._group))

    def _may_go_on(self, said: str) -> bool:
        """Also the separators that no person types: GS and its like, as the scanner was found to send them."""
        if not said or said in self._ends:
            return False
        if len(said) == 1 and (said.isprintable() or said < " "):
            return True
        # What stands for GS before anybody has taught it: no person presses Ctrl or F8 right behind four quick keys.
        quick = len(self._said) >= SURE and not said.startswith(STILL)
        return quick or said in self._group or said in self._prefix
