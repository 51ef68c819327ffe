"""What an order's page draws, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from ui.desk.sheet_rows import SheetRow
from ui.desk.shown import ActShown, EventShown, FieldShown


@dataclass(frozen=True, slots=True)
class ChipShown:
    text: str
    severity: str = "none"
    icon: str = ""


@dataclass(frozen=True, slots=True)
class OrderShown:
    """`shipments`: one sheet each. `ready`: the act that Ctrl+Enter does, empty while none is begun."""

    id: str
    person: str
    meta: str
    chips: tuple[ChipShown, ...]
    goods: tuple[SheetRow, ...]
    shipments: tuple[tuple[SheetRow, ...], ...]
    events: tuple[EventShown, ...]
    acts: tuple[ActShown, ...]
    ready: str = ""
    ready_words: str = ""
    fields: tuple[FieldShown, ...] = ()
    cases: int = 0
