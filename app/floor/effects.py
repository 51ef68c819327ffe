"""What a fact means beyond the goods it moved: papers, lines in the order's timeline, cases. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from app.base.ids import parcel_id
from app.cases.case import NewCase
from app.floor import facts as f
from app.floor.facts import Event, Fact
from app.floor.printing import Printed, PrintKey
from app.orders.entry import Entry
from app.shipments.shipment import Shipment


def prints(event: Event, by: str) -> list[Printed]:
    """The label's print jobs that this event makes or ends."""
    match event:
        case f.ParcelClosed(shipment, parcel, issue):
            detail = {"news_age_s": event.news_age_s, "sscc": event.sscc, "tracking": event.tracking}
            return [Printed(_key(shipment, parcel, issue, 1), "queued", by, detail)]
        case f.LabelReprinted(shipment, parcel, issue, copy):
            return [Printed(_key(shipment, parcel, issue, copy), "queued", by, {"reason": event.reason})]
        case f.LabelRecreated(shipment, parcel, issue):
            detail = {
                "reason": event.reason,
                "news_age_s": event.news_age_s,
                "sscc": event.sscc,
                "tracking": event.tracking,
            }
            return [
                Printed(_key(shipment, parcel, issue - 1, 1), "void", by),
                Printed(_key(shipment, parcel, issue, 1), "queued", by, detail),
            ]
        case f.LabelConfirmed(shipment, parcel, issue):
            return [Printed(_key(shipment, parcel, issue, 1), "confirmed", by)]
        case f.ParcelReopened(shipment, parcel, issue):
            return [Printed(_key(shipment, parcel, issue, 1), "void", by, {"reason": event.reason})]
        case _:
            return []


def _key(shipment: str, parcel: int, issue: int, copy: int) -> PrintKey:
    return (parcel_id(shipment, parcel), "parcel_label", issue, copy)


# Events a supervisor reads in an order's timeline; single scans stand in the facts.
_TOLD = {
    f.ParcelClosed: "parcel_closed",
    f.LabelConfirmed: "label_confirmed",
    f.LabelReprinted: "label_reprinted",
    f.LabelRecreated: "label_recreated",
    f.ParcelReopened: "parcel_reopened",
    f.ShortFound: "short_found",
    f.BrokenFound: "broken_found",
    f.JobHeld: "held_at_bench",
    f.CaseRaised: "raised_at_bench",
    f.JobDropped: "dropped_at_bench",
    f.Approved: "approved_at_bench",
}


def told(fact: Fact, event: Event, known: Mapping[str, Shipment]) -> list[Entry]:
    """The line it adds to the order's timeline, if any: ids, numbers and codes, no words of people."""
    name = _TOLD.get(type(event))
    shipment = getattr(event, "shipment", "")
    if name is None or shipment not in known:
        return []
    parcel = getattr(event, "parcel", 0)
    subject = parcel_id(shipment, parcel) if parcel else shipment
    detail = {
        field: value
        for field in (
            "issue",
            "copy",
            "sscc",
            "tracking",
            "weight_g",
            "reason",
            "sku",
            "qty",
            "place",
            "kind",
            "news",
            "act",
            "by",
        )
        if (value := getattr(event, field, None)) is not None
    }
    return [Entry(known[shipment].order_id, subject, name, fact.operator, detail, fact.op_id)]


def cases(fact: Fact, event: Event, known: Mapping[str, Shipment]) -> list[NewCase]:
    """What somebody asked for at the bench. KeyError for a shipment that is not `known`."""
    match event:
        case f.CaseRaised(shipment, parcel, kind):
            order = known[shipment].order_id
            return [
                NewCase("raised_at_bench", "shipment", shipment, order, fact.operator, {"parcel": parcel, "kind": kind})
            ]
        case f.JobHeld(shipment, reason):
            order = known[shipment].order_id
            return [NewCase("held_at_bench", "shipment", shipment, order, fact.operator, {"reason": reason})]
        case _:
            return []
