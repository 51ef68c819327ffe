"""Which files hold what, and the timelines of orders that are over: rows ↔ values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, exists, func, insert, select, update

from app.db import Tx
from app.db.rows import pieces
from app.db.tables import archive
from app.floor.tables import fact
from app.orders.tables import order, timeline
from app.shipments.shipment import GONE
from app.shipments.tables import shipment

_OVER = (*sorted(GONE), "cancelled")
_DONE = ("shipped", "cancelled")


@dataclass(frozen=True, slots=True)
class Filed:
    """A file of the archive. `digest`: its SHA-256."""

    name: str
    kind: str
    month: str
    rows: int
    digest: str
    folder: str
    made_at: str


def files(tx: Tx, after: str = "", limit: int = 1000) -> list[Filed]:
    """By name, behind `after`."""
    query = select(archive).where(archive.c.name > after).order_by(archive.c.name).limit(limit)
    return [Filed(**row) for row in tx.execute(query).mappings()]


def folders(tx: Tx) -> dict[str, int]:
    """{folder: how many files}"""
    a = archive.c
    query = select(a.folder, func.count(a.name)).group_by(a.folder).order_by(a.folder)
    return {row[0]: int(row[1]) for row in tx.execute(query)}


def count(tx: Tx, kind: str, month: str) -> int:
    a = archive.c
    return tx.execute(select(func.count(a.name)).where(a.kind == kind, a.month == month)).scalar_one()


def add(tx: Tx, filed: Filed) -> None:
    tx.execute(insert(archive).values(**asdict(filed)))


def old_orders(tx: Tx, before: str, after: str, limit: int) -> tuple[list[tuple[str, str]], str | None]:
    """([(order, when something last happened to it)], where to go on): all over, and nothing since then."""
    o, at = order.c, timeline.c
    newer = exists().where(at.order_id == o.id, at.at >= before)
    going = exists().where(shipment.c.order_id == o.id, shipment.c.state.not_in(_OVER))
    last = select(func.max(at.at)).where(at.order_id == o.id).scalar_subquery()
    query = (
        select(o.id, last.label("last"))
        .where(
            o.id > after,
            o.state.in_(_DONE),
            o.imported_at < before,
            exists().where(at.order_id == o.id),
            ~newer,
            ~going,
        )
        .order_by(o.id)
        .limit(limit)
    )
    found = [(row.id, row.last) for row in tx.execute(query)]
    return found, found[-1][0] if len(found) == limit else None


def entries(tx: Tx, orders: Sequence[str]) -> list[dict[str, Any]]:
    query = select(timeline).where(timeline.c.order_id.in_(orders)).order_by(timeline.c.order_id, timeline.c.id)
    return [dict(row) for row in tx.execute(query).mappings()]


def drop_entries(tx: Tx, ids: Sequence[str], orders: Sequence[str], name: str) -> None:
    """These entries lie in the file of that name now, and their orders say so."""
    for some in pieces(list(ids), 500):
        tx.execute(delete(timeline).where(timeline.c.id.in_(some)))
    for some in pieces(list(orders), 500):
        tx.execute(update(order).where(order.c.id.in_(some)).values(archived=name))


def oldest_fact(tx: Tx) -> str:
    """About when the oldest fact was applied that stands here: ids are made in the order of time; empty: none."""
    first = select(fact.c.applied_at).order_by(fact.c.op_id).limit(1)
    return tx.execute(first).scalar() or ""
