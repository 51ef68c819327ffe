"""A bench that was cut off for hours: how soon the shared database has what waited, near and behind a slow line."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from time import monotonic, perf_counter, sleep

from app.bench import shop
from app.bench.asked import Asked
from app.bench.figures import Figures, runs, spread
from app.bench.proxy import Proxy
from app.bench.server import own_database
from app.db import open_database
from app.db.engine import PATIENCE_S
from app.db.line import Line
from app.settings import Settings
from app.station.station import Station
from app.station.sync.sync import BATCH_FACTS

_LINES, _UNITS = 10, 1000
_FAR_S = 0.05
# For the lag of single scans: so many, a person's pace apart.
_SINGLE, _APART_S = 50, 0.2
_PATIENCE_S = 600.0


def run(asked: Asked) -> Figures:
    """Picks a job of 10 lines × 1,000 units with the line cut; then it is mended, and all of it has to get through."""
    home = asked.fresh("shop")
    near, far, lags, waiting = [], [], {}, 0
    with own_database(asked) as template:
        shipment = shop.big_order(home, lines=asked.many(_LINES), units=asked.many(_UNITS), db=template)
        for folder in asked.homes():
            with own_database(asked, template) as url:
                waiting, took = _drained(url, folder, shipment)
                near.append(took)
            with own_database(asked, template) as url, closing(Proxy(url)) as proxy:
                _, took = _drained(proxy.url, folder / "far", shipment, proxy)
                far.append(took)
        for name, delay in (("near", 0.0), ("behind_50ms", _FAR_S)):
            with own_database(asked, template) as url, closing(Proxy(url)) as proxy:
                lags[name] = _lags(proxy, asked.fresh("lag"), shipment, delay, asked.many(_SINGLE))
    return {
        "what": "facts of picking that waited while the line to PostgreSQL was cut, pushed in batches of "
        f"{BATCH_FACTS}; behind 50 ms each round trip takes so much longer",
        "facts": waiting,
        "near": runs(near, "s", at_most=5),
        "behind_50ms": runs(far, "s", at_most=60),
        "push_lag": {name: spread([found], "ms", at_most=1000) for name, found in lags.items()},
    }


def _drained(url: str, folder: Path, shipment: str, proxy: Proxy | None = None) -> tuple[int, float]:
    """(facts that waited, seconds until the last was applied)"""
    with (
        closing(open_database(url, patience=PATIENCE_S)) as database,
        closing(Station.open(folder / "bench", database, shop.STATION, settings=_SETTINGS)) as bench,
    ):
        line = Line(database)
        bench.sign_in(shop.BADGE)
        answer = bench.scan(shipment)
        assert bench.settle(_PATIENCE_S)
        line.cut()
        while answer.state not in ("finished", "idle"):
            answer = bench.scan(answer.next[0])
            assert answer.outcome in ("ok", "done"), answer
        applied, kept = bench.applied
        if proxy:
            proxy.delay(_FAR_S)
        line.mend()
        started = perf_counter()
        assert bench.settle(_PATIENCE_S)
        return kept - applied, perf_counter() - started


def _lags(proxy: Proxy, folder: Path, shipment: str, delay: float, scans: int) -> list[float]:
    """Milliseconds from a scan's answer until its facts are applied."""
    found = []
    with (
        closing(open_database(proxy.url, patience=PATIENCE_S)) as database,
        closing(Station.open(folder / "bench", database, shop.STATION, settings=_SETTINGS)) as bench,
    ):
        bench.sign_in(shop.BADGE)
        answer = bench.scan(shipment)
        assert bench.settle(_PATIENCE_S)
        proxy.delay(delay)
        for _ in range(scans):
            answer = bench.scan(answer.next[0])
            started, (_, kept) = monotonic(), bench.applied
            while bench.applied[0] < kept:
                sleep(0.002)
            found.append((monotonic() - started) * 1000)
            sleep(max(0.0, _APART_S - (monotonic() - started)))
    return found


_SETTINGS = Settings(confirm_after_s=0.0, question_timeout_s=60.0)
