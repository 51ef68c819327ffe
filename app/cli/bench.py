"""`bench`: the benchmarks, figures as JSON."""

from __future__ import annotations

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


def register(program: typer.Typer) -> None:
    program.command("bench", help=say("cli.bench.help", names=", ".join(BENCHMARKS)))(bench)


def bench(context: typer.Context, name: Name, data: Data = None, runs: Runs = 3) -> None:
    from app.bench.measure import measure

    own: Context = context.obj
    if name not in (*BENCHMARKS, "all"):
        raise typer.BadParameter(say("cli.bench.unknown", name=name, names=", ".join(BENCHMARKS)))
    wanted = tuple(BENCHMARKS) if name == "all" else (name,)
    own.out.answer(measure(wanted, runs=runs, data=data, language=language()))
