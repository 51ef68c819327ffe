"""Open cases: how many of which kind, and the oldest first. When each should have been settled."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from app.base.clock import from_stamp, stamp
from app.base.paths import RESOURCES
from app.cases.case import KINDS
from app.db.plain import Reads, decoded
from app.desk.views.lists import store


@dataclass(frozen=True, slots=True)
class KindRow:
    """Open cases of one kind: how many, how many are overdue, when the oldest was opened and is due."""

    kind: str
    count: int
    overdue: int
    oldest_at: str
    due_at: str


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One open case, with what tells its order from others: where it goes, how many units."""

    id: str
    kind: str
    subject_kind: str
    subject: str
    order_id: str | None
    opened_at: str
    due_at: str
    country: str
    city: str
    units: int
    detail: Mapping[str, Any]


@cache
def hours() -> Mapping[str, int]:
    """How long a case of each kind may stay open."""
    told: Mapping[str, int] = tomllib.loads((RESOURCES / "rules" / "cases.toml").read_text("utf-8"))["hours"]
    return told


def due_at(kind: str, opened_at: str) -> str:
    return stamp(from_stamp(opened_at) + timedelta(hours=hours()[kind]))


def kinds(read: Reads, now: datetime) -> tuple[KindRow, ...]:
    """The kinds with open cases, always in the same order: places on a screen don't change with every case."""
    before = {kind: stamp(now - timedelta(hours=given)) for kind, given in hours().items()}
    rows = {row["kind"]: row for row in store.case_kinds(read, before)}
    return tuple(
        KindRow(kind, int(row["n"]), int(row["overdue"]), row["oldest"], due_at(kind, row["oldest"]))
        for kind in KINDS
        if (row := rows.get(kind)) is not None
    )


def page(read: Reads, *, kind: str = "", after: str | None = None, limit: int) -> tuple[CaseRow, ...]:
    """Open cases of a kind, or of all, behind the case `after`."""
    return tuple(_row(row) for row in store.cases(read, kind=kind, after=after, limit=limit))


def of_orders(read: Reads, order_ids: tuple[str, ...]) -> tuple[CaseRow, ...]:
    """Open cases of these orders."""
    return tuple(_row(row) for row in store.open_cases_of(read, order_ids))


def _row(row: Mapping[str, Any]) -> CaseRow:
    return CaseRow(
        id=row["id"],
        kind=row["kind"],
        subject_kind=row["subject_kind"],
        subject=row["subject"],
        order_id=row["order_id"],
        opened_at=row["opened_at"],
        due_at=due_at(row["kind"], row["opened_at"]),
        country=row["country"] or "",
        city=row["city"] or "",
        units=int(row["units"] or 0),
        detail=decoded(row["detail"]),
    )
