"""What the desk's screens draw, as frozen values with their words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventShown:
    """One line of a timeline. `severity` colours its dot; `heavy` is the line's beginning that is to be seen first."""

    time: str
    text: str
    severity: str = ""
    heavy: str = ""


@dataclass(frozen=True, slots=True)
class ReasonShown:
    """`title` is the rule with its version, `text` the sentence."""

    title: str
    text: str
    severity: str = "ok"


@dataclass(frozen=True, slots=True)
class FieldShown:
    """`problem`: what is wrong with it, beside its label. Fields of one `row` share it by `stretch`."""

    name: str
    label: str
    value: str
    problem: str = ""
    hint: str = ""
    row: int = 0
    stretch: int = 2


@dataclass(frozen=True, slots=True)
class ActShown:
    """`name` of the act, its letter and words; `main` is the one in the colour of the next thing."""

    name: str
    key: str
    words: str
    main: bool = False
    allowed: bool = True
