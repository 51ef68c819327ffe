"""`floor`: a bench without a screen."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from app.cli.context import Context
from app.cli.words import say

Name = Annotated[str, typer.Option("--station", help=say("cli.floor.station"))]
Badge = Annotated[str, typer.Option("--operator", help=say("cli.floor.operator"))]
Printer = Annotated[str, typer.Option("--printer", metavar="URL", help=say("cli.floor.printer"))]
Papers = Annotated[str, typer.Option("--papers", metavar="URL", help=say("cli.floor.papers"))]
Hints = Annotated[bool, typer.Option("--hints", help=say("cli.floor.hints"))]

# Where these lead, any paper can go; a label printer takes no documents.
_ANY_PAPER = ("file:", "memory:")
_NAMELESS = "memory://floor"


def register(program: typer.Typer) -> None:
    program.command("floor", help=say("cli.floor.help"))(floor)


def floor(
    context: typer.Context, station: Name, operator: Badge, printer: Printer, papers: Papers = "", hints: Hints = False
) -> None:
    from app.base.errors import NotFound, Refused
    from app.bootstrap import jobs_beside
    from app.db import open_database
    from app.db.engine import PATIENCE_S
    from app.station.floor import run_floor
    from app.station.station import Station
    from printers.errors import UnknownPrinter
    from printers.registry import open_transport

    own: Context = context.obj
    printer = _NAMELESS if printer == "memory://" else printer
    papers = papers or (printer if printer.startswith(_ANY_PAPER) else "")
    for url in filter(None, (printer, papers)):
        try:
            open_transport(url).close()
        except UnknownPrinter as error:  # said before anything starts
            raise typer.BadParameter(say("cli.floor.no_printer", url=url, why=error)) from None
    name, folder = place(own, station)
    with closing(open_database(own.settings.db_url, who=name, patience=PATIENCE_S)) as database:
        opened = Station.open(folder, database, name, printer=printer, papers=papers, settings=own.settings)
        with closing(opened), jobs_beside(database, own.settings, own.clock):
            answer = opened.sign_in(operator)
            if not papers:
                sys.stderr.write(say("cli.floor.papers_in", folder=folder.resolve() / "papers") + "\n")
            if answer.message == "unknown_badge":
                raise NotFound(f"badge {operator!r:.40}", kind="unknown_badge", badge=operator[:40])
            if answer.state == "awaiting_pin":  # the first line, then
                sys.stderr.write(answer.text + "\n")
            elif opened.operator is None:
                raise Refused(answer.text, kind=answer.message, station=name)
            raise typer.Exit(run_floor(opened, sys.stdin.buffer, sys.stdout.buffer, hints))


def place(own: Context, station: str) -> tuple[str, Path]:
    """The bench's name and folder. With the database away: the folder it had last, and work goes on from there."""
    from app.base.errors import DatabaseAway
    from app.db.engine import PATIENCE_S
    from app.db.identity import identity
    from app.hub.places import claim_folder, last_folder, stations_folder
    from app.site import store as site

    stations, url = stations_folder(own.settings), own.settings.db_url
    try:
        with own.database(PATIENCE_S) as database:
            with database.read() as tx:
                name = site.station(tx, station).name
            return name, claim_folder(stations, name, identity(database), url)
    except DatabaseAway:
        folder = last_folder(stations, station, url)
        if folder is None:
            raise
        return station, folder
