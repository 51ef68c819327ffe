"""What must hold of plans: each says why, the newest is the order's, and no unit was lost or invented."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

from app.base.finding import Finding
from app.db import Tx
from app.orders import store as orders
from app.orders import timeline
from app.orders.order import StoredOrder
from app.planning import store
from app.shipments import store as shipments
from app.shipments.shipment import Shipment

_SENDING = frozenset({"planned", "part_shipped", "shipped"})


def check(tx: Tx) -> Iterator[Finding]:
    """Every automatic decision says why; what a planned order asks for is in its shipments, or was found short.

    An order of which all was found short is no longer planned: it waits, held, for a decision.
    """
    for order_id, no in store.untraced(tx):
        yield Finding("decisions_say_why", order_id, f"plan {no} has no trace")
    planned: set[str] = set()
    for ids in store.planned_orders(tx):
        planned |= set(ids)
        plans, theirs = store.latest(tx, ids), shipments.of_orders(tx, ids)
        found = {order.id: order for order in orders.load(tx, ids)}
        for key in ids:
            order, plan = found.get(key), plans[key]
            if order is None:
                yield Finding("plan_has_an_order", key, f"plan {plan.no} of an order that is not there")
                continue
            if order.plan_no != plan.no:
                yield Finding("newest_plan_is_the_orders", key, f"order says {order.plan_no}, newest is {plan.no}")
            yield from _units(tx, order, cast(list[Any], plan.result["wants"]), theirs[key])
    for key, no in store.orders_said_planned(tx):
        if key not in planned:
            yield Finding("planned_orders_have_a_plan", key, f"order says plan {no}, there is none")


def _units(tx: Tx, order: StoredOrder, wants: Iterable[Sequence[Any]], theirs: Sequence[Shipment]) -> Iterator[Finding]:
    asked: Counter[tuple[int, str]] = Counter()
    for order_line, sku, qty in wants:
        asked[order_line, sku] += qty
    due: Counter[tuple[int, str]] = Counter()
    ever: Counter[tuple[int, str]] = Counter()
    sent = False
    for shipment in theirs:
        sent = sent or shipment.state != "cancelled"
        if shipment.state == "cancelled" and any(line.due for line in shipment.lines):
            continue  # given up; with nothing left to ship it was found short, whole
        for line in shipment.lines:
            due[line.order_line, line.sku] += line.due
            ever[line.order_line, line.sku] += line.qty
    if order.state in _SENDING and asked and not sent:
        yield Finding("planned_orders_send_something", order.id, f"{order.state}, and none of its shipments is left")
    if order.state in _SENDING and any(ever[key] < units for key, units in asked.items()):
        ever += _withdrawn(tx, order, theirs)
    for key in sorted(asked | ever):
        where = f"line {key[0]}, {key[1]}"
        if due[key] > asked[key]:
            yield Finding("no_unit_is_sent_twice", order.id, f"{where}: {due[key]} in shipments, {asked[key]} ordered")
        if order.state in _SENDING and ever[key] < asked[key]:
            yield Finding("no_unit_is_lost", order.id, f"{where}: {ever[key]} in shipments, {asked[key]} ordered")


def _withdrawn(tx: Tx, order: StoredOrder, theirs: Iterable[Shipment]) -> Counter[tuple[int, str]]:
    """Units by (order line, SKU) that were cancelled with the order after others of it had left: nothing replaces them.

    Its timeline says which shipments those are; of one that was filed away, any cancelled one may be.
    """
    filed = orders.is_filed(tx, order.id)
    said = [one.entry for one in timeline.read(tx, order.id) if one.entry.event == "cancelled"]
    named = {shipment for entry in said for shipment in cast(list[str], entry.detail["shipments"])}
    units: Counter[tuple[int, str]] = Counter()
    for shipment in theirs:
        if shipment.state == "cancelled" and (filed or shipment.id in named):
            for line in shipment.lines:
                units[line.order_line, line.sku] += line.qty
    return units
