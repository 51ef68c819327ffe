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
from app.orders.order import Order, RawDocument

# A field longer than this is a broken export; a real note or title is far below (characters).
FIELD_LIMIT = 100_000
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
    if not isinstance(value, str) or len(value) != 3 or not value.isascii() or not value.isupper():
        raise BadInput(f"got {str(value or '')[:40]!r}, expected a currency code like EUR", field=where)
    return value


def bounded(minor: int, where: str) -> int:
    if abs(minor) >= MONEY_LIMIT:
        raise BadInput(f"got {minor} minor units, expected less than 10^15", field=where)
    return minor
