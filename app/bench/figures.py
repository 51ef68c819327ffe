"""Many measurements as a few figures: what every benchmark answers with. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from statistics import median
from typing import Any

Figures = dict[str, Any]


def runs(values: Sequence[float], unit: str, *, at_least: float | None = None, at_most: float | None = None) -> Figures:
    """One number a run: their median, the least and the most. `at_least`, `at_most`: what the median has to hold to."""
    figures: Figures = {
        "unit": unit,
        "runs": len(values),
        "median": _short(median(values)),
        "min": _short(min(values)),
        "max": _short(max(values)),
    }
    return figures | _held(median(values), at_least, at_most)


def spread(values: Sequence[Sequence[float]], unit: str, *, at_most: float | None = None) -> Figures:
    """Many numbers a run: median, 99th percentile and greatest of all. The 99th percentile has to hold to `at_most`."""
    every = [value for run in values for value in run]
    figures: Figures = {
        "unit": unit,
        "runs": len(values),
        "n": len(every),
        "median": _short(median(every)),
        "p99": _short(percentile(every, 99)),
        "max": _short(max(every)),
        "p99_of_runs": [_short(percentile(run, 99)) for run in values],
    }
    return figures | _held(percentile(every, 99), None, at_most)


def percentile(values: Sequence[float], share: float) -> float:
    """By nearest rank: a value that was measured, not one between two."""
    return sorted(values)[max(0, ceil(len(values) * share / 100) - 1)]


def _held(value: float, at_least: float | None, at_most: float | None) -> Figures:
    if at_least is not None:
        return {"at_least": at_least, "held": value >= at_least}
    if at_most is not None:
        return {"at_most": at_most, "held": value <= at_most}
    return {}


def _short(value: float) -> float:
    """Three decimals are more than a clock can tell; whole thousands need none."""
    return round(value, 0 if abs(value) >= 1000 else 3)
