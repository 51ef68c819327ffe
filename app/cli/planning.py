"""`plan` and `quote`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.context import Context
from app.cli.words import say

if TYPE_CHECKING:
    from app.db import Database

Orders = Annotated[list[str] | None, typer.Argument(metavar="[ORDER]…")]
Explain = Annotated[bool, typer.Option("--explain", help=say("cli.plan.explain"))]
Cart = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)]


def register(program: typer.Typer) -> None:
    program.command("plan", help=say("cli.plan.help"))(plan)
    program.command("quote", help=say("cli.quote.help"))(quote)


def plan(context: typer.Context, orders: Orders = None, explain: Explain = False) -> None:
    own: Context = context.obj
    if explain:
        _explain(own, orders or [])
        return
    from app.planning.plan import plan_orders

    with own.database() as database:
        summary = plan_orders(
            database,
            orders or None,
            operator=own.operator(database),
            now=own.clock.now(),
            progress=counted(database, own.out.progress(say("cli.plan.bar")), orders),
        )
    own.out.answer(summary.as_dict())


def _explain(own: Context, orders: list[str]) -> None:
    from app.planning.plan import explain
    from app.planning.record import plan_record

    if len(orders) != 1:
        raise typer.BadParameter(say("cli.plan.one_order"))
    with own.database() as database, database.read() as tx:
        own.out.answer(plan_record(explain(tx, orders[0], own.clock.now()), own.settings.language))


def quote(context: typer.Context, file: Cart) -> None:
    from app.planning.cart import read_cart
    from app.planning.quote import quote_cart

    own: Context = context.obj
    cart = read_cart(file.read_bytes())
    with own.database() as database, database.read() as tx:
        found = quote_cart(tx, cart, own.clock.now())
    own.out.answer(found.as_dict())
    if found.plan.findings:
        raise typer.Exit(3)


def counted(
    database: Database, bar: Callable[[int, int], None] | None, orders: list[str] | None
) -> Callable[[int], None] | None:
    """A bar that knows how many there are to plan."""
    if bar is None:
        return None
    from app.orders import store

    if orders:
        total = len(orders)
    else:
        with database.read() as tx:
            total = len(store.unplanned(tx, limit=10_000_000))
    return lambda done: bar(done, max(total, done))
