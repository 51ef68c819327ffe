"""`packbench check` as a whole process: on the demo shop, and on a real year of orders where there is one."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from time import perf_counter

from app.bench import shop
from app.bench.asked import Asked, Skipped
from app.bench.driver import run as command
from app.bench.driver import surroundings
from app.bench.figures import Figures, runs
from app.bench.intake import take_in, year


def run(asked: Asked) -> Figures:
    """Seconds until every promise was looked after."""
    demo = asked.fresh("demo")
    code, _, errors = command(surroundings(demo), "demo", "--json")
    assert code == 0, errors
    found: Figures = {"what": "packbench check, start of the process to its end", "demo": _checked(asked, demo)}
    try:
        file = year(asked)
    except Skipped as skipped:
        return found | {"year": {"skipped": skipped.reason}}
    home = asked.fresh("year")
    with closing(shop.open_shop(home)):
        pass
    take_in(home, file, ("--create-products",))
    return found | {"year": _checked(asked, home)}


def _checked(asked: Asked, home: Path) -> Figures:
    seconds = []
    for _ in range(asked.runs):
        started = perf_counter()
        code, said, errors = command(surroundings(home), "check", "--json")
        seconds.append(perf_counter() - started)
        assert code == 0, json.loads(said)["findings"][:5] if said else errors
    return runs(seconds, "s")
