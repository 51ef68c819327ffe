"""What the desk asks across the rooms before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app.base.clock import stamp
from app.cases.tables import case
from app.db import Tx
from app.orders.order import FIRM
from app.orders.tables import order
from app.shipments.tables import parcel, print_job, shipment


def presale_orders(tx: Tx, now: datetime, *, limit: int) -> list[str]:
    """Paid orders with shipments that wait for a day that has come or comes within one: days are said in any zone."""
    waits = or_(shipment.c.state == "planned", shipment.c.held_from == "planned")
    query = (
        select(order.c.id)
        .distinct()
        .join(shipment, shipment.c.order_id == order.c.id)
        .where(waits, order.c.payment.in_(sorted(FIRM)), order.c.available_from <= stamp(now + timedelta(days=1)))
        .order_by(order.c.id)
        .limit(limit)
    )
    return list(tx.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class FailedPrint:
    """A paper that its station could not print. `order_id`: None for lists."""

    subject: str
    document: str
    issue: int
    copy: int
    station: str
    order_id: str | None


def failed_prints(tx: Tx, asked_before: datetime, *, limit: int) -> list[FailedPrint]:
    """Papers asked for before then that stand failed, and of whose subject no case says so."""
    job, told = print_job.c, case.c
    known = select(told.id).where(told.kind == "print_failed", told.subject == job.subject, told.state == "open")
    query = (
        select(job.subject, job.document, job.issue, job.copy, job.station, shipment.c.order_id)
        .join(parcel, parcel.c.id == job.subject, isouter=True)
        .join(shipment, shipment.c.id == parcel.c.shipment_id, isouter=True)
        .where(job.state == "failed", job.at <= stamp(asked_before), ~known.exists())
        .order_by(job.at, job.subject, job.document, job.issue, job.copy)
        .limit(limit)
    )
    return [FailedPrint(*row) for row in tx.execute(query)]


def printed_after_all(tx: Tx, *, limit: int) -> list[str]:
    """Open cases of papers that could not be printed, of whose subject none stands failed any more."""
    job, told = print_job.c, case.c
    failing = select(job.subject).where(job.subject == told.subject, job.state == "failed")
    query = select(told.id).where(told.kind == "print_failed", told.state == "open", ~failing.exists())
    return list(tx.execute(query.order_by(told.id).limit(limit)).scalars())
