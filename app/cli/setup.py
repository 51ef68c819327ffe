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
    from app.bootstrap import initialise
    from app.db import open_database
    from app.db.head import HEAD

    own: Context = context.obj
    database = open_database(own.settings.db_url)
    try:
        done = initialise(database)
    finally:
        database.close()
    own.out.answer({"database": database.engine.url.render_as_string(), "version": HEAD, "changed": done})


def demo(context: typer.Context, no_orders: NoOrders = False) -> None:
    from app.bootstrap import initialise
    from app.db import open_database
    from app.upkeep.demo import load_demo

    own: Context = context.obj
    database = open_database(own.settings.db_url)
    try:
        initialise(database)
        operator = own.operator(database)
        own.out.answer(
            load_demo(
                database,
                orders=not no_orders,
                operator=operator,
                now=own.clock.now(),
                progress=None,
            )
        )
    finally:
        database.close()
