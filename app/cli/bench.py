"""`bench`: the benchmarks, figures as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from app.bench.measure import BENCHMARKS
from app.cli.context import Context
from app.cli.words import language, say

Name = Annotated[str, typer.Argument(metavar="NAME")]
Data = Annotated[
    Path | None, typer.Option("--data", metavar="FILE", envvar="PACKBENCH_BENCH_DATA", help=say("cli.bench.data"))
]
Runs = Annotated[int, typer.Option("--runs", min=1, max=100, help=say("cli.bench.runs"))]
Simulate = Annotated[float, typer.Option("--simulate", metavar="HOURS", min=0, help=say("cli.bench.simulate"))]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help=say("cli.bench.seed"))]


def register(program: typer.Typer, further: Mapping[str, str] | None = None) -> None:
    """`further`: benchmarks of whoever calls, each with the module that has it."""
    known = {**BENCHMARKS, **(further or {})}

    def bench(
        context: typer.Context, name: Name, data: Data = None, runs: Runs = 3, simulate: Simulate = 0, seed: Seed = 1
    ) -> None:
        from app.bench.measure import measure

        own: Context = context.obj
        if name not in (*known, "all"):
            raise typer.BadParameter(say("cli.bench.unknown", name=name, names=", ".join(known)))
        if simulate:
            if name != "fleet":
                raise typer.BadParameter(say("cli.bench.no_simulation", name=name))
            _simulated(own, simulate, seed)
            return
        wanted = tuple(known) if name == "all" else (name,)
        own.out.answer(measure(wanted, runs=runs, data=data, language=language(), known=known, db=own.settings.db_url))

    program.command("bench", help=say("cli.bench.help", names=", ".join(known)))(bench)


def _simulated(own: Context, hours: float, seed: int) -> None:
    """The floor in one thread for so many hours; exit code 1 when anything was lost, doubled, oversold or broken."""
    from app.bench.simulation.floor import Program, simulate
    from app.bench.simulation.report import held, report
    from app.bootstrap import checks, initialise, metadata

    figures = report(simulate(seed, hours, Program(initialise, metadata, checks())))
    own.out.answer(figures)
    if not held(figures):
        raise typer.Exit(1)
