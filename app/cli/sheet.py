"""`sheet`: codes to be scanned, on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.context import Context
from app.cli.words import language, say
from app.floor.cards import SHEETS

Name = Annotated[str, typer.Argument(metavar="|".join(SHEETS))]
OutFile = Annotated[Path | None, typer.Option("--out", metavar="FILE", help=say("cli.sheet.out"))]
Warehouse = Annotated[str, typer.Option("--warehouse", metavar="CODE", help=say("cli.sheet.warehouse"))]


def register(program: typer.Typer) -> None:
    program.command("sheet", help=say("cli.sheet.help"))(sheet)


def sheet(context: typer.Context, name: Name, out: OutFile = None, warehouse: Warehouse = "") -> None:
    from app.floor import cards

    own: Context = context.obj
    if name not in SHEETS:
        raise typer.BadParameter(say("cli.sheet.unknown", name=name, names=", ".join(SHEETS)))
    file = out or Path(own.settings.out) / f"sheet-{name}.pdf"
    with own.database() as database:
        by = own.operator(database)
        spoken = by.language if own.badge else language()
        with database.read() as tx:
            made = cards.sheet(tx, name, warehouse=warehouse, language=spoken)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(made)
    own.out.answer({"sheet": name, "file": str(file), "bytes": len(made)})
