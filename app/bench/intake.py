"""A real year of orders taken in by `packbench import orders` as a process of its own: how long, how much memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter

from app.base.paths import RESOURCES
from app.bench import shop
from app.bench.asked import Asked, Skipped
from app.bench.driver import program, surroundings
from app.bench.figures import Figures, runs

_MAP = RESOURCES / "channels" / "uci-map.toml"


def run(asked: Asked) -> Figures:
    """Held with unknown SKUs, and with --create-products. Skipped where the year isn't."""
    file = year(asked)
    found: Figures = {"what": f"{file.name} into SQLite with synchronous=FULL, a whole process from start to end"}
    for name, words in (("plain", ()), ("create_products", ("--create-products",))):
        seconds, megabytes = list[float](), list[float]()
        report: dict[str, int] = {}
        for folder in asked.homes():
            with closing(shop.open_shop(folder)):
                pass
            took, peak, report = take_in(folder, file, words)
            seconds.append(took)
            megabytes += [peak] if peak else []
        found[name] = {
            "seconds": runs(seconds, "s", at_most=60),
            "peak_memory": runs(megabytes, "MB", at_most=500) if megabytes else None,
            "read": report["read"],
            "added": report["added"],
        }
    return found


def year(asked: Asked) -> Path:
    """The file of orders: as it was given, or the one in the folder that was given."""
    if asked.data is None:
        raise Skipped("no_data")
    files = [asked.data] if asked.data.is_file() else sorted(asked.data.glob("**/online_retail*.csv*"))
    if not files:
        raise Skipped("no_data")
    return files[0]


def take_in(home: Path, file: Path, words: Sequence[str] = ()) -> tuple[float, float, dict[str, int]]:
    """Imports it into this home's shop: (seconds, peak MB of the process or 0 where nobody counts, its report)."""
    command = [*program(), "import", "orders", "--channel", "csv", "--shop", shop.SHOP, "--map", str(_MAP), str(file)]
    started = perf_counter()
    with subprocess.Popen(  # noqa: S603
        [*command, "--json", *words], env=surroundings(home), stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        answer = process.stdout.read()
        peak = _peak_of(process)
    took = perf_counter() - started
    report = json.loads(answer)
    assert "read" in report, report
    return took, peak, report


def _peak_of(process: subprocess.Popen[bytes]) -> float:
    """Waits for the end. What this one child used at most, not all children together."""
    if not hasattr(os, "wait4"):
        return 0.0
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
