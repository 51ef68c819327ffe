"""`import site | products | bins | cartons | totes | stock | orders`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.context import Context
from app.cli.words import say

Files = Annotated[list[Path], typer.Argument(metavar="FILE…", exists=True, dir_okay=False, readable=True)]
Channel = Annotated[str, typer.Option(help=say("cli.import.channel"))]
Shop = Annotated[str, typer.Option(help=say("cli.import.shop"))]
Map = Annotated[Path | None, typer.Option("--map", metavar="MAP.toml", help=say("cli.import.map"))]
Create = Annotated[bool, typer.Option("--create-products", help=say("cli.import.create_products"))]


def register(program: typer.Typer) -> None:
    group = typer.Typer(help=say("cli.import.help"), no_args_is_help=True, rich_markup_mode=None)
    acts = {"site": site, "products": products, "bins": bins, "cartons": cartons, "totes": totes, "stock": stock}
    for kind, act in acts.items():
        group.command(kind, help=say(f"cli.import.{kind}"))(act)
    group.command("orders", help=say("cli.import.orders"))(orders)
    program.add_typer(group, name="import")


def site(context: typer.Context, files: Files) -> None:
    _take(context.obj, "site", files)


def products(context: typer.Context, files: Files) -> None:
    _take(context.obj, "products", files)


def bins(context: typer.Context, files: Files) -> None:
    _take(context.obj, "bins", files)


def cartons(context: typer.Context, files: Files) -> None:
    _take(context.obj, "cartons", files)


def totes(context: typer.Context, files: Files) -> None:
    _take(context.obj, "totes", files)


def stock(context: typer.Context, files: Files) -> None:
    _take(context.obj, "stock", files)


def _take(own: Context, kind: str, files: list[Path]) -> None:
    """One answer for all files; exit code 3 when anything was refused."""
    from app.upkeep.take_in import take

    counts = dict.fromkeys(("read", "added", "updated", "unchanged"), 0)
    refused: list[dict[str, Any]] = []
    with own.database() as database:
        operator = own.operator(database)
        for file in files:
            taken = take(database, kind, file, operator=operator, now=own.clock.now())
            for name in counts:
                counts[name] += getattr(taken, name)
            refused += [{"file": str(file), "at": r.at, "field": r.field, "reason": r.reason} for r in taken.refused]
    own.out.answer({**counts, "refused": refused})
    if refused:
        raise typer.Exit(3)


def orders(
    context: typer.Context,
    files: Files,
    channel: Channel,
    shop: Shop,
    map_: Map = None,
    create_products: Create = False,
) -> None:
    from app.channels.intake import import_orders

    own: Context = context.obj
    with own.database() as database:
        report = import_orders(
            database,
            files,
            channel=channel,
            shop=shop,
            map_file=map_,
            create_products=create_products,
            operator=own.operator(database),
            now=own.clock.now(),
            progress=own.out.progress(say("cli.import.orders_bar")),
        )
    own.out.answer(report.as_json())
    if report.interrupted:
        raise typer.Exit(1)
    if report.refused:
        raise typer.Exit(3)
