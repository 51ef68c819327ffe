"""How the next thing's words are made to fit: large as long as they can, whole always."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from ui.look import Look
from ui.widgets.marks import Type, width

SMALLEST = 20  # px at 100 %; below it words break inside


@dataclass(frozen=True, slots=True)
class Fitted:
    lines: tuple[str, ...]
    type: Type
    line: int


@lru_cache(maxsize=1024)
def fitted(text: str, room: int, height: int, look: Look) -> Fitted:
    """The words in `room` by `height`: 60, then 48, then two lines, then 40, then smaller; never an ellipsis.

    A variant (`Stoneware cup, sand`) stands on its own line where that costs no size. A density with less room has no
    say here: the room itself has.
    """
    large, middle, small = look.px(60), look.px(48), look.px(40)
    head, comma, variant = text.rpartition(", ")
    for px in (large, middle):
        for lines in ((head + ",", variant), (text,)) if comma else ((text,),):
            one = _as(look, lines, px)
            if fits(one, room, height, look):
                return one
    for px in (large, middle, small):
        two = _as(look, broken(text, 2, room, Type("hero", px), look), px)
        if fits(two, room, height, look):
            return two
    px = small
    while px > look.px(SMALLEST):
        for count in (2, 3, 4):
            many = _as(look, broken(text, count, room, Type("hero", px), look), px)
            if fits(many, room, height, look):
                return many
        px = max(look.px(SMALLEST), px - look.px(2))
    return _as(look, _cut(text, room, Type("hero", px), look), px)


def fits(one: Fitted, room: int, height: int, look: Look) -> bool:
    return one.line * len(one.lines) <= height and all(width(line, one.type, look) <= room for line in one.lines)


def _as(look: Look, lines: tuple[str, ...], px: int) -> Fitted:
    return Fitted(lines, Type("hero", px), round(px * 64 / 60))


def broken(text: str, count: int, room: int, type: Type, look: Look) -> tuple[str, ...]:
    """The text in at most `count` lines, each as full as it goes; the last takes the rest."""
    lines: list[str] = [""]
    for part in text.split(" "):
        longer = f"{lines[-1]} {part}".strip()
        if lines[-1] and len(lines) < count and width(longer, type, look) > room:
            lines.append(part)
        else:
            lines[-1] = longer
    return tuple(lines)


def _cut(text: str, room: int, type: Type, look: Look) -> tuple[str, ...]:
    """The text broken wherever the line is full: for words longer than the line, and scripts without spaces."""
    lines = [""]
    for letter in text:
        if lines[-1] and width(lines[-1] + letter, type, look) > room:
            lines.append("")
        lines[-1] += letter
    return tuple(line.strip() for line in lines)


@lru_cache(maxsize=1024)
def shrunk(text: str, type: Type, room: int, least: int, look: Look) -> Type:
    """The type, smaller where the text would not fit the room, down to `least` pixels."""
    px = type.px or look.text_px(type.name)
    while px > least and width(text, replace(type, px=px), look) > room:
        px -= 1
    return replace(type, px=px)
