"""The parcels of a job: which one is in hand, how far each is, and what travels elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ui.look import Look
from ui.widgets.marks import Box, Icon, Mark, Rect, Type, Words, width

_ICONS = {"elsewhere": "truck", "closed": "done-square", "labelled": "label"}


@dataclass(frozen=True, slots=True)
class TabShown:
    """`state`: current, open, closed, labelled, elsewhere (dashed: not ours to find). No `of`, no count shown."""

    title: str
    done: int = 0
    of: int = 0
    state: str = "open"
    icon: str = ""


def tab_height(look: Look) -> int:
    return look.px(48 if look.density == "compact" else 56)


def tabs_width(tabs: tuple[TabShown, ...], look: Look) -> int:
    return sum(_wide(tab, look) for tab in tabs) + look.px(8) * max(0, len(tabs) - 1)


def tab_marks(x: int, y: int, room: int, tabs: tuple[TabShown, ...], look: Look) -> Iterator[Mark]:
    """As many tabs as there is room for, the current one always; the others are counted in the last place."""
    px, high, gap = look.px, tab_height(look), look.px(8)
    shown = list(tabs)
    while len(shown) > 1 and tabs_width(tuple(shown), look) + (px(72) if len(shown) < len(tabs) else 0) > room:
        shown.remove(next(tab for tab in reversed(shown) if tab.state != "current" or len(shown) == 1))
    end = x + room
    for tab in shown:
        wide = min(_wide(tab, look), end - x)
        yield from _one((x, y, wide, high), tab, look)
        x += wide + gap
    if len(shown) < len(tabs):
        yield Words((x, y, end - x, high), f"+{len(tabs) - len(shown)}", Type("strong"), "ink-2")


def _number(tab: TabShown) -> str:
    if not tab.of:
        return ""
    return str(tab.of) if tab.state == "elsewhere" else f"{tab.done} / {tab.of}"


def _wide(tab: TabShown, look: Look) -> int:
    number = _number(tab)
    wide = width(tab.title, Type("strong"), look) + (width(number, _HEAVY, look) + look.px(12) if number else 0)
    return round(wide) + look.px(16 * 2 + 24 + 10) + 4


_HEAVY = Type("strong", weight=800, tabular=True)


def _one(area: Rect, tab: TabShown, look: Look) -> Iterator[Mark]:
    x, y, w, h = area
    px, gone = look.px, tab.state == "elsewhere"
    on = tab.state == "current"
    edge, ink = ("next", "next-text") if on else ("edge" if gone else "line", "ink-2")
    sign = {"closed": "done", "labelled": "done-text"}.get(tab.state, ink)
    yield Box(area, "" if gone else "surface", edge, px(2), look.radius("tile"), dashed=gone)
    size, left = px(24), x + px(16)
    yield Icon((left, y + (h - size) // 2, size, size), tab.icon or _ICONS.get(tab.state, "box"), sign)
    left += size + px(10)
    number = _number(tab)
    wide = round(width(number, _HEAVY, look)) + 2 if number else 0
    room = x + w - left - px(14) - (wide + px(10) if number else 0)
    yield Words((left, y, room, h), tab.title, Type("strong"), ink)
    if number:
        yield Words((x + w - px(16) - wide, y, wide, h), number, _HEAVY, ink)


def tabs_said(tabs: tuple[TabShown, ...], look: Look) -> str:
    return ", ".join(f"{tab.title} {_number(tab)} {look.word(f'look.state_{tab.state}')}" for tab in tabs)
