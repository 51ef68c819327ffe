"""`init` and `demo`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.context import Context
from app.cli.words import say

if TYPE_CHECKING:
    from app.db import Database

Benches = Annotated[list[str] | None, typer.Option("--bench", metavar="STATION=LOGIN", help=say("cli.init.bench"))]
Chiefs = Annotated[list[str] | None, typer.Option("--supervisor", metavar="LOGIN", help=say("cli.init.supervisor"))]
Hubs = Annotated[list[str] | None, typer.Option("--hub", metavar="LOGIN", help=say("cli.init.hub"))]
Readers = Annotated[list[str] | None, typer.Option("--reader", metavar="LOGIN", help=say("cli.init.reader"))]
Leavers = Annotated[list[str] | None, typer.Option("--dismiss", metavar="LOGIN", help=say("cli.init.dismiss"))]
NoOrders = Annotated[bool, typer.Option("--no-orders", help=say("cli.demo.no_orders"))]


def register(program: typer.Typer) -> None:
    program.command("init", help=say("cli.init.help"))(init)
    program.command("demo", help=say("cli.demo.help"))(demo)


def init(
    context: typer.Context,
    bench: Benches = None,
    supervisor: Chiefs = None,
    hub: Hubs = None,
    reader: Readers = None,
    dismiss: Leavers = None,
) -> None:
    from app.bootstrap import let_in, metadata
    from app.db.grants import HUB, READER, SUPERVISOR
    from app.db.head import HEAD
    from app.db.migrate import upgrade
    from app.db.password import hidden

    own: Context = context.obj
    wanted = [_bench(said) for said in bench or ()]
    for role, logins in ((SUPERVISOR, supervisor), (HUB, hub), (READER, reader)):
        wanted += [(role, login, "") for login in logins or ()]
    if (wanted or dismiss) and own.settings.db_url.startswith("sqlite"):
        raise typer.BadParameter(say("cli.init.no_logins"))
    with own.database_as_it_stands() as database:
        changed = upgrade(database, metadata())
        roles = let_in(database)
        answer = {"database": hidden(own.settings.db_url), "version": HEAD, "changed": changed}
        if roles:
            answer["roles"] = {
                "made": roles.made,
                "kept": roles.kept,
                "grants_changed": roles.changed,
                "let_in": roles.let_in,
            }
            answer["dismissed"] = [_dismissed(database, login) for login in dismiss or ()]
            answer["logins"] = _admitted(database, wanted)
    own.out.answer(answer)


def _bench(said: str) -> tuple[str, str, str]:
    from app.db.grants import BENCH

    station, equals, login = said.partition("=")
    if not (station and equals and login):
        raise typer.BadParameter(say("cli.init.which_bench", got=said))
    return BENCH, login, station


def _dismissed(database: Database, login: str) -> dict[str, object]:
    """`let_in_by`: other databases of the server; `still_open`: sessions here that we may not end."""
    from app.db import door
    from app.site.admit import dismiss

    with database.write() as tx:
        elsewhere = dismiss(tx, login)
    with database.write() as tx:  # before that was so for all, it could have come in again
        left = door.end_sessions(tx, login)
    return {"login": login, "let_in_by": elsewhere, "still_open": left}


def _admitted(database: Database, wanted: list[tuple[str, str, str]]) -> list[dict[str, object]]:
    """What became of the logins asked for: (role, login, station)."""
    from app.site.admit import admit

    with database.write() as tx:
        return [
            {"login": login, "role": role, "station": station, "made": admit(tx, role, login, station=station)}
            for role, login, station in wanted
        ]


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
