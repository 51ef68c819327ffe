"""Small parts that the station's tests are made of."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from app.base.clock import SystemClock
from app.floor.facts import Fact
from app.station.journal.records import Entry

CLOCK = SystemClock()
_numbers: Iterator[int] = count(1)


def fact(op_id: str = "", *, claim: str = "c", body: str = '{"mode":""}') -> Fact:
    return Fact(op_id or f"op-{next(_numbers)}", 0, "ModeSet", claim, 1, "PBPICKER", "2026-11-22T08:00:00.000Z", body)


def entry(*op_ids: str, on: int | None = None) -> Entry:
    return Entry(tuple(fact(op_id) for op_id in op_ids or ("",)), on=on)
