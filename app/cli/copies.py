"""`backup`, `restore` and `archive`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.cli.context import Context
from app.cli.words import say

Into = Annotated[Path, typer.Argument(metavar="FILE", help=say("cli.backup.file"))]
From = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)]
Before = Annotated[str, typer.Option("--before", metavar="MONTH", help=say("cli.archive.before"))]
Over = Annotated[bool, typer.Option("--over", help=say("cli.restore.over"))]
Force = Annotated[bool, typer.Option("--force", help=say("cli.restore.force"))]


def register(program: typer.Typer) -> None:
    program.command("backup", help=say("cli.backup.help"))(backup)
    program.command("restore", help=say("cli.restore.help"))(restore)
    program.command("archive", help=say("cli.archive.help"))(archive)


def backup(context: typer.Context, file: Into) -> None:
    from app.upkeep.backup import make_backup

    own: Context = context.obj
    with own.database_as_it_stands() as database:
        with database.read() as tx:
            now = database.now(tx, own.clock)
        bar = own.out.progress(say("cli.backup.bar"))
        made = make_backup(
            database, file, home=own.settings.home_folder, operator=own.operator(database), now=now, progress=bar
        )
    own.out.answer(asdict(made))


def restore(context: typer.Context, file: From, over: Over = False, force: Force = False) -> None:
    from app.bootstrap import checks, let_in, metadata
    from app.upkeep.promises import broken
    from app.upkeep.restore import restore_backup

    own: Context = context.obj
    with own.database_as_it_stands() as database:
        with database.read() as tx:
            now = database.now(tx, own.clock)
        done = restore_backup(
            database,
            file,
            metadata(),
            home=own.settings.home_folder,
            over=over,
            force=force,
            block=own.settings.number_block,
            operator=own.operator(database),
            now=now,
            progress=own.out.progress(say("cli.restore.bar")),
        )
        let_in(database)
        findings = broken(database, checks())
    told: dict[str, str] = {}
    if done.told_by != "replaced":
        told["warning"] = say(
            f"cli.restore.told_by_{done.told_by}", made_at=done.made_at, home=own.settings.home_folder
        )
    if done.held:
        told["text"] = say("cli.restore.held", orders=", ".join(done.held))
    own.out.answer({**asdict(done), "findings": findings, **told})
    if findings:
        raise typer.Exit(1)


def archive(context: typer.Context, before: Before) -> None:
    from app.upkeep.archive import FOLDER, archive_before

    own: Context = context.obj
    with own.database() as database:
        with database.read() as tx:
            now = database.now(tx, own.clock)
        done = archive_before(database, before, home=own.settings.home_folder, operator=own.operator(database), now=now)
    told = {"text": say("cli.archive.no_backup", folder=own.settings.home_folder / FOLDER)} if done.files else {}
    own.out.answer({**asdict(done), **told})
