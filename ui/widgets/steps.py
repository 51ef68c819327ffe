"""A step of the playbook: what it is for, and up to three cards that show how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ui.look import SEVERITIES, Look, theme
from ui.widgets.fitting import broken, shrunk
from ui.widgets.marks import Box, Icon, Mark, Picture, Placed, Type, Words, width
from ui.widgets.painted import Painted


@dataclass(frozen=True, slots=True)
class CardShown:
    drawing: str
    words: str


@dataclass(frozen=True, slots=True)
class StripShown:
    title: str
    detail: str = ""
    icon: str = "glass"
    cards: tuple[CardShown, ...] = ()
    severity: str = "warn"


class StepStrip(Painted):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = StripShown("")

    def show_(self, value: StripShown) -> None:
        if value == self._shown:
            return
        self._shown = value
        self.refresh()

    def said(self) -> str:
        s = self._shown
        return ". ".join(part for part in (s.title, s.detail, *(card.words for card in s.cards)) if part)

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.px(400), look.px(60 if look.density == "compact" else 92))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(self._all(look)) if self._shown.title else ()

    def _all(self, look: Look) -> Iterator[Mark]:
        s, px, high = self._shown, look.px, self.height()
        compact = look.density == "compact"
        kind = s.severity if s.severity in SEVERITIES else "next"
        ink = f"{kind}-text"
        edge = "next-edge" if kind == "next" else theme.rim(look, kind)
        yield Box((0, 0, self.width(), high), f"{kind}-tint", edge, px(2), look.radius("panel"))
        size, left = px(30 if compact else 40), px(16)
        yield Icon((left, (high - size) // 2, size, size), s.icon, ink, f"{kind}-tint")
        left += size + px(16)
        right = yield from self._cards(look, left + px(130), self.width() - px(16))
        room = right - left - px(12)
        title = Type(px=px(18 if compact else 22), weight=700)
        lines = broken(s.title, 1 if compact or s.detail else 2, room, title, look)
        title = shrunk(max(lines, key=len), title, room, px(14), look)
        small = Type("body", weight=600)
        below = broken(s.detail, 2 if len(lines) == 1 else 1, room, small, look) if s.detail and not compact else ()
        line, under = round(title.px * 1.25), look.line("body") - px(2)
        top = (high - line * len(lines) - under * len(below)) // 2
        for words in lines:
            yield Words((left, top, room, line), words, title, ink)
            top += line
        for words in below:
            yield Words((left, top, room, under), words, small, ink)
            top += under

    def _cards(self, look: Look, least: int, right: int) -> Placed:
        """The cards from the right, as many as leave the title its room; gives where they begin."""
        s, px, high = self._shown, look.px, self.height()
        compact = look.density == "compact"
        pic, pad = px(36 if compact else 52), px(6)
        kind = Type(px=px(14 if compact else 15), weight=600)
        tall = pic + 2 * pad
        y = (high - tall) // 2
        for card in reversed(s.cards[:3]):
            half = next((n for n in range(px(40), px(180)) if len(broken(card.words, 9, n, kind, look)) <= 2), px(180))
            lines = broken(card.words, 2, half, kind, look)
            text = round(max(width(line, kind, look) for line in lines)) + 2
            wide = pad + pic + px(10) + text + px(12)
            if right - wide < least:
                break
            x = right - wide
            yield Box((x, y, wide, tall), "surface", "", 0, look.radius("control"))
            yield Picture((x + pad, y + pad, pic, pic), card.drawing, card.words[:1], look.radius("chip"), part=0.96)
            line = px(19)
            top = y + (tall - line * len(lines)) // 2
            for words in lines:
                yield Words((x + pad + pic + px(10), top, text + px(4), line), words, kind)
                top += line
            right = x - px(12)
        return right
