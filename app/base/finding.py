"""A promise found broken by `packbench check`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`rule`: the promise's name; `subject`: an id; `detail`: what was found (ids, numbers, nothing of a person)."""

    rule: str
    subject: str
    detail: str
