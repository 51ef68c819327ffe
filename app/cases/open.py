"""Asking for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.cases import store
from app.cases.case import KINDS, SUBJECTS, NewCase
from app.db import Tx
from app.db.feed import announce


def open_case(
    tx: Tx,
    *,
    kind: str,
    subject_kind: str,
    subject: str,
    order_id: str | None,
    by: str,
    now: datetime,
    detail: Mapping[str, object] | None = None,
) -> str | None:
    """The new case's id; None when the same trouble of the same subject is open already."""
    opened = open_cases(tx, [NewCase(kind, subject_kind, subject, order_id, by, detail or {})], now)
    return opened[0] if opened else None


def open_cases(tx: Tx, cases: Sequence[NewCase], now: datetime) -> list[str]:
    """The same for many: the ids of those that are new."""
    for case in cases:
        if case.kind not in KINDS or case.subject_kind not in SUBJECTS:
            raise ValueError(f"case of kind {case.kind!r} about a {case.subject_kind!r}: see app/cases/case.py")
    opened = store.add(tx, cases, now)
    announce(tx, "case", opened, now)
    return opened
