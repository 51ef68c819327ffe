"""The kinds of cases as cards: how many, and the shape of the oldest. Arrows choose; the chosen one is always seen."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.look import Look, theme
from ui.screens.cases.shown import CardShown
from ui.widgets.chips import severity_icon
from ui.widgets.fitting import shrunk
from ui.widgets.marks import Box, Icon, Mark, Type, Words, width
from ui.widgets.painted import Painted

_LEAST, _GAP = 164, 8


class KindCards(Painted):
    chosen = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._first = name, 0
        self._cards: tuple[CardShown, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_(self, cards: tuple[CardShown, ...]) -> None:
        if cards != self._cards:
            self._cards = cards
            self.refresh()

    def said(self) -> str:
        here = next((card for card in self._cards if card.chosen), None)
        return f"{self._name}: {here.title}, {here.count}, {here.note}" if here else self._name

    def sizeHint(self) -> QSize:
        return QSize(theme.look().px(600), theme.look().px(60 if theme.look().density == "compact" else 100))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        wide, high = self._wide(look), self.height()
        return tuple(mark for at, card in self._placed(look) for mark in _card(card, at, wide, high, look))

    def _fits(self, look: Look) -> int:
        return max(1, (self.width() + look.px(_GAP)) // look.px(_LEAST + _GAP))

    def _wide(self, look: Look) -> int:
        count = max(6, min(self._fits(look), len(self._cards)))
        count = min(count, self._fits(look))
        return (self.width() - (count - 1) * look.px(_GAP)) // count

    def _placed(self, look: Look) -> Iterator[tuple[int, CardShown]]:
        """Those that fit, moved so far that the chosen one is among them."""
        fits = self._fits(look)
        here = next((n for n, card in enumerate(self._cards) if card.chosen), 0)
        self._first = max(0, min(self._first, here, len(self._cards) - fits), here - fits + 1)
        for n, card in enumerate(self._cards[self._first : self._first + fits]):
            yield n * (self._wide(look) + look.px(_GAP)), card

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if not step or not self._cards:
            event.ignore()
            return
        here = next((n for n, card in enumerate(self._cards) if card.chosen), 0)
        to = max(0, min(here + step, len(self._cards) - 1))
        if to != here:
            self.chosen.emit(self._cards[to].kind)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        x, look = event.position().x(), theme.look()
        for at, card in self._placed(look):
            if at <= x < at + self._wide(look):
                self.chosen.emit(card.kind)


def _card(card: CardShown, x: int, w: int, h: int, look: Look) -> Iterator[Mark]:
    px, pad = look.px, look.px(12)
    if card.chosen:
        yield Box((x, 0, w, h), "next-tint", "next-edge", px(2), look.radius("panel"))
    else:
        yield Box((x, 0, w, h), "surface", "line", px(1), look.radius("panel"))
    if look.density == "compact":
        yield from _low(card, x, w, h, look)
        return
    room, line = w - 2 * pad, px(22)
    top = (h - line - px(40) - px(20)) // 2
    title = Type("body", weight=600)
    yield Words((x + pad, top, room, line), card.title, shrunk(card.title, title, room, px(13), look))
    yield Words((x + pad, top + line - px(1), room, px(40)), str(card.count), Type(px=px(36), weight=800, tabular=True))
    yield from _note(card, x + pad, top + line + px(40), x + w - px(8), look)


def _low(card: CardShown, x: int, w: int, h: int, look: Look) -> Iterator[Mark]:
    """Where there is little room: the count stands beside the kind."""
    px, pad, number = look.px, look.px(10), Type(px=look.px(28), weight=800, tabular=True)
    count = round(width(str(card.count), number, look)) + 2
    yield Words((x + w - pad - count, 0, count, h), str(card.count), number)
    room = w - 3 * pad - count
    title = Type("body", weight=600)
    yield Words((x + pad, px(8), room, px(22)), card.title, shrunk(card.title, title, room, px(13), look))
    yield from _note(card, x + pad, px(31), x + w - 2 * pad - count, look)


def _note(card: CardShown, x: int, y: int, right: int, look: Look) -> Iterator[Mark]:
    px, size = look.px, look.px(18)
    ink = {"stop": "stop-text", "warn": "warn-text"}.get(card.severity, "ink-2")
    shape = {"warn": "warn-text"}.get(card.severity, card.severity)
    yield Icon((x, y + px(1), size, size), severity_icon(card.severity), shape)
    left = x + size + px(6)
    yield Words(
        (left, y, right - left, px(20)), card.note, shrunk(card.note, Type("meta"), right - left, px(13), look), ink
    )
