"""What must hold in shipments, parcels and totes, and between them and the stock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from app.base.finding import Finding
from app.db import Tx
from app.shipments.audit import store as audit
from app.shipments.shipment import ALLOWED, GONE, PARCEL_STATES

_OVER = (*sorted(GONE), "cancelled")
# Shipments whose way is looked at at once.
_PAGE = 5000


def check(tx: Tx) -> Iterator[Finding]:
    """Shipments went only where they may; parcels, totes, stock and reservations tell of the same units."""
    yield from _history(tx)
    yield from _parcels(tx)
    for parcel, state, issue in audit.labels_without_print(tx):
        yield Finding("labels_were_printed", parcel, f"{state}, but its label {issue} was never asked for, or is void")
    for subject, document, issue, copies, last in audit.broken_copies(tx):
        yield Finding("copies_without_gap", subject, f"{document} {issue}: {copies} copies, the last has number {last}")
    for shipment, state in audit.unaddressed(tx):
        yield Finding("nothing_is_made_for_the_forgotten", shipment, f"{state}, and nothing says where it goes")
    for warehouse, carrier, n in audit.open_handovers(tx):
        yield Finding("one_open_handover", f"{warehouse} {carrier}", f"{n} are open")
    for rule, pair, one, other in (
        ("packed_lies_in_parcels", audit.packed(), "packed", "in its parcels"),
        ("picked_lies_in_totes", audit.in_hand(), "picked and not packed", "in totes"),
        ("tote_holds_what_is_listed", audit.in_totes(), "listed", "by the stock"),
        ("parcel_holds_what_is_listed", audit.in_parcels(), "listed", "by the stock"),
        ("live_shipments_hold_their_units", audit.held(), "still to ship", "reserved"),
    ):
        for what, first, second in audit.differences(tx, pair):
            yield Finding(rule, what, f"{one} {first}, {other} {second}")


def _history(tx: Tx) -> Iterator[Finding]:
    """The timeline's moves, taken as steps, make one way from nothing to where the shipment is; each step is allowed.

    To see that needs no order among them: every state but the first and last is left as often as it is entered. Where
    the beginning lies in the archive, what stands here goes on from a shipment that was over.
    """
    after: str | None = ""
    while after is not None:
        stands = audit.states(tx, after, _PAGE)
        last = next(reversed(stands)) if len(stands) == _PAGE else None
        yield from _ways(tx, stands, after, last)
        after = last


def _ways(tx: Tx, stands: Mapping[str, tuple[str, str | None]], after: str, last: str | None) -> Iterator[Finding]:
    """Those of the shipments behind `after` up to `last`, which stand so."""
    filed = audit.archived(tx, stands)
    balance: dict[str, Counter[str]] = {one: Counter() for one in stands}
    for shipment, start, to, under_hold in audit.moves(tx, after, last):
        if shipment not in stands:
            yield Finding("shipment_exists", shipment, f"the timeline tells of {start} → {to}")
            continue
        if start and to not in ALLOWED.get(start, ()):
            yield Finding("moves_are_allowed", shipment, f"{start} → {to}")
        if not under_hold:
            balance[shipment][start] -= 1
            balance[shipment][to] += 1
    for shipment, (state, held_from) in stands.items():
        if state not in ALLOWED or (state == "held") != (held_from is not None):
            yield Finding("shipment_state_is_known", shipment, f"{state}, held from {held_from}")
        ends = {where: n for where, n in balance[shipment].items() if n}
        began = {"", *_OVER} if shipment in filed else {""}
        if not (shipment in filed and not ends) and ends not in [{start: -1, state: 1} for start in began]:
            told = ", ".join(f"{where or 'nothing'} {n:+d}" for where, n in sorted(ends.items()))
            yield Finding("timeline_leads_to_the_state", shipment, f"{state}, but the timeline's moves leave {told}")


def _parcels(tx: Tx) -> Iterator[Finding]:
    for parcel, sscc in audit.twins(tx):
        yield Finding("sscc_is_given_once", parcel, f"{sscc} is on another too")
    for parcel, state, shipment_state, on, handover_state in audit.parcels(tx):
        if state not in PARCEL_STATES:
            yield Finding("parcel_state_is_known", parcel, state)
        if state in GONE and handover_state != "closed":
            yield Finding("dispatched_on_a_closed_handover", parcel, f"{state}, handover {on}: {handover_state}")
        if state == "loaded" and handover_state != "open":
            yield Finding("loaded_on_an_open_handover", parcel, f"handover {on}: {handover_state}")
        if shipment_state in GONE and state not in GONE | {"void"}:
            yield Finding("dispatched_whole", parcel, f"{state}, but its shipment is {shipment_state}")
        if shipment_state == "cancelled" and state != "void":
            yield Finding("cancelled_parcels_are_void", parcel, state)
