"""Facts of a bench taking effect in the shared database: a few thousand that waited, sent by its own sync."""

from __future__ import annotations

from contextlib import closing
from time import perf_counter

from app.bench import shop
from app.bench.asked import Asked
from app.bench.figures import Figures, runs
from app.bench.script import rehearse
from app.db import open_database
from app.settings import Settings
from app.station.station import Station
from app.station.sync.sync import BATCH_FACTS

_LINES, _UNITS = 10, 200
_PATIENCE_S = 300.0


def run(asked: Asked) -> Figures:
    """Picks a job of 10 lines × 200 units while the shared database is kept busy, then lets the facts through."""
    home = asked.fresh("shop")
    shipment = shop.big_order(home, lines=asked.many(_LINES), units=asked.many(_UNITS))
    script = rehearse(home, shipment)
    rates, waiting = [], 0
    for folder in asked.homes():
        there = shop.copied(home, folder / "home")
        with (
            closing(open_database(shop.url(there))) as database,
            closing(open_database(shop.url(there))) as other,
            closing(Station.open(there / "bench", database, shop.STATION, settings=Settings())) as bench,
        ):
            bench.sign_in(shop.BADGE)
            bench.scan(shipment)
            assert bench.settle(_PATIENCE_S)
            with other.write():
                for answer in [bench.submit(code) for code in script.pick]:
                    assert answer.result().outcome in ("ok", "done")
                waiting = bench.status().sync.waiting
            started = perf_counter()
            assert bench.settle(_PATIENCE_S)
            rates.append(waiting / (perf_counter() - started))
    return {
        "what": "facts of picking, waiting at the bench, pushed by its sync thread in batches of "
        f"{BATCH_FACTS} into SQLite with synchronous=FULL",
        "facts": waiting,
        "drain": runs(rates, "facts/s", at_least=500),
    }
