"""The acts that were measured of another system, for the same shape of order: one bench, and four at once.

Of OCA shopfloor 14.0 on Odoo 14 and PostgreSQL 13 on two shared cores, from request to full response, were measured
(2026-11, by ourselves, first figures only): opening by scan p50 118 ms, p95 201 ms; an unknown barcode 116/153; a
product not on the order 115/164; an item scanned and saved 138/284. Four stations on two orders: p50 503 ms, p95
2,410 ms.
"""

from __future__ import annotations

import csv
import threading
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter

from app.bench import crowd
from app.bench.asked import Asked
from app.bench.driver import Answer, Bench, open_bench, surroundings
from app.bench.figures import Figures, percentile
from app.bench.server import own_database
from app.bench.shop import BADGE
from app.upkeep.demo import FOLDER as DEMO

_LINES, _UNITS = 10, 50
_WRONG = 20
_BENCHES = (1, 4)
_ACTS = ("open", "unknown_code", "not_on_the_order", "item")

Took = dict[str, list[float]]


def run(asked: Asked) -> Figures:
    """Picks and packs orders of 10 lines × 50 units, each bench its own; milliseconds from scan to answer, kept."""
    home = asked.fresh("shop")
    found: Figures = {}
    with own_database(asked) as template:
        crowd.furnish(template, home, max(_BENCHES), lines=_LINES, units=asked.many(_UNITS))
        for benches in _BENCHES:
            with own_database(asked, template) as url:
                found[f"benches_{benches}"] = _played(url, asked.fresh(f"homes-{benches}"), benches, asked)
    return {
        "what": "packbench floor, a process a bench, one PostgreSQL: ms from a scan's line in to its answer's line "
        "out, its facts on disk before; orders of 10 lines × 50 units",
        **found,
    }


def _played(url: str, folder: Path, benches: int, asked: Asked) -> Figures:
    took: list[Took] = [{act: [] for act in _ACTS} for _ in range(benches)]
    started = perf_counter()
    with ExitStack() as stack:
        shift = []
        for n in range(benches):
            home = folder / str(n)
            env = surroundings(home, db=url, confirm_after_s=0, question_timeout_s=60)
            bench = stack.enter_context(open_bench(env, crowd.station(n), (home / "out").as_uri(), badge=BADGE))
            shift.append(threading.Thread(target=_work, args=(bench, crowd.shipment(n), took[n], asked.many(_WRONG))))
        for one in shift:
            one.start()
        for one in shift:
            one.join()
    lasted, scans = perf_counter() - started, sum(len(times) for one in took for times in one.values())
    return {act: _figures([t for one in took for t in one[act]]) for act in _ACTS} | {
        "scans": scans,
        "scans_per_s": round(scans / lasted, 1),
    }


def _work(bench: Bench, shipment: str, took: Took, wrong: int) -> None:
    """The order picked and packed as the bench asks for it; in between codes that do not belong there."""

    def timed(act: str, code: str) -> Answer:
        started = perf_counter()
        answer = bench.scan(code)
        took[act].append((perf_counter() - started) * 1000)
        return answer

    strange = _of_another_order()
    for _ in ("pick", "pack"):
        answer = timed("open", shipment)
        for n in range(wrong):
            timed("unknown_code", f"NOSUCHCODE{n}")
            if timed("not_on_the_order", strange)["outcome"] == "stop":
                bench.scan("PBOK")
        while answer["next"] and answer["state"] not in ("finished", "idle"):
            answer = timed("item", answer["next"][0])


def _of_another_order() -> str:
    """An article of the demo shop, which none of these orders has."""
    with (DEMO / "products.csv").open(encoding="utf-8", newline="") as rows:
        return next(row["barcodes"] for row in csv.DictReader(rows) if row["barcodes"]).partition("*")[0]


def _figures(values: list[float]) -> Figures:
    return {
        "unit": "ms",
        "n": len(values),
        "p50": round(percentile(values, 50), 2),
        "p95": round(percentile(values, 95), 2),
        "max": round(max(values), 2),
    }
