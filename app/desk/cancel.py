"""Cancelling an order: at any time before its goods have left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.base.clock import stamp
from app.base.errors import Conflict
from app.cases.case import KINDS, SHORT, NewCase
from app.cases.open import open_cases
from app.cases.settle import settle_about, settle_of
from app.db import Tx
from app.desk.order import live_shipments, tell, the_order
from app.orders import store as orders
from app.shipments import progress
from app.shipments import store as shipments
from app.shipments.shipment import GONE, Hop, Shipment
from app.site.roles import Operator, require
from app.stock.reserve import release

# They speak of goods, not of the order's future: a cancellation settles nothing about them.
_REMAIN = frozenset({"put_back", "put_away", "late_fact", "bring_back", "place_differs", "cancelled_after_dispatch"})


@dataclass(frozen=True, slots=True)
class Cancelled:
    """`shipments` were cancelled; `gone` had left already, or in part."""

    order: str
    shipments: tuple[str, ...]
    gone: tuple[str, ...] = ()


def cancel(tx: Tx, order_id: str, *, reason: str, operator: Operator, now: datetime) -> Cancelled:
    """Nothing of the order that is still here will leave. Conflict: it is cancelled already, or all of it has gone.

    Reservations are given back, parcels are void, what lies in totes and parcels asks to be put back by a case. A bench
    that works on it hears of it; a parcel on a handover is named when that is closed.
    """
    require(operator, "order.cancel")
    order = the_order(tx, order_id)
    if order.state in {"cancelled", "shipped"}:
        raise Conflict(f"{order_id} is {order.state}", kind=f"order_{order.state}", order=order_id)
    done = withdraw(tx, order_id, by=operator.badge, now=now)
    if reason.strip():
        orders.add_note(tx, order_id, reason.strip(), by=operator.badge, at=stamp(now))
    return done


def withdraw(tx: Tx, order_id: str, *, by: str, now: datetime) -> Cancelled:
    """The same without asking who: also for a shop's own word. What has gone is left alone and told."""
    mine = live_shipments(tx, order_id)
    boxes = shipments.parcels_of(tx, (s.id for s in mine))
    left = {s.id for s in mine if any(p.state in GONE for p in boxes[s.id])}
    drop_shipments(tx, [s for s in mine if s.id not in left], by=by, source="cancel", now=now)
    ids = tuple(s.id for s in mine if s.id not in left)
    settle_of(tx, order_id, kinds=KINDS.keys() - _REMAIN, act="cancel", by=by, now=now)
    all_of_it = shipments.of_orders(tx, [order_id])[order_id]
    gone = tuple(s.id for s in all_of_it if s.state in GONE or s.id in left)
    tell(tx, order_id, "cancelled", by, now, {"shipments": list(ids), "gone": list(gone)})
    if gone:
        progress.follow(tx, [order_id], by=by, now=now)
    else:
        orders.set_state(tx, [order_id], "cancelled")
    return Cancelled(order_id, ids, gone)


def drop_shipments(tx: Tx, some: list[Shipment], *, by: str, source: str, now: datetime) -> None:
    """Shipments are cancelled, their units free again; goods already picked ask to be put back.

    Nobody has to decide any more about what they lacked.
    """
    ids = [s.id for s in some]
    release(tx, ids, source=source, now=now)
    settle_about(tx, ids, kinds=SHORT, act="cancel", by=by, now=now)
    shipments.hops(tx, [Hop(one, "cancelled", by, source) for one in ids], now)
    boxes = shipments.parcels_of(tx, ids)
    # A void parcel keeps its handover: whoever closes that must take it off.
    shipments.set_parcels(tx, [p.id for own in boxes.values() for p in own], state="void")
    lying: dict[str, int] = {}
    for item in shipments.in_totes(tx, ids):
        lying[item.shipment] = lying.get(item.shipment, 0) + item.qty
    for one, own in boxes.items():
        inside = sum(item.qty for parcel in own for item in parcel.items)
        if inside:
            lying[one] = lying.get(one, 0) + inside
    order_of = {s.id: s.order_id for s in some}
    cases = [
        NewCase("put_back", "shipment", one, order_of[one], by, {"units": units})
        for one, units in sorted(lying.items())
    ]
    open_cases(tx, cases, now)
