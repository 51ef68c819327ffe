"""Reservations a second from eight buyers at once, and that they never take more than there is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from time import perf_counter

from app.base.clock import SystemClock
from app.bench import shop
from app.bench.asked import Asked
from app.bench.figures import Figures, runs
from app.db import Database, open_database
from app.stock import store
from app.stock.reserve import Want, reserve

_THREADS, _EACH, _SKUS = 8, 125, 10


def run(asked: Asked) -> Figures:
    """Each asks for two units of two articles in a transaction of its own; all buyers want the same ten articles."""
    home, each = asked.fresh("shop"), asked.many(_EACH)
    with closing(shop.open_shop(home, skus=_SKUS)):
        pass
    rates = []
    for folder in asked.homes():
        with closing(open_database(shop.url(shop.copied(home, folder / "home")))) as database:
            with ThreadPoolExecutor(_THREADS) as buyers:
                started = perf_counter()
                held = sum(buyers.map(partial(_buy, database, each), range(_THREADS)))
                rates.append(held / (perf_counter() - started))
            with database.read() as tx:
                assert not store.below_zero(tx)
                assert not store.wrong_reserved(tx)
            assert held == each * _THREADS, held
    return {
        "what": "reserve() on SQLite with synchronous=FULL, a transaction each",
        "threads": _THREADS,
        "reservations": each * _THREADS,
        "reserved": runs(rates, "reservations/s"),
    }


def _buy(database: Database, each: int, who: int) -> int:
    held = 0
    now = SystemClock().now()
    for n in range(each):
        shipment = f"{shop.SHOP}-{who}.{n}-1"
        skus = sorted({(who + n) % _SKUS, (who + 3 * n + 1) % _SKUS})
        wants = [Want(shipment, shop.sku(i + 1), shop.WAREHOUSE, 2) for i in skus]
        with database.write() as tx:
            reserve(tx, wants, expires_at=None, source=shipment, now=now)
        held += 1
    return held
