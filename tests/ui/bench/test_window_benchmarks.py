"""The window's benchmarks run at a tiny size and say what they promised to say. How fast it was is nobody's test."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.bench.measure import measure
from ui.bench import BENCHMARKS

_SAYS: dict[str, dict[str, tuple[str, ...]]] = {
    "scan": dict.fromkeys(("idle", "busy", "serial"), ("heard", "answered", "kept"))
    | {"shared": ("near", "behind_200ms", "hanging", "gone")},
    "window": {"start": ("something", "bench"), "orders": ("opened", "paged"), "memory": ("megabytes", "grown")},
}


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_of_the_window_says_what_it_measured(qapp: QApplication, name: str, pg_url: str) -> None:
    said = measure([name], runs=1, data=None, size=0.01, known=BENCHMARKS, db=pg_url)
    figures: dict[str, Any] = said["benchmarks"][name]  # type: ignore[index]
    assert figures["what"]
    for part, keys in _SAYS[name].items():
        assert set(keys) <= set(figures[part])
    if name == "scan":
        assert 0 < figures["idle"]["heard"]["median"] <= figures["idle"]["kept"]["median"]
