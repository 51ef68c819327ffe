"""What the screen of long work draws, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from ui.desk.sheet_rows import SheetRow
from ui.desk.shown import ActShown


@dataclass(frozen=True, slots=True)
class LongShown:
    """`shops` and `channels` as (code, words); acts by the kind of work; `running` in words, empty when idle."""

    shops: tuple[tuple[str, str], ...]
    shop: str
    channels: tuple[tuple[str, str], ...]
    channel: str
    files: str
    map: str
    importing: tuple[ActShown, ...]
    planning: tuple[ActShown, ...]
    printing: tuple[ActShown, ...]
    waiting: str
    running: str
    title: str
    result: tuple[SheetRow, ...]
