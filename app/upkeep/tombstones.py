"""Whom this machine was asked to forget: ids alone, kept beside the database for the day when it is restored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.base.forms import from_json
from app.upkeep import ndjson


@dataclass(frozen=True, slots=True)
class Tombstone:
    """`at`: a stamp. `customer`: our random id, which says nothing of a person."""

    customer: str
    at: str


_read = from_json(Tombstone)


def remember(home: Path, database_id: str, stones: Iterable[Tombstone]) -> None:
    """Adds them to this machine's list, on disk when it returns; one that stands there already changes nothing."""
    known = read(home, database_id) or {}
    ndjson.add(_file(home, database_id), [stone for stone in stones if stone.customer not in known])


def read(home: Path, database_id: str) -> Mapping[str, str] | None:
    """{customer: when they were forgotten}; None: this machine keeps no list of that database."""
    file = _file(home, database_id)
    if not file.is_file():
        return None
    found: dict[str, str] = {}
    for stone in ndjson.read(file, _read):
        found.setdefault(stone.customer, stone.at)
    return found


def _file(home: Path, database_id: str) -> Path:
    return home / "forgotten" / f"{database_id}.ndjson"
