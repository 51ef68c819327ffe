"""`check` finds each promise of the stock broken when somebody breaks it behind the acts' back."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import text

from app.db import Database
from app.stock import store
from app.stock.check import check
from app.stock.ledger import Row
from app.stock.reserve import Want, reserve


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ("UPDATE stock_balance SET on_hand = on_hand + 1", "balance_is_the_ledgers_sum"),
        ("DELETE FROM stock_ledger WHERE type = 'on_hand'", "balance_is_the_ledgers_sum"),
        ("UPDATE stock_place SET damaged = 1", "place_is_the_ledgers_sum"),
        ("UPDATE reservation SET qty = qty + 1", "reserved_has_reservations"),
        ("DELETE FROM reservation", "reserved_has_reservations"),
        ("DELETE FROM stock_place", "all_on_hand_lies_somewhere"),
        ("UPDATE stock_ledger SET reason = 'Anna dropped it'", "reason_is_a_code"),
    ],
)
def test_a_planted_fault_is_found(database: Database, now: datetime, fault: str, rule: str) -> None:
    with database.write() as tx:
        store.post(tx, [Row("CUP", "W", "on_hand", 5, "receive", "R", "A")], now)
        reserve(tx, [Want("O-1-1", "CUP", "W", 2)], expires_at=None, source="", now=now)
        assert list(check(tx)) == []
        tx.execute(text(fault))
        assert rule in {finding.rule for finding in check(tx)}
