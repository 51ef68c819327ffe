"""`check`, `doctor`, `jobs`, `forget`."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.base.errors import NotAllowed, PackbenchError
from app.cli.context import Context
from app.cli.words import language, say

if TYPE_CHECKING:
    from app.db import Database
    from app.db.alone import Holder

JournalFile = Annotated[Path | None, typer.Option("--journal", metavar="FILE", help=say("cli.check.journal"))]
Archive = Annotated[bool, typer.Option("--archive", help=say("cli.check.archive"))]
Printers = Annotated[list[str] | None, typer.Option("--printer", metavar="URL", help=say("cli.doctor.printer"))]
Forever = Annotated[bool, typer.Option("--forever", help=say("cli.jobs.forever"))]
Customer = Annotated[str, typer.Argument(metavar="CUSTOMER")]


def register(program: typer.Typer) -> None:
    program.command("check", help=say("cli.check.help"))(check)
    program.command("doctor", help=say("cli.doctor.help"))(doctor)
    program.command("jobs", help=say("cli.jobs.help"))(jobs)
    program.command("forget", help=say("cli.forget.help"))(forget)


def check(context: typer.Context, journal: JournalFile = None, archive: Archive = False) -> None:
    """On PostgreSQL the rooms' checks, which read everything, are for whoever runs the house; journals for anybody."""
    from app.bootstrap import checks
    from app.upkeep.archive import verify_files
    from app.upkeep.promises import broken

    own: Context = context.obj
    with own.database() as database:
        login = _may_not_read_all(database)
        if login and (journal is None or archive):
            raise NotAllowed(f"login {login} may not read everything", kind="check_needs_all", login=login)
        rooms = {} if login else checks()
        findings = broken(database, rooms)
        if archive:
            findings += [
                {
                    "room": "upkeep",
                    "rule": "archive_is_whole",
                    "subject": name,
                    "detail": say(f"upkeep.archive.{what}", **v),
                }
                for name, what, v in verify_files(database)
            ]
        journals, damaged = _journals(own, database, journal)
    answer: dict[str, object] = {"findings": findings, "checked": sorted(rooms), "journals": journals}
    if journal is not None:
        answer["journal"] = damaged
    own.out.answer(answer)
    if findings or damaged or any(journals.values()):
        raise typer.Exit(1)


def _may_not_read_all(database: Database) -> str:
    """The login's name; empty: it may, as everybody may who can open a SQLite file."""
    from app.db import access

    if database.is_sqlite:
        return ""
    with database.read() as tx:
        login = access.who(tx)
    return "" if login.runs_the_house else login.name


def _journals(own: Context, database: Database, named: Path | None) -> tuple[dict[str, list[str]], list[str]]:
    """What is wrong with the journal of each of the database's benches that lies on this machine, and with that named.

    Each in itself, and beside what the database took in of it.
    """
    from app.db.identity import identity
    from app.hub.places import benches, stations_folder
    from app.site import store as site
    from app.station.journal import audit
    from app.station.journal.journal import FILE

    with database.read() as tx:
        known = {station.name: station for station in site.stations(tx)}
    found = {}
    for name, folder in benches(stations_folder(own.settings), identity(database)).items():
        if (folder / FILE).is_file():
            words = audit.verify(folder / FILE, language())
            found[name] = words or audit.compare(folder / FILE, known.get(name), language())
    if named is None:
        return found, []
    words = audit.verify(named, language())
    return found, words or audit.compare(named, known.get(audit.station_of(named)), language())


def doctor(context: typer.Context, printer: Printers = None) -> None:
    from app.db import open_database
    from app.hub.places import stations_folder
    from app.upkeep.doctor import examine

    own: Context = context.obj
    with ExitStack() as stack:
        try:
            database = open_database(own.settings.db_url)
            stack.callback(database.close)
        except PackbenchError:
            database = None
        found = list(
            examine(
                database,
                home=own.settings.home_folder,
                stations=stations_folder(own.settings),
                printers=tuple(printer or ()),
                archive_months=own.settings.archive_months,
                clock=own.clock,
            )
        )
    lacking = [f for f in found if not f.ok and f.needed]
    told = [
        {"what": f.what, "ok": f.ok, "needed": f.needed, "text": say(f"upkeep.doctor.{f.say}", **f.values)}
        for f in found
    ]
    own.out.answer({"found": told, "lacking": [f.what for f in lacking]})
    if lacking:
        raise typer.Exit(1)


def jobs(context: typer.Context, forever: Forever = False) -> None:
    import signal
    from threading import Event

    from app.bootstrap import due_jobs
    from app.db.engine import PATIENCE_S
    from app.hub.due import require_hub, run_forever, run_once

    def wait(held: Holder | None) -> None:
        own.out.answer({"waiting_for": asdict(held) if held else None})

    def begin() -> None:
        own.out.answer({"waiting_for": None, "text": say("cli.jobs.begins")})

    own: Context = context.obj
    stop = Event()
    with own.database(PATIENCE_S) as database:
        require_hub(database)
        due = due_jobs(own.settings)
        if not forever:
            done, held = run_once(database, due, own.clock)
            own.out.answer({**done, "held_by": asdict(held)} if held else done)
            return
        before = signal.signal(signal.SIGTERM, lambda *_: stop.set())
        try:
            run_forever(database, due, own.clock, stop, own.out.answer, wait=wait, begin=begin)
        finally:
            signal.signal(signal.SIGTERM, before)


def forget(context: typer.Context, customer: Customer) -> None:
    from app.db.identity import identity
    from app.hub.places import benches, stations_folder
    from app.upkeep.forget import forget_customer

    own: Context = context.obj
    with own.database() as database:
        done = forget_customer(
            database,
            customer,
            benches=benches(stations_folder(own.settings), identity(database)),
            home=own.settings.home_folder,
            out=Path(own.settings.out),
            operator=own.operator(database),
            now=own.clock.now(),
        )
    told = {"text": say("cli.forget.unfinished")} if done.unfinished else {}
    own.out.answer({**asdict(done), **told})
