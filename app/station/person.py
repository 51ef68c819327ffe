"""Who works at this bench: badges and PINs, the lock after idle, and what somebody else's badge allows.

The bench's thread owns it. Nobody is waited for: who there is, and what is kept of PINs, lies in the cache, so people
sign in and supervisors approve while the shared database is away.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

from app.base.clock import Clock, stamp
from app.base.ids import uuid7
from app.floor.facts import Fact, PinFailed, decode, encode
from app.floor.scan import Scan
from app.floor.work import Message, Seen, SeenBadge, SeenCommand, SeenNumber, SeenUnknown, SeenUnreadable
from app.site.pin import LONGEST, REMEMBERED_S, Bearer, fits, pause_s
from app.site.roles import Operator, may
from app.station.cache import Cache
from app.station.heard import Draft, Heard
from app.station.journal.journal import Journal

# What every screen, line and list shows of a PIN.
UNSEEN = "····"
# What the house knows by so many digits (an article, a tote) was scanned while a PIN was asked for, and is nobody's
# mistake; unless it is the very PIN. Shorter ones may be all there are: they would be a way to guess on and on.
CODE = 8
# Why work is taken from a bench that is heard: said by its number.
REASONS = {"1": "bench_broken", "2": "person_gone", "3": "needed_now"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """An act that was refused, and that whoever may do `act` can allow: then `do` does it, given the reason if any.

    `by`: who allowed it already; then it is the number of a reason that is waited for.
    """

    act: str
    do: Callable[[Heard, Operator, str], Draft]
    by: Operator | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose PIN is waited for; `wanted`: what it would allow, else it signs in."""

    bearer: Bearer
    wanted: Wanted | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What a scan meant for people: words and facts to keep, or leave to go on with: `do(heard)`."""

    message: Message | None = None
    facts: tuple[Fact, ...] = ()
    do: Callable[[Heard], Draft] | None = None


@dataclass(frozen=True, slots=True)
class _Mistakes:
    """So many within the hour, the last `at`; until `until` no further try is looked at."""

    n: int
    at: float
    until: float


@dataclass(slots=True)
class Attendance:
    """`operator` works here; `asked` somebody for a PIN; `wanted` an approval; `locked` since nobody touched it."""

    cache: Cache
    journal: Journal
    clock: Clock
    lock_after_s: float
    operator: Operator | None = None
    asked: Asked | None = None
    wanted: Wanted | None = None
    locked: bool = False
    _stirred: float = field(init=False)
    _mistakes: dict[str, _Mistakes] = field(init=False)

    def __post_init__(self) -> None:
        self._stirred = self.clock.monotonic()
        self._mistakes = self._remembered()

    # A scan ------------------------------------------------------------------------------------------------------

    def turn(self, heard: Heard, scan: Scan, seen: Seen, *, stopped: bool) -> Turn | None:
        """What the scan means for people; None: it is for the work. A stop that waits is nobody's to sign in behind."""
        self.lock_if_idle(heard.moment)
        self._stirred = max(self._stirred, heard.moment)
        asked, wanted = self.asked, self.wanted
        self.drop()
        if asked and may_be_pin(scan.code) and not scan.symbology:  # a scanner read the other: nobody typed it
            tried = self._tried(asked, scan.code, heard, guess=len(scan.code) < CODE or not _in_the_house(seen))
            if tried:
                return tried
        if (asked or wanted) and isinstance(seen, SeenCommand) and seen.command == "ok":
            return Turn(Message("question_dropped"))
        if wanted and wanted.by and scan.code in REASONS:
            return _allowed(wanted, wanted.by, REASONS[scan.code])
        if isinstance(seen, SeenBadge) and (self.operator is None or not stopped):
            return self._badge(seen.badge, wanted, heard)
        return Turn(self._stranger(seen)) if self.operator is None else None

    def drop(self) -> None:
        """No PIN and no approval is waited for any more."""
        self.asked = self.wanted = None

    def shown(self, heard: Heard) -> str:
        """The scan's text as anybody may see it."""
        return UNSEEN if self.asked and may_be_pin(heard.text.strip()) else heard.text

    def sign_out(self) -> Message:
        """The job in hand stays in hand: whoever signs in next goes on with it."""
        self.operator, self.locked = None, False
        self.drop()
        return Message("signed_out")

    # Idle --------------------------------------------------------------------------------------------------------

    def stir(self) -> None:
        """Somebody is there, though nothing was scanned. Safe from any thread; opens no bench that is due to lock."""
        moment = self.clock.monotonic()
        if not self._idle(moment):
            self._stirred = moment

    def locks_in(self) -> float | None:
        """Seconds until the bench locks if nobody touches it; None: it never does, or nobody is signed in."""
        if self.operator is None or self.lock_after_s <= 0:
            return None
        return max(0.0, self._stirred + self.lock_after_s - self.clock.monotonic())

    def lock_if_idle(self, moment: float) -> bool:
        if self.operator is None or not self._idle(moment):
            return False
        self.operator, self.locked = None, True
        self.drop()
        return True

    def _idle(self, moment: float) -> bool:
        return 0 < self.lock_after_s <= moment - self._stirred

    # Badges and PINs ---------------------------------------------------------------------------------------------

    def _stranger(self, seen: Seen) -> Message:
        if isinstance(seen, SeenUnreadable):
            return Message("unreadable", {"reason": Message(f"unreadable_{seen.reason}")})
        if isinstance(seen, SeenUnknown) and seen.code.startswith("PB"):
            return self._unknown(seen.code)
        if self.locked:
            return Message("locked", {"minutes": math.ceil(self.lock_after_s / 60)})
        return Message("sign_in_first")

    def _badge(self, badge: str, wanted: Wanted | None, heard: Heard) -> Turn:
        bearer = self.cache.bearer(badge)
        if bearer is None:
            return Turn(self._unknown(badge))
        name = {"name": bearer.operator.name}
        if bearer.pin_due and not bearer.pin_hash:
            return Turn(Message("pin_missing", name))
        allows = wanted if wanted and wanted.by is None and may(bearer.operator, wanted.act) else None
        if not bearer.pin_hash:
            return self._known(bearer.operator, allows)
        self.asked = Asked(bearer, allows)
        wait = self._wait(bearer.operator.badge, heard.moment)
        return Turn(Message("pin_wait", {**name, "seconds": wait}) if wait else Message("pin_wanted", name))

    def _unknown(self, badge: str) -> Message:
        """Where the shared database was never heard, no badge is to blame."""
        return Message("unknown_badge", {"badge": badge[:64]}) if self.cache.bearers() else Message("no_badges")

    def _tried(self, asked: Asked, pin: str, heard: Heard, *, guess: bool) -> Turn | None:
        """None: it is not that PIN, nor was it a `guess` at it."""
        who = asked.bearer.operator
        wait = self._wait(who.badge, heard.moment)
        if not wait and fits(asked.bearer.pin_hash, pin):
            self._mistakes.pop(who.badge, None)
            return self._known(who, asked.wanted)
        if not guess:
            return None
        self.asked = asked
        if wait:
            return Turn(Message("pin_wait", {"name": who.name, "seconds": wait}))
        kind, body = encode(PinFailed(who.badge))
        by = self.operator.badge if self.operator else ""
        fact = Fact(uuid7(), 0, kind, "", 0, by, stamp(heard.at), body)
        wait = self._mistaken(who.badge, heard.moment)
        said = Message("wrong_pin_wait", {"seconds": wait}) if wait else Message("wrong_pin")
        return Turn(replace(said, values={**said.values, "name": who.name}), (fact,))

    def _known(self, who: Operator, wanted: Wanted | None) -> Turn:
        if wanted:
            return _allowed(wanted, who, "")
        self.operator, self.locked = who, False
        held = {work.packet.claim for work in self.cache.work()}
        doubts = [
            j.subject for j in self.journal.print_jobs("unknown") if j.document == "parcel_label" and j.claim in held
        ]
        if doubts:
            return Turn(Message("signed_in_doubt", {"name": who.name, "parcels": ", ".join(doubts)}))
        return Turn(Message("signed_in", {"name": who.name}))

    # Mistakes ----------------------------------------------------------------------------------------------------

    def _wait(self, badge: str, moment: float) -> int:
        """Whole seconds until that badge's PIN may be tried again."""
        found = self._mistakes.get(badge)
        return math.ceil(found.until - moment) if found and moment < found.until else 0

    def _mistaken(self, badge: str, moment: float) -> int:
        before = self._mistakes.get(badge)
        n = before.n + 1 if before and moment - before.at < REMEMBERED_S else 1
        self._mistakes[badge] = _Mistakes(n, moment, moment + pause_s(n))
        return math.ceil(pause_s(n))

    def _remembered(self) -> dict[str, _Mistakes]:
        """The last hour's, from the journal: a bench that was opened anew is no way round a pause."""
        since, moment = stamp(self.clock.now() - timedelta(seconds=REMEMBERED_S)), self.clock.monotonic()
        found: dict[str, int] = {}
        for fact in self.journal.facts_of(""):
            with suppress(ValueError):  # a spoilt disk
                event = decode(fact.kind, fact.body)
                if isinstance(event, PinFailed) and fact.made_at >= since:
                    found[event.badge] = found.get(event.badge, 0) + 1
        return {badge: _Mistakes(n, moment, moment + pause_s(n)) for badge, n in found.items()}


def may_be_pin(code: str) -> bool:
    """Digits, and no more of them than a PIN has: a shorter one is a mistake too."""
    return 0 < len(code) <= LONGEST and code.isascii() and code.isdigit()


def _in_the_house(seen: Seen) -> bool:
    """Whether the code stands for something in the house."""
    return not isinstance(seen, SeenUnknown | SeenNumber | SeenUnreadable)


def _allowed(wanted: Wanted, by: Operator, reason: str) -> Turn:
    return Turn(do=lambda heard: wanted.do(heard, by, reason))
