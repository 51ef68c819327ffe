"""Labels that bear an address which holds no longer are void: the parcels wait at the bench for their next issue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from app.base.clock import from_stamp
from app.db import Tx
from app.db.feed import announce
from app.orders import timeline
from app.orders.timeline import Entry, record
from app.shipments import store
from app.shipments.shipment import Hop, Parcel, Shipment

# The order's timeline says with this event that what was planned goes to another address from then on.
READDRESSED = "readdressed"
_LABELLED = frozenset({"closed", "labelled", "loaded"})


def outdated(tx: Tx, shipments: Iterable[Shipment]) -> list[Parcel]:
    """Parcels whose label may have been made before the last change of its order's address was heard."""
    some = list(shipments)
    changed = {order: at for order in {s.order_id for s in some} if (at := _readdressed(tx, order))}
    theirs = {s.id: changed[s.order_id] for s in some if s.order_id in changed}
    boxes = [p for own in store.parcels_of(tx, theirs).values() for p in own if p.state in _LABELLED and p.issue]
    made = store.labels_made(tx, [(p.id, p.issue) for p in boxes])
    return [p for p in boxes if _knew(made.get(p.id)) <= theirs[p.shipment]]


def void_labels(tx: Tx, parcels: Iterable[Parcel], *, by: str, source: str, now: datetime) -> list[str]:
    """The parcels stand open with what lies in them; shipments packed or labelled are `picked`, also under a hold.

    The ids of their shipments. SSCC and tracking number are given up for good; the issue's number stays with it:
    closing it makes the next. One that is loaded stays named on its handover.
    """
    some = list(parcels)
    store.open_again(tx, some)
    found = store.get(tx, {p.shipment for p in some})
    entries = [Entry(found[p.shipment].order_id, p.id, "label_voided", by, {"issue": p.issue}, source) for p in some]
    record(tx, entries, now)
    announce(tx, "parcel", [p.id for p in some], now)
    done = [one for one, shipment in found.items() if shipment.stage in {"packed", "labelled"}]
    store.hops(tx, [Hop(one, to, by, source) for one in done for to in ("packing", "picked")], now)
    return sorted(found)


def _readdressed(tx: Tx, order_id: str) -> datetime | None:
    at = [happened.at for happened in timeline.read(tx, order_id) if happened.entry.event == READDRESSED]
    return from_stamp(max(at)) if at else None


def _knew(made: tuple[str, int] | None) -> datetime:
    """Up to when the label's bench had heard: news younger than that it can't have known."""
    if made is None:
        return datetime.min.replace(tzinfo=UTC)
    return from_stamp(made[0]) - timedelta(seconds=made[1])
