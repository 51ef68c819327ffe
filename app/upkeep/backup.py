"""A copy of the whole shared database in one file, read back before it is called one."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from app.base.clock import stamp
from app.base.disk import remember_names
from app.base.errors import PackbenchError, Refused, SchemaMismatch
from app.base.ids import uuid7
from app.db import Database, Tx, copy
from app.db.head import HEAD
from app.db.identity import identity
from app.db.migrate import version_in
from app.site.roles import Operator, require
from app.upkeep import bundle, store
from app.upkeep.bundle import FORMAT, VERSION, Manifest
from app.upkeep.noted import BEGUN, FAILED, MADE, Noted, address_of, part_of, remember

# How many rows were copied so far, and 0: nobody knows beforehand how many there are.
Progress = Callable[[int, int], None]
# Deflate's first level: a third larger than the usual sixth, three times quicker.
_LEVEL = 1


@dataclass(frozen=True, slots=True)
class Made:
    file: str
    database: str
    schema: str
    made_at: str
    tables: int
    rows: int
    bytes: int


def make_backup(
    database: Database,
    file: Path,
    *,
    home: Path,
    operator: Operator,
    now: datetime,
    progress: Progress | None = None,
) -> Made:
    """Everything as of one moment, while others go on working; memory stays small however much there is.

    The file appears under its name when it is whole, on disk and was read back. It holds people's data: only its owner
    may read it, and `forget` names it from then on. `home`: where this machine remembers it, beside the database
    itself. Refused when there is such a file already.
    """
    require(operator, "backup")
    if file.exists():
        raise Refused(f"{file} exists", kind="file_exists", file=file)
    with database.read() as tx:
        _schema(tx)
    own = identity(database)
    begun, part = Noted(uuid7(), stamp(now), address_of(file), BEGUN), part_of(file)
    try:
        _note(database, home, own, begun)
        part.unlink(missing_ok=True)
        written = _write(database, part, own, now, progress)
        if bundle.verify(part) != written:
            raise AssertionError("a manifest that does not read as it was written")
        size = part.stat().st_size
        os.replace(part, file)
        remember_names(file.resolve().parent)
    except BaseException:
        with suppress(OSError, PackbenchError):
            part.unlink(missing_ok=True)
            if not file.exists():
                _note(database, home, own, replace(begun, state=FAILED))
        raise
    _note(database, home, own, replace(begun, state=MADE))
    told = (str(file), written.database, written.schema, written.made_at, len(written.tables))
    return Made(*told, written.rows, size)


def _note(database: Database, home: Path, own: str, noted: Noted) -> None:
    with database.write() as tx:
        store.note_backups(tx, [noted])
    remember(home, own, [noted])


def _schema(tx: Tx) -> str:
    schema = version_in(tx)
    if schema is None:
        raise SchemaMismatch("no tables", kind="not_initialised", found=None, expected=HEAD)
    return schema


def _write(database: Database, part: Path, own: str, now: datetime, progress: Progress | None) -> Manifest:
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w+b") as out:
        with (
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as file,
            database.read() as tx,
        ):
            schema, tables, done = _schema(tx), [], 0
            for kept in copy.tables(tx):
                tables.append(bundle.write_table(file, kept.name, kept.columns, copy.rows(tx, kept)))
                done += tables[-1].rows
                if progress:
                    progress(done, 0)
            engine = "sqlite" if database.is_sqlite else "postgresql"
            manifest = Manifest(FORMAT, VERSION, schema, own, engine, stamp(now), tuple(tables))
            bundle.write_manifest(file, manifest)
        out.flush()
        os.fsync(out.fileno())
    return manifest
