"""Ids: UUIDv7 for rows and facts, our own order and shipment ids, and codes printed for scanning."""

from __future__ import annotations

import os
import re
import struct
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# The letters no US, German or French keyboard layout moves (DESIGN 5): a wedge scanner can't garble them.
SCAN_LETTERS = "ERTUIOPSDFGHJKLXCVBN"


_order = threading.Lock()
_last = 0  # the 60 bits of milliseconds and count that the last id began with
# The system's randomness, fetched for many ids at once: each fetch hands the interpreter to whatever thread is busy,
# and a scan would wait for it to come back (0.3 ms a fetch beside a working sync thread, measured 2026-11).
_random: list[int] = []
_played: Callable[[], tuple[int, int]] | None = None
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_random.clear)  # parent and child must not draw the same


def uuid7() -> str:
    """A time-ordered UUID (RFC 9562): unique everywhere, and within this process sorted by when it was made.

    Ids of one millisecond are told apart by a count that starts at random; a clock set back leaves it going on.
    """
    global _last  # noqa: PLW0603 - one count per process is the point
    with _order:
        now, bits = _played() if _played else (time.time_ns() // 1_000_000, _bits64())
        _last = max(now << 12 | bits & 0x3FF, _last + 1)
        ms, count, chance = _last >> 12, _last & 0xFFF, _bits64() >> 2
    value = ms << 80 | 0x7 << 76 | count << 64 | 0b10 << 62 | chance
    return str(uuid.UUID(int=value))


@contextmanager
def played_ids(source: Callable[[], tuple[int, int]]) -> Iterator[None]:
    """While the block runs, ids and codes come of what `source` gives (milliseconds, 64 bits): to be played again.

    For the simulator, which has one thread: nobody else may make ids meanwhile.
    """
    global _last, _played
    before, _last, _played = _last, 0, source
    try:
        yield
    finally:
        _last, _played = max(before, _last), None


def _bits64() -> int:
    if _played:
        return _played()[1]
    if not _random:
        _random.extend(struct.unpack("512Q", os.urandom(4096)))
    return _random.pop()


def order_id(shop: str, number: str, *, clash: int = 0) -> str:
    """`DE-1042`: shop code and the shop's number in capitals, `.` for all but A-Z 0-9; `-` and `/` stay ours."""
    plain = re.sub(r"[^A-Z0-9]+", ".", number.strip().upper()).strip(".") or "."
    return f"{shop}-{plain}" + (f".{clash}" if clash else "")


def shipment_id(order: str, n: int) -> str:
    return f"{order}-{n}"


def parcel_id(shipment: str, n: int) -> str:
    return f"{shipment}/{n}"


def scan_code(prefix: str, letters: int = 8) -> str:
    """A random code for printing, from the 20 safe letters: 20^8 is 25 billion."""
    with _order:
        return prefix + "".join(SCAN_LETTERS[_bits64() % len(SCAN_LETTERS)] for _ in range(letters))


def gs1_check_digit(digits: str) -> str:
    """The modulo-10 check digit of a GTIN or SSCC given without it (GS1 General Specifications 7.9)."""
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)
