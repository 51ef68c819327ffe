"""The benches as cards in a grid. Only those in sight are drawn, however many there are. Arrows choose."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.look import Look, theme
from ui.screens.floor.shown import CardShown
from ui.widgets.fitting import shrunk
from ui.widgets.marks import CENTRE, RIGHT, Box, Circle, Icon, Mark, Rect, Type, Words, width
from ui.widgets.painted import Painted

_LEAST, _HIGH, _GAP, _BAR = 216, 166, 8, 10
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class BenchCards(Painted):
    """`chosen(str)`: the station a person moved to; `opened(str)`: Enter or a double click on it."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._rest = name, ""
        self._cards: tuple[CardShown, ...] = ()
        self._chosen, self._top = "", 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def show_(self, cards: tuple[CardShown, ...], rest: str, chosen: str) -> None:
        """What is in sight stays in sight."""
        if (cards, rest, chosen) == (self._cards, self._rest, self._chosen):
            return
        self._cards, self._rest, self._chosen = cards, rest, chosen
        self._top = max(0, min(self._top, self._last_top()))
        self.refresh()

    def said(self) -> str:
        here = next((card for card in self._cards if card.station == self._chosen), None)
        return f"{self._name}: {here.said}" if here else self._name

    # Where ----------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(theme.look().px(_LEAST), theme.look().px(_HIGH))

    def _columns(self, look: Look) -> int:
        return max(1, (self.width() - look.px(_BAR) + look.px(_GAP)) // look.px(_LEAST + _GAP))

    def _high(self, look: Look) -> int:
        return look.px(_HIGH + _GAP)

    def _lines(self) -> int:
        return -(-len(self._cards) // self._columns(theme.look()))

    def _fit(self) -> int:
        """How many lines of cards are seen whole."""
        look = theme.look()
        return max(1, (self.height() + look.px(_GAP) - self._foot(look)) // self._high(look))

    def _last_top(self) -> int:
        return self._lines() - self._fit()

    def _foot(self, look: Look) -> int:
        return look.px(28) if self._rest else 0

    def _place(self, n: int, look: Look) -> Rect:
        columns = self._columns(look)
        wide = (self.width() - look.px(_BAR) + look.px(_GAP)) // columns
        line, column = divmod(n, columns)
        return column * wide, (line - self._top) * self._high(look), wide - look.px(_GAP), look.px(_HIGH)

    def in_sight(self) -> range:
        """The cards that are drawn: those of the last line perhaps in part."""
        look = theme.look()
        columns, lines = self._columns(look), -(-self.height() // self._high(look))
        return range(self._top * columns, min(len(self._cards), (self._top + lines) * columns))

    # Hands ----------------------------------------------------------------------------------------------------

    def scroll_to(self, station: str) -> None:
        here = next((n for n, card in enumerate(self._cards) if card.station == station), None)
        if here is not None:
            line = here // self._columns(theme.look())
            self._move(max(line - self._fit() + 1, min(self._top, line)))

    def _move(self, top: int) -> None:
        top = max(0, min(top, self._last_top()))
        if top != self._top:
            self._top = top
            self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, columns = Qt.Key(event.key()), self._columns(theme.look())
        page = columns * self._fit()
        steps = _STEPS | {
            Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns, Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -len(self._cards), Qt.Key.Key_End: len(self._cards),
        }  # fmt: skip
        if self._cards and key in steps:
            here = next((n for n, card in enumerate(self._cards) if card.station == self._chosen), 0)
            self._choose(max(0, min(here + steps[key], len(self._cards) - 1)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._chosen:
            self.opened.emit(self._chosen)
        else:
            super().keyPressEvent(event)

    def _choose(self, n: int) -> None:
        station = self._cards[n].station
        self.chosen.emit(station)
        self.scroll_to(station)

    def _at(self, event: QMouseEvent) -> int | None:
        look, at = theme.look(), event.position()
        for n in self.in_sight():
            x, y, w, h = self._place(n, look)
            if x <= at.x() < x + w and y <= at.y() < y + h:
                return n
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if (n := self._at(event)) is not None:
            self._choose(n)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if (n := self._at(event)) is not None:
            self.opened.emit(self._cards[n].station)

    def wheelEvent(self, event: QWheelEvent) -> None:
        step = event.angleDelta().y()
        if step:
            self._move(self._top - (1 if step > 0 else -1))
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._top = max(0, min(self._top, self._last_top()))
        super().resizeEvent(event)

    # Drawing --------------------------------------------------------------------------------------------------

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(self._all(look))

    def _all(self, look: Look) -> Iterator[Mark]:
        for n in self.in_sight():
            card = self._cards[n]
            yield from _card(card, self._place(n, look), card.station == self._chosen, look)
        hidden = self._last_top()
        if hidden > 0:
            wide, track = look.px(4), self.height()
            tall = max(look.px(24), track * self._fit() // self._lines())
            x = self.width() - wide
            yield Box((x, 0, wide, track), "line", "", 0, wide / 2)
            yield Box((x, (track - tall) * self._top // hidden, wide, tall), "edge", "", 0, wide / 2)
        if self._rest:
            y = self.height() - look.px(26)
            yield Box((0, y, self.width() - look.px(_BAR), look.px(26)), "bg")
            yield Words((0, y, self.width(), look.px(26)), self._rest, Type("body", weight=600), "ink-2")


def _card(card: CardShown, area: Rect, chosen: bool, look: Look) -> Iterator[Mark]:
    x, y, w, h = area
    px, pad = look.px, look.px(15)
    edge, thick = (theme.rim(look, card.tint), px(2)) if card.tint else ("edge" if card.free else "line", px(1))
    fill = f"{card.tint}-tint" if card.tint else "bg" if card.free else "surface"
    yield Box(area, fill, edge, thick, look.radius("panel"), dashed=card.free)
    if chosen:
        yield Box((x + px(3), y + px(3), w - px(6), h - px(6)), "", "next-edge", px(2), look.radius("tile"))
    left, right = x + pad, x + w - pad
    yield from _head(card, left, right, y + px(11), fill, look)
    yield from _person(card, left, right, y + px(43), look)
    if card.free:
        return
    strong, plain, line = Type(px=px(15), weight=600, tabular=True), Type(px=px(15), tabular=True), px(20)
    top = y + h - px(62)
    half = (right - left) // 2
    yield Words((left, top, half, line), card.parcels, shrunk(card.parcels, strong, half, px(13), look))
    yield Words((left + half, top, half, line), card.scans, shrunk(card.scans, plain, half, px(13), look), "ink-2",
                RIGHT)  # fmt: skip
    yield from _foot(card, left, right, y + h - px(34), look)


def _head(card: CardShown, left: int, right: int, top: int, fill: str, look: Look) -> Iterator[Mark]:
    px, (icon, words, ink) = look.px, card.sync
    line, size = px(28), px(18)
    small = Type(px=px(14), weight=500, tabular=True)
    small = shrunk(words, small, (right - left) // 2, px(13), look)
    wide = round(width(words, small, look)) + 2
    quiet = "ink-2" if ink in ("ok", "ink-2") else ink
    yield Words((right - wide, top, wide, line), words, small, quiet, RIGHT)
    room = right - left - wide - px(8)
    if icon:
        yield Icon((right - wide - size - px(6), top + (line - size) // 2, size, size), icon, ink, fill)
        room -= size + px(6)
    yield Words((left, top, room, line), card.title, shrunk(card.title, Type("title"), room, px(15), look))


def _person(card: CardShown, left: int, right: int, top: int, look: Look) -> Iterator[Mark]:
    px, size = look.px, look.px(36)
    round_: Rect = (left, top, size, size)
    if card.free:
        yield Circle(round_, "", "ink-3", px(2), dashed=True)
        yield Words(round_, "–", Type("body", weight=700), "ink-3", CENTRE)
    else:
        yield Circle(round_, "avatar", "line" if look.contrast else "", px(1))
        yield Words(round_, card.initials, Type("meta", weight=700), "on-bar", CENTRE)
    x, line = left + size + px(10), px(19)
    yield Words((x, top - px(1), right - x, line), card.person, Type(px=px(15), weight=600))
    small = shrunk(card.work, Type(px=px(14), code=True), right - x, px(13), look)
    yield Words((x, top + line, right - x, line), card.work, small, "ink-2")


def _foot(card: CardShown, left: int, right: int, top: int, look: Look) -> Iterator[Mark]:
    px, (done, since) = look.px, card.foot
    strong, plain, line = Type(px=px(14), weight=600, tabular=True), Type(px=px(14), tabular=True), px(20)
    for text, kind in ((since, plain), (done, strong)):
        if text:
            wide = round(width(text, kind, look)) + 2
            yield Words((right - wide, top, wide, line), text, kind, "ink" if kind is strong else "ink-2", RIGHT)
            right -= wide + px(10)
    wide, high = right - left, px(8)
    if not done or wide < px(24):
        return
    y = top + (line - high) // 2
    yield Box((left, y, wide, high), "" if look.contrast else "line", "edge" if look.contrast else "", px(1), high / 2)
    if card.part > 0:
        ink = "ink-3" if card.tint == "stop" else "ok"
        yield Box((left, y, max(high, round(wide * card.part)), high), ink, "", 0, high / 2)
