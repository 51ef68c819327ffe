"""`run`: the desktop program. Without a display, a shift on the demo shop played in a window nobody sees."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from app.base.errors import Broken
from app.cli.context import Context
from app.cli.words import say

Demo = Annotated[bool, typer.Option("--demo", help=say("cli.run.demo"))]
Name = Annotated[str, typer.Option("--station", metavar="NAME", help=say("cli.run.station"))]

DEMO_HOME, DEMO_STATION = "demo", "S1"


def register(program: typer.Typer) -> None:
    program.command("run", help=say("cli.run.help"))(run)


def run(context: typer.Context, demo: Demo = False, station: Name = "") -> None:
    own: Context = context.obj
    if not has_display():
        if not demo:
            raise Broken("no display", kind="no_window")
        _play(own)
        return
    if demo and not own.settings.db:
        own = replace(own, settings=replace(own.settings, home=str(own.settings.home_folder / DEMO_HOME)))
    from ui.program import open_window

    raise typer.Exit(open_window(own, station or (DEMO_STATION if demo else ""), demo=demo))


def has_display() -> bool:
    """Whether anybody could see a window here."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform:
        return platform.partition(":")[0] not in {"offscreen", "minimal"}
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _play(own: Context) -> None:
    from app.bench.shift import play_demo_shift

    out = Path(own.settings.out)
    sys.stderr.write(say("cli.run.playing", out=out) + "\n")
    played = play_demo_shift(out)
    findings = [dict(found) for found in played.findings]
    own.out.answer({"out": str(out), "parcels": len(played.parcels), "scans": played.scans, "findings": findings})
    if findings:
        raise typer.Exit(1)
