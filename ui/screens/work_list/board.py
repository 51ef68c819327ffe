"""The list itself: cut-offs and their shipments, one of them chosen. Arrow keys choose, a letter opens, Enter never."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from ui.look import Look, theme
from ui.screens.work_list.shown import Head, Row, Work
from ui.widgets.chips import HEIGHT, chip_marks, chip_width, severity_icon
from ui.widgets.fitting import broken, shrunk
from ui.widgets.marks import RIGHT, Box, Icon, Line, Mark, Rect, Type, Words, width
from ui.widgets.painted import Painted

ROW, NEAR = 56, 12
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class Board(Painted):
    """`opened(Work)` when somebody wants that one; `near_end()` when more should be read."""

    opened = Signal(object)
    near_end = Signal()

    def __init__(self, open_key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._open_key = open_key
        self._rows: tuple[Row, ...] = ()
        self._rest = self._empty = ""
        self._away = ("", "")
        self._chosen, self._top = "", 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # What is shown --------------------------------------------------------------------------------------------

    def show_(self, rows: tuple[Row, ...], rest: str, empty: str, away: tuple[str, str]) -> None:
        if (rows, rest, empty, away) == (self._rows, self._rest, self._empty, self._away):
            return
        before = self._place()
        self._rows, self._rest, self._empty, self._away = rows, rest, empty, away
        if self._place() < 0:  # opened elsewhere, or gone: the one that stands in its place now
            works = [row for row in rows[max(0, before) :] if isinstance(row, Work)] or self.works()[-1:]
            self._chosen = works[0].key if works else ""
        self._hold()
        self.refresh()

    def works(self) -> list[Work]:
        return [row for row in self._rows if isinstance(row, Work)]

    def chosen(self) -> Work | None:
        return next((row for row in self.works() if row.key == self._chosen), None)

    def open_chosen(self) -> None:
        one = self.chosen()
        if one is not None and not self._away[0]:
            self.opened.emit(one)

    def said(self) -> str:
        one = self.chosen()
        told = (
            (one.tote, one.shipment, one.to, one.units, *(chip[1] for chip in one.chips), one.state[1]) if one else ()
        )
        return ", ".join(part for part in (*self._away, *told, "" if self._rows else self._empty) if part)

    # Where ----------------------------------------------------------------------------------------------------

    def _place(self) -> int:
        return next((n for n, row in enumerate(self._rows) if row.key == self._chosen), -1)

    def _row_height(self) -> int:
        return theme.look().px(50 if theme.look().density == "compact" else ROW)

    def _banner(self) -> int:
        return theme.look().px(60) if self._away[0] else 0

    def _fit(self) -> int:
        """How many rows are seen whole."""
        return max(1, (self.height() - self._banner()) // self._row_height())

    def _hold(self) -> None:
        most = max(0, len(self._rows) + bool(self._rest) - self._fit())
        self._top = min(max(0, self._top), most)

    def _seen(self, place: int) -> None:
        """Scrolls no further than to see the row, and the head right above it."""
        above = place - 1 if place and isinstance(self._rows[place - 1], Head) else place
        if above < self._top:
            self._top = above
        elif place >= self._top + self._fit():
            self._top = place - self._fit() + 1
        self._hold()

    def _choose(self, row: Work) -> None:
        self._chosen = row.key
        self._seen(self._place())
        self.refresh()
        self._look_ahead()

    def _look_ahead(self) -> None:
        if self._top + self._fit() + NEAR >= len(self._rows):
            self.near_end.emit()

    def _by(self, steps: int) -> None:
        works = self.works()
        if works:
            here = next((n for n, row in enumerate(works) if row.key == self._chosen), 0)
            self._choose(works[min(max(0, here + steps), len(works) - 1)])

    # Keys and hands -------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in _STEPS:
            self._by(_STEPS[Qt.Key(key)])
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._by(self._fit() - 1 if key == Qt.Key.Key_PageDown else 1 - self._fit())
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._by(len(self._rows) if key == Qt.Key.Key_End else -len(self._rows))
        elif event.text().upper() == self._open_key and not event.isAutoRepeat():
            self.open_chosen()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A touch chooses; a second one on the chosen row opens it."""
        place = self._top + (int(event.position().y()) - self._banner()) // self._row_height()
        row = self._rows[place] if 0 <= place < len(self._rows) else None
        if isinstance(row, Work):
            if row.key == self._chosen:
                self.open_chosen()
            else:
                self._choose(row)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._top -= round(event.angleDelta().y() / 120) * 2
        self._hold()
        self.refresh()
        self._look_ahead()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._hold()
        super().resizeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(theme.look().px(480), theme.look().px(240))

    # Painted --------------------------------------------------------------------------------------------------

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(self._all(look))

    def _all(self, look: Look) -> Iterator[Mark]:
        px, w, h = look.px, self.width(), self.height()
        yield Box((0, 0, w, h), "surface", "line", px(1), look.radius("panel"))
        if self._away[0]:
            yield from self._banner_marks(look)
        y, high = self._banner(), self._row_height()
        if not self._rows and self._empty:
            yield Words((px(18), y + px(10), w - px(36), px(36)), self._empty, Type("strong"), "ink-2")
        for row in self._rows[self._top : self._top + self._fit()]:
            if isinstance(row, Head):
                yield from self._head((1, y, w - 2, high), row, look)
            else:
                yield from self._work((1, y, w - 2, high), row, look)
            y += high
        if self._rest and y + high <= h:
            yield Words((px(18), y, w - px(36), high), self._rest, Type("body", weight=600), "ink-2")
        elif y < h and self._top + self._fit() < len(self._rows):
            yield Words((px(18), y, w - px(36), h - y), "· · ·", Type("body", weight=700), "ink-3")

    def _banner_marks(self, look: Look) -> Iterator[Mark]:
        px, w, high = look.px, self.width(), self._banner()
        yield Box(
            (1, 1, w - 2, high - 1), "warn-tint", "warn-text" if look.contrast else "", px(1), look.radius("panel")
        )
        size, left = px(26), px(18)
        yield Icon((left, (high - size) // 2, size, size), "offline", "warn-text")
        left += size + px(12)
        room = w - left - px(12)
        head, act = self._away
        first, second = look.line("strong"), look.line("meta") + 2
        top = (high - first - second) // 2
        yield Words((left, top, room, first), head, shrunk(head, Type("strong"), room, px(14), look), "warn-text")
        small = shrunk(act, Type("body"), room, px(13), look)
        yield Words((left, top + first, room, second), act, small, "warn-text")

    def _head(self, area: Rect, head: Head, look: Look) -> Iterator[Mark]:
        x, y, w, h = area
        px = look.px
        yield Box((x, y, w, h), "surface-2", "", 0, look.radius("panel") if y <= 1 else 0)
        yield Line((x, y + h - 1, w, 1), "line", 1)
        left, right = x + px(18), x + w - px(16)
        icon = severity_icon(head.severity)
        if head.severity == "none":
            kind = Type("meta", tabular=True)
            wide = round(width(head.chip, kind, look)) + 2
            yield Words((right - wide, y, wide, h), head.chip, kind, "ink-3", RIGHT)
        else:
            wide = chip_width(head.chip, icon, look)
            yield from chip_marks(right - wide, y + (h - px(HEIGHT)) // 2, head.chip, head.severity, look)
        right -= wide + px(12)
        for text, own, ink in (
            (head.time, Type("far", weight=800), "ink"),
            (head.name, Type("strong"), "ink"),
            (head.counts, Type("body", tabular=True), "ink-2"),
        ):
            kind = shrunk(text, own, right - left, px(13), look)
            wide = min(max(0, right - left), round(width(text, kind, look)) + 2)
            yield Words((left, y, wide, h), text, kind, ink)
            left += wide + px(16)

    def _work(self, area: Rect, work: Work, look: Look) -> Iterator[Mark]:
        """Places by the width alone: tote, order, for whom, how many, what it asks for, where it lies."""
        x, y, w, h = area
        px = look.px
        here = work.key == self._chosen
        grey = bool(self._away[0]) or work.elsewhere
        if here:
            yield Box((x, y, w, h), "next-tint", "next" if look.contrast else "", px(2))
            yield Box((x, y, px(6), h), "next-edge")
        yield Line((x, y + h - 1, w, 1), "line", 1)
        ink, second = ("ink-3", "ink-3") if grey else ("ink", "ink-2")
        narrow = look.density == "compact"
        left, right = x + px(18), x + w - px(14)
        tote = px(56 if narrow else 80)
        kind = Type("title", code=True)
        if work.tote:
            yield Words((left, y, tote, h), work.tote, shrunk(work.tote, kind, tote, px(14), look), ink)
        else:
            yield Words((left, y, tote, h), "–", kind, "ink-3")
        left += tote + px(8)
        own = px(104 if narrow else 136)
        code = shrunk(work.shipment, Type("strong", code=True), own, px(13), look)
        yield Words((left, y, own, h), work.shipment, code, ink)
        left += own + px(10)
        icon, words, severity = work.state
        slot = px(132 if narrow else 168)
        kind = Type(px=px(14), weight=600)
        lines = broken(words, 2, slot - px(44), kind, look)
        if len(lines) == 1:
            yield from chip_marks(right - slot, y + (h - px(HEIGHT)) // 2, words, severity, look, icon, room=slot)
        else:
            yield Icon((right - slot + px(8), y + (h - px(20)) // 2, px(20), px(20)), icon, second)
            line = px(18)
            for n, part in enumerate(lines):
                top = y + (h - 2 * line) // 2 + n * line
                yield Words((right - slot + px(36), top, slot - px(36), line), part, Type("meta", weight=600), second)
        right -= slot + px(10)
        chips = [chip for chip in work.chips if not narrow or chip[0] == "split"][:2]
        slot = px(88 if narrow else 196)
        at = right - slot
        for icon, words, severity in chips:
            wide = chip_width(words, icon, look)
            if at + wide <= right:
                yield from chip_marks(at, y + (h - px(HEIGHT)) // 2, words, severity, look, icon)
                at += wide + px(6)
        right -= slot + px(8)
        units = px(58 if narrow else 74)
        count = Type("body", weight=600, tabular=True)
        yield Words((right - units, y, units, h), work.units, shrunk(work.units, count, units, px(13), look), ink)
        right -= units + px(10)
        yield Words((left, y, right - left, h), work.to, Type("body"), second)
