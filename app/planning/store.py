"""Plans, their traces and pins: rows ↔ values; and the lock that lets one planner at a time have an order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from app.db import Tx
from app.db.rows import pieces, upsert
from app.orders.tables import order
from app.planning.pins import Pin
from app.planning.planned import TraceLine
from app.planning.tables import pin, plan, trace


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan as it is kept. `result`: ids, codes and numbers only."""

    order_id: str
    no: int
    made_at: str
    by: str
    rules_version: str
    result: Mapping[str, object]
    cost_minor: int
    currency: str


def mine(tx: Tx, ids: Sequence[str], *, wait: bool) -> list[str]:
    """Those of the orders that nobody else plans or changes until this transaction ends, by id.

    `wait` for others, or leave out what they have in hand.
    """
    found: list[str] = []
    for some in pieces(sorted(set(ids))):
        query = select(order.c.id).where(order.c.id.in_(some)).order_by(order.c.id)
        found += tx.scalars(query.with_for_update(skip_locked=not wait))
    return found


def add(tx: Tx, plans: Sequence[PlanRow], traces: Mapping[tuple[str, int], Sequence[TraceLine]]) -> None:
    """Keep the plans and, by (order, plan number), why each is as it is. Two statements, however many."""
    if not plans:
        return
    tx.execute(
        insert(plan),
        [
            {"order_id": p.order_id, "no": p.no, "made_at": p.made_at, "by": p.by, "rules_version": p.rules_version,
             "result": dict(p.result), "cost_minor": p.cost_minor, "currency": p.currency}
            for p in plans
        ],
    )  # fmt: skip
    rows = [
        {"order_id": order_id, "plan_no": no, "n": n, "stage": line.stage, "rule": line.rule, "version": line.version,
         "inputs": dict(line.inputs), "reason": line.reason}
        for (order_id, no), lines in traces.items()
        for n, line in enumerate(lines, 1)
    ]  # fmt: skip
    if rows:
        tx.execute(insert(trace), rows)


def latest(tx: Tx, order_ids: Iterable[str]) -> dict[str, PlanRow]:
    """Each order's newest plan; orders without one are absent."""
    found: dict[str, PlanRow] = {}
    for some in pieces(sorted(set(order_ids))):
        newest = (
            select(plan.c.order_id, func.max(plan.c.no).label("no"))
            .where(plan.c.order_id.in_(some))
            .group_by(plan.c.order_id)
            .subquery()
        )
        rows = tx.execute(
            select(plan).join(newest, (plan.c.order_id == newest.c.order_id) & (plan.c.no == newest.c.no))
        )
        found |= {row.order_id: PlanRow(*row) for row in rows}
    return found


def pins(tx: Tx, order_ids: Iterable[str]) -> dict[str, tuple[Pin, ...]]:
    """What people pinned, by order; orders without pins are absent."""
    found: dict[str, tuple[Pin, ...]] = {}
    for some in pieces(sorted(set(order_ids))):
        query = select(pin).where(pin.c.order_id.in_(some)).order_by(pin.c.order_id, pin.c.stage, pin.c.key)
        for row in tx.execute(query):
            found[row.order_id] = (*found.get(row.order_id, ()), Pin(*row))
    return found


def set_pin(tx: Tx, value: Pin) -> None:
    row = {"order_id": value.order_id, "stage": value.stage, "key": value.key, "value": dict(value.value),
           "by": value.by, "at": value.at}  # fmt: skip
    upsert(tx, pin, [row], ["order_id", "stage", "key"])


def drop_pin(tx: Tx, order_id: str, stage: str, key: str) -> bool:
    """Whether there was one."""
    which = (pin.c.order_id == order_id, pin.c.stage == stage, pin.c.key == key)
    return tx.execute(delete(pin).where(*which)).rowcount > 0


def planned_orders(tx: Tx, size: int = 500) -> Iterator[list[str]]:
    """All orders that were ever planned, by id, in pages."""
    after = ""
    while True:
        query = select(plan.c.order_id).where(plan.c.order_id > after).distinct().order_by(plan.c.order_id).limit(size)
        page = list(tx.scalars(query))
        if not page:
            return
        yield page
        after = page[-1]


def untraced(tx: Tx) -> list[tuple[str, int]]:
    """Plans that don't say why."""
    query = (
        select(plan.c.order_id, plan.c.no)
        .outerjoin(trace, (trace.c.order_id == plan.c.order_id) & (trace.c.plan_no == plan.c.no))
        .where(trace.c.n.is_(None))
        .order_by(plan.c.order_id, plan.c.no)
    )
    return [(row.order_id, row.no) for row in tx.execute(query)]


def orders_said_planned(tx: Tx) -> list[tuple[str, int]]:
    """(order, plan number as it states) for orders that are planned or further; for the check."""
    query = (
        select(order.c.id, order.c.plan_no).where(order.c.state.in_(("planned", "part_shipped"))).order_by(order.c.id)
    )
    return [(row.id, row.plan_no) for row in tx.execute(query)]
