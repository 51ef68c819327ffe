"""Search by any code or number a supervisor may hold in the hand. What fits exactly comes first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.db.plain import Reads, unseen
from app.desk.views.lists import orders, store
from app.desk.views.lists.orders import OrderRow
from app.floor.scan import forms, normalise

MOST = 50
_SHORTEST = 2  # a beginning of one letter is half of all names
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Found:
    """An order, and as what it was found: `what` of order, number, shipment, job, tote, parcel, sscc, tracking, email,
    sku, beginning or name; `subject` the thing of that kind."""

    order: OrderRow
    what: str
    subject: str


def search(read: Reads, said: str) -> tuple[Found, ...]:
    """At most 50 orders: those the text names exactly, then those that wait for the SKU it means, then those whose id
    or customer's name begins so. Every question goes by an index."""
    text = "".join(letter for letter in said if letter.isprintable()).strip()
    if not text or len(text) > _LONGEST:
        return ()
    found: dict[str, tuple[str, str]] = {}
    for what, order_id, subject in _hits(read, said, text, found):
        if order_id not in found and len(found) < MOST:
            found[order_id] = (what, subject)
    return tuple(Found(row, *found[row.id]) for row in orders.named(read, list(found)))


def sees_people(read: Reads) -> bool:
    """Whether the login may look for customers by what they are called: a bench's may not."""
    return not unseen(read, {"email": "customer.email", "name": "customer.name"})


def _hits(read: Reads, said: str, text: str, so_far: dict[str, tuple[str, str]]) -> Iterable[tuple[str, str, str]]:
    scan = normalise(said)
    people = sees_people(read)
    capitals = text.upper()
    values = {"code": text, "capitals": capitals, "small": text.lower(), "hashed": "#" + text.removeprefix("#"),
              "sscc": scan.sscc or capitals}  # fmt: skip
    totes = store.tote_scanned(read, capitals)
    for what in store.SAID:
        if what == "email" and not people:
            continue
        meant = values | {"capitals": totes} if what == "tote" and totes else values
        for row in store.exactly(read, what, limit=MOST, **meant):
            yield what, row["order_id"], str(row["subject"])
    codes = forms(scan) if scan.code else (text, capitals)
    for sku in store.skus_of(read, [*dict.fromkeys((*codes, text, capitals))]):
        for row in store.orders_waiting_for(read, sku, MOST):
            yield "sku", row["order_id"], row["subject"]
    if so_far or len(text) < _SHORTEST:
        return
    for row in store.orders_beginning(read, capitals, MOST):
        yield "beginning", row["order_id"], row["subject"]
    for begins in dict.fromkeys((text, text.title())) if people else ():
        for row in store.orders_of_people(read, begins, MOST):
            yield "name", row["order_id"], row["subject"]
