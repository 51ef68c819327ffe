"""What was found short is decided: send the shipment so, pick the rest from other bins, or plan the rest anew."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, cast

from app.base.errors import Conflict
from app.cases import store as cases
from app.cases.case import KINDS, SHORT, Case
from app.cases.settle import settle_about
from app.db import Tx
from app.desk.order import live_shipments, tell
from app.planning import store as plans
from app.planning.replan import replan
from app.shipments import progress
from app.shipments import store as shipments
from app.shipments.shipment import Hop, Shipment
from app.site.roles import Operator, require
from app.stock.reserve import Want, reserve

# How a shipment comes back to its picker from where it waits.
_BACK = {"planned": (), "ready": (), "picking": (), "picked": ("picking",), "packing": ("picked", "picking")}


def send_short(tx: Tx, case: Case, *, operator: Operator, now: datetime) -> None:
    """The shipment goes on without the missing units; the order owes them no longer."""
    _go_on(tx, case, operator, now)
    if case.order_id:
        progress.follow(tx, [case.order_id], by=operator.badge, now=now)


def pick_again(tx: Tx, case: Case, *, operator: Operator, now: datetime) -> None:
    """The missing units are reserved from what else lies in the warehouse, and the shipment wants picking again.

    OutOfStock: there is not enough. Conflict: it is packed already, nothing is missing, or it was given up.
    """
    require(operator, "order.plan")
    shipment = next((s for s in live_shipments(tx, case.order_id or "") if s.id == case.subject), None)
    if shipment is None or shipment.stage not in _BACK:
        state = shipment.stage if shipment else "cancelled"
        raise Conflict(f"{case.subject} is {state}", kind="not_to_be_picked", shipment=case.subject, state=state)
    missing = _missing(tx, shipment)
    if not missing:
        raise Conflict(f"{shipment.id} lacks nothing", kind="nothing_missing", shipment=shipment.id)
    skus = {line.line: line.sku for line in shipment.lines}
    wants = [Want(shipment.id, skus[line], shipment.warehouse, units) for line, units in missing.items()]
    reserve(tx, wants, expires_at=None, source="pick_again", now=now)
    shipments.raise_short(tx, {(shipment.id, line): -units for line, units in missing.items()})
    shipments.hops(tx, [Hop(shipment.id, to, operator.badge, "pick_again") for to in _BACK[shipment.stage]], now)
    units = {"units": sum(missing.values())}
    settle_about(tx, [shipment.id], kinds=SHORT, act="pick_again", by=operator.badge, now=now)  # it lacks nothing now
    tell(tx, shipment.order_id, "picked_again", operator.badge, now, {"shipment": shipment.id, **units})
    _go_on(tx, case, operator, now)


def replan_missing(tx: Tx, case: Case, order_id: str, *, operator: Operator, now: datetime) -> None:
    """The shipment goes on without the missing units, and these are planned anew in a shipment of their own.

    Conflict, when nothing can be planned while something is left to wait with: nothing is done.
    """
    _go_on(tx, case, operator, now)
    held = replan(tx, order_id, operator=operator, now=now).held
    if held and live_shipments(tx, order_id):
        what = ", ".join(sorted(held))
        raise Conflict(f"{order_id}: {what}", kind="nothing_to_replan", order=order_id, what=what)


def _go_on(tx: Tx, case: Case, operator: Operator, now: datetime) -> None:
    """Lets the case's shipment go on from where it waits, unless something else holds it or its order."""
    shipment = shipments.get(tx, [case.subject]).get(case.subject)
    if shipment is None or shipment.state != "held":
        return
    holding = {kind for kind, acts in KINDS.items() if "release" in acts or kind in SHORT}
    about = {shipment.id, shipment.order_id}
    others = [c for c in cases.open_of(tx, shipment.order_id) if c.kind in holding and c.subject in about]
    if not others:
        shipments.hops(tx, [Hop(shipment.id, shipment.stage, operator.badge, case.id)], now)


def _missing(tx: Tx, shipment: Shipment) -> dict[int, int]:
    """{line: units} found short that no other shipment of the order has taken over since."""
    plan = plans.latest(tx, [shipment.order_id]).get(shipment.order_id)
    short = {line.line: line.short for line in shipment.lines if line.short}
    if plan is None:
        return short
    owed: Counter[tuple[int, str]] = Counter()
    for order_line, sku, qty in cast(list[Any], plan.result["wants"]):
        owed[order_line, sku] += qty
    for one in shipments.of_orders(tx, [shipment.order_id])[shipment.order_id]:
        for line in one.lines if one.state != "cancelled" else ():
            owed[line.order_line, line.sku] -= line.due
    found: dict[int, int] = {}
    for line in shipment.lines:
        units = min(line.short, max(0, owed[line.order_line, line.sku]))
        owed[line.order_line, line.sku] -= units
        if units:
            found[line.line] = units
    return found
