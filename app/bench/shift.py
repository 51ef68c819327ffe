"""A shift on the demo shop, played by scans alone: what `packbench run` does where no window can open."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from app import settings
from app.base.errors import Broken
from app.base.wording import word
from app.bench.driver import open_bench, run, surroundings
from app.db.plain import Reads, reading
from app.desk.views import show, store

_PAGE = 10_000
# One bench works off shipments of its warehouse: (environment, database, station, shipments, printer) → scans it took.
Work = Callable[[Mapping[str, str], str, str, list[dict[str, Any]], str], int]


@dataclass(frozen=True, slots=True)
class Packed:
    """One parcel that left."""

    order: str
    country: str
    shipment: str
    warehouse: str
    carrier: str
    parcel: str
    sscc: str
    tracking: str


@dataclass(frozen=True, slots=True)
class Played:
    """What a shift did. `findings`: what `packbench check` said afterwards."""

    parcels: tuple[Packed, ...]
    scans: int
    seconds: float
    findings: tuple[Mapping[str, str], ...]


def play_demo_shift(out: Path, *, orders: int = 10, split: int = 2, work: Work | None = None) -> Played:
    """A fresh demo shop in `out`, so many of its orders packed and handed over; labels, lists and a summary stay there.

    What an earlier shift left in `out` is taken away first. `work`: who does it; `work_off`, unless said otherwise.
    """
    work = work or work_off
    language = settings.load().language

    def tell(key: str, **values: object) -> None:
        sys.stderr.write(word(f"upkeep.shift.{key}", language, **values) + "\n")

    out = out.resolve()
    for name in ("data", "labels", "lists"):
        shutil.rmtree(out / name, ignore_errors=True)
    env = surroundings(out / "data", confirm_after_s=0, language=language)
    tell("step_demo")
    code, _, errors = run(env, "demo")
    if code:
        raise Broken(errors, kind="no_shift", why=errors.strip())
    url = f"sqlite:///{out / 'data' / 'packbench.db'}"
    with reading(url) as read:
        chosen = choose(read, orders, split)
        stations = _stations(read)
    started, scans = monotonic(), 0
    for warehouse, some in sorted(by_warehouse(chosen).items()):
        tell("step_bench", station=stations[warehouse], warehouse=warehouse, shipments=len(some))
        scans += work(env, url, stations[warehouse], some, (out / "labels").as_uri())
    _sort(out)
    with reading(url) as read:
        parcels = tuple(_packed(read, chosen))
    findings = json.loads(run(env, "check", "--json")[1])["findings"]
    played = Played(parcels, scans, round(monotonic() - started, 1), tuple(findings))
    _summarise(played, out, language)
    tell("step_done", path=out / "summary.md")
    return played


def choose(read: Reads, orders: int, split: int) -> list[dict[str, Any]]:
    """The shipments of so many orders that are ready whole, `split` of them from several warehouses.

    From many countries and every warehouse, so that there is much to see.
    """
    of: dict[str, list[dict[str, Any]]] = {}
    for row in store.listing(read, "shipments", state=None, limit=_PAGE, after=None):
        of.setdefault(row["order_id"], []).append(row)
    ready = {order: rows for order, rows in of.items() if all(r["state"] == "ready" for r in rows)}
    country = {r["id"]: r["country"] for r in store.listing(read, "orders", state=None, limit=_PAGE, after=None)}
    chosen: list[str] = []
    seen: Counter[str] = Counter()
    for many, wanted in ((True, split), (False, orders - split)):
        fitting = [order for order, rows in ready.items() if (len(rows) > 1) == many]
        for _ in range(min(wanted, len(fitting))):
            order = min(fitting, key=lambda o: (seen[country[o]] + seen[ready[o][0]["warehouse"]], o))
            fitting.remove(order)
            chosen.append(order)
            seen.update([country[order], *(row["warehouse"] for row in ready[order])])
    return [row for order in chosen for row in ready[order]]


def by_warehouse(shipments: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in shipments:
        found.setdefault(row["warehouse"], []).append(row)
    return found


def work_off(env: Mapping[str, str], url: str, station: str, shipments: list[dict[str, Any]], printer: str) -> int:
    """One bench picks, packs, labels and hands over these shipments of its warehouse; how many scans it took."""
    with open_bench(env, station, printer) as bench:
        for row in shipments:
            bench.pack(row["id"])
        scans = bench.scanned
    # The bench has sent all it knows: now the labels' numbers stand in the database.
    with open_bench(env, station, printer) as bench:
        for carrier, some in labels_by_carrier(url, shipments):
            bench.hand_over(carrier, some)
            bench.scan("PBEXIT")
        return scans + bench.scanned


def labels_by_carrier(url: str, shipments: Iterable[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """The SSCCs of these shipments' parcels as the shared database has them, by carrier."""
    found: dict[str, list[str]] = {}
    with reading(url) as read:
        for row in shipments:
            labels = [p["sscc"] for p in show.shipment(read, row["id"])["parcels"] if p["state"] != "void"]
            found.setdefault(row["carrier"], []).extend(labels)
    return sorted(found.items())


def _stations(read: Reads) -> dict[str, str]:
    """The first bench of each warehouse."""
    found: dict[str, str] = {}
    for row in read("SELECT name, warehouse FROM station ORDER BY name"):
        found.setdefault(row["warehouse"], row["name"])
    return found


def _packed(read: Reads, shipments: Iterable[dict[str, Any]]) -> Iterable[Packed]:
    for row in shipments:
        one = show.shipment(read, row["id"])
        for p in one["parcels"]:
            if p["state"] != "void":
                yield Packed(
                    one["order"], one["country"], one["shipment"], one["warehouse"], one["carrier"],
                    p["parcel"], p["sscc"], p["tracking"],
                )  # fmt: skip


def _sort(out: Path) -> None:
    """Labels for the label printer, lists for the desk's."""
    (out / "lists").mkdir(parents=True, exist_ok=True)
    for file in sorted((out / "labels").glob("*.pdf")):
        file.rename(out / "lists" / file.name)


def _summarise(played: Played, out: Path, language: str) -> None:
    def say(key: str, **values: object) -> str:
        return word(f"upkeep.shift.{key}", language, **values)

    shipments = {p.shipment: p.order for p in played.parcels}
    several = {order for order in shipments.values() if list(shipments.values()).count(order) > 1}
    counts = {
        "orders": len(set(shipments.values())),
        "shipments": len(shipments),
        "parcels": len(played.parcels),
        "split": len(several),
        "scans": played.scans,
        "seconds": played.seconds,
    }
    columns = say("columns")
    lines = [
        f"# {say('title')}", "", say("intro"), "", say("orders", **counts), "",
        columns, "|" + " --- |" * (columns.count("|") - 1),
        *(f"| {p.order} | {p.country} | {p.shipment} | {p.warehouse} | {p.parcel} | {p.sscc} | {p.tracking} |"
          for p in played.parcels),
        "", say("labels"), say("demo"), "",
        say("check_found", findings=len(played.findings)) if played.findings else say("check"),
    ]  # fmt: skip
    (out / "summary.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = {**counts, "parcels": [asdict(p) for p in played.parcels], "findings": list(played.findings)}
    (out / "summary.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
