"""`run`: the desktop program. Without a display, a shift on the demo shop played in a window nobody sees."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import partial
from importlib import import_module
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
    raise typer.Exit(_window(own, station or (DEMO_STATION if demo else ""), demo=demo))


def _window(own: Context, station: str, *, demo: bool) -> int:
    """Shows that something is coming first, then loads the rest of the program behind it."""
    from app.base.errors import PackbenchError
    from app.base.wording import known
    from ui.shell.opening import Closed, Opening
    from ui.start import application, unhandled
    from ui.tasks import TaskRunner

    app = application()
    opening, runner = Opening(say("shell.opening.close")), TaskRunner(unhandled, app)
    opening.show_(say("shell.opening.bench"))
    opening.showMaximized()
    try:
        opening.wait_for(runner, load)
        from ui.program import open_window, shop_in_place

        if demo:
            opening.wait_for(runner, partial(shop_in_place, own, opening.show_))
        return open_window(own, station, opening, runner, demo=demo)
    except Closed:
        return 0
    except PackbenchError as error:
        key = f"error.{error.kind}"
        text = say(key, **error.values) if known(key) else str(error)
        sys.stderr.write(text + "\n")
        opening.sorry(say("shell.opening.sorry"), text)
        return 1
    finally:
        runner.shut_down()
        opening.deleteLater()


def load() -> None:
    """The greater part of the program, loaded behind a window that is there already."""
    import_module("ui.program")


def has_display() -> bool:
    """Whether anybody could see a window here."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform:
        return platform.partition(":")[0] not in {"offscreen", "minimal"}
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _play(own: Context) -> None:
    from ui.demo_shift import play

    out = Path(own.settings.out)
    sys.stderr.write(say("cli.run.playing", out=out) + "\n")
    played = play(out)
    findings = [dict(found) for found in played.findings]
    own.out.answer({"out": str(out), "parcels": len(played.parcels), "scans": played.scans, "findings": findings})
    if findings:
        raise typer.Exit(1)
