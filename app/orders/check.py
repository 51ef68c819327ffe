"""What must hold in the orders."""

from __future__ import annotations

from collections.abc import Iterator

from app.base.finding import Finding
from app.db import Tx
from app.orders import store

_SUMS = {
    "total": "the total is not the sum of goods, charges and tax",
    "goods": "the lines do not sum to the goods",
    "lines": "the lines are not numbered from 1 without gaps",
}


def check(tx: Tx) -> Iterator[Finding]:
    """Totals add up, lines are numbered, everything belongs to an order or a customer, the forgotten stay so."""
    for order_id, what in store.wrong_sums(tx):
        yield Finding("order_adds_up", order_id, _SUMS[what])
    for table, key in store.strays(tx):
        yield Finding("order_exists", key, f"{table} of an order that is not there")
    for address_id in store.ownerless(tx):
        yield Finding("address_has_an_owner", address_id, "no customer's forgetting would reach it")
    for customer_id, where in store.remembered(tx):
        yield Finding("forgotten_stays_forgotten", customer_id, f"something still stands in {where}")
