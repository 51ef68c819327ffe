"""What time and money bring to planned orders: payment makes firm, reservations expire, a presale's day comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from app.base.errors import OutOfStock
from app.cases.open import open_case
from app.db import Tx
from app.orders import store as orders
from app.orders.order import FIRM, StoredOrder
from app.orders.timeline import Entry, record
from app.planning import store
from app.planning.basket import presale_from
from app.planning.commit import PlanSummary
from app.planning.replan import replan
from app.shipments import store as shipments
from app.shipments.shipment import Shipment
from app.site.roles import Operator, require
from app.stock import store as stock
from app.stock.reserve import make_firm, release

_BY = "reservation_expiry"
_PAGE = 200


def paid(tx: Tx, order_id: str, *, operator: Operator, now: datetime) -> PlanSummary:
    """The order's payment has come: its reservation is firm now and its shipments can be claimed.

    When the reservation had expired the order is planned anew; where that fails a case says paid, not allocatable.
    An order whose payment isn't firm is left alone.
    """
    require(operator, "order.plan")
    store.mine(tx, [order_id], wait=True)
    found = orders.load(tx, [order_id])
    if not found or found[0].payment not in FIRM:
        return PlanSummary(unchanged=1)
    order = found[0]
    waiting = [s for s in shipments.of_orders(tx, [order_id])[order_id] if s.stage == "planned" and s.live]
    if waiting:
        make_firm(tx, [s.id for s in waiting])
        _ready(tx, order, waiting, by=operator.badge, now=now)
        return PlanSummary(planned=1)
    if order.state not in {"new", "held"} or not order.plan_no:
        return PlanSummary(unchanged=1)  # never planned: it takes its turn; or already under way
    try:
        with tx.begin_nested():
            return replan(tx, order_id, operator=operator, now=now, shortage="paid_not_allocatable")
    except OutOfStock as gone:  # somebody took the units this very moment
        orders.set_state(tx, [order_id], "held")
        detail = {"missing": {sku: units for (sku, _), units in gone.short.items()}}
        open_case(
            tx,
            kind="paid_not_allocatable",
            subject_kind="order",
            subject=order_id,
            order_id=order_id,
            by=operator.badge,
            now=now,
            detail=detail,
        )
        return PlanSummary(held=Counter(["paid_not_allocatable"]))


def expire(tx: Tx, now: datetime) -> list[str]:
    """Give back what unpaid orders had reserved when their time is over; the orders, held until payment comes."""
    over = stock.expired(tx, now)[:_PAGE]
    found = shipments.get(tx, over)
    order_ids = sorted({s.order_id for s in found.values()})
    held = set(store.mine(tx, order_ids, wait=True))
    # Payment may have come while we waited for the order: then it expires no more.
    still = set(stock.expired(tx, now))
    gone = [found[key] for key in over if key in found and found[key].order_id in held and key in still]
    ids = [s.id for s in gone if s.live]
    release(tx, ids, source=_BY, now=now)
    shipments.move_state(tx, ids, "cancelled", by=_BY, source=_BY, now=now)
    theirs = shipments.of_orders(tx, {s.order_id for s in gone})
    orders_over = [key for key, all_of in theirs.items() if all(s.state == "cancelled" for s in all_of)]
    orders.set_state(tx, orders_over, "held")
    record(tx, [Entry(key, key, "reservation_expired", _BY) for key in orders_over], now)
    return orders_over


def presale_due(tx: Tx, now: datetime) -> list[str]:
    """Make shipments claimable whose sale has begun and whose payment is firm; their ids."""
    moved: list[str] = []
    for order, waiting in _waiting(tx):
        if order.payment in FIRM and (presale_from(order) or now) <= now:
            moved += _ready(tx, order, waiting, by="presale", now=now)
    return moved


def _waiting(tx: Tx) -> Iterable[tuple[StoredOrder, Sequence[Shipment]]]:
    """Orders with planned shipments, in pages."""
    after = ""
    while True:
        page = shipments.listing(tx, state="planned", limit=_PAGE, after=after)
        if not page:
            return
        after = page[-1].id
        of: dict[str, list[Shipment]] = {}
        for shipment in page:
            of.setdefault(shipment.order_id, []).append(shipment)
        for order in orders.load(tx, list(of)):
            yield order, of[order.id]


def _ready(tx: Tx, order: StoredOrder, waiting: Sequence[Shipment], *, by: str, now: datetime) -> list[str]:
    """Firm shipments become claimable, unless the sale has not begun."""
    if (presale_from(order) or now) > now:
        return []
    ids = [s.id for s in waiting]
    shipments.move_state(tx, ids, "ready", by=by, source="", now=now)
    return ids
