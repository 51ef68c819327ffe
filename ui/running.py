"""`run`: the desktop program; until its window exists, a shift on the demo shop played without one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from app.cli.context import Context
from app.cli.words import say

Demo = Annotated[bool, typer.Option("--demo", help=say("cli.run.demo"))]
Name = Annotated[str, typer.Option("--station", metavar="NAME", help=say("cli.run.station"))]


def register(program: typer.Typer) -> None:
    program.command("run", help=say("cli.run.help"))(run)


def run(context: typer.Context, demo: Demo = False, station: Name = "") -> None:
    from app.base.errors import Broken
    from app.bench.shift import play_demo_shift

    own: Context = context.obj
    if not demo:
        raise Broken("no window", kind="no_window")
    out = Path(own.settings.out)
    sys.stderr.write(say("cli.run.playing", out=out) + "\n")
    played = play_demo_shift(out)
    findings = [dict(found) for found in played.findings]
    own.out.answer({"out": str(out), "parcels": len(played.parcels), "scans": played.scans, "findings": findings})
    if findings:
        raise typer.Exit(1)
