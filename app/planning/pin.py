"""Deciding in a stage's place, and taking that back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.base.clock import stamp
from app.base.errors import BadInput, NotFound
from app.carriers import store as carriers
from app.catalog import store as catalog
from app.db import Tx
from app.orders import store as orders
from app.orders.timeline import Entry, record
from app.planning import store
from app.planning.pins import STAGES, Pin, checked
from app.site import store as site
from app.site.roles import Operator, require


def pin(
    tx: Tx, order_id: str, stage: str, key: str, value: Mapping[str, object], *, operator: Operator, now: datetime
) -> None:
    """The stage follows this from the next plan on. BadInput for a value it can't follow; see pins.STAGES."""
    require(operator, "order.pin")
    checked(stage, key, value)
    _there(tx, order_id)
    _known(tx, stage, value)
    store.set_pin(tx, Pin(order_id, stage, key, value, operator.badge, stamp(now)))
    detail = {"stage": stage, "key": key, "value": dict(value)}
    record(tx, [Entry(order_id, order_id, "pinned", operator.badge, detail)], now)


def _known(tx: Tx, stage: str, value: Mapping[str, object]) -> None:
    """A code must name something: a plan pinned to nowhere would only say that nothing is in stock there."""
    codes = {
        "split": lambda: set(site.warehouses(tx)),
        "parcels": lambda: {carton.code for carton in catalog.cartons(tx)},
        "carriage": lambda: {service.code for service in carriers.services(tx)},
    }
    if stage in codes:
        said, known = str(value[STAGES[stage]]), codes[stage]()
        if said not in known:
            raise BadInput(f"got {said!r:.40}, expected one of {', '.join(sorted(known))}", field=STAGES[stage])


def unpin(tx: Tx, order_id: str, stage: str, key: str, *, operator: Operator, now: datetime) -> None:
    """The stage decides for itself again. NotFound when nothing was pinned there."""
    require(operator, "order.pin")
    if not store.drop_pin(tx, order_id, stage, key):
        raise NotFound(f"{order_id} has no pin {stage} {key}", kind="unknown_pin", order=order_id[:60])
    record(tx, [Entry(order_id, order_id, "unpinned", operator.badge, {"stage": stage, "key": key})], now)


def _there(tx: Tx, order_id: str) -> None:
    if not orders.load(tx, [order_id]):
        raise NotFound(f"no order {order_id!r:.60}", kind="unknown_order", order=order_id[:60])
