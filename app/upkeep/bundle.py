"""A backup's file: a zip of one NDJSON file a table, and a manifest that says what each must hold.

Rows are JSON lists in the order of the manifest's columns, the same from either engine: a backup of the one is restored
into the other. Plain enough to be read without this program: `unzip -p FILE tables/order_.ndjson`.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from app.base.errors import Broken
from app.base.forms import from_json

FORMAT, VERSION = "packbench backup", 1
_MANIFEST = "manifest.json"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class TableFile:
    name: str
    columns: tuple[str, ...]
    rows: int
    sha256: str

    @property
    def inside(self) -> str:
        return f"tables/{self.name}.ndjson"


@dataclass(frozen=True, slots=True)
class Manifest:
    """`schema`: of the database when it was copied. `database`: its id. `made_at`: the shared database's time."""

    format: str
    version: int
    schema: str
    database: str
    engine: str
    made_at: str
    tables: tuple[TableFile, ...]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


_manifest = from_json(Manifest)
_row = from_json(list[Any])


def write_table(into: zipfile.ZipFile, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> TableFile:
    """One table's file, as the rows come."""
    table, digest, count = TableFile(name, tuple(columns), 0, ""), hashlib.sha256(), 0
    encode = msgspec.json.Encoder().encode
    with into.open(table.inside, "w", force_zip64=True) as file:
        for row in rows:
            line = encode(row) + b"\n"
            digest.update(line)
            file.write(line)
            count += 1
    return replace(table, rows=count, sha256=digest.hexdigest())


def write_manifest(into: zipfile.ZipFile, manifest: Manifest) -> None:
    into.writestr(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))


def read_manifest(path: Path) -> Manifest:
    """Broken: not_a_backup, what was never one of ours or was cut off; backup_newer, one whose form is newer."""
    try:
        with zipfile.ZipFile(path) as file:
            manifest = _manifest(file.read(_MANIFEST))
    except (zipfile.BadZipFile, zlib.error, KeyError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Broken(f"{path}: {error}", kind="not_a_backup", file=path) from error
    if manifest.format != FORMAT:
        raise Broken(f"got {manifest.format!r:.40}, expected {FORMAT!r}", kind="not_a_backup", file=path)
    if manifest.version > VERSION:
        raise Broken(f"form {manifest.version}", kind="backup_newer", file=path)
    return manifest


def verify(path: Path) -> Manifest:
    """Reads every byte and counts every row. Broken (kind backup_damaged, with its place) unless all is as was said."""
    manifest = read_manifest(path)
    with zipfile.ZipFile(path) as file:
        for table in manifest.tables:
            try:
                digest, rows = _digest(file, table)
            except (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError) as error:
                raise Broken(f"{table.name}: {error}", kind="backup_damaged", file=path, table=table.name) from error
            if (digest, rows) != (table.sha256, table.rows):
                raise Broken(
                    f"{table.name}: {rows} rows, expected {table.rows}", kind="backup_damaged", file=path,
                    table=table.name,
                )  # fmt: skip
    return manifest


def read_table(path: Path, table: TableFile) -> Iterator[list[Any]]:
    with zipfile.ZipFile(path) as file, file.open(table.inside) as lines:
        for line in lines:
            yield _row(line)


def _digest(file: zipfile.ZipFile, table: TableFile) -> tuple[str, int]:
    digest, rows = hashlib.sha256(), 0
    with file.open(table.inside) as opened:
        while piece := opened.read(_CHUNK):
            digest.update(piece)
            rows += piece.count(b"\n")
    return digest.hexdigest(), rows
