"""What the desk does when a shop says something new about an order that we have."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.base.errors import OutOfStock
from app.cases.open import open_case
from app.cases.settle import settle_of
from app.db import Tx, savepoint
from app.desk.address import readdressed
from app.desk.cancel import withdraw
from app.desk.hold import stop
from app.desk.order import live_shipments, plan_again, the_order
from app.orders.order import FIRM, StoredOrder
from app.planning.basket import presale_from
from app.planning.replan import replan
from app.shipments import store as shipments
from app.shipments.shipment import Hop, Shipment
from app.site.roles import SYSTEM, Operator
from app.stock.reserve import make_firm

_REVERSED = frozenset({"voided", "refunded"})


def heard(tx: Tx, order_id: str, changed: Collection[str], *, operator: Operator, now: datetime) -> None:
    """The stored order says already what the shop says; this makes what was planned follow it.

    `changed`: payment, cancelled, address, items. The shop's word needs nobody's leave; `operator` brought it.
    """
    order = the_order(tx, order_id)
    by = order.shop
    if "cancelled" in changed or order.state == "cancelled":
        _cancelled(tx, order, by, now)
        return
    live = live_shipments(tx, order_id)
    shipments.set_news(tx, [s.id for s in live], order.updated_at, now)
    if "items" in changed:
        _items(tx, order, live, by, now)
    if "address" in changed:
        moved = order.country not in {s.country for s in live}
        readdressed(tx, order_id, moved=moved, by=by, now=now)
    if "payment" in changed:
        _payment(tx, the_order(tx, order_id), by, operator, now)


def let_go(tx: Tx, order: StoredOrder, live: Collection[Shipment], *, by: str, now: datetime) -> list[str]:
    """Shipments of a paid order become claimable when their day has come; those a person holds, underneath the hold."""
    if order.payment not in FIRM or (presale_from(order) or now) > now:
        return []
    ids = [s.id for s in live if s.stage == "planned"]
    shipments.hops(tx, [Hop(one, "ready", by, "payment") for one in ids], now)
    return ids


def _cancelled(tx: Tx, order: StoredOrder, by: str, now: datetime) -> None:
    if order.state == "cancelled" and not live_shipments(tx, order.id):
        settle_of(tx, order.id, act="cancel", by=by, now=now)
        return
    done = withdraw(tx, order.id, by=by, now=now)
    if done.gone:
        _case(tx, "cancelled_after_dispatch", order.id, by, now, {"gone": list(done.gone)})


def _items(tx: Tx, order: StoredOrder, live: Collection[Shipment], by: str, now: datetime) -> None:
    """Nothing planned: the order simply is what the shop says now. Otherwise a person decides."""
    if all(line.sku for line in order.lines if line.ships) and plan_again(tx, order, act="news", by=by, now=now):
        return
    if live or order.state in {"planned", "part_shipped", "shipped"}:
        _case(tx, "items_changed", order.id, by, now, {"shipments": [s.id for s in live]})


def _payment(tx: Tx, order: StoredOrder, by: str, operator: Operator, now: datetime) -> None:
    live = live_shipments(tx, order.id)
    if order.payment in _REVERSED and live:
        _case(tx, "payment_reversed", order.id, by, now, {"shipments": [s.id for s in live]})
        stop(tx, order.id, by=by, now=now)
    if order.payment not in FIRM:
        return
    if live:
        make_firm(tx, [s.id for s in live])
        let_go(tx, order, live, by=by, now=now)
        return
    overdue = settle_of(tx, order.id, kinds=["unpaid_expired"], act="paid", by=by, now=now)
    if plan_again(tx, order, act="paid", by=by, now=now) and overdue:
        _plan_paid(tx, order.id, by, now)


def _plan_paid(tx: Tx, order_id: str, by: str, now: datetime) -> None:
    """Payment came after its reservation had run out: what is there now is reserved now, or a person is asked."""
    for _ in range(_TRIES):
        try:
            with savepoint(tx):
                held = replan(tx, order_id, operator=SYSTEM, now=now).held
        except OutOfStock:
            continue
        if "short_stock" in held:
            _case(tx, "paid_not_allocatable", order_id, by, now, {})
        return
    _case(tx, "paid_not_allocatable", order_id, by, now, {})


_TRIES = 3


def _case(tx: Tx, kind: str, order_id: str, by: str, now: datetime, detail: dict[str, object]) -> None:
    open_case(tx, kind=kind, subject_kind="order", subject=order_id, order_id=order_id, by=by, now=now, detail=detail)
