"""One thing whole: an order, shipment, parcel, SKU or case, with what belongs to it. Keys are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.base.errors import NotFound
from app.base.money import Money
from app.cases.case import Case
from app.db.plain import Reads, unseen
from app.desk.views import store

Shown = dict[str, Any]

# What a role may lack, by the column it stands in. A part that whoever asks may not read is empty, and said: `unseen`.
_ORDER = {
    "tags": "order_.tags",
    "address": "address.name",
    "forgotten_at": "customer.forgotten_at",
    "titles": "order_line.title",
    "notes": "order_note.body",
    "plan": "plan_trace.reason",
}
_SKU, _CASE = {"buffers": "stock_buffer.qty"}, {"notes": "case_note.body"}


def order(read: Reads, id_: str) -> Shown:
    """Lines, money as the shop stated it, shipments, payment, tags, cases, notes and timeline."""
    hidden = unseen(read, _ORDER)
    row = _one(store.order(read, id_, hidden), "order", id_)
    currency = row["currency"]
    amounts = ("goods", "discount", "shipping", "tax", "duty", "fees", "total")
    return {
        "order": row["id"],
        "shop": row["shop"],
        "number": row["number"],
        "state": row["state"],
        "payment": row["payment"],
        "placed_at": row["placed_at"],
        "updated_at": row["updated_at"],
        "country": row["country"],
        "currency": currency,
        "paid_currency": row["paid_currency"],
        "taxes_included": bool(row["taxes_included"]),
        "amounts": {name: str(Money(row[f"{name}_minor"], currency).decimal) for name in amounts},
        "available_from": row["available_from"],
        "cancelled_at": row["cancelled_at"],
        "tags": row["tags"] or [],
        "attribution": {"source": row["source"], "medium": row["medium"], "campaign": row["campaign"]},
        "lines": store.order_lines(read, id_, currency, hidden),
        "charges": store.order_charges(read, id_, currency, hidden),
        "address": store.address(read, row["ship_to"]),
        "forgotten_at": row["forgotten_at"],
        "shipments": [shipment(read, s) for s in store.shipment_ids(read, id_)],
        "cases": store.cases_of_order(read, id_),
        "notes": [] if "notes" in hidden else store.notes(read, id_),
        "plan": [] if "plan" in hidden else store.plan(read, id_),
        "timeline": store.timeline(read, id_),
        "unseen": list(hidden),
    }


def shipment(read: Reads, id_: str) -> Shown:
    """Lines with what is picked and packed, where to find it, and the parcels."""
    row = _one(store.shipment(read, id_), "shipment", id_)
    return {
        "shipment": row["id"],
        "order": row["order_id"],
        "state": row["state"],
        "warehouse": row["warehouse"],
        "job_code": row["job_code"],
        "carrier": row["carrier"],
        "service": row["service"],
        "incoterm": row["incoterm"],
        "country": row["country"],
        "leaves_at": row["leaves_at"],
        "tote": row["tote"],
        "claimed_by": row["station"],
        "claimed_at": row["claimed_at"],
        "claimed_for": row["operator"],
        "lines": store.shipment_lines(read, id_, row["warehouse"]),
        "parcels": [_parcel(read, p) for p in store.parcels(read, id_)],
        "reserved": store.reserved(read, id_),
    }


def parcel(read: Reads, id_: str) -> Shown:
    """A box: its numbers, contents, label prints. An SSCC or tracking number finds it too."""
    row = _one(store.parcel(read, id_), "parcel", id_)
    return {
        **_parcel(read, row),
        "shipment": row["shipment_id"],
        "handover": row["handover_id"],
        "prints": store.prints(read, row["id"]),
        "timeline": store.timeline_of(read, row["id"]),
    }


def sku(read: Reads, id_: str) -> Shown:
    """The product record, its balances per warehouse, stock type and place, and what is kept back from which shop."""
    hidden = unseen(read, _SKU)
    row = _one(store.sku(read, id_), "sku", id_)
    return {
        "sku": row["sku"],
        "title": row["title"],
        "handling": row["handling"],
        "weight_g": row["weight_g"],
        "size_mm": [row["length_mm"], row["width_mm"], row["height_mm"]],
        "hs_code": row["hs_code"],
        "origin": row["origin"],
        "tags": row["tags"],
        "missing": row["missing"],
        "barcodes": store.barcodes(read, id_),
        "parts": store.parts(read, id_),
        "balances": store.balances(read, id_),
        "places": store.places(read, id_),
        "buffers": [] if "buffers" in hidden else store.buffers(read, id_),
        "unseen": list(hidden),
    }


def case(read: Reads, id_: str) -> Shown:
    """What needs a person, and the acts that can settle it."""
    hidden = unseen(read, _CASE)
    row = _one(store.case(read, id_), "case", id_)
    acts = Case(**row).acts if row["state"] == "open" else ()
    aside = {"facts": store.set_aside(read, row["subject"])} if row["subject_kind"] == "claim" else {}
    notes = [] if hidden else store.case_notes(read, id_)
    return {**row, "acts": list(acts), **aside, "notes": notes, "unseen": list(hidden)}


def _parcel(read: Reads, row: Mapping[str, Any]) -> Shown:
    return {
        "parcel": row["id"],
        "sscc": row["sscc"],
        "tracking": row["tracking"],
        "carton": row["carton"],
        "weight_g": row["weight_g"],
        "state": row["state"],
        "issue": row["issue"],
        "items": store.parcel_items(read, row["id"]),
    }


def _one(row: Mapping[str, Any] | None, what: str, id_: str) -> Mapping[str, Any]:
    if row is None:
        raise NotFound(f"no {what} {id_!r:.60}", kind="nothing_of_that_id", what=what, id=id_[:60])
    return row
