"""Reserving: all or nothing, exactly what there is, whoever asks at once."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from app.base.errors import OutOfStock
from app.db import Database, Tx
from app.stock import store
from app.stock.ledger import Row
from app.stock.reserve import Want, make_firm, release, reserve, take_back

LATER = "2026-11-20T08:30:00.000Z"


def lay(tx: Tx, now: datetime, **skus: int) -> None:
    """So many of each SKU in bin A of warehouse W."""
    store.post(tx, [Row(sku, "W", "on_hand", qty, "receive", "test", "A") for sku, qty in skus.items()], now)


def want(shipment: str, **skus: int) -> list[Want]:
    return [Want(shipment, sku, "W", qty) for sku, qty in skus.items()]


def free(database: Database, *skus: str) -> list[int]:
    with database.read() as tx:
        left = store.available(tx, skus)
        assert not store.wrong_balances(tx)
        assert not store.wrong_reserved(tx)
    return [left.get((sku, "W"), 0) for sku in skus]


def test_a_reservation_takes_what_is_available_and_no_more(database: Database, now: datetime) -> None:
    with database.write() as tx:
        lay(tx, now, CUP=5)
        reserve(tx, want("O-1", CUP=3), expires_at=None, source="plan", now=now)
        with pytest.raises(OutOfStock) as refused:
            reserve(tx, want("O-2", CUP=3), expires_at=None, source="plan", now=now)
        assert refused.value.short == {("CUP", "W"): 1}
    assert free(database, "CUP") == [2]


def test_a_reservation_that_fails_on_one_sku_takes_none(database: Database, now: datetime) -> None:
    with database.write() as tx:
        lay(tx, now, CUP=5, POT=1)
        with pytest.raises(OutOfStock) as refused:
            reserve(tx, want("O-1", CUP=2, POT=2, VASE=1), expires_at=None, source="", now=now)
        assert refused.value.short == {("POT", "W"): 1, ("VASE", "W"): 1}
        lay(tx, now, JAR=1)  # the transaction goes on
    assert free(database, "CUP", "POT", "JAR") == [5, 1, 1]


def test_demand_for_one_sku_is_summed_before_it_is_checked(database: Database, now: datetime) -> None:
    with database.write() as tx:
        lay(tx, now, CUP=3)
        with pytest.raises(OutOfStock):
            reserve(tx, want("O-1", CUP=2) + want("O-1", CUP=2), expires_at=None, source="", now=now)
        reserve(tx, want("O-1", CUP=1) + want("O-1", CUP=2), expires_at=None, source="", now=now)
    with database.read() as tx:
        assert [r.qty for r in store.reservations(tx, shipments=["O-1"])] == [3]


def test_release_gives_back_exactly_what_was_held_and_can_be_repeated(database: Database, now: datetime) -> None:
    with database.write() as tx:
        lay(tx, now, CUP=5, POT=5)
        reserve(tx, want("O-1", CUP=3, POT=1), expires_at=None, source="", now=now)
        reserve(tx, want("O-2", CUP=1), expires_at=None, source="", now=now)
        release(tx, ["O-1"], source="cancel", now=now)
        release(tx, ["O-1"], source="cancel", now=now)
    assert free(database, "CUP", "POT") == [4, 5]


def test_taking_back_part_of_a_reservation_leaves_the_rest(database: Database, now: datetime) -> None:
    with database.write() as tx:
        lay(tx, now, CUP=5)
        reserve(tx, want("O-1", CUP=2), expires_at=None, source="", now=now)
        take_back(tx, {("O-1", "CUP"): 1}, warehouse="W", reason="short", source="f", now=now)
        assert [r.qty for r in store.reservations(tx, shipments=["O-1"])] == [1]
        take_back(tx, {("O-1", "CUP"): 1}, warehouse="W", reason="short", source="f", now=now)
        assert store.reservations(tx, shipments=["O-1"]) == []
    assert free(database, "CUP") == [5]


def test_an_unpaid_reservation_expires_and_a_firm_one_does_not(database: Database, now: datetime) -> None:
    with database.write() as tx:
        lay(tx, now, CUP=5)
        reserve(tx, want("O-1", CUP=1), expires_at="2026-11-18T08:00:00.000Z", source="", now=now)
        reserve(tx, want("O-2", CUP=1), expires_at="2026-11-18T07:00:00.000Z", source="", now=now)
        reserve(tx, want("O-3", CUP=1), expires_at=LATER, source="", now=now)
        reserve(tx, want("O-4", CUP=1), expires_at=None, source="", now=now)
        assert store.expired(tx, now) == ["O-2", "O-1"]
        make_firm(tx, ["O-2"])
        assert store.expired(tx, now) == ["O-1"]


def test_sixteen_buyers_at_once_get_exactly_what_there_is(database: Database, now: datetime) -> None:
    skus = ["CUP", "JAR", "POT", "VASE"]
    with database.write() as tx:
        lay(tx, now, **dict.fromkeys(skus, 25))

    def buy(n: int) -> int:
        order = random.Random(n)
        chosen = order.sample(skus, 3)  # in random order: the act sorts them
        try:
            with database.write() as tx:
                reserve(tx, want(f"O-{n}", **dict.fromkeys(chosen, 1)), expires_at=None, source="", now=now)
        except OutOfStock:
            return 0
        return 3

    sold = sum(_at_once(16, buy, range(160)))
    left = free(database, *skus)
    assert sold + sum(left) == 100
    assert min(left) == 0
    with database.read() as tx:
        assert sum(r.qty for n in range(160) for r in store.reservations(tx, shipments=[f"O-{n}"])) == sold


def _at_once(threads: int, act: Callable[[int], int], numbers: range) -> list[int]:
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(act, numbers))
