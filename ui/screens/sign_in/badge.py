"""The one filled block of the sign-in screen, with a drawing of the badge that is to be scanned."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.context import Words as WordsOf
from ui.look import Look, theme
from ui.screens.sign_in.pin_pad import PinPad
from ui.screens.sign_in.presenter import SignInShown
from ui.widgets.barcode import Bars, Ground
from ui.widgets.fitting import broken, shrunk
from ui.widgets.key_cap import key_marks, key_width
from ui.widgets.marks import CENTRE, Box, Circle, Icon, Mark, Type, Words, width
from ui.widgets.painted import Painted

# Bars as a badge has them, black and white in turn; no code, so that nobody scans the picture.
_STRIPES = (2, 1, 1, 2, 3, 1, 1, 3, 1, 1, 2, 2, 1, 2, 3, 1, 1, 1, 2, 3, 1, 2, 1, 1, 3, 2, 2, 1, 1, 3, 2)


class BadgeBlock(Painted):
    def __init__(self, words: WordsOf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: SignInShown | None = None
        self.pad = PinPad(words, self)
        self.pad.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_(self, shown: SignInShown) -> None:
        self._shown = shown
        self.pad.setVisible(shown.pin)
        self._place_pad()
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_pad()

    def _place_pad(self) -> None:
        """Where the badge is drawn else, and as tall as there is room: keys are for gloves."""
        look = theme.look()
        pad = look.px(24 if look.density == "compact" else 48)
        room = self.height() - pad - max(pad, look.px(56 + 12))  # a warning below takes nothing from it
        wide, tall = self._card_size(look)[0], min(look.px(460), room)
        self.pad.place()
        self.pad.setGeometry(self.width() - pad - wide, pad + (room - tall) // 2, wide, tall)

    def said(self) -> str:
        s = self._shown
        return ". ".join(part for part in (s.warn, s.greeting, s.title, s.foot, s.typed) if part) if s else ""

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.px(480), look.px(400))

    def marks(self, look: Look) -> list[Mark]:
        return list(self._all(look, self._shown)) if self._shown is not None else []

    def _all(self, look: Look, s: SignInShown) -> Iterator[Mark]:
        px, w, h = look.px, self.width(), self.height()
        compact = look.density == "compact"
        pad = px(24 if compact else 48)
        yield Box((0, 0, w, h), "next", "next-edge", px(2), look.radius("hero"))
        size, y = px(30), pad
        yield Icon((pad, y, size, size), "scan", "on-next-2")
        yield Words((pad + size + px(10), y, w - 2 * pad, size), s.greeting, Type("title"), "on-next-2")
        y += size + px(14 if compact else 24)
        card_w, card_h = self._card_size(look)
        beside = w - 2 * pad - card_w - px(24)
        if beside < px(260) and not s.pin:  # the words come first
            card_w, card_h, beside = 0, 0, w - 2 * pad
        foot = h - pad - px(26)
        if s.warn:
            foot = h - px(56) - px(12) - px(26)
        yield from self._title(look, s.title, pad, y, beside, foot - px(60) - y)
        yield from self._foot(look, s, pad, foot, beside if card_h > h - pad * 3 - px(60) else w - 2 * pad)
        # The badge stands at the right, clear of the words at the foot where there is room for both.
        top = min(max(pad, (h - card_h) // 2 - px(20)), max(pad, h - card_h - pad))
        if card_w and not s.pin:
            yield from self._card(look, s, w - pad - card_w, top, card_w, card_h)
        if s.warn:
            strip = px(56)
            yield Box((px(2), h - strip - px(2), w - px(4), strip), "warn", "", 0, look.radius("panel"))
            icon = px(28)
            yield Icon((pad, h - strip + (strip - icon) // 2, icon, icon), "warn-triangle", "on-warn", "warn")
            room = w - 2 * pad - icon - px(12)
            yield Words((pad + icon + px(12), h - strip, room, strip), s.warn, Type("strong"), "on-warn")

    def _card_size(self, look: Look) -> tuple[int, int]:
        px = look.px
        tall = min(px(360), self.height() - 2 * px(24))
        if self._shown and self._shown.pin:  # three keys for gloves
            return max(px(208), min(px(288), self.width() * 2 // 5)), tall
        return min(px(240), self.width() // 3), max(px(220), tall)

    def _title(self, look: Look, text: str, x: int, y: int, room: int, high: int) -> Iterator[Mark]:
        """As large as two lines can be beside the badge."""
        size = look.px(92)
        while size > look.px(36):
            kind = Type("hero", px=size, weight=800)
            lines = broken(text, 2, room, kind, look)
            if all(width(line, kind, look) <= room for line in lines) and len(lines) * round(size * 1.02) <= high:
                break
            size -= look.px(4)
        kind = Type("hero", px=size, weight=800)
        for line in broken(text, 2, room, kind, look):
            # The rectangle is taller than the line, or the letters' tails would be cut.
            yield Words((x, y - round(size * 0.12), room + look.px(8), round(size * 1.3)), line, kind, "on-next")
            y += size

    def _foot(self, look: Look, s: SignInShown, x: int, y: int, room: int) -> Iterator[Mark]:
        px = look.px
        kind = Type("far" if look.density != "compact" else "title", weight=600)
        while width(s.foot, kind, look) > room and (kind.px or look.text_px(kind.name)) > px(17):
            kind = Type("far", px=(kind.px or look.text_px(kind.name)) - px(1), weight=600)
        line = px(40)
        yield Words((x, y - line - px(6), room, line), s.foot, kind, "on-next")
        yield from key_marks(x, y, s.key, look, "on-next", "next")
        left = x + key_width(s.key, look) + px(12)
        room -= left - x
        how = shrunk(s.typed, Type("strong", weight=400), room, px(13), look)
        yield Words((left, y, room, px(26)), s.typed, how, "on-next-2")

    def _card(self, look: Look, s: SignInShown, x: int, y: int, w: int, h: int) -> Iterator[Mark]:
        px = look.px
        yield Ground((x, y, w, h), look.radius("hero"))
        slot = px(60)
        yield Box((x + (w - slot) // 2, y + px(20), slot, px(12)), "next", "edge" if look.contrast else "", 1, px(6))
        foot = px(104)
        middle = h - px(44) - foot
        face = min(px(110), middle - px(64), w - px(40))
        at = y + px(44) + max(0, (middle - face - px(56)) // 2)
        if face > px(32):
            yield Circle((x + (w - face) // 2, at, face, face), "next-tint")
            icon = round(face * 0.58)
            yield Icon((x + (w - icon) // 2, at + (face - icon) // 2, icon, icon), "person", "next-text")
            at += face + px(12)
        yield Words((x, at, w, px(28)), s.badge[0], Type("title"), "on-paper", CENTRE)
        yield Words((x, at + px(28), w, px(22)), s.badge[1], Type("body"), "on-paper", CENTRE)
        bars = y + h - foot + px(10)
        if s.code:
            yield Bars((x + px(12), bars, w - px(24), px(52)), s.code)
            yield Words((x, bars + px(58), w, px(20)), s.code, Type("meta", weight=600, code=True), "on-paper", CENTRE)
            return
        left, unit = float(x + px(24)), max(1.0, (w - px(48)) / sum(_STRIPES))
        for n, stripe in enumerate(_STRIPES):
            if n % 2 == 0:
                yield Box((round(left), bars, max(1, round(stripe * unit)), px(52)), "on-paper")
            left += stripe * unit
