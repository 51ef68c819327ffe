"""Planning orders: screened, through the chain, committed; many in one transaction, each whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import takewhile

from app.base.errors import NotFound, OutOfStock
from app.cases import store as cases
from app.db import Database, Tx
from app.orders import store as orders
from app.orders.order import StoredOrder
from app.planning import store
from app.planning.basket import wants
from app.planning.commit import PlanSummary, commit, expiry
from app.planning.decide import Decision, decide
from app.planning.lookup import Lookup, Shelf, take_in
from app.planning.pins import gather
from app.planning.planned import Finding, Plan
from app.planning.screen import SCREENED
from app.shipments import store as shipments
from app.shipments.shipment import UNCLAIMED, Shipment
from app.site.roles import Operator, require
from app.stock import store as stock

Progress = Callable[[int], None]  # told how many orders are done

_BATCH = 50
# Somebody else took the units between look and reservation: look again so often before asking a person.
_TRIES = 5


def plan_orders(
    database: Database,
    ids: Sequence[str] | None,
    *,
    operator: Operator,
    now: datetime,
    progress: Progress | None = None,
) -> PlanSummary:
    """Plan these orders, or all that are new. NotFound, and nothing done, when one of `ids` is no order.

    A held order is tried again when what holds it was found by planning; what a person holds stays held. Orders that
    have shipments under way are left alone: `replan` is the act for them.
    """
    require(operator, "order.plan")
    summary = PlanSummary()
    with database.read() as tx:
        lookup = Lookup(tx, now)
        if ids is not None:
            _all_there(tx, ids)
    done, after = 0, ""
    while True:
        if ids is not None:
            batch = sorted(set(ids))[done : done + _BATCH]
        else:
            with database.read() as tx:
                batch = orders.unplanned(tx, limit=_BATCH, after=after)
        if not batch:
            return summary
        summary.add(_plan_batch(database, batch, lookup, ids is not None, operator, now))
        done, after = done + len(batch), batch[-1]
        if progress:
            progress(done)


def explain(tx: Tx, order_id: str, now: datetime) -> Plan:
    """What planning this order now would come to, and why; nothing is written.

    What the order itself holds in shipments nobody has begun counts as there: planning anew would give it back.
    """
    lookup = Lookup(tx, now)
    found = take_in(tx, orders.load(tx, [order_id]), lookup)
    if not found:
        raise NotFound(f"no order {order_id!r:.60}", kind="unknown_order", order=order_id[:60])
    order = found[0]
    theirs = shipments.of_orders(tx, [order_id])[order_id]
    shelf = Shelf(tx, wants(order, lookup.products), [order.shop])
    give_back(tx, shelf, theirs)
    pins = gather(store.pins(tx, [order_id]).get(order_id, ()))
    free, kept = shelf.free(order.shop), kept_units(theirs)
    return decide(order, free, lookup.house, pins, kept=kept, released=released(tx, order)).plan


def kept_units(theirs: Sequence[Shipment]) -> dict[tuple[int, str], int]:
    """Units by (order line, SKU) in shipments that somebody has begun, that have left, or that a person holds."""
    kept: dict[tuple[int, str], int] = {}
    for shipment in theirs:
        if shipment.state in UNCLAIMED or shipment.state == "cancelled":
            continue
        for line in shipment.lines:
            kept[line.order_line, line.sku] = kept.get((line.order_line, line.sku), 0) + line.due
    return kept


def give_back(tx: Tx, shelf: Shelf, theirs: Sequence[Shipment]) -> None:
    """Count what the order's unbegun shipments have reserved as free."""
    unbegun = [s.id for s in theirs if s.state in UNCLAIMED]
    for held in stock.reservations(tx, shipments=unbegun):
        shelf.take(held.sku, held.warehouse, -held.qty)


def _all_there(tx: Tx, ids: Sequence[str]) -> None:
    there = {order.id for order in orders.load(tx, ids)}
    strange = [one for one in ids if one not in there]
    if strange:
        raise NotFound(f"no order {strange[0]!r:.60}", kind="unknown_order", order=strange[0][:60])


def _plan_batch(
    database: Database, batch: Sequence[str], lookup: Lookup, named: bool, operator: Operator, now: datetime
) -> PlanSummary:
    """One transaction for all, unless somebody else takes units meanwhile: then one for each, looking again."""
    plan = partial(_plan_some, lookup=lookup, named=named, operator=operator, now=now)
    summary = PlanSummary()
    left = list(batch)
    while left:
        try:
            part, left = database.act(partial(plan, ids=left))
        except OutOfStock:
            for one in left:
                summary.add(_plan_one(database, partial(plan, ids=[one])))
            return summary
        summary.add(part)
    return summary


