"""Each benchmark runs at a tiny size and says what it promised to say. How fast it was is nobody's test."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from app.bench.figures import percentile, runs, spread
from app.bench.measure import BENCHMARKS, measure

_YEAR = """Invoice,StockCode,Description,Quantity,InvoiceDate,Price,CustomerID,Country
489434,85048,GLASS BALL,12,2009-12-01 07:45:00,6.95,13085,United Kingdom
489434,79323P,CHERRY LIGHTS,12,2009-12-01 07:45:00,6.75,13085,United Kingdom
C489449,22087,PAPER BUNTING,-12,2009-12-01 10:33:00,2.95,16321,Australia
"""

_SAYS = {
    "floor": {
        "piped": ("all", "pick", "pack", "applied_meanwhile", "opening_behind_it", "answers_before_their_fact"),
        "single": ("answer", "disk_alone", "answers_before_their_fact"),
    },
    "apply": {"drain": ("unit", "runs", "median", "min", "max", "at_least", "held")},
    "import": {"plain": ("seconds", "peak_memory", "added"), "create_products": ("seconds", "peak_memory", "added")},
    "label": dict.fromkeys(("latin", "greek", "chinese", "arabic"), ("median", "p99", "max", "first")),
    "show": dict.fromkeys(("shipment", "order", "sku", "parcel"), ("median", "p99", "max")),
    "plan": {"planned": ("median", "min", "max")},
    "reserve": {"reserved": ("median", "min", "max")},
    "sync": {"near": ("median", "held"), "behind_50ms": ("median", "held"), "push_lag": ("near", "behind_50ms")},
    "claims": {"claimed": ("median", "held"), "packets": ("median",), "waited": ("p99",)},
    "fleet": {"push_lag": ("median", "p99", "held"), "answer": ("p99",)},
    "peer": {},
    "check": {"demo": ("median", "min", "max"), "year": ("median", "min", "max")},
}


@pytest.fixture
def year(tmp_path: Path) -> Path:
    file = tmp_path / "online_retail.csv.gz"
    file.write_bytes(gzip.compress(_YEAR.encode()))
    return file


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_says_what_it_measured(name: str, year: Path, pg_url: str) -> None:
    said = measure([name], runs=1, data=year, size=0.02, db=pg_url)
    figures: dict[str, Any] = said["benchmarks"][name]  # type: ignore[index]
    assert figures["what"]
    for part, keys in _SAYS[name].items():
        assert set(keys) <= set(figures[part])
    assert {"cores", "load", "python", "sqlite", "fsync"} <= set(said["machine"])  # type: ignore[call-overload]


def test_no_answer_of_the_floor_comes_before_its_fact_is_in_the_journal() -> None:
    figures: dict[str, Any] = measure(["floor"], runs=1, data=None, size=0.1)["benchmarks"]["floor"]  # type: ignore[index]
    assert figures["piped"]["answers_before_their_fact"] == figures["single"]["answers_before_their_fact"] == 0


def test_a_year_that_is_not_there_is_skipped_with_its_reason() -> None:
    said = measure(["import"], runs=1, data=None)["benchmarks"]["import"]  # type: ignore[index]
    assert "PACKBENCH_BENCH_DATA" in said["skipped"]


def test_a_server_that_is_not_named_is_asked_for() -> None:
    said = measure(["fleet"], runs=1, data=None)["benchmarks"]["fleet"]  # type: ignore[index]
    assert "--db" in said["skipped"]


def test_no_shipment_is_claimed_twice_however_many_ask_and_nothing_waits_for_ever(pg_url: str) -> None:
    figures: dict[str, Any] = measure(["claims"], runs=1, data=None, size=0.05, db=pg_url)["benchmarks"]["claims"]  # type: ignore[index]
    assert figures["claimed_twice"] == 0
    assert figures["claimed_in_all"] == figures["shipments"]


def test_figures_hold_to_their_target_by_the_median_of_runs_and_the_99th_percentile_of_all() -> None:
    assert runs([900, 1100, 1200], "scans/s", at_least=1000)["held"]
    assert not runs([900, 950, 1200], "scans/s", at_least=1000)["held"]
    waits = [[1.0] * 99 + [50.0], [1.0] * 100]
    assert spread(waits, "ms", at_most=5)["held"]
    assert spread(waits, "ms", at_most=5)["p99_of_runs"] == [1.0, 1.0]
    assert spread(waits, "ms")["max"] == 50.0


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([3, 1, 2], 50) == 2
    assert percentile([5], 99) == 5
