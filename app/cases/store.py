"""Cases and their notes: rows ↔ values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from app.base.clock import stamp
from app.base.ids import uuid7
from app.cases.case import Case, NewCase
from app.cases.tables import case, case_note
from app.db import Tx
from app.db.rows import pieces


def add(tx: Tx, cases: Sequence[NewCase], now: datetime) -> list[str]:
    """The ids of those that are new; one whose like is open already adds nothing."""
    if not cases:
        return []
    keys = sorted(uuid7() for _ in cases)
    rows = [
        {"id": key, "kind": c.kind, "state": "open", "subject_kind": c.subject_kind, "subject": c.subject,
         "order_id": c.order_id, "detail": dict(c.detail), "opened_at": stamp(now), "opened_by": c.by}
        for key, c in zip(keys, cases, strict=True)
    ]  # fmt: skip
    insertion = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(case)
    once = insertion.on_conflict_do_nothing(index_elements=["kind", "subject"], index_where=text("state = 'open'"))
    tx.execute(once, rows)
    return [key for part in pieces(keys) for key in tx.execute(select(case.c.id).where(case.c.id.in_(part))).scalars()]


def get(tx: Tx, case_id: str) -> Case | None:
    row = tx.execute(select(case).where(case.c.id == case_id)).one_or_none()
    return None if row is None else Case(*row)


def open_of(tx: Tx, order_id: str) -> list[Case]:
    """What is open about an order and its shipments, oldest first."""
    rows = tx.execute(select(case).where(case.c.order_id == order_id, case.c.state == "open").order_by(case.c.id))
    return [Case(*row) for row in rows]


def of_order(tx: Tx, order_id: str) -> list[Case]:
    """The settled ones too."""
    return [Case(*row) for row in tx.execute(select(case).where(case.c.order_id == order_id).order_by(case.c.id))]


def open_about(tx: Tx, kind: str, subjects: Iterable[str]) -> list[Case]:
    """Open cases of this kind about these subjects, oldest first."""
    return [
        Case(*row)
        for part in pieces(sorted(set(subjects)))
        for row in tx.execute(
            select(case)
            .where(case.c.kind == kind, case.c.subject.in_(part), case.c.state == "open")
            .order_by(case.c.id)
        )
    ]


def subjects_with_open(tx: Tx, subjects: Iterable[str], kinds: Iterable[str]) -> set[str]:
    """Those of the subjects that have an open case of one of these kinds."""
    wanted = sorted(kinds)
    return {
        found
        for part in pieces(sorted(set(subjects)))
        for found in tx.execute(
            select(case.c.subject).where(case.c.subject.in_(part), case.c.kind.in_(wanted), case.c.state == "open")
        ).scalars()
    }


def orders_with_open(tx: Tx, order_ids: Iterable[str], kinds: Iterable[str]) -> set[str]:
    """Those of the orders that have an open case of one of these kinds."""
    return {
        found
        for part in pieces(sorted(set(order_ids)))
        for found in tx.execute(
            select(case.c.order_id).where(
                case.c.order_id.in_(part), case.c.kind.in_(sorted(kinds)), case.c.state == "open"
            )
        ).scalars()
        if found
    }


def listing(tx: Tx, *, state: str = "", kind: str = "", limit: int = 50, after: str = "") -> list[Case]:
    """A page, oldest first: ids are in the order of opening."""
    query = select(case).where(case.c.id > after).order_by(case.c.id).limit(limit)
    if state:
        query = query.where(case.c.state == state)
    if kind:
        query = query.where(case.c.kind == kind)
    return [Case(*row) for row in tx.execute(query)]


def settle(tx: Tx, case_ids: Iterable[str], *, act: str, by: str, now: datetime) -> int:
    """How many were open and are settled now."""
    done = 0
    for part in pieces(sorted(set(case_ids))):
        still_open = update(case).where(case.c.id.in_(part), case.c.state == "open")
        done += tx.execute(still_open.values(state="settled", settled_at=stamp(now), settled_by=by, act=act)).rowcount
    return done


def add_detail(tx: Tx, found: Case, more: Mapping[str, object]) -> None:
    """What has turned out since the case was opened: ids and numbers."""
    tx.execute(update(case).where(case.c.id == found.id).values(detail={**found.detail, **more}))


def add_note(tx: Tx, case_id: str, body: str, *, by: str, now: datetime) -> None:
    tx.execute(insert(case_note), {"id": uuid7(), "case_id": case_id, "at": stamp(now), "by": by, "body": body})


def notes(tx: Tx, case_id: str) -> list[tuple[str, str, str]]:
    """(at, by, body), oldest first."""
    rows = tx.execute(select(case_note).where(case_note.c.case_id == case_id).order_by(case_note.c.at, case_note.c.id))
    return [(row.at, row.by, row.body) for row in rows]


def erase_notes(tx: Tx, order_ids: Iterable[str]) -> int:
    """Delete what people wrote on these orders' cases; how many notes there were."""
    gone = 0
    for part in pieces(sorted(set(order_ids))):
        theirs = select(case.c.id).where(case.c.order_id.in_(part))
        gone += tx.execute(delete(case_note).where(case_note.c.case_id.in_(theirs))).rowcount
    return gone


def empty_detail(tx: Tx, order_ids: Iterable[str], kind: str) -> None:
    """The cases of one kind about these orders say no more than that they were."""
    for part in pieces(sorted(set(order_ids))):
        tx.execute(update(case).where(case.c.order_id.in_(part), case.c.kind == kind).values(detail={}))


def malformed(tx: Tx) -> list[Case]:
    """Cases whose state and settlement contradict each other."""
    wrong = (case.c.state == "open") != case.c.settled_at.is_(None)
    nameless = (case.c.state == "settled") & (case.c.act.is_(None) | case.c.settled_by.is_(None))
    rows = tx.execute(
        select(case).where(wrong | nameless | case.c.state.not_in(("open", "settled"))).order_by(case.c.id)
    )
    return [Case(*row) for row in rows]


def kinds(tx: Tx) -> list[str]:
    return list(tx.execute(select(case.c.kind).distinct().order_by(case.c.kind)).scalars())


def orphan_notes(tx: Tx) -> list[str]:
    """Notes on cases that are not there."""
    query = select(case_note.c.id).where(case_note.c.case_id.not_in(select(case.c.id)))
    return list(tx.execute(query.order_by(case_note.c.id)).scalars())
