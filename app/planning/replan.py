"""Planning an order again: what nobody has begun is given back and planned anew, in one transaction."""

from __future__ import annotations

from datetime import datetime

from app.base.errors import NotFound
from app.cases.case import SHORT, NewCase
from app.cases.open import open_cases
from app.cases.settle import settle_about
from app.db import Tx
from app.orders import store as orders
from app.orders.order import StoredOrder
from app.orders.timeline import Entry, record
from app.planning import store
from app.planning.basket import wants
from app.planning.commit import PlanSummary, commit, expiry
from app.planning.decide import decide
from app.planning.keep_still import keep_still
from app.planning.lookup import Lookup, Shelf, take_in
from app.planning.pins import gather
from app.planning.plan import give_back, kept_units, released
from app.planning.planned import Finding
from app.shipments import store as shipments
from app.shipments.shipment import UNCLAIMED, Shipment
from app.site.roles import Operator, require
from app.stock import store as stock
from app.stock.reserve import release


def replan(tx: Tx, order_id: str, *, operator: Operator, now: datetime) -> PlanSummary:
    """Shipments that nobody has begun are cancelled and their units, with all found short since, planned anew.

    The reservation moves in this transaction: when no new plan can be made, the old shipments stay as they are and a
    case says why. OutOfStock, when somebody else took the units this very moment: roll back and ask again.
    """
    require(operator, "order.plan")
    keep_still(tx, [order_id])
    lookup = Lookup(tx, now)
    found = take_in(tx, orders.load(tx, [order_id]), lookup)
    if not found:
        raise NotFound(f"no order {order_id!r:.60}", kind="unknown_order", order=order_id[:60])
    order = found[0]
    theirs = shipments.of_orders(tx, [order_id])[order_id]
    unbegun = [s for s in theirs if s.state in UNCLAIMED]
    asked = wants(order, lookup.products)
    stock.balances(tx, {want.sku for want in asked}, to_change=True)  # what is given back, what is taken: in one go
    shelf = Shelf(tx, asked, [order.shop])
    give_back(tx, shelf, theirs)
    decision = decide(
        order,
        shelf.free(order.shop),
        lookup.house,
        gather(store.pins(tx, [order_id]).get(order_id, ())),
        kept=kept_units(theirs),
        released=released(tx, order),
    )
    if decision.plan.findings and any(s.state != "cancelled" for s in theirs):
        return _stays(tx, order, decision.plan.findings, decision.plan.version, now)
    if decision.verdict == "nothing_to_ship" and theirs:
        return PlanSummary(unchanged=1)
    if decision.planned:
        _give_up(tx, unbegun, operator, now)
    return commit(
        tx,
        [decision],
        expires_at=expiry(order, lookup.shops, now),
        last_n={order_id: max((s.n for s in theirs), default=0)},
        operator=operator,
        now=now,
    )


def _give_up(tx: Tx, unbegun: list[Shipment], operator: Operator, now: datetime) -> None:
    ids = [s.id for s in unbegun]
    release(tx, ids, source="replan", now=now)
    shipments.move_state(tx, ids, "cancelled", by=operator.badge, source="replan", now=now)
    settle_about(tx, ids, kinds=SHORT, act="replan", by=operator.badge, now=now)


def _stays(tx: Tx, order: StoredOrder, findings: tuple[Finding, ...], version: str, now: datetime) -> PlanSummary:
    """Nothing better is to be had: what is planned stays, what is missing becomes a case."""
    by = f"planning {version}"
    open_cases(tx, [NewCase(f.kind, "order", order.id, order.id, by, f.detail) for f in findings], now)
    record(tx, [Entry(order.id, order.id, "not_replanned", by, {"cases": [f.kind for f in findings]})], now)
    summary = PlanSummary()
    summary.held.update(f.kind for f in findings)
    return summary
