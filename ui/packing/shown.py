"""What the screens of the packing bench show, in words: presenters make it, views draw it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tab:
    title: str
    done: int
    of: int
    state: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A banner over the work. `figures` stand at its right: (caption, value)."""

    text: str
    detail: str = ""
    icon: str = "split"
    severity: str = "none"
    figures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NextThing:
    verb: str
    icon: str = "scan"
    title: str = ""
    subtitle: str = ""
    code: str = ""
    picture: str = ""
    done: int = 0
    of: int = 0
    counted: str = ""
    pips: bool = False
    more: str = ""
    warn: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    detail: str
    picture: str
    done: int
    of: int
    state: str


@dataclass(frozen=True, slots=True)
class Playbook:
    """A packing step. `cards`: (drawing, words)."""

    title: str
    detail: str
    icon: str
    cards: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """`chip` with its severity at the right end."""

    title: str
    detail: str
    icon: str = ""
    picture: str = ""
    chip: str = ""
    severity: str = "none"


@dataclass(frozen=True, slots=True)
class Choice:
    """`code` may be scanned from the screen; touching the card is the same."""

    title: str
    detail: str
    code: str
    picture: str = ""
    best: bool = False
