"""The benchmarks by name, what they were measured on, and one after the other."""

from __future__ import annotations

import importlib
import os
import platform
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter

from app.base.wording import word
from app.bench.asked import Asked, Skipped
from app.bench.disk import fsyncs
from app.bench.figures import Figures, spread
from app.db import open_database

# Which module holds which benchmark: only that one is loaded.
_FILES = {
    "floor": "floor", "apply": "apply", "import": "intake", "label": "label", "show": "show",
    "plan": "plan", "reserve": "reserve", "check": "check",
    "sync": "sync", "claims": "claims", "fleet": "fleet", "peer": "peer",
}  # fmt: skip
BENCHMARKS: Mapping[str, str] = {name: f"app.bench.{file}" for name, file in _FILES.items()}


def measure(
    names: Sequence[str],
    *,
    runs: int,
    data: Path | None,
    language: str = "en",
    size: float = 1.0,
    known: Mapping[str, str] = BENCHMARKS,
    db: str = "",
) -> dict[str, object]:
    """Figures of each benchmark, in a temporary folder on this machine's disk that is gone afterwards.

    `known`: which module has the benchmark of a name. `db`: a PostgreSQL for those that need one.
    """
    with tempfile.TemporaryDirectory(prefix="packbench-bench-") as folder:
        machine = _machine(Path(folder))
        asked = {name: Asked(Path(folder) / name, runs, data, size, db) for name in names}
        found = {name: _measured(known[name], asked[name], language) for name in names}
    return {"machine": machine, "benchmarks": found}


def _measured(module: str, asked: Asked, language: str) -> Figures:
    benchmark = importlib.import_module(module)
    asked.folder.mkdir(parents=True)
    started = perf_counter()
    try:
        figures: Figures = benchmark.run(asked)
    except Skipped as skipped:
        return {"skipped": word(f"bench.{skipped.reason}", language)}
    return figures | {"took_s": round(perf_counter() - started, 1)}


def _machine(folder: Path) -> Figures:
    """What figures depend on: cores, how busy they are, and what an fsync costs where the files lie."""
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "system": platform.platform(terse=True),
        "python": sys.version.split()[0],
        "sqlite": _sqlite(),
        "fsync": spread([fsyncs(folder)], "ms"),
    }


def _sqlite() -> str:
    with closing(open_database("sqlite://")) as database:
        return str(getattr(database.engine.dialect.dbapi, "sqlite_version", ""))
