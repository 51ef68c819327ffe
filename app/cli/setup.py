"""`init` and `demo`."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.context import Context
from app.cli.words import say

NoOrders = Annotated[bool, typer.Option("--no-orders", help=say("cli.demo.no_orders"))]


def register(program: typer.Typer) -> None:
    program.command("init", help=say("cli.init.help"))(init)
    program.command("demo", help=say("cli.demo.help"))(demo)


def init(context: typer.Context) -> None:
    from app.db.head import HEAD

    own: Context = context.obj
    with own.fresh_database() as (database, changed):
        url = database.engine.url.render_as_string()
    own.out.answer({"database": url, "version": HEAD, "changed": changed})


def demo(context: typer.Context, no_orders: NoOrders = False) -> None:
    from app.cli.planning import counted
    from app.upkeep.demo import load_demo

    own: Context = context.obj
    with own.fresh_database() as (database, _):
        bar = own.out.progress(say("cli.demo.planning"))
        done = load_demo(
            database,
            orders=not no_orders,
            operator=own.operator(database),
            now=own.clock.now(),
            progress=lambda: counted(database, bar, None),
        )
    own.out.answer(done)
