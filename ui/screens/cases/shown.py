"""What the cases screen draws, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from ui.desk.shown import ActShown, EventShown, FieldShown


@dataclass(frozen=True, slots=True)
class CardShown:
    """One kind of case: how many are open, and the shape of its oldest. An empty kind stands for all."""

    kind: str
    title: str
    count: int
    note: str
    severity: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class CaseShown:
    """The case in hand. `ready`: the act that Ctrl+Enter does, `fields` what it asks for."""

    id: str
    title: str
    chip: str
    severity: str
    sentence: str
    events: tuple[EventShown, ...]
    fields: tuple[FieldShown, ...]
    acts: tuple[ActShown, ...]
    ready: str
    order: str = ""
    remark: str = ""
