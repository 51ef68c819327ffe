"""A sheet of facts as rows: titles, goods with their picture and number, pairs of word and value. Plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["title", "meta", "item", "pair", "total", "part", "rule"]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """`title` may have a chip; `item` has a picture; `pair` and `total` a value at the right; `part` begins a part."""

    kind: Kind
    left: str = ""
    right: str = ""
    detail: str = ""
    picture: str = ""
    severity: str = ""
