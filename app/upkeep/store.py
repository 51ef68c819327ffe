"""What forgetting asks across the rooms."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.db import Tx
from app.db.rows import pieces
from app.db.tables import change
from app.shipments.tables import parcel, print_job, shipment
from app.station.pull import FORGOTTEN_HERE


def parcels_of(tx: Tx, shipments: Sequence[str]) -> list[str]:
    return [
        row.id
        for some in pieces(shipments)
        for row in tx.execute(select(parcel.c.id).where(parcel.c.shipment_id.in_(some)).order_by(parcel.c.id))
    ]


def shipments_of(tx: Tx, orders: Sequence[str]) -> list[tuple[str, str]]:
    """(shipment, state)"""
    return [
        (row.id, row.state)
        for some in pieces(orders)
        for row in tx.execute(
            select(shipment.c.id, shipment.c.state).where(shipment.c.order_id.in_(some)).order_by(shipment.c.id)
        )
    ]


def printed_on(tx: Tx, subjects: Sequence[str]) -> list[tuple[str, str]]:
    """(station, printer) of every paper about these parcels and shipments."""
    return sorted(
        {
            (row.station, row.printer)
            for some in pieces(subjects)
            for row in tx.execute(
                select(print_job.c.station, print_job.c.printer).where(print_job.c.subject.in_(some)).distinct()
            )
        }
    )


def confirmed(tx: Tx, shipments: Sequence[str]) -> set[str]:
    """Stations that have erased all of these shipments."""
    wanted = set(shipments)
    told: dict[str, set[str]] = {}
    for row in tx.execute(select(change.c.key).where(change.c.topic == FORGOTTEN_HERE)):
        station, _, one = row.key.partition(" ")
        if one in wanted:
            told.setdefault(station, set()).add(one)
    return {station for station, some in told.items() if some == wanted}
