"""What reading a shop's file yields: orders, and what is none with the reason; and how its texts are cleaned."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.base.clock import stamp
from app.base.errors import BadInput
from app.base.money import CURRENCIES
from app.orders.order import Order, RawDocument

# A field longer than this is a broken export; a real note or title is far below (characters).
FIELD_LIMIT = 100_000
# What one order's payload may take, kept as received (characters). Shopify's largest carts have 500 lines, each some
# 4 kB with its money in two currencies; a retail year's longest invoice takes a twentieth of that.
BODY_LIMIT = 4_000_000
# One line asks for more units than any warehouse of ours holds: a broken feed.
QTY_LIMIT = 1_000_000
# A line's total in minor units; sums of a whole order stay inside 64 bits.
MONEY_LIMIT = 10**15
# A shop's times; outside of them stamps would not even sort as text.
_EARLIEST, _LATEST = 1990, 2200


@dataclass(frozen=True, slots=True)
class Refusal:
    """`at` is the place in the file ("row 7", "orders[3].line_items[2]"), `number` the order's, where it is known."""

    at: str
    field: str
    reason: str
    file: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """No order of goods, by kind: a bank charge, a test, a gift card alone."""

    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class Read:
    """One document of a shop and what became of its lines.

    `lines` counts each once: `goods`, `charge`, `refused`, a document's kind, or `skipped.<kind>`.
    """

    item: Order | RawDocument | Skipped | Refusal
    lines: Mapping[str, int] = field(default_factory=dict)


def clean(text: str, where: str) -> str:
    """The text as a person may read it: control characters left out, but line ends kept; blanks trimmed.

    Codes and numbers go through `code` instead, which refuses them. BadInput above FIELD_LIMIT.
    """
    if len(text) > FIELD_LIMIT:
        raise BadInput(f"got {len(text)} characters, expected at most {FIELD_LIMIT}", field=where)
    return _plain(text) if len(text) < 200 else _stripped(text)


def code(text: str, where: str) -> str:
    """An id, number or SKU: trimmed, never altered otherwise. BadInput when a control character stands in it."""
    trimmed = text.strip()
    if len(trimmed) > 255:
        raise BadInput(f"got {len(trimmed)} characters, expected at most 255", field=where)
    if not trimmed.isprintable() and any(unicodedata.category(c) in {"Cc", "Cs"} for c in trimmed):
        raise BadInput(f"got {trimmed[:40]!r}, expected no control characters", field=where)
    return trimmed


@lru_cache(65_536)
def _plain(text: str) -> str:
    return _stripped(text)


def _stripped(text: str) -> str:
    if not text.isprintable():
        # NUL among them: PostgreSQL takes none. Lone surrogates can't be written as UTF-8.
        text = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"})
    return text.strip()


@lru_cache(65_536)
def moment(text: str, zone: str, where: str) -> str:
    """The stamp in UTC of an ISO time; one without offset is local time in `zone`."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(f"got {text[:40]!r}, expected a time like 2026-11-01T08:30:00", field=where) from None
    if not _EARLIEST <= at.year <= _LATEST:
        raise BadInput(f"got {text[:40]!r}, expected a year from {_EARLIEST} to {_LATEST}", field=where)
    return stamp(at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone)))


def quantity(value: object, where: str, *, least: int = 1) -> int:
    """A whole number of units from `least` to QTY_LIMIT, from an int or its text."""
    try:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ValueError
        units = int(value) if isinstance(value, int) or len(value) < 40 else int("?")
    except ValueError:
        raise BadInput(f"got {str(value)[:40]!r}, expected a whole number of units", field=where) from None
    if not least <= units <= QTY_LIMIT:
        raise BadInput(f"got {str(units)[:40]}, expected {least} to {QTY_LIMIT} units", field=where)
    return units


def currency(value: object, where: str) -> str:
    """One of ISO 4217, today's or withdrawn: of any other nobody knows what a minor unit is."""
    if not isinstance(value, str) or value not in CURRENCIES:
        raise BadInput(f"got {str(value or '')[:40]!r}, expected a currency code like EUR", field=where)
    return value


def bounded(minor: int, where: str) -> int:
    if abs(minor) >= MONEY_LIMIT:
        raise BadInput(f"got {minor} minor units, expected less than 10^15", field=where)
    return minor


def total_of(minor: int) -> int:
    """An order's total that its shop left to be summed. BadInput when its discounts are more than all else."""
    if minor < 0:
        raise BadInput(f"got parts that sum to {minor} minor units, expected 0 or more")
    return minor


def whole(body: str) -> str:
    """A payload that may be kept. BadInput above BODY_LIMIT."""
    if len(body) > BODY_LIMIT:
        raise BadInput(f"got {len(body)} characters, expected at most {BODY_LIMIT} for one order")
    return body


def not_utf8(byte: bytes, place: int) -> BadInput:
    """The refusal of a file that is in some other encoding from `place` on (bytes from the start of the file)."""
    return BadInput(f"got 0x{byte.hex()}, expected UTF-8", at=f"byte {place}")