def _plan_one(database: Database, plan: Callable[..., tuple[PlanSummary, list[str]]]) -> PlanSummary:
    short: OutOfStock | None = None
    for _ in range(_TRIES):
        try:
            return database.act(plan)[0]
        except OutOfStock as gone:
            short = gone
    assert short is not None
    return database.act(partial(plan, short=short))[0]


def _plan_some(
    tx: Tx,
    *,
    ids: Sequence[str],
    lookup: Lookup,
    named: bool,
    operator: Operator,
    now: datetime,
    short: OutOfStock | None = None,
) -> tuple[PlanSummary, list[str]]:
    """Plan the first orders of `ids` that share an expiry; the rest is for the next transaction.

    One reservation call for each transaction: all keys are locked in one order, so planners never wait in a circle.
    """
    found = orders.load(tx, store.mine(tx, ids, wait=named))
    ready = _plannable(tx, found)
    summary = PlanSummary(unchanged=len(found) - len(ready))
    if not ready:
        return summary, []
    ready = take_in(tx, ready, lookup)
    expires_at = expiry(ready[0], lookup.shops, now)
    # Only the first run of them: whoever ordered first is served first.
    mine = list(takewhile(lambda order: expiry(order, lookup.shops, now) == expires_at, ready))
    rest = [order.id for order in ready[len(mine) :]]
    decisions = _decide_all(tx, mine, lookup)
    if short is not None:
        decisions = [_lost(decision, short) for decision in decisions]
    begun = [order.id for order in mine if order.plan_no]
    last_n = {key: max((s.n for s in theirs), default=0) for key, theirs in shipments.of_orders(tx, begun).items()}
    summary.add(commit(tx, decisions, expires_at=expires_at, last_n=last_n, operator=operator, now=now))
    return summary, rest


def _plannable(tx: Tx, found: Sequence[StoredOrder]) -> list[StoredOrder]:
    """New orders, and held ones that only planning's own cases hold and nothing of which is under way."""
    ready: list[StoredOrder] = []
    for order in found:
        if order.state == "held":
            kinds = {case.kind for case in cases.open_of(tx, order.id)}
            if not kinds or kinds - set(SCREENED):
                continue
            if any(s.state != "cancelled" for s in shipments.of_orders(tx, [order.id])[order.id]):
                continue
        elif order.state != "new":
            continue
        ready.append(order)
    return ready


def _decide_all(tx: Tx, found: Sequence[StoredOrder], lookup: Lookup) -> list[Decision]:
    """Decide in the order of their numbers; each sees what those before it left."""
    asked = {order.id: wants(order, lookup.products) for order in found}
    shelf = Shelf(tx, (want for some in asked.values() for want in some), (order.shop for order in found))
    pinned = store.pins(tx, [order.id for order in found])
    decisions: list[Decision] = []
    for order in found:
        pins = gather(pinned.get(order.id, ()))
        decision = decide(order, shelf.free(order.shop), lookup.house, pins)
        if any(finding.kind == "risk" for finding in decision.plan.findings):
            decision = decide(order, shelf.free(order.shop), lookup.house, pins, released=released(tx, order))
        if decision.planned:
            for shipment in decision.plan.shipments:
                for piece in shipment.pieces:
                    shelf.take(piece.sku, shipment.warehouse, piece.qty)
        decisions.append(decision)
    return decisions


def released(tx: Tx, order: StoredOrder) -> set[str]:
    """Kinds of findings a person has looked at and let pass."""
    return {case.kind for case in cases.of_order(tx, order.id) if case.act == "release"}


def _lost(decision: Decision, short: OutOfStock) -> Decision:
    """The same order, held: others were faster every time."""
    if not decision.planned:
        return decision
    missing: Mapping[str, int] = {f"{sku} {warehouse}": units for (sku, warehouse), units in short.short.items()}
    finding = Finding("short_stock", "reserve", {"missing": missing})
    plan = Plan(decision.order.id, (), decision.plan.trace, decision.plan.wants, (finding,), 0, decision.plan.currency,
                decision.plan.version)  # fmt: skip
    return Decision(decision.order, "plan", plan)
