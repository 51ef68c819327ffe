"""What the print queue draws, as frozen values with their words."""

from __future__ import annotations

from dataclasses import dataclass

from ui.desk.shown import ActShown


@dataclass(frozen=True, slots=True)
class ReadyShown:
    """One device before a job starts."""

    text: str
    icon: str
    severity: str = "none"


@dataclass(frozen=True, slots=True)
class PaperShown:
    """The paper in hand. `key` tells it from all others; `label`: there is a label to be looked at."""

    key: str
    title: str
    chip: str
    severity: str
    sentence: str
    facts: str
    label: bool


@dataclass(frozen=True, slots=True)
class ActsShown:
    """What can be done, below each other; `title` asks what a choice is about. `alone`: no paper's business."""

    title: str
    acts: tuple[ActShown, ...]
    alone: bool = False
