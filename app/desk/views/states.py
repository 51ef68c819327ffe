"""The states that what is listed can be in."""

from __future__ import annotations

from app.desk.views.floor.board import SYNCS
from app.orders import order
from app.shipments import shipment

STATES = {
    "orders": order.STATES,
    "shipments": shipment.STATES,
    "parcels": shipment.PARCEL_STATES,
    "cases": ("open", "settled"),
    "stations": SYNCS,
    "print-jobs": ("queued", "sending", "sent", "confirmed", "failed", "unknown", "void"),
}
