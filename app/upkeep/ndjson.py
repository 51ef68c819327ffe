"""Lists that this machine keeps in its own folder: one JSON value a line, only ever added to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from app.base.disk import remember_names

T = TypeVar("T")


def add(file: Path, values: Iterable[object]) -> None:
    """On disk when it returns, behind what stands there; nobody but the owner may read it."""
    lines = b"".join(msgspec.json.encode(value) + b"\n" for value in values)
    if not lines:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "a+b") as out:
        if out.tell():
            out.seek(-1, os.SEEK_END)
            if out.read(1) != b"\n":  # a crash tore the last line: it is not to take the next one with it
                lines = b"\n" + lines
        out.write(lines)
        out.flush()
        os.fsync(out.fileno())
    remember_names(file.parent)


def read(file: Path, form: Callable[[bytes], T]) -> list[T]:
    """In the order they were added; a line that a crash tore is passed over: nobody was told it is done."""
    found = []
    for line in file.read_bytes().splitlines() if file.is_file() else ():
        try:
            found.append(form(line))
        except msgspec.MsgspecError:
            continue
    return found
