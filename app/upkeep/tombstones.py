"""Whom this machine was asked to forget: ids alone, kept beside the database for the day when it is restored."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from app.base.forms import from_json


@dataclass(frozen=True, slots=True)
class Tombstone:
    """`at`: a stamp. `customer`: our random id, which says nothing of a person."""

    customer: str
    at: str


_read = from_json(Tombstone)


def remember(home: Path, database_id: str, stones: Iterable[Tombstone]) -> None:
    """Adds them to this machine's list, on disk when it returns; one that stands there already changes nothing."""
    known = read(home, database_id)
    fresh = [stone for stone in stones if stone.customer not in known]
    if not fresh:
        return
    file = _file(home, database_id)
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as out:
        out.write(b"".join(msgspec.json.encode(stone) + b"\n" for stone in fresh))
        out.flush()
        os.fsync(out.fileno())


def read(home: Path, database_id: str) -> Mapping[str, str]:
    """{customer: when they were forgotten}; a line that a crash tore is passed over: nobody was told it is done."""
    file = _file(home, database_id)
    found: dict[str, str] = {}
    for line in file.read_bytes().splitlines() if file.is_file() else ():
        try:
            stone = _read(line)
        except msgspec.MsgspecError:
            continue
        found.setdefault(stone.customer, stone.at)
    return found


def _file(home: Path, database_id: str) -> Path:
    return home / "forgotten" / f"{database_id}.ndjson"
