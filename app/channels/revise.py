"""A shop's newer word on orders we have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from app.base.clock import stamp
from app.cases.case import NewCase
from app.cases.open import open_cases
from app.channels.skus import Skus
from app.db import Tx
from app.db.feed import announce
from app.desk.news import heard
from app.orders import store as orders
from app.orders.arrivals import store
from app.orders.order import KnownOrder, NewOrder, Order, StoredOrder, digest_of
from app.orders.timeline import Entry, record
from app.planning.keep_still import keep_still
from app.shipments import store as shipments
from app.site.roles import Operator


def revise(
    tx: Tx, pairs: Sequence[tuple[KnownOrder, Order]], skus: Skus, operator: Operator, now: datetime
) -> dict[str, frozenset[str]]:
    """Brings orders up to their shop's newer versions; which fields changed of each, by id.

    Fields: payment, cancelled, address, items. The desk hears of them and acts on what was planned already.
    A newer version in which none of these changed is counted too; older ones and the same again change nothing.
    """
    newer = [(known, order) for known, order in pairs if _is_newer(known, order)]
    keep_still(tx, [known.id for known, _ in newer])
    stored = {order.id: order for order in orders.load(tx, [known.id for known, _ in newer])}
    untouched = _untouched(tx, [known for known, _ in newer])
    changed: dict[str, frozenset[str]] = {}
    for known, order in newer:
        fields = _changed(known, order, stored[known.id])
        if known.forgotten and not fields and not order.updated_at:
            continue  # what is left to compare is the same
        changed[known.id] = fields
        _revise(tx, known, order, fields, now)
        if known.id in untouched and not known.forgotten:
            _restate(tx, known, order, skus, now)
    said = [(key, fields) for key, fields in changed.items() if fields]
    record(
        tx,
        [Entry(key, key, "updated", stored[key].shop, {"fields": sorted(fields)}, "intake") for key, fields in said],
        now,
    )
    for key, fields in said:
        heard(tx, key, fields, operator=operator, now=now)
    announce(tx, "order", changed, now)
    return changed


def _is_newer(known: KnownOrder, order: Order) -> bool:
    """By the shop's own version; a shop that states none (most CSV exports) said something new if it said otherwise."""
    if order.updated_at:
        return order.updated_at > known.updated_at
    return digest_of(order.body) != known.digest


def _changed(known: KnownOrder, order: Order, stored: StoredOrder) -> frozenset[str]:
    fields = set()
    if order.payment != known.payment:
        fields.add("payment")
    if order.cancelled_at and not known.cancelled_at:
        fields.add("cancelled")
    # Compared with what the shop said before, not with where the order goes now: a person may have corrected that.
    if not known.forgotten and order.ship_to and digest_of(repr(order.ship_to)) != known.address_digest:
        fields.add("address")
    to_send = _to_send(order, known.forgotten)
    # A shop that says all is sent, of an order that we have sent, says what we told it.
    if to_send != _to_send(stored, known.forgotten) and (to_send or known.state != "shipped"):
        fields.add("items")
    return frozenset(fields)


def _to_send(order: Order | StoredOrder, forgotten: bool) -> list[tuple[str, str, int]]:
    """What the shop wants sent. Its codes went with the customer, so they can't be compared any more."""
    return sorted((line.shop_line, "" if forgotten else line.shop_sku, line.qty) for line in order.lines if line.ships)


def _revise(tx: Tx, known: KnownOrder, order: Order, fields: frozenset[str], now: datetime) -> None:
    key = known.id
    store.revise(tx, key, replace(order, cancelled_at=order.cancelled_at or known.cancelled_at))
    if not known.forgotten:
        store.revise_payload(tx, key, order)
        if "address" in fields and order.ship_to:
            orders.set_address(tx, key, order.ship_to)
        have = {body for _, _, body in orders.notes(tx, key)}
        for note in order.notes:
            if note not in have:
                orders.add_note(tx, key, note, by=order.shop, at=stamp(now))


def _untouched(tx: Tx, known: Sequence[KnownOrder]) -> set[str]:
    """Orders of which nothing is planned or sent: they simply are what the shop says now."""
    waiting = [order.id for order in known if order.state in {"new", "held"}]
    theirs = shipments.of_orders(tx, waiting)
    return {key for key in waiting if all(shipment.state == "cancelled" for shipment in theirs[key])}


def _restate(tx: Tx, known: KnownOrder, order: Order, skus: Skus, now: datetime) -> None:
    """Goods, money and dates as the shop states them now."""
    key = known.id
    store.replace_goods(tx, NewOrder(key, order, known.state, known.customer_id, skus.known))
    if order.cancelled_at:
        orders.set_state(tx, [key], "cancelled")
    elif not any(line.ships for line in order.lines):
        orders.set_state(tx, [key], "shipped")
    elif unknown := skus.unknown(order):
        orders.set_state(tx, [key], "held")
        open_cases(tx, [NewCase("unknown_sku", "order", key, key, "intake", {"codes": unknown})], now)
