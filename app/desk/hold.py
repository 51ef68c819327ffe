"""Holding an order, and letting it go on from where it was."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.base.errors import Conflict
from app.cases import store as cases
from app.cases.case import KINDS, SHORT
from app.cases.open import open_case
from app.cases.settle import settle_of
from app.db import Tx
from app.desk.order import live_shipments, tell, the_order
from app.orders import store as orders
from app.orders.order import Address
from app.planning.screen import SCREENED, address_gaps
from app.shipments import relabel
from app.shipments import store as shipments
from app.shipments.shipment import GONE, Hop
from app.site.roles import SYSTEM, Operator, require

RELEASED = tuple(kind for kind, acts in KINDS.items() if "release" in acts)
# What is left of an address when its customer was forgotten.
FORGOTTEN = Address()


def hold(tx: Tx, order_id: str, *, reason: str, operator: Operator, now: datetime) -> None:
    """Nothing of the order is planned, picked, packed or loaded any further; what is reserved stays reserved.

    A case stands for the hold, its reason in an erasable note. Conflict: it is held by a person already, or over.
    """
    require(operator, "order.hold")
    order = the_order(tx, order_id)
    if order.state in {"cancelled", "shipped"}:
        raise Conflict(f"{order_id} is {order.state}", kind=f"order_{order.state}", order=order_id)
    case = open_case(
        tx, kind="on_hold", subject_kind="order", subject=order_id, order_id=order_id, by=operator.badge, now=now
    )
    if case is None:
        raise Conflict(f"{order_id} is on hold already", kind="order_held", order=order_id)
    if reason.strip():
        cases.add_note(tx, case, reason.strip(), by=operator.badge, now=now)
    stop(tx, order_id, by=operator.badge, now=now)


def stop(tx: Tx, order_id: str, *, by: str, now: datetime) -> None:
    """Hold the order and its shipments; why stands in a case that the caller opened."""
    some = [s for s in live_shipments(tx, order_id) if s.state != "held"]
    shipments.hops(tx, [Hop(s.id, "held", by, "hold") for s in some], now)
    orders.set_state(tx, [order_id], "held")
    tell(tx, order_id, "held", by, now, {"shipments": [s.id for s in some]})


def hold_forgotten(tx: Tx, order_ids: Iterable[str], now: datetime) -> list[str]:
    """Those of these orders that are not over are held, each with a case that asks where it goes: their ids.

    An older copy of the database was put back, in which what was over when its customer was forgotten still waits.
    """
    alive = [order for order in orders.load(tx, sorted(order_ids)) if order.state not in {"cancelled", "shipped"}]
    for order in alive:
        the_order(tx, order.id)
        gaps = address_gaps(Address(country=order.country))
        detail = {"fields": gaps, "country": order.country, "forgotten": True}
        open_case(
            tx, kind="incomplete_address", subject_kind="order", subject=order.id, order_id=order.id, by=SYSTEM.badge,
            now=now, detail=detail,
        )  # fmt: skip
        stop(tx, order.id, by=SYSTEM.badge, now=now)
    return [order.id for order in alive]


def release(tx: Tx, order_id: str, *, reason: str = "", operator: Operator, now: datetime) -> None:
    """The order goes on: held shipments from the state the hold interrupted; without any, it is planned anew.

    What was found short is no part of this: such a shipment waits for its own decision. Labels made before the last
    address was heard are void: those parcels are closed and labelled again. Conflict: nothing of it is held, or its
    customer was forgotten before all of it had its labels.
    """
    require(operator, "order.release")
    order = the_order(tx, order_id)
    held = [s for s in live_shipments(tx, order_id) if s.state == "held"]
    undecided = cases.subjects_with_open(tx, [s.id for s in held], SHORT)
    some = [s for s in held if s.id not in undecided]
    if order.state != "held" and undecided and not some:
        raise Conflict(f"{order_id} waits for a decision on what is short", kind="short_undecided", order=order_id)
    if order.state != "held" and not some:
        raise Conflict(f"nothing of {order_id} is held", kind="order_not_held", order=order_id)
    lost = ("incomplete_address",) if order.ship_to == FORGOTTEN else ()
    if lost and any(s.stage != "labelled" for s in some):
        raise Conflict(f"nothing says where {order_id} goes", kind="order_unaddressed", order=order_id)
    relabel.void_labels(tx, relabel.outdated(tx, some), by=operator.badge, source="release", now=now)
    stands = shipments.get(tx, [s.id for s in some])
    shipments.hops(tx, [Hop(one, s.stage, operator.badge, "release") for one, s in stands.items()], now)
    settle_of(tx, order_id, kinds=RELEASED + lost, act="release", by=operator.badge, reason=reason, now=now)
    if order.state == "held":
        theirs = [s for s in shipments.of_orders(tx, [order_id])[order_id] if s.state != "cancelled"]
        went = any(s.state in GONE for s in theirs)
        orders.set_state(tx, [order_id], "part_shipped" if went else "planned" if theirs else "new")
        if not theirs:  # whatever else it waited for, planning finds out again
            settle_of(tx, order_id, kinds=(*SCREENED, *SHORT), act="replan", by=operator.badge, now=now)
    tell(tx, order_id, "released", operator.badge, now, {"shipments": [s.id for s in some]})
