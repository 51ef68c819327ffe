"""Orders as a list, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.base.money import Money
from app.db.plain import Reads
from app.desk.views.lists import store
from app.orders.order import STATES

# Few orders stay in these: how many there are is known at once. The others are all the years' orders.
COUNTED = tuple(state for state in STATES if state not in {"shipped", "cancelled"})


@dataclass(frozen=True, slots=True)
class OrderRow:
    """`key` is where a page behind this order begins. `units` that ship, `shipments` alive, `cases` open."""

    id: str
    key: str
    shop: str
    state: str
    payment: str
    placed_at: str
    country: str
    city: str
    name: str
    units: int
    total: Money
    shipments: int
    cases: int


def page(read: Reads, *, state: str = "", after: str | None = None, limit: int) -> tuple[OrderRow, ...]:
    """Behind the order with the key `after`; all states for an empty one."""
    at, _, id_ = (after or "").partition(" ")
    rows = store.orders(read, state=state, after=(at, id_) if after else None, limit=limit)
    return tuple(_row(row) for row in rows)


def named(read: Reads, ids: Sequence[str]) -> tuple[OrderRow, ...]:
    """These orders, in the order of their ids."""
    rows = {row["id"]: _row(row) for row in store.orders_named(read, ids)}
    return tuple(rows[id_] for id_ in ids if id_ in rows)


def counts(read: Reads) -> dict[str, int]:
    """How many orders are in each state that few stay in."""
    found = store.count_orders(read, COUNTED)
    return {state: found.get(state, 0) for state in COUNTED}


def _row(row: Mapping[str, Any]) -> OrderRow:
    return OrderRow(
        id=row["id"],
        key=f"{row['placed_at']} {row['id']}",
        shop=row["shop"],
        state=row["state"],
        payment=row["payment"],
        placed_at=row["placed_at"],
        country=row["country"],
        city=row["city"] or "",
        name=row["name"] or row["company"] or "",
        units=int(row["units"] or 0),
        total=Money(row["total_minor"], row["currency"]),
        shipments=row["shipments"],
        cases=row["cases"],
    )
