"""What the work list shows, in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lead:
    """The block: what to do, what leaves first, and how long until then. `warn`: what the last scan did not do."""

    title: str = ""
    detail: str = ""
    caption: str = ""
    left: str = ""
    warn: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A cut-off: when, with whom, how much. `chip` says whether there is time enough, by its severity."""

    key: str
    time: str
    name: str
    counts: str
    chip: str = ""
    severity: str = "none"


@dataclass(frozen=True, slots=True)
class Work:
    """A shipment. `chips` are (icon, words, severity): what its goods ask for; `state` likewise, where it lies.

    `elsewhere`: another bench holds it, and it can't be opened here.
    """

    key: str
    shipment: str
    tote: str
    to: str
    units: str
    chips: tuple[tuple[str, str, str], ...]
    state: tuple[str, str, str]
    elsewhere: bool = False

    @property
    def code(self) -> str:
        return self.shipment


Row = Head | Work


@dataclass(frozen=True, slots=True)
class PaceShown:
    """`figure` an hour is needed; each bar is (caption, value, part of the longest, severity)."""

    title: str
    count: str
    figure: str
    unit: str
    bars: tuple[tuple[str, str, float, str], ...]


@dataclass(frozen=True, slots=True)
class Held:
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class WorkListShown:
    """`away`: why nothing new can be opened now, with what to do; the rows are as they last were, and greyed.

    `rest`: how many more there are than rows. `trouble`: what isn't ready at this bench, each as (icon, words).
    """

    lead: Lead = Lead()
    rows: tuple[Row, ...] = ()
    rest: str = ""
    empty: str = ""
    held: tuple[Held, ...] = ()
    pace: PaceShown | None = None
    trouble: tuple[tuple[str, str], ...] = ()
    away: tuple[str, str] = ("", "")
