"""`claim list | takeover`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.context import Context
from app.cli.words import say

if TYPE_CHECKING:
    from app.db import Tx
    from app.floor.takeover import TakenOver

Station = Annotated[str, typer.Option("--station", help=say("cli.claim.station"))]
Which = Annotated[str, typer.Argument(metavar="STATION|CLAIM", help=say("cli.claim.which"))]
Force = Annotated[bool, typer.Option("--force", help=say("cli.claim.force"))]
Reason = Annotated[str, typer.Option("--reason", help=say("cli.claim.reason"))]


def register(program: typer.Typer) -> None:
    group = typer.Typer(help=say("cli.claim.help"), no_args_is_help=True, rich_markup_mode=None)
    group.command("list", help=say("cli.claim.list"))(list_)
    group.command("takeover", help=say("cli.claim.takeover"))(takeover)
    program.add_typer(group, name="claim")


def list_(context: typer.Context, station: Station = "") -> None:
    from app.floor.held import store as holding

    own: Context = context.obj
    with own.database() as database, database.read() as tx:
        now = database.now(tx, own.clock)
        rows = [
            {
                "id": one.claim,
                "state": "silent" if one.silent(now) else "heard",
                "kind": one.kind,
                "station": one.station,
                "operator": one.operator,
                "since": one.since,
                "heard_at": one.heard_at,
                "shipments": list(one.shipments),
            }
            for one in holding.held(tx, stations=[station] if station else ())
        ]
    own.out.answer({"items": rows})


def takeover(context: typer.Context, which: Which, force: Force = False, reason: Reason = "") -> None:
    from app.base.errors import NotFound
    from app.floor import store as floor
    from app.floor.takeover import takeover as act
    from app.site import store as site

    own: Context = context.obj
    with own.database() as database:
        operator = own.operator(database)

        def take(tx: Tx) -> list[TakenOver]:
            bench = which in {station.name for station in site.stations(tx)}
            if not bench and not floor.claims(tx, [which]):
                raise NotFound(f"no station or claim {which!r:.60}", kind="no_station_or_claim", what=which[:60])
            return act(
                tx,
                station=which if bench else "",
                claim_id="" if bench else which,
                operator=operator,
                force=force,
                reason=reason,
                now=database.now(tx, own.clock),
            )

        taken = database.act(take)
    own.out.answer(
        {
            "claims": [
                {
                    "id": one.claim,
                    "station": one.station,
                    "operator": one.worker,
                    "by": one.by,
                    "shipments": {shipment: list(places) for shipment, places in one.lies.items()},
                }
                for one in taken
            ]
        }
    )
