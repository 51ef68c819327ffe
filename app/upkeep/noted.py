"""Which backups there are and where: in the database, and in a list of this machine for the day when it is restored.

begun → made, or failed: of that one nothing is left. One that stays begun ended by a kill: its file may be there, or a
part of it.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.base.forms import from_json
from app.upkeep import ndjson

BEGUN, MADE, FAILED = "begun", "made", "failed"
_PART = ".{}.part"


@dataclass(frozen=True, slots=True)
class Noted:
    """`at`: a stamp, of when it was begun. `address`: where its file lies, as `address_of` says."""

    id: str
    at: str
    address: str
    state: str


_read = from_json(Noted)


def address_of(file: Path) -> str:
    """With the machine: forgetting may be asked for on another."""
    return file.resolve().as_uri().replace("file://", f"file://{platform.node()}", 1)


def part_of(file: Path) -> Path:
    """What it is called until it is whole."""
    return file.with_name(_PART.format(file.name))


def remember(home: Path, database_id: str, some: Iterable[Noted]) -> None:
    """Adds to this machine's list what does not stand there, on disk when it returns."""
    known = set(recall(home, database_id))
    ndjson.add(_file(home, database_id), [one for one in some if one not in known])


def recall(home: Path, database_id: str) -> list[Noted]:
    return ndjson.read(_file(home, database_id), _read)


def merged(some: Iterable[Noted]) -> list[Noted]:
    """Each backup once, by when they were begun; how it ended outweighs that it was begun."""
    found: dict[str, Noted] = {}
    for one in some:
        if one.state != BEGUN or one.id not in found:
            found[one.id] = one
    return sorted(found.values(), key=lambda one: one.at)


def places(known: Iterable[Noted]) -> tuple[set[str], set[str]]:
    """(where backups are; where one may be, or a part of one), of what `merged` gives."""
    made, open_ = set[str](), set[str]()
    for one in known:
        folder, _, name = one.address.rpartition("/")
        part = f"{folder}/{_PART.format(name)}"
        if one.state == BEGUN:
            open_ |= {one.address, part}
            continue
        open_.discard(part)  # whichever came to its end there took it away
        if one.state == MADE:
            made.add(one.address)
    return made, open_ - made


def _file(home: Path, database_id: str) -> Path:
    return home / "backups" / f"{database_id}.ndjson"
