"""Counts that must agree, read straight from the tables of shipments, stock and timeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Select, String, and_, cast, func, literal, or_, select, union_all

from app.db import Tx
from app.db.rows import pieces
from app.orders.tables import address, customer, order, timeline
from app.shipments.shipment import GONE, LIVE
from app.shipments.tables import handover, parcel, parcel_item, print_job, shipment, shipment_line, tote_item
from app.stock.tables import place_balance, reservation

# In work or waiting for it, and the label is still to be made.
_UNLABELLED = sorted(LIVE - {"held", "labelled"})
# What is counted twice: two statements of (id, SKU or line, units), whose sums must agree key by key.
Pair = tuple[Select[Any], Select[Any]]


def states(tx: Tx, after: str, limit: int) -> dict[str, tuple[str, str | None]]:
    """{shipment: (state, held_from)} of the next ones behind `after`, by id."""
    s = shipment.c
    rows = tx.execute(select(s.id, s.state, s.held_from).where(s.id > after).order_by(s.id).limit(limit))
    return {row.id: (row.state, row.held_from) for row in rows}


def archived(tx: Tx, shipments: Iterable[str]) -> set[str]:
    """Those of these shipments whose timeline up to some day lies in the archive."""
    query = select(shipment.c.id).join(order, order.c.id == shipment.c.order_id).where(order.c.archived != "")
    return {
        key for some in pieces(list(shipments)) for key in tx.execute(query.where(shipment.c.id.in_(some))).scalars()
    }


def moves(tx: Tx, after: str, last: str | None) -> Iterator[tuple[str, str, str, bool]]:
    """(shipment, from, to, under a hold) for every move the timeline tells of those behind `after` up to `last`."""
    t = timeline.c
    query = select(t.subject, t.event, t.detail).where(t.event.in_(("state", "state_under_hold")), t.subject > after)
    if last is not None:
        query = query.where(t.subject <= last)
    for r in tx.execute(query.execution_options(yield_per=1000)):
        yield r.subject, r.detail["from"], r.detail["to"], r.event != "state"


def parcels(tx: Tx) -> Iterator[tuple[str, str, str, str | None, str | None]]:
    """(parcel, state, state of its shipment, handover, state of the handover)"""
    query = (
        select(parcel.c.id, parcel.c.state, shipment.c.state, parcel.c.handover_id, handover.c.state)
        .join(shipment, shipment.c.id == parcel.c.shipment_id)
        .join(handover, handover.c.id == parcel.c.handover_id, isouter=True)
    )
    for r in tx.execute(query.order_by(parcel.c.id).execution_options(yield_per=1000)):
        yield r[0], r[1], r[2], r[3], r[4]


def unaddressed(tx: Tx) -> list[tuple[str, str]]:
    """(shipment, state) of what has no label yet and is in work, though its customer is forgotten with the address."""
    to, s = address.c, shipment.c
    said = or_(to.name != "", to.company != "", to.city != "", to.postcode != "")
    query = (
        select(s.id, s.state)
        .join(order, order.c.id == s.order_id)
        .join(customer, customer.c.id == order.c.customer_id)
        .join(address, to.id == order.c.ship_to, isouter=True)
        .where(s.state.in_(_UNLABELLED), customer.c.forgotten_at.is_not(None), or_(to.id.is_(None), ~said))
    )
    return [(row.id, row.state) for row in tx.execute(query.order_by(s.id))]


def twins(tx: Tx) -> list[tuple[str, str]]:
    """(a parcel, its SSCC) of SSCCs that are on several."""
    p = parcel.c
    query = select(func.max(p.id), p.sscc).where(p.sscc.is_not(None)).group_by(p.sscc).having(func.count() > 1)
    return [(row[0], row[1]) for row in tx.execute(query)]


def open_handovers(tx: Tx) -> list[tuple[str, str, int]]:
    """(warehouse, carrier, how many) where several are open at once."""
    h = handover.c
    query = select(h.warehouse, h.carrier, func.count()).where(h.state == "open").group_by(h.warehouse, h.carrier)
    return [(row[0], row[1], row[2]) for row in tx.execute(query.having(func.count() > 1))]


def labels_without_print(tx: Tx) -> list[tuple[str, str, int]]:
    """(parcel, state, issue) of parcels that bear a label of which no copy that holds was ever asked for."""
    job = print_job.c
    printed = (
        select(job.subject)
        .where(job.subject == parcel.c.id, job.document == "parcel_label", job.issue == parcel.c.issue)
        .where(job.state != "void")
    )
    shut = parcel.c.state.in_(("closed", "labelled", "loaded", *sorted(GONE)))
    query = select(parcel.c.id, parcel.c.state, parcel.c.issue).where(shut, ~printed.exists())
    return [(row.id, row.state, row.issue) for row in tx.execute(query.order_by(parcel.c.id))]


def broken_copies(tx: Tx) -> list[tuple[str, str, int, int, int]]:
    """(subject, document, issue, copies there are, number of the last) where the copies don't count 1, 2, 3 …"""
    job = print_job.c
    own = (job.subject, job.document, job.issue)
    query = select(*own, func.count(), func.max(job.copy)).group_by(*own).order_by(*own)
    wrong = query.having((func.count() != func.max(job.copy)) | (func.min(job.copy) != 1))
    return [(row[0], row[1], row[2], row[3], row[4]) for row in tx.execute(wrong)]


