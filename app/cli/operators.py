"""`operator pin`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from app.cli.context import Context
from app.cli.words import say

Badge = Annotated[str, typer.Argument(metavar="BADGE")]


def register(program: typer.Typer) -> None:
    group = typer.Typer(help=say("cli.operator.help"), no_args_is_help=True, rich_markup_mode=None)
    group.callback()(_operators)
    group.command("pin", help=say("cli.operator.pin"))(pin)
    program.add_typer(group, name="operator")


def _operators() -> None:
    """Without it, typer would take a lone command for the whole group."""


def pin(context: typer.Context, badge: Badge) -> None:
    from app.site.roles import require
    from app.site.set_pin import set_pin

    own: Context = context.obj
    with own.database() as database:
        who = own.operator(database)
        require(who, "operator.pin")  # before anything is typed
        said = _said()
        bearer = database.act(lambda tx: set_pin(tx, badge, said, operator=who, now=database.now(tx, own.clock)))
    own.out.answer({"badge": bearer.badge, "name": bearer.name, "pin": True})


def _said() -> str:
    """Typed unseen, twice; or the first line of what is piped in. Never an argument: `ps` and history show those."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return str(typer.prompt(say("cli.operator.which"), hide_input=True, confirmation_prompt=say("cli.operator.again")))
