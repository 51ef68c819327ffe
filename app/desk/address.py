"""Where an order goes, put right by a person or said anew by the shop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from app.base.clock import stamp
from app.base.errors import BadInput, Conflict
from app.cases import store as cases
from app.cases.open import open_case
from app.cases.settle import settle_of
from app.db import Tx
from app.desk.hold import FORGOTTEN, RELEASED, release, stop
from app.desk.order import live_shipments, plan_again, tell, the_order
from app.orders import store as orders
from app.orders.order import Address
from app.planning.replan import replan
from app.planning.screen import address_gaps
from app.shipments import store as shipments
from app.shipments.relabel import READDRESSED
from app.shipments.shipment import UNCLAIMED
from app.site.roles import SYSTEM, Operator, require


def correct_address(
    tx: Tx, order_id: str, address: Address, *, reason: str = "", operator: Operator, now: datetime
) -> None:
    """The order goes there from now on. BadInput names the fields its country asks for and that are missing or wrong.

    A waiting order is screened again, one that was held because its customer was forgotten goes on; what follows for a
    planned one, `readdressed` says. Conflict: it is over.
    """
    require(operator, "order.address")
    order = the_order(tx, order_id)
    if order.state in {"cancelled", "shipped"}:
        raise Conflict(f"{order_id} is {order.state}", kind=f"order_{order.state}", order=order_id)
    gaps = address_gaps(address)
    if gaps:
        raise BadInput(
            "; ".join(f"{name} is {what}" for name, what in sorted(gaps.items())), field="address", at=order_id
        )
    before = order.country
    orders.set_address(tx, order_id, address)
    if reason.strip():
        orders.add_note(tx, order_id, reason.strip(), by=operator.badge, at=stamp(now))
    tell(tx, order_id, "address_corrected", operator.badge, now, {"country": address.country})
    if order.ship_to == FORGOTTEN and live_shipments(tx, order_id):
        settle_of(tx, order_id, kinds=["incomplete_address"], act="correct_address", by=operator.badge, now=now)
        if order.state == "held" and not cases.orders_with_open(tx, [order_id], RELEASED):
            release(tx, order_id, operator=operator, now=now)
    readdressed(tx, order_id, moved=before != address.country, by=operator.badge, now=now)


def amended(address: Address | None, values: Mapping[str, object]) -> Address:
    """The address with these fields changed; a text for `street` is cut into its lines. BadInput: no such field."""
    known = {field.name for field in fields(Address)}
    changed: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known or not isinstance(value, str | list | tuple):
            raise BadInput(f"got {name}={value!r:.40}, expected one of {', '.join(sorted(known))}", field="address")
        lines = value.splitlines() if isinstance(value, str) else [str(line) for line in value]
        changed[name] = tuple(lines) if name == "street" else " ".join(lines).strip()
    if "country" in changed:
        changed["country"] = changed["country"].upper()
    return replace(address or Address(), **changed)


def readdressed(tx: Tx, order_id: str, *, moved: bool, by: str, now: datetime) -> None:
    """What follows when the address has changed. `moved`: to another country.

    Nothing planned: it is screened again. Labels made: they bear the old address, so the order is held, with a case;
    its release voids them.
    Planned, no label yet: benches hear of it and print the new one; going to another country it is planned anew, or,
    when somebody has begun it, held with a case.
    """
    order = the_order(tx, order_id)
    if plan_again(tx, order, act="correct_address", by=by, now=now):
        return
    mine = live_shipments(tx, order_id)
    ids = [s.id for s in mine]
    if not ids:
        return
    tell(tx, order_id, READDRESSED, by, now)
    labelled = [
        parcel.id
        for own in shipments.parcels_of(tx, ids).values()
        for parcel in own
        if parcel.issue and parcel.state != "void"
    ]
    begun = [s.id for s in mine if s.stage not in UNCLAIMED]
    if labelled or (moved and begun):
        detail = {"labelled": labelled, "begun": begun, "country": order.country}
        open_case(
            tx,
            kind="address_changed",
            subject_kind="order",
            subject=order_id,
            order_id=order_id,
            by=by,
            now=now,
            detail=detail,
        )
        stop(tx, order_id, by=by, now=now)
    elif moved and all(s.state in UNCLAIMED for s in mine):
        replan(tx, order_id, operator=SYSTEM, now=now)
    shipments.set_news(tx, ids, order.updated_at, now)
