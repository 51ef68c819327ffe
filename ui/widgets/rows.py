"""Rows of a table as frozen values, and how they are asked for page by page. Plain Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """`severity` puts its shape before the text; `heavy` and `quiet` are how much it says at a glance."""

    text: str = ""
    severity: str = ""
    heavy: bool = False
    quiet: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """`key` tells the row from all others, and where a page behind it begins. `said`: what a screen reader says."""

    key: str
    cells: tuple[Cell, ...]
    said: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """`width` at 100 %; one column takes what is left (`stretch`). `drop`: the higher, the sooner it makes room."""

    title: str
    width: int
    right: bool = False
    stretch: bool = False
    drop: int = 0


# At most so many rows behind the row of that key, from the first for None; fewer only at the end. Runs elsewhere.
Fetch = Callable[[str | None, int], Sequence[Row]]
