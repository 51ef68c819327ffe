"""`stock receive | move | count | adjust`."""

from __future__ import annotations

from typing import Annotated

import typer

from app.base.ids import uuid7
from app.base.wording import word
from app.cli.context import Context

Qty = Annotated[int, typer.Argument(min=-1_000_000, max=1_000_000)]
Lot = Annotated[str, typer.Option()]
Serial = Annotated[str, typer.Option()]


def register(program: typer.Typer) -> None:
    group = typer.Typer(help=word("cli.stock.help"), no_args_is_help=True)
    group.command("receive", help=word("cli.stock.receive"))(receive)
    group.command("move", help=word("cli.stock.move"))(move)
    group.command("count", help=word("cli.stock.count"))(count)
    group.command("adjust", help=word("cli.stock.adjust"))(adjust)
    program.add_typer(group, name="stock")
