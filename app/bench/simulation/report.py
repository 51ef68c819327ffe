"""`packbench bench fleet --simulate HOURS --seed N`: one run of the simulated floor, as figures."""

from __future__ import annotations

from app.bench.figures import Figures
from app.bench.simulation.floor import Ran


def report(ran: Ran) -> Figures:
    """`bench_hours`: whole ones with 20 scans and a fault; `struck_in`: by kind of fault, where the work stood."""
    found = ran.truth.found
    broken = {"lost": found.lost, "doubled": found.doubled, "oversold": found.oversold, "other": found.other}
    return {
        "what": "the floor in one thread: real workflows, journals, sync, applier; a network and disks that fail",
        "seed": ran.seed,
        "bench_hours": ran.hours,
        "all_bench_hours": round(ran.all_hours, 1),
        "scans": ran.scans,
        "facts": ran.facts,
        "seconds": round(ran.seconds, 1),
        "cpu_seconds": round(ran.cpu, 1),
        "scans_per_second": round(ran.scans / ran.seconds, 1),
        "scans_per_cpu_second": round(ran.scans / ran.cpu, 1),
        "faults": sum(ran.faults.struck.values()),
        "faults_by_kind": dict(sorted(ran.faults.struck.items())),
        "struck_in": {kind: dict(sorted(states.items())) for kind, states in sorted(ran.faults.states.items())},
        **{name: len(some) for name, some in broken.items()},
        "first": [one for some in broken.values() for one in some[:5]],
        "digest": ran.digest,
    }


def held(figures: Figures) -> bool:
    """Whether nothing was lost, doubled, oversold or otherwise broken."""
    return not any(figures[name] for name in ("lost", "doubled", "oversold", "other"))
