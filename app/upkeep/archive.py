"""Facts, claims and timelines of work that is months past leave the database for files: it stays as quick as it was.

Each file is written, read back and noted with its digest in the transaction that deletes its rows: a crash leaves the
rows or the file. What is deleted stays known: which facts there were (fact_key), where the chain goes on
(fact_link), that an order has older entries (order_.archived). Files hold ids and numbers only, as the rows did.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from app.base.clock import stamp
from app.base.disk import remember_names
from app.base.errors import Conflict, Refused
from app.base.forms import from_json
from app.db import Database, Tx
from app.db.alone import ARCHIVE, Alone
from app.floor.chain import chained
from app.floor.held.store import fact_of
from app.floor.history import store as history
from app.floor.history.read import Linked, Place, read_on
from app.floor.history.store import Run
from app.site.roles import Operator, require
from app.upkeep.archives import store
from app.upkeep.archives.store import Filed

FOLDER = "archive"
# Rows in one file, and so deleted in one transaction.
_MOST = 20_000
_PAGE = 1000
_row = from_json(dict[str, Any])


@dataclass(slots=True)
class _Open:
    """A file being filled: its rows wait in memory until there are enough. `drop` deletes them from the database."""

    kind: str
    month: str
    drop: Callable[[Tx, str, list[dict[str, Any]]], None]
    rows: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Archived:
    """`kept_back`: facts old enough that stay, since their work is not over or somebody is still asked about them."""

    files: tuple[str, ...]
    facts: int
    claims: int
    entries: int
    kept_back: int


def archive_before(
    database: Database, month: str, *, home: Path, operator: Operator, now: datetime, most: int = _MOST
) -> Archived:
    """What happened before `month` ("2026-08") and is over goes into files in `home`/archive; again goes on.

    Refused (kind no_month): that is no month, or one to come. Conflict: somebody is at it already.
    """
    require(operator, "archive")
    before = _month(month, now)
    turn = Alone(database, ARCHIVE)
    if not turn.take():
        raise Conflict("another program archives", kind="archiving_already")
    try:
        shelf = _Shelf(database, home / FOLDER, now, most)
        kept_back = sum(_facts(database, shelf, place, before) for place in _journals(database))
        shelf.file_all()
        _claims(database, shelf, before)
        _entries(database, shelf, before)
        shelf.file_all()
    finally:
        turn.give_back()
    n = shelf.count
    return Archived(tuple(shelf.files), n.get("facts", 0), n.get("claims", 0), n.get("timeline", 0), kept_back)


def _month(said: str, now: datetime) -> str:
    try:
        first: datetime | None = datetime.strptime(said, "%Y-%m")  # noqa: DTZ007  # a month has no zone
    except ValueError:
        first = None
    newest = stamp(now)[:7]
    if first is None or (month := first.strftime("%Y-%m")) > newest:
        raise Refused(
            f"got {said!r:.20}, expected a month up to {newest}", kind="no_month", got=said[:20], newest=newest
        )
    return month


class _Shelf:
    """Where rows are put by kind and month, and files of them come from."""

    def __init__(self, database: Database, folder: Path, now: datetime, most: int) -> None:
        self._database, self._folder, self._now, self._most = database, folder, now, most
        self._open: dict[tuple[str, str], _Open] = {}
        self.files: list[str] = []
        self.count: dict[str, int] = {}

    def put(
        self, kind: str, month: str, rows: list[dict[str, Any]], drop: Callable[[Tx, str, list[dict[str, Any]]], None]
    ) -> None:
        """Rows that belong together are never parted."""
        file = self._open.setdefault((kind, month), _Open(kind, month, drop))
        file.rows += rows
        if len(file.rows) >= self._most:
            self._file(file)

    def file_all(self) -> None:
        for key in sorted(self._open):
            self._file(self._open[key])

    def _file(self, file: _Open) -> None:
        if not file.rows:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._database.write() as tx:
            name = f"{file.kind}-{file.month}-{store.count(tx, file.kind, file.month) + 1:04}.ndjson.gz"
            path = self._folder / name
            digest = _write(path, file.rows)
            where = str(self._folder.resolve())
            store.add(tx, Filed(name, file.kind, file.month, len(file.rows), digest, where, stamp(self._now)))
            file.drop(tx, name, file.rows)
        self.files.append(name)
        self.count[file.kind] = self.count.get(file.kind, 0) + len(file.rows)
        file.rows = []


def _journals(database: Database) -> list[Place]:
    with database.read() as tx:
        return [Place(station, incarnation) for station, incarnation in history.journals(tx)]


def _facts(database: Database, shelf: _Shelf, place: Place, before: str) -> int:
    """One journal's facts that may go; how many were old enough and stay. A chain that is broken stays where it is."""
    stay = 0
    while True:
        with database.read() as tx:
            page = read_on(tx, place, _PAGE)
            back = history.kept_back(tx, [one.stored for one in page.facts])
        for one in page.facts:
            row = one.stored.row
            if row["applied_at"][:7] >= before:
                return stay
            if one.stored.own and row["op_id"] in back:
                stay += 1
                continue
            shelf.put("facts", row["applied_at"][:7], [_plain(one, place)], _drop_facts)
        if page.at_end or not page.whole:
            return stay
        place = page.place


