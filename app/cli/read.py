"""`list` and `show`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.base.errors import NotFound
from app.cli.context import Context
from app.cli.words import language, say

if TYPE_CHECKING:
    from app.db.plain import Reads

State = Annotated[str | None, typer.Option(help=say("cli.list.state"))]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help=say("cli.list.limit"))]
After = Annotated[str | None, typer.Option(help=say("cli.list.after"))]


def register(program: typer.Typer) -> None:
    program.command("list", help=say("cli.list.help"))(list_)
    program.command("show", help=say("cli.show.help"))(show)


def list_(context: typer.Context, what: str, state: State = None, limit: Limit = 50, after: After = None) -> None:
    from app.desk.views import store
    from app.desk.views.floor import board
    from app.desk.views.states import STATES

    own: Context = context.obj
    if what not in store.LISTS:
        raise NotFound(f"no list {what!r}", kind="no_such_list", what=what[:60], known=", ".join(store.LISTS))
    states = STATES.get(what, ())
    if state is not None and states and state not in states:
        raise typer.BadParameter(say("cli.list.no_state", state=state[:60], what=what, known=", ".join(states)))
    with own.reading() as read:
        if what == "stations":
            found = board.listed(read, now=board.now(read, own.clock), state=state, limit=limit + 1, after=after)
        else:
            found = store.listing(read, what, state=state, limit=limit + 1, after=after)
    more = len(found) > limit
    items = found[:limit]
    own.out.answer({"items": items, "after": items[-1]["id"] if more else None})


def show(context: typer.Context, what: str, id_: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    from app.desk.views import show as views
    from app.desk.views.floor import board

    own: Context = context.obj

    def station(read: Reads, name: str) -> dict[str, Any]:
        return board.shown(read, name, now=board.now(read, own.clock))

    known: dict[str, Any] = {
        "order": views.order,
        "shipment": views.shipment,
        "parcel": views.parcel,
        "sku": views.sku,
        "case": views.case,
        "station": station,
    }
    if what not in known:
        raise NotFound(f"no {what!r} to show", kind="no_such_list", what=what[:60], known=", ".join(known))
    with own.reading() as read:
        found = known[what](read, id_)
    own.out.answer(found)
    if found.get("unseen") and not own.out.as_json:
        from app.desk.views.told import not_shown

        typer.echo(not_shown(found["unseen"], language()), err=True)