def packed() -> Pair:
    """Per (shipment, line): packed by the line, lying in its parcels. Cancelled shipments are no longer counted."""
    line = shipment_line.c
    said = select(line.shipment_id, line.line, line.packed).join(shipment, shipment.c.id == line.shipment_id)
    inside = (
        select(parcel.c.shipment_id, parcel_item.c.line, func.sum(parcel_item.c.qty))
        .join(parcel, parcel.c.id == parcel_item.c.parcel_id)
        .join(shipment, shipment.c.id == parcel.c.shipment_id)
        .where(parcel.c.state != "void")
        .group_by(parcel.c.shipment_id, parcel_item.c.line)
    )
    kept = shipment.c.state != "cancelled"
    return said.where(kept), inside.where(kept)


def in_hand() -> Pair:
    """Per (shipment, line): picked and not packed by the line, lying in totes for it."""
    line, item = shipment_line.c, tote_item.c
    said = select(line.shipment_id, line.line, line.picked - line.packed).join(
        shipment, shipment.c.id == line.shipment_id
    )
    lying = (
        select(item.shipment_id, item.line, func.sum(item.qty))
        .join(shipment, shipment.c.id == item.shipment_id)
        .group_by(item.shipment_id, item.line)
    )
    kept = shipment.c.state != "cancelled"
    return said.where(kept), lying.where(kept)


def in_totes() -> Pair:
    """Per (tote, SKU): listed for shipments, sellable at its place by the stock."""
    listed = select(tote_item.c.tote, tote_item.c.sku, func.sum(tote_item.c.qty)).group_by(
        tote_item.c.tote, tote_item.c.sku
    )
    return listed, _placed("T:")


def in_parcels() -> Pair:
    """Per (parcel, SKU): its contents, as long as it has not left, and what lies at its place by the stock."""
    listed = (
        select(parcel_item.c.parcel_id, parcel_item.c.sku, func.sum(parcel_item.c.qty))
        .join(parcel, parcel.c.id == parcel_item.c.parcel_id)
        .where(parcel.c.state.not_in(sorted(GONE)))
        .group_by(parcel_item.c.parcel_id, parcel_item.c.sku)
    )
    return listed, _placed("P:")


def held() -> Pair:
    """Per (shipment, SKU): still to leave the house, reserved for it. Only live shipments hold anything."""
    line = shipment_line.c
    due = (
        select(line.shipment_id, line.sku, func.sum(line.qty - line.short))
        .join(shipment, shipment.c.id == line.shipment_id)
        .where(shipment.c.state.in_(sorted(LIVE)))
        .group_by(line.shipment_id, line.sku)
    )
    gone = (
        select(parcel.c.shipment_id, parcel_item.c.sku, -func.sum(parcel_item.c.qty))
        .join(parcel, parcel.c.id == parcel_item.c.parcel_id)
        .join(shipment, and_(shipment.c.id == parcel.c.shipment_id, shipment.c.state.in_(sorted(LIVE))))
        .where(parcel.c.state.in_(sorted(GONE)))
        .group_by(parcel.c.shipment_id, parcel_item.c.sku)
    )
    left = union_all(due, gone).subquery().c
    return select(*left), select(reservation.c.shipment_id, reservation.c.sku, reservation.c.qty)


def differences(tx: Tx, pair: Pair) -> Iterator[tuple[str, int, int]]:
    """(what, one count, the other) wherever the two differ; the database does the sums, however many there are."""
    sides = []
    for n, query in enumerate(pair):
        one, other, units = query.subquery().c
        counts = (units, literal(0)) if n == 0 else (literal(0), units)
        sides.append(
            select(one.label("id"), cast(other, String).label("of"), counts[0].label("one"), counts[1].label("two"))
        )
    both = union_all(*sides).subquery().c
    sums = func.sum(both.one), func.sum(both.two)
    query = select(both.id, both.of, *sums).group_by(both.id, both.of).having(sums[0] != sums[1])
    for row in tx.execute(query.order_by(both.id, both.of)):
        yield f"{row[0]}: {row[1]}", int(row[2]), int(row[3])


def _placed(prefix: str) -> Select[Any]:
    p = place_balance.c
    lying = func.sum(p.on_hand - p.damaged - p.hold)
    where = func.substr(p.place, len(prefix) + 1)
    return select(where, p.sku, lying).where(p.place.like(f"{prefix}%")).group_by(p.place, p.sku)