def _plain(one: Linked, place: Place) -> dict[str, Any]:
    """Everything in the fact's row, and the chain's link behind it: a file can be verified by itself.

    `again`: it came once more, under this number; by the first it stays, or lies in a file of its own.
    """
    row = {name: value for name, value in one.stored.row.items() if name not in ("number", "own")}
    if not one.stored.own:
        row |= {"station": place.station, "incarnation": place.incarnation, "seq": one.stored.seq, "again": True}
    return {**row, "hash": one.link}


def _drop_facts(tx: Tx, _: str, rows: list[dict[str, Any]]) -> None:
    for (station, incarnation), run in _runs(rows):
        history.add_run(tx, station, incarnation, run)
    history.drop(tx, [row["op_id"] for row in rows if not row.get("again")])


def _runs(rows: list[dict[str, Any]]) -> Iterator[tuple[tuple[str, str], Run]]:
    """Facts in a row, of each journal."""
    open_: tuple[tuple[str, str], Run] | None = None
    for row in rows:
        journal = (row["station"], row["incarnation"])
        if open_ and open_[0] == journal and open_[1].last + 1 == row["seq"]:
            open_ = (journal, Run(open_[1].first, row["seq"], row["hash"]))
            continue
        if open_:
            yield open_
        open_ = (journal, Run(row["seq"], row["seq"], row["hash"]))
    if open_:
        yield open_


def _claims(database: Database, shelf: _Shelf, before: str) -> None:
    after: str | None = ""
    while after is not None:
        with database.read() as tx:
            some, after = history.old_claims(tx, before, after, _PAGE)
        for claim in some:
            shelf.put("claims", claim["made_at"][:7], [claim], _drop_claims)


def _drop_claims(tx: Tx, _: str, rows: list[dict[str, Any]]) -> None:
    history.drop_claims(tx, [row["id"] for row in rows])


def _entries(database: Database, shelf: _Shelf, before: str) -> None:
    after: str | None = ""
    while after is not None:
        with database.read() as tx:
            some, after = store.old_orders(tx, before, after, 200)
            told = store.entries(tx, [order for order, _ in some])
        of: dict[str, list[dict[str, Any]]] = {}
        for entry in told:
            of.setdefault(entry["order_id"], []).append(entry)
        for order, last in some:
            shelf.put("timeline", last[:7], of[order], _drop_entries)


def _drop_entries(tx: Tx, name: str, rows: list[dict[str, Any]]) -> None:
    store.drop_entries(tx, [row["id"] for row in rows], sorted({row["order_id"] for row in rows}), name)


def _write(path: Path, rows: list[dict[str, Any]]) -> str:
    """The file on disk, read back: its digest. One of that name is what a crash left, whose rows still stand."""
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    encode = msgspec.json.Encoder().encode
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=6, mtime=0) as packed:
            for row in rows:
                packed.write(encode(row) + b"\n")
        out.flush()
        os.fsync(out.fileno())
    if sum(1 for _ in _read(part)) != len(rows):
        raise OSError(5, os.strerror(5), str(part))
    os.replace(part, path)
    remember_names(path.parent)  # before its rows are deleted
    return _digest(path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rb") as lines:
        for line in lines:
            yield _row(line)


def verify_files(database: Database) -> list[tuple[str, str, Mapping[str, object]]]:
    """(file, what is wrong with it as a code, values): gone, changed, short, or its facts don't hang together."""
    found: list[tuple[str, str, Mapping[str, object]]] = []
    after = ""
    while True:
        with database.read() as tx:
            some = store.files(tx, after)
        for filed in some:
            after, path = filed.name, Path(filed.folder, filed.name)
            if not path.is_file():
                found.append((filed.name, "missing", {"path": path}))
            elif _digest(path) != filed.digest:
                found.append((filed.name, "changed", {"path": path}))
            elif (rows := sum(1 for _ in _read(path))) != filed.rows:
                found.append((filed.name, "short", {"rows": rows, "expected": filed.rows}))
            elif filed.kind == "facts" and (seq := _torn(path)):
                found.append((filed.name, "torn", {"seq": seq}))
        if not some:
            return found


def _torn(path: Path) -> int:
    """The number of the first fact whose link is not that of the one before it; 0: none is. Runs begin anew."""
    link, last = "", ("", "", 0)
    for row in _read(path):
        here = (row["station"], row["incarnation"], row["seq"])
        follows = link and here == (*last[:2], last[2] + 1)
        if follows and chained(link, fact_of(row), row["seq"]) != row["hash"]:
            return int(row["seq"])
        link, last = row["hash"], here
    return 0
