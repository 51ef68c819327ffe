"""`packbench show` as whole processes, on the demo shop after some of its shipments were packed."""

from __future__ import annotations

from time import perf_counter

from app.bench import shop
from app.bench.asked import Asked
from app.bench.driver import open_bench, surroundings
from app.bench.driver import run as command
from app.bench.figures import Figures, spread
from app.bench.shift import by_warehouse, choose
from app.db.plain import reading
from app.desk.views import show

_PACKED, _TIMES = 3, 10


def run(asked: Asked) -> Figures:
    """Seconds from the start of the process to its end, answer printed."""
    home = asked.fresh("demo")
    env = surroundings(home, confirm_after_s=0, question_timeout_s=60)
    code, _, errors = command(env, "demo", "--json")
    assert code == 0, errors
    with reading(shop.url(home)) as read:
        chosen = by_warehouse(choose(read, asked.many(_PACKED) + 60, 0))[shop.WAREHOUSE][: asked.many(_PACKED)]
    with open_bench(env, shop.STATION, (home / "labels").as_uri(), badge=shop.BADGE) as bench:
        for row in chosen:
            bench.pack(row["id"])
    with reading(shop.url(home)) as read:
        packed = show.shipment(read, chosen[0]["id"])
    ids = {
        "shipment": packed["shipment"],
        "order": packed["order"],
        "sku": packed["lines"][0]["sku"],
        "parcel": packed["parcels"][0]["parcel"],
    }
    found: Figures = {"what": "packbench show … --json, start of the process to its end, SQLite"}
    for what, id_ in ids.items():
        times = [[_seconds(env, what, id_) for _ in range(asked.many(_TIMES))] for _ in range(asked.runs)]
        found[what] = spread(times, "s", at_most=0.5)
    return found


def _seconds(env: dict[str, str], what: str, id_: str) -> float:
    started = perf_counter()
    code, _, errors = command(env, "show", what, id_, "--json")
    assert code == 0, errors
    return perf_counter() - started
