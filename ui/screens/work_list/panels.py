"""The block of the work list, and what stands beside the list: what is held, the pace, what isn't ready."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ui.look import Look, theme
from ui.screens.work_list.shown import Held, Lead, PaceShown
from ui.widgets.fitting import broken, fitted, shrunk
from ui.widgets.marks import RIGHT, Box, Icon, Mark, Placed, Type, Words, width
from ui.widgets.painted import Painted


class LeadBlock(Painted):
    """What to do, what leaves first, and how long until then. A warning lies over its lower edge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lead = Lead()

    def show_(self, lead: Lead) -> None:
        if lead == self._lead:
            return
        self._lead = lead
        self.refresh()

    def said(self) -> str:
        one = self._lead
        return ". ".join(
            part for part in (one.warn, one.title, one.detail, f"{one.caption} {one.left}".strip()) if part
        )

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.px(480), look.px(112 if look.density == "compact" else 142))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(self._all(look))

    def _all(self, look: Look) -> Iterator[Mark]:
        one, px, w, h = self._lead, look.px, self.width(), self.height()
        compact = look.density == "compact"
        yield Box((0, 0, w, h), "next", "next-edge", px(2), look.radius("hero"))
        size, left, right = px(48 if compact else 72), px(20 if compact else 30), w - px(20 if compact else 30)
        yield Icon((left, (h - size) // 2, size, size), "scan", "on-next")
        left += size + px(20 if compact else 28)
        if one.left:
            right = yield from self._left_to_go(left, right, h, look)
        room = right - left - px(16)
        under = px(30 if compact else 36)
        words = fitted(one.title, room, h - under - px(8), look)
        y = (h - words.line * len(words.lines) - under) // 2
        for line in words.lines:
            yield Words((left, y, room + px(4), words.line), line, words.type, "on-next")
            y += words.line
        if one.warn:  # in the place of the words below the title, which does not move
            yield from self._warn(left, y + px(2), room, h - y - px(8), look)
            return
        small = shrunk(one.detail, Type(px=px(18 if compact else 22), weight=500, tabular=True), room, px(15), look)
        yield Words((left, y, room, under), one.detail, small, "on-next-2")

    def _left_to_go(self, left: int, right: int, tall: int, look: Look) -> Placed:
        one, px = self._lead, look.px
        figure, small = Type("hero"), Type(px=px(17 if look.density == "compact" else 20), weight=500)
        figure = shrunk(one.left, figure, (right - left) // 3, px(28), look)
        wide = round(max(width(one.left, figure, look), width(one.caption, small, look))) + px(4)
        high, line = round(figure.px * 1.1), px(26)
        y = (tall - high - line) // 2
        yield Words((right - wide, y, wide, line), one.caption, small, "on-next-2", RIGHT)
        yield Words((right - wide, y + line, wide, high), one.left, figure, "on-next", RIGHT)
        return right - wide

    def _warn(self, x: int, y: int, wide: int, high: int, look: Look) -> Iterator[Mark]:
        px = look.px
        high = min(high, px(46))
        yield Box((x - px(8), y, wide + px(8), high), "warn", "", 0, look.radius("control"))
        size, left = px(26), x + px(6)
        yield Icon((left, y + (high - size) // 2, size, size), "warn-triangle", "on-warn", "warn")
        left += size + px(12)
        room = x + wide - left - px(12)
        kind = shrunk(self._lead.warn, Type(px=px(19), weight=700), room, px(15), look)
        yield Words((left, y, room, high), self._lead.warn, kind, "on-warn")


class HeldPanel(Painted):
    """Jobs this bench began and has not finished."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._held: tuple[Held, ...] = ()

    def show_(self, held: tuple[Held, ...]) -> None:
        if held == self._held:
            return
        self._held = held
        self.updateGeometry()
        self.refresh()

    def said(self) -> str:
        return ", ".join((self._title, *(f"{one.title} {one.detail}" for one in self._held)))

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.px(240), look.px(44) + len(self._held) * look.px(56))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(self._all(look))

    def _all(self, look: Look) -> Iterator[Mark]:
        px, w = look.px, self.width()
        yield Box((0, 0, w, self.height()), "surface", "line", px(1), look.radius("panel"))
        yield Words((px(16), px(10), w - px(32), look.line("strong")), self._title, Type("strong"))
        y = px(38)
        for one in self._held:
            size = px(28)
            yield Icon((px(16), y + px(10), size, size), "pause", "done-text")
            left = px(16) + size + px(14)
            room = w - left - px(14)
            yield Words(
                (left, y, room, px(28)), one.title, shrunk(one.title, Type("title", code=True), room, px(16), look)
            )
            small = shrunk(one.detail, Type("body", tabular=True), room, px(13), look)
            yield Words((left, y + px(27), room, px(22)), one.detail, small, "ink-2")
            y += px(56)


class PacePanel(Painted):
    """How many an hour it takes until the next cut-off, against how many this bench does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pace: PaceShown | None = None

    def show_(self, pace: PaceShown | None) -> None:
        if pace == self._pace:
            return
        self._pace = pace
        self.refresh()

    def said(self) -> str:
        p = self._pace
        if p is None:
            return ""
        return ", ".join((p.title, p.count, f"{p.figure} {p.unit}", *(f"{bar[0]} {bar[1]}" for bar in p.bars)))

    def sizeHint(self) -> QSize:
        return QSize(theme.look().px(240), theme.look().px(206))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(self._all(look))

    def _all(self, look: Look) -> Iterator[Mark]:
        p, px, w, h = self._pace, look.px, self.width(), self.height()
        yield Box((0, 0, w, h), "surface", "line", px(1), look.radius("panel"))
        if p is None:
            return
        left, room, line = px(16), w - px(32), look.line("strong")
        meta = Type("meta", tabular=True)
        wide = round(width(p.count, meta, look)) + 2
        title = shrunk(p.title, Type("strong"), room - wide - px(8), px(14), look)
        yield Words((left, px(12), room - wide - px(8), line), p.title, title)
        yield Words((left + room - wide, px(12), wide, line), p.count, meta, "ink-3", RIGHT)
        bars = h - px(12) - len(p.bars) * px(42)
        top = px(12) + line
        if bars - top >= px(40):
            figure = Type("hero", px=min(look.text_px("hero"), round((bars - top) * 0.8)))
            high = min(bars - top, round(figure.px * 1.15))
            y = top + max(0, (bars - top - high) // 2)
            wide = round(width(p.figure, figure, look)) + px(4)
            yield Words((left, y, wide, high), p.figure, figure)
            rest = room - wide - px(8)
            unit = Type("body", weight=600)
            lines = broken(p.unit, 2, rest, unit, look)
            high_unit = look.line("body")
            foot = y + round(high * 0.86) - high_unit * len(lines)
            for words in lines:
                yield Words((left + wide + px(8), foot, rest, high_unit), words, unit, "ink-2")
                foot += high_unit
        y = bars
        for caption, value, part, severity in p.bars:
            strong = Type("meta", weight=700, tabular=True)
            wide = round(width(value, strong, look)) + 2
            yield Words((left, y, room - wide - px(8), px(20)), caption, meta, "ink-2")
            yield Words((left + room - wide, y, wide, px(20)), value, strong, "ink", RIGHT)
            area = (left, y + px(23), room, px(10))
            if look.contrast:
                yield Box(area, "", "line", px(1), px(3))
            if part > 0:
                fill = {"ok": "ok", "warn": "warn"}.get(severity, "ink-3")
                yield Box((left, y + px(23), max(px(4), round(room * part)), px(10)), fill, "", 0, px(3))
            y += px(42)


class Warnings(Painted):
    """What isn't ready at this bench, each with the shape of a warning; nothing at all while all is well."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told: tuple[tuple[str, str], ...] = ()

    def show_(self, told: tuple[tuple[str, str], ...]) -> None:
        if told == self._told:
            return
        self._told = told
        self.setVisible(bool(told))
        self.updateGeometry()
        self.refresh()

    def said(self) -> str:
        return ", ".join(words for _, words in self._told)

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.px(240), look.px(16) + max(1, len(self._told)) * look.px(48))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(self._all(look))

    def _all(self, look: Look) -> Iterator[Mark]:
        px, w, h = look.px, self.width(), self.height()
        yield Box((0, 0, w, h), "warn-tint", theme.rim(look, "warn"), px(1), look.radius("panel"))
        y = px(8)
        for icon, words in self._told:
            size, left = px(24), px(14)
            yield Icon((left, y + px(12), size, size), "warn-triangle", "warn-text", "warn-tint")
            left += size + px(8)
            yield Icon((left, y + px(13), px(22), px(22)), icon, "warn-text")
            left += px(22) + px(10)
            room = w - left - px(12)
            kind = Type("body", weight=600)
            lines = broken(words, 2, room, kind, look)
            line = look.line("body")
            top = y + (px(48) - line * len(lines)) // 2
            for n, part in enumerate(lines):
                yield Words((left, top + n * line, room, line), part, kind, "warn-text")
            y += px(48)
