"""`stock receive | move | count | adjust | buffer`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.base.ids import uuid7
from app.cli.context import Context
from app.cli.words import say

if TYPE_CHECKING:
    from app.db import Tx

Sku = Annotated[str, typer.Argument(metavar="SKU")]
Qty = Annotated[int, typer.Argument(metavar="QTY", min=1, max=1_000_000)]
Counted = Annotated[int, typer.Argument(metavar="QTY", min=0, max=1_000_000)]
Warehouse = Annotated[str, typer.Option(help=say("cli.stock.warehouse"))]
Bin = Annotated[str, typer.Option("--bin", help=say("cli.stock.bin"))]
Lot = Annotated[str, typer.Option(help=say("cli.stock.lot"))]
Serial = Annotated[str, typer.Option(help=say("cli.stock.serial"))]
Force = Annotated[bool, typer.Option("--force", help=say("cli.stock.force"))]
Type = Annotated[str, typer.Option("--type", metavar="on_hand|damaged|hold", help=say("cli.stock.type"))]
From = Annotated[str, typer.Option("--from", help=say("cli.stock.from"))]
To = Annotated[str, typer.Option("--to", help=say("cli.stock.to"))]
By = Annotated[int, typer.Option("--by", metavar="±QTY", min=-1_000_000, max=1_000_000, help=say("cli.stock.by"))]
Reason = Annotated[str, typer.Option(metavar="CODE", help=say("cli.stock.reason"))]
Shop = Annotated[str, typer.Option(help=say("cli.stock.shop"))]
Delivery = Annotated[str, typer.Option("--delivery", help=say("cli.stock.delivery"))]


def register(program: typer.Typer) -> None:
    group = typer.Typer(help=say("cli.stock.help"), no_args_is_help=True, rich_markup_mode=None)
    group.command("receive", help=say("cli.stock.receive"))(receive)
    group.command("move", help=say("cli.stock.move"))(move)
    group.command("count", help=say("cli.stock.count"))(count)
    group.command("adjust", help=say("cli.stock.adjust"))(adjust)
    group.command("buffer", help=say("cli.stock.buffer"))(buffer)
    program.add_typer(group, name="stock")


def receive(
    context: typer.Context,
    sku: Sku,
    qty: Qty,
    warehouse: Warehouse,
    bin_: Bin = "",
    lot: Lot = "",
    serial: Serial = "",
    type_: Type = "on_hand",
    delivery: Delivery = "",
) -> None:
    from app.stock import receive as act

    own: Context = context.obj
    line = act.ReceiptLine(sku, qty, bin_, lot, serial, type_)
    receipt = act.Receipt(delivery or uuid7(), warehouse, (line,))
    with own.database() as database:
        operator = own.operator(database)

        def book(tx: Tx) -> bool:
            _in_house(tx, warehouse, bin_)
            return act.receive(tx, receipt, operator=operator, now=own.clock.now())

        new = database.act(book)
    own.out.answer({"sku": sku, "warehouse": warehouse, "delivery": receipt.id, "received": qty if new else 0})


def move(
    context: typer.Context,
    sku: Sku,
    qty: Qty,
    warehouse: Warehouse,
    from_: From,
    to: To,
    lot: Lot = "",
    serial: Serial = "",
    type_: Type = "on_hand",
) -> None:
    from app.stock import move as act

    own: Context = context.obj
    one = act.Move(sku, warehouse, from_, to, qty, "move", uuid7(), lot, serial, type_)
    with own.database() as database:
        operator = own.operator(database)

        def book(tx: Tx) -> None:
            _in_house(tx, warehouse, to)
            act.move_by_hand(tx, one, operator=operator, now=own.clock.now())

        database.act(book)
    own.out.answer({"sku": sku, "warehouse": warehouse, "from": from_, "to": to, "moved": qty})


def count(
    context: typer.Context,
    sku: Sku,
    qty: Counted,
    warehouse: Warehouse,
    bin_: Bin,
    lot: Lot = "",
    serial: Serial = "",
    force: Force = False,
) -> None:
    from app.floor.shortage import counted
    from app.stock.count import Counted as Found

    own: Context = context.obj
    found = Found(sku, warehouse, bin_, qty, lot, serial)
    with own.database() as database:
        operator = own.operator(database)

        def book(tx: Tx) -> int:
            _in_house(tx, warehouse, bin_)
            now = database.now(tx, own.clock)
            return counted(tx, found, source=uuid7(), operator=operator, force=force, now=now)

        wrong_by = database.act(book)
    own.out.answer({"sku": sku, "warehouse": warehouse, "bin": bin_, "counted": qty, "difference": wrong_by})


def adjust(
    context: typer.Context,
    sku: Sku,
    warehouse: Warehouse,
    bin_: Bin,
    by: By,
    reason: Reason,
    lot: Lot = "",
    serial: Serial = "",
    type_: Type = "on_hand",
) -> None:
    from app.floor.shortage import adjusted
    from app.stock.adjust import Adjustment

    own: Context = context.obj
    one = Adjustment(sku, warehouse, bin_, by, reason, type_, lot, serial)
    with own.database() as database:
        operator = own.operator(database)

        def book(tx: Tx) -> None:
            _in_house(tx, warehouse, bin_)
            adjusted(tx, one, source=uuid7(), operator=operator, now=own.clock.now())

        database.act(book)
    own.out.answer({"sku": sku, "warehouse": warehouse, "bin": bin_, "type": type_, "adjusted": by})


def buffer(context: typer.Context, sku: Sku, qty: Counted, shop: Shop, warehouse: Warehouse) -> None:
    from app.stock.keep_back import keep_back

    own: Context = context.obj
    with own.database() as database:
        who, now = own.operator(database), own.clock.now()
        before = database.act(lambda tx: keep_back(tx, sku, qty, shop=shop, warehouse=warehouse, operator=who, now=now))
    own.out.answer({"sku": sku, "warehouse": warehouse, "shop": shop, "buffer": qty, "before": before})


def _in_house(tx: Tx, warehouse: str, bin_: str) -> None:
    """NotFound unless there is such a warehouse, and such a bin in it."""
    from app.base.errors import NotFound
    from app.catalog import store as catalog
    from app.site import store as site

    known = site.warehouses(tx)
    if warehouse not in known:
        raise NotFound(
            f"warehouse {warehouse!r:.40}", kind="unknown_warehouse", got=warehouse[:40], known=", ".join(known)
        )
    if bin_ and bin_ not in catalog.bins(tx, warehouse):
        raise NotFound(f"bin {bin_!r:.40}", kind="unknown_bin", bin=bin_[:40], warehouse=warehouse)
