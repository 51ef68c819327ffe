"""A PIN beside a badge: four to twelve digits, kept as a hash alone.

A badge can be lent, copied or found; the PIN keeps a colleague from acting in another's name. It is no secret from
whoever can read the hashes for an hour: ten thousand PINs of four digits are tried in twenty minutes. Each bench's
cache has them all the same, for people sign in while the shared database is away; the file is its owner's alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from app.base.errors import Refused
from app.site.roles import Operator

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 4, 12
# Under this name the environment carries it.
VOUCHER = "PACKBENCH_VOUCHER"
# So many mistakes are free. From then on each costs a pause, twice as long every time.
FREE, FIRST_PAUSE_S, LONGEST_PAUSE_S = 3, 5.0, 300.0
# What a mistake counts for, and how many within that time a supervisor is told of.
REMEMBERED_S, TOLD = 3600.0, 10


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose badge it is. `pin_hash` is empty without a PIN; `pin_due`: the role wants one."""

    operator: Operator
    pin_hash: str = field(default="", repr=False)
    pin_due: bool = False


def hashed(pin: str) -> str:
    """What is kept of the PIN. Refused (bad_pin) unless it is four to twelve digits."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        raise Refused("not a PIN", kind="bad_pin", least=SHORTEST, most=LONGEST)
    return _hasher().hash(pin)


def fits(pin_hash: str, pin: str) -> bool:
    """Whether that is the PIN. Takes a tenth of a second of one processor and 64 MiB, on purpose."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(pin_hash, pin)
    except (VerificationError, InvalidHashError):
        return False


def vouched(bearer: Bearer) -> str:
    """What the window, where the PIN was typed, gives a command that it starts in that person's name.

    Whoever can make it can read the hashes, and needs no badge.
    """
    return hashlib.sha256(f"{bearer.operator.badge} {bearer.pin_hash}".encode()).hexdigest()


def pause_s(mistakes: int) -> float:
    """How long after so many mistakes the next try has to wait."""
    if mistakes < FREE:
        return 0.0
    return min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(mistakes - FREE, 16))


@cache
def _hasher() -> PasswordHasher:
    """Argon2id as RFC 9106 has it for little memory: 3 rounds, 64 MiB, 4 lanes; 112 ms on two cores (2026-11).

    A stronger one has no point while a PIN has four digits; a weaker one (19 MiB, 2 rounds: 18 ms) is six times
    quicker to try through.
    """
    from argon2 import PasswordHasher
    from argon2.profiles import RFC_9106_LOW_MEMORY

    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
