"""What of a person stands with orders, and how it goes."""

from __future__ import annotations

from datetime import datetime

from app.base.clock import stamp
from app.base.errors import NotFound
from app.db import Tx
from app.orders import store
from app.orders.timeline import Entry, record

# With this topic benches hear of shipments whose customer was forgotten.
FORGOTTEN = "forgotten"
# With this topic, and "its name, a blank, the shipment" as key, a bench says that nothing of a customer is left there.
FORGOTTEN_HERE = "forgotten_at"


def orders_of(tx: Tx, customer_id: str) -> list[tuple[str, str]]:
    """(order id, state) of one customer, for whoever must decide whether all of them are done."""
    return store.orders_of(tx, customer_id)


def find(tx: Tx, said: str) -> str:
    """The one customer that `said` means: our id, the shop's key or the e-mail address. NotFound otherwise."""
    found = store.find_customers(tx, said)
    if len(found) != 1:
        raise NotFound(f"{len(found)} customers fit, expected one", kind="customer_not_one", found=len(found))
    return found[0]


def forget(tx: Tx, customer_id: str, now: datetime) -> int:
    """Empties the customer, the addresses, payloads, notes and raw documents, and all words on their orders.

    Of those stay numbers, money and our SKUs, and of the customer the tombstone.
    How many orders were theirs; again is harmless. That none of them is still to be shipped was asked before.
    """
    count = store.forget(tx, customer_id, stamp(now))
    ids = [order_id for order_id, _ in store.orders_of(tx, customer_id)]
    record(tx, [Entry(key, key, "forgotten", "SYSTEM", source="forget") for key in ids], now)
    return count
