"""`order hold | release | cancel | note | address | pin` and `case settle`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.base.errors import BadInput
from app.cli.context import Context
from app.cli.words import say

if TYPE_CHECKING:
    from app.db import Tx
    from app.orders.order import Address
    from app.site.roles import Operator

Order = Annotated[str, typer.Argument(metavar="ORDER")]
Reason = Annotated[str, typer.Option("--reason", help=say("cli.order.reason"))]
Text = Annotated[str, typer.Argument(metavar="TEXT")]
Field = Annotated[str | None, typer.Option()]
Street = Annotated[list[str] | None, typer.Option("--street")]
Stage = Annotated[str, typer.Argument(metavar="STAGE", help=say("cli.order.stage"))]
Key = Annotated[str, typer.Argument(metavar="KEY", help=say("cli.order.key"))]
Pinned = Annotated[str, typer.Argument(metavar="VALUE")]
Case = Annotated[str, typer.Argument(metavar="CASE")]
Act = Annotated[str, typer.Option("--act", help=say("cli.case.act"))]
Why = Annotated[str, typer.Option("--reason", help=say("cli.case.reason"))]
Values = Annotated[list[str] | None, typer.Option("--value", metavar="NAME=VALUE", help=say("cli.case.value"))]


def register(program: typer.Typer) -> None:
    group = typer.Typer(help=say("cli.order.help"), no_args_is_help=True, rich_markup_mode=None)
    acts: dict[str, Callable[..., None]] = {
        "hold": hold, "release": release, "cancel": cancel, "note": note, "address": address, "pin": pin,
    }  # fmt: skip
    for name, act in acts.items():
        group.command(name, help=say(f"cli.order.{name}"))(act)
    program.add_typer(group, name="order")
    cases = typer.Typer(help=say("cli.case.help"), no_args_is_help=True, rich_markup_mode=None)
    cases.callback()(_cases)
    cases.command("settle", help=say("cli.case.settle"))(settle)
    program.add_typer(cases, name="case")


def _cases() -> None:
    """Without it, typer would take a lone command for the whole group."""


def hold(context: typer.Context, order: Order, reason: Reason) -> None:
    from app.desk.hold import hold as act

    _do(context.obj, order, lambda tx, who, now: act(tx, order, reason=reason, operator=who, now=now))


def release(context: typer.Context, order: Order, reason: Reason = "") -> None:
    from app.desk.hold import release as act

    _do(context.obj, order, lambda tx, who, now: act(tx, order, reason=reason, operator=who, now=now))


def cancel(context: typer.Context, order: Order, reason: Reason) -> None:
    from app.desk.cancel import cancel as act

    _do(context.obj, order, lambda tx, who, now: asdict(act(tx, order, reason=reason, operator=who, now=now)))


def note(context: typer.Context, order: Order, text: Text) -> None:
    from app.desk.note import note as act

    _do(context.obj, order, lambda tx, who, now: act(tx, order, text, operator=who, now=now))


def address(
    context: typer.Context,
    order: Order,
    name: Field = None,
    company: Field = None,
    street: Street = None,
    city: Field = None,
    region: Field = None,
    postcode: Field = None,
    country: Field = None,
    phone: Field = None,
    email: Field = None,
    reason: Reason = "",
) -> None:
    from app.desk.address import correct_address

    said = {
        "name": name,
        "company": company,
        "street": tuple(street) if street else None,
        "city": city,
        "region": region,
        "postcode": postcode,
        "country": country and country.upper(),
        "phone": phone,
        "email": email,
    }
    given = {field: value for field, value in said.items() if value is not None}

    def act(tx: Tx, who: Operator, now: datetime) -> None:
        to = replace(_stands(tx, order), **given)  # type: ignore[arg-type]
        correct_address(tx, order, to, reason=reason, operator=who, now=now)

    _do(context.obj, order, act)


def pin(context: typer.Context, order: Order, stage: Stage, key: Key, value: Pinned) -> None:
    from app.planning import pin as acts
    from app.planning.pins import STAGES
    from app.planning.replan import replan

    field = STAGES.get(stage, "value")
    given: dict[str, object] = {field: int(value) if field == "value_minor" and value.isdigit() else value}

    def act(tx: Tx, who: Operator, now: datetime) -> dict[str, Any]:
        if value == "-":
            acts.unpin(tx, order, stage, key, operator=who, now=now)
        else:
            acts.pin(tx, order, stage, key, given, operator=who, now=now)
        return replan(tx, order, operator=who, now=now).as_dict()

    _do(context.obj, order, act)


def settle(context: typer.Context, case: Case, act: Act, reason: Why, value: Values = None) -> None:
    from app.desk.settle import settle as settle_case

    own: Context = context.obj
    values = dict(_pair(text) for text in value or [])
    if act == "correct_address" and "street" in values:
        values["street"] = values["street"].split("|")

    with own.database() as database:
        who, now = own.operator(database), own.clock.now()
        database.act(lambda tx: settle_case(tx, case, act=act, values=values, operator=who, reason=reason, now=now))
    own.out.answer({"case": case, "state": "settled", "act": act})


def _do(own: Context, order: str, act: Callable[[Tx, Operator, datetime], Any]) -> None:
    """One act on one order, in one transaction; the answer says how the order stands afterwards."""
    from app.desk.order import the_order

    with own.database() as database:
        operator = own.operator(database)
        told, state = database.act(lambda tx: (act(tx, operator, own.clock.now()), the_order(tx, order).state))
    own.out.answer({"order": order, "state": state, **(told if isinstance(told, dict) else {})})


def _pair(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise BadInput(f"got {text[:60]!r}, expected NAME=VALUE", field="value")
    return name, value


def _stands(tx: Tx, order: str) -> Address:
    from app.desk.order import the_order
    from app.orders.order import Address

    return the_order(tx, order).ship_to or Address()
