"""The values that bench screens draw. Frozen and comparable: a screen repaints what differs from the last one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from app.floor.packet import Item, Packet, apart
from app.floor.work import Message

LineStanding = Literal["current", "open", "done", "missing"]
ParcelStanding = Literal["current", "open", "closed", "labelled", "elsewhere"]


@dataclass(frozen=True, slots=True)
class Thing:
    """An article. `title` is without what sets it apart from its sisters, which is `variant`.

    `code`: of a single unit, as printed on it. `drawing`: the name its picture goes by.
    """

    sku: str
    title: str
    variant: str = ""
    code: str = ""
    handling: str = "plain"
    drawing: str = ""

    @property
    def name(self) -> str:
        return f"{self.title}, {self.variant}" if self.variant else self.title


@dataclass(frozen=True, slots=True)
class LinePicture:
    """`done` of `of` units of an article. *missing*: the rest is neither in a tote nor in a parcel."""

    thing: Thing
    done: int
    of: int
    standing: LineStanding = "open"

    @property
    def left(self) -> int:
        return max(self.of - self.done, 0)


@dataclass(frozen=True, slots=True)
class TabPicture:
    """A parcel with `done` of `of` units; *elsewhere*: what other warehouses send, `city` says which."""

    number: int
    done: int
    of: int
    standing: ParcelStanding = "open"
    city: str = ""


@dataclass(frozen=True, slots=True)
class CardPicture:
    """One drawing of a packing step, with its words by language."""

    drawing: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StepPicture:
    """A packing step that is due. `code` confirms it; with `key` PBOK does too. `thing`: when it is for one article."""

    id: str
    code: str
    title: Mapping[str, str]
    cards: tuple[CardPicture, ...]
    key: bool
    icon: str = ""
    thing: Thing | None = None
    more: int = 0  # steps that are due after it


@dataclass(frozen=True, slots=True)
class CartonPicture:
    """Inner size in mm, grams. `full`: percent of its volume that the goods take; `fits` them by sides, air, weight."""

    code: str
    scan: str
    name: str
    size: tuple[int, int, int]
    max_g: int
    kind: str
    full: int
    fits: bool
    drawing: str = ""


def thing(packet: Packet, sku: str, title: str = "", variant: str = "") -> Thing:
    """The packet's article, or one of which only these words are known."""
    item = packet.items.get(sku)
    return Thing(sku, *apart(title or sku, variant), drawing=sku) if item is None else _of(item)


@lru_cache(maxsize=4096)
def _of(item: Item) -> Thing:
    """Asked for each line at each scan."""
    title, variant = apart(item.title, item.variant)
    return Thing(item.sku, title, variant, single(item), item.handling, item.sku)


def single(item: Item) -> str:
    """The code of a single unit, the usual 13 digits if there are several; empty when it bears none."""
    return min((code for code, units in item.barcodes if units == 1), key=lambda code: len(code) != 13, default="")


@dataclass(frozen=True, slots=True)
class NextPicture:
    """What the hands do now. `act` names it; the rest is there as far as the act has it.

    `code`: what to scan for it, empty when anything of the kind will do.
    """

    act: str
    thing: Thing | None = None
    done: int = 0
    of: int = 0
    code: str = ""
    question: Message | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One card of a comparison: an article, or else plain words. `same` is what both sides say, `differs` what not."""

    same: str
    differs: str
    code: str = ""
    drawing: str = ""


@dataclass(frozen=True, slots=True)
class StopPicture:
    """A stop that waits. `scanned` and `needed` where something can be compared, else `about` alone or nothing.

    `done` of `of`: what counts still; `of` 0 when nothing was to be counted. `again`: scanning the same acknowledges.
    """

    message: Message
    scanned: Side | None = None
    needed: Side | None = None
    about: Side | None = None
    done: int = 0
    of: int = 0
    again: bool = True
