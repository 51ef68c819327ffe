"""What the floor draws, as frozen values with their words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CardShown:
    """A bench. `tint`: stop, warn, or nothing; `sync` is (icon, words, colour). `part` of the job in hand is done.

    `free`: nobody works there. `foot` are (done of how much, since when).
    """

    station: str
    title: str
    sync: tuple[str, str, str]
    person: str
    work: str
    parcels: str = ""
    scans: str = ""
    part: float = 0.0
    foot: tuple[str, str] = ("", "")
    tint: str = ""
    initials: str = ""
    free: bool = False

    @property
    def said(self) -> str:
        told = (self.title, self.sync[1], self.person, self.work, self.parcels, self.scans, *self.foot)
        return ", ".join(part for part in told if part)


@dataclass(frozen=True, slots=True)
class NeedShown:
    """Where somebody is needed: what, and what of it one should know. `icon` in the colour `ink`."""

    station: str
    title: str
    detail: str
    icon: str
    ink: str


@dataclass(frozen=True, slots=True)
class TileShown:
    """A figure. `chip` is (words, severity). `curve`: (part of the time, part of the work left) as it went.

    `ahead`: where it goes at this pace; `end`: where the cut-off stands.
    """

    caption: str
    figure: str
    small: str
    chip: tuple[str, str] = ("", "")
    curve: tuple[tuple[float, float], ...] = ()
    ahead: tuple[float, float] | None = None
    end: float = 1.0

    @property
    def said(self) -> str:
        return ": ".join((self.caption, " ".join(part for part in (self.figure, self.small, self.chip[0]) if part)))


@dataclass(frozen=True, slots=True)
class ActsShown:
    """What can be done about the chosen bench. `taking`: the question asked before its work is taken over.

    `problem`: what the reason lacks.
    """

    take_over: bool = False
    case: bool = False
    order: bool = False
    taking: str = ""
    reason: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class FloorShown:
    """`urgent`: how many can't wait, in words. `quiet`: what stands in the place of needs when there are none."""

    tiles: tuple[TileShown, ...] = ()
    cards: tuple[CardShown, ...] = ()
    rest: str = ""
    needs: tuple[NeedShown, ...] = ()
    urgent: str = ""
    quiet: str = ""
    chosen: str = ""
    acts: ActsShown = ActsShown()
