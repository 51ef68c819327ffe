"""What must hold in the stock's data."""

from __future__ import annotations

from collections.abc import Iterator

from app.base.finding import Finding
from app.db import Tx
from app.stock import store
from app.stock.ledger import REASON


def check(tx: Tx) -> Iterator[Finding]:
    """Balances are the ledger's sums, per place too; what is reserved is reserved by somebody, and only once."""
    for stands, ought in store.wrong_balances(tx):
        yield Finding(
            "balance_is_the_ledgers_sum", f"{stands.sku} in {stands.warehouse}", f"{stands}, the ledger: {ought}"
        )
    for here, sums in store.wrong_places(tx):
        yield Finding("place_is_the_ledgers_sum", f"{here.sku} in {here.place}", f"{here}, the ledger: {sums}")
    for (sku, warehouse), reserved, held in store.wrong_reserved(tx):
        yield Finding("reserved_has_reservations", f"{sku} in {warehouse}", f"reserved {reserved}, reservations {held}")
    for balance in store.below_zero(tx):
        yield Finding("available_is_never_below_zero", f"{balance.sku} in {balance.warehouse}", f"{balance}")
    for sku, warehouse, on_hand, placed in store.misplaced(tx):
        yield Finding("all_on_hand_lies_somewhere", f"{sku} in {warehouse}", f"on hand {on_hand}, in places {placed}")
    for reason in store.reasons(tx):
        if not REASON.fullmatch(reason):
            yield Finding("reason_is_a_code", "ledger", f"a reason of {len(reason)} characters")
