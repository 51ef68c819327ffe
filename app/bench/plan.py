"""Orders planned a second: screened, split, packed into cartons on paper, charged, reserved and written."""

from __future__ import annotations

from contextlib import closing
from time import perf_counter

from app.bench import shop
from app.bench.asked import Asked
from app.bench.figures import Figures, runs
from app.db import open_database

_ORDERS, _SKUS = 1000, 50


def run(asked: Asked) -> Figures:
    """The common order: one line to three, to one of four countries, one warehouse can serve it."""
    home, orders = asked.fresh("shop"), asked.many(_ORDERS)
    with closing(shop.open_shop(home, skus=_SKUS)) as database:
        shop.sell(database, home, {str(n): _lines(n) for n in range(1, orders + 1)})
    rates = []
    for folder in asked.homes():
        with closing(open_database(shop.url(shop.copied(home, folder / "home")))) as database:
            started = perf_counter()
            planned = shop.plan(database)
            rates.append(planned / (perf_counter() - started))
            assert planned == orders, planned
    return {
        "what": "plan_orders on SQLite with synchronous=FULL, one thread",
        "orders": orders,
        "planned": runs(rates, "orders/s"),
    }


def _lines(n: int) -> list[tuple[str, int]]:
    return [(shop.sku((n * 7 + i * 11) % _SKUS + 1), 1 + (n + i) % 3) for i in range(1 + n % 3)]
