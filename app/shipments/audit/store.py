"""Counts that must agree, read straight from the tables of shipments, stock and timeline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, and_, func, select

from app.db import Tx
from app.orders.tables import order, timeline
from app.shipments.shipment import GONE, LIVE
from app.shipments.tables import handover, parcel, parcel_item, print_job, shipment, shipment_line, tote_item
from app.stock.tables import place_balance, reservation

Counts = dict[tuple[str, str], int]  # by (id, SKU or line)


def states(tx: Tx) -> dict[str, tuple[str, str | None]]:
    """{shipment: (state, held_from)}"""
    rows = tx.execute(select(shipment.c.id, shipment.c.state, shipment.c.held_from))
    return {row.id: (row.state, row.held_from) for row in rows}


def archived(tx: Tx) -> set[str]:
    """Shipments whose timeline up to some day lies in the archive."""
    query = select(shipment.c.id).join(order, order.c.id == shipment.c.order_id).where(order.c.archived != "")
    return set(tx.execute(query).scalars())


def moves(tx: Tx) -> list[tuple[str, str, str, bool]]:
    """(shipment, from, to, under a hold) for every move the timeline tells."""
    t = timeline.c
    rows = tx.execute(select(t.subject, t.event, t.detail).where(t.event.in_(("state", "state_under_hold"))))
    return [(r.subject, r.detail["from"], r.detail["to"], r.event != "state") for r in rows]


def parcels(tx: Tx) -> list[tuple[str, str, str | None, str, str | None, str | None]]:
    """(parcel, state, SSCC, state of its shipment, handover, state of the handover)"""
    query = (
        select(parcel.c.id, parcel.c.state, parcel.c.sscc, shipment.c.state, parcel.c.handover_id, handover.c.state)
        .join(shipment, shipment.c.id == parcel.c.shipment_id)
        .join(handover, handover.c.id == parcel.c.handover_id, isouter=True)
    )
    return [(r[0], r[1], r[2], r[3], r[4], r[5]) for r in tx.execute(query.order_by(parcel.c.id))]


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


def packed(tx: Tx) -> tuple[Counts, Counts]:
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
    return _counts(tx, said.where(kept)), _counts(tx, inside.where(kept))


def in_hand(tx: Tx) -> tuple[Counts, Counts]:
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
    return _counts(tx, said.where(kept)), _counts(tx, lying.where(kept))


def in_totes(tx: Tx) -> tuple[Counts, Counts]:
    """Per (tote, SKU): listed for shipments, sellable at its place by the stock."""
    listed = select(tote_item.c.tote, tote_item.c.sku, func.sum(tote_item.c.qty)).group_by(
        tote_item.c.tote, tote_item.c.sku
    )
    return _counts(tx, listed), _placed(tx, "T:")


def in_parcels(tx: Tx) -> tuple[Counts, Counts]:
    """Per (parcel, SKU): its contents, as long as it has not left, and what lies at its place by the stock."""
    listed = (
        select(parcel_item.c.parcel_id, parcel_item.c.sku, func.sum(parcel_item.c.qty))
        .join(parcel, parcel.c.id == parcel_item.c.parcel_id)
        .where(parcel.c.state.not_in(sorted(GONE)))
        .group_by(parcel_item.c.parcel_id, parcel_item.c.sku)
    )
    return _counts(tx, listed), _placed(tx, "P:")


def held(tx: Tx) -> tuple[Counts, Counts]:
    """Per (shipment, SKU): still to leave the house, reserved for it. Only live shipments hold anything."""
    line = shipment_line.c
    due = (
        select(line.shipment_id, line.sku, func.sum(line.qty - line.short))
        .join(shipment, shipment.c.id == line.shipment_id)
        .where(shipment.c.state.in_(sorted(LIVE)))
        .group_by(line.shipment_id, line.sku)
    )
    gone = (
        select(parcel.c.shipment_id, parcel_item.c.sku, func.sum(parcel_item.c.qty))
        .join(parcel, parcel.c.id == parcel_item.c.parcel_id)
        .join(shipment, and_(shipment.c.id == parcel.c.shipment_id, shipment.c.state.in_(sorted(LIVE))))
        .where(parcel.c.state.in_(sorted(GONE)))
        .group_by(parcel.c.shipment_id, parcel_item.c.sku)
    )
    left = _counts(tx, due)
    for key, n in _counts(tx, gone).items():
        left[key] = left.get(key, 0) - n
    return left, _counts(tx, select(reservation.c.shipment_id, reservation.c.sku, reservation.c.qty))


def differences(pair: tuple[Counts, Counts]) -> Iterable[tuple[str, int, int]]:
    """(what, one count, the other) wherever the two differ."""
    one, other = pair
    for key in sorted(one.keys() | other.keys()):
        if one.get(key, 0) != other.get(key, 0):
            yield f"{key[0]}: {key[1]}", one.get(key, 0), other.get(key, 0)


def _placed(tx: Tx, prefix: str) -> Counts:
    p = place_balance.c
    lying = func.sum(p.on_hand - p.damaged - p.hold)
    rows = tx.execute(select(p.place, p.sku, lying).where(p.place.like(f"{prefix}%")).group_by(p.place, p.sku))
    return {(row[0].removeprefix(prefix), row[1]): row[2] for row in rows if row[2]}


def _counts(tx: Tx, query: Select[Any]) -> Counts:
    return {(row[0], str(row[1])): int(row[2]) for row in tx.execute(query) if row[2]}
