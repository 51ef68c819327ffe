"""The one filled block of a screen: what the hands do now. Verb, thing, number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QSize
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from ui.look import Look, theme
from ui.widgets.fitting import broken, fitted, shrunk
from ui.widgets.marks import CENTRE, RIGHT, Box, Circle, Icon, Mark, Picture, Placed, Rect, Type, Words, metrics, width
from ui.widgets.painted import Painted

MOST_PIPS = 12


@dataclass(frozen=True, slots=True)
class StepShown:
    words: str
    state: str = "open"  # current | open | done


@dataclass(frozen=True, slots=True)
class NextShown:
    """`code` is shown with its last four heavy; `picture` names a drawing; `counted` says what is counted (packed);
    `big` is a bin in the largest type, instead of a title; `warn` is what was not counted, until the next valid scan;
    `aside` stands at the right of the verb (24 m, same side).
    """

    verb: str
    icon: str = "scan"
    title: str = ""
    subtitle: str = ""
    code: str = ""
    picture: str = ""
    done: int = 0
    of: int = 0
    counted: str = ""
    pips: bool = False
    more: str = ""
    big: str = ""
    warn: str = ""
    steps: tuple[StepShown, ...] = ()
    aside: str = ""


class NextBlock(Painted):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = NextShown("")

    def show_(self, value: NextShown) -> None:
        if value == self._shown:
            return
        before, self._shown = self.said(), value
        self.refresh()
        if self.said() != before and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.said()))

    def said(self) -> str:
        s = self._shown
        count = f"{s.done} {theme.look().word('look.of', of=s.of)} {s.counted}".strip() if s.of else ""
        now = next((step.words for step in s.steps if step.state == "current"), "")
        return ". ".join(
            part for part in (s.warn, s.verb, s.big, s.title, s.subtitle, s.code, count, s.more, now) if part
        )

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.px(480), look.px(200 if look.density == "compact" else 260))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(_Plan(look, self._shown, self.width(), self.height()).marks())


class _Plan:
    """Where everything stands in a block of this size. Places depend on the size and on what kinds of things there are,
    never on the words."""

    def __init__(self, look: Look, shown: NextShown, w: int, h: int) -> None:
        self.look, self.shown, self.w, self.h = look, shown, w, h
        self.compact = look.density == "compact"
        px = look.px
        self.x, self.y = (px(20), px(14)) if self.compact else (px(30), px(26))
        self.step = px(52 if self.compact else 68)
        self.bottom = h - self.y
        if shown.steps:  # what stands above them ends there, also while a warning takes their place
            self.bottom = h - px(12 if self.compact else 20) - self.step - px(8)
        has_right = bool(shown.picture or shown.of) and not shown.big
        self.right = min(px(170 if self.compact else 240), round(w * 0.36)) if has_right else 0
        self.gap = px(16 if self.compact else 24)
        self.room = w - 2 * self.x - (self.right + self.gap if has_right else 0)

    def marks(self) -> Iterator[Mark]:
        look, s, px = self.look, self.shown, self.look.px
        radius = look.radius("hero")
        yield Box((0, 0, self.w, self.h), "next", "next-edge", px(2), radius)
        top = yield from self._verb()
        foot = self.bottom
        if s.warn:
            strip = yield from self._warn(radius)
            foot = min(strip - px(8), self.bottom)
        elif s.steps:
            foot = yield from self._steps()
        elif s.more or (s.pips and s.of):
            foot = yield from self._more()
        if s.big:
            yield from self._big(top, foot)
        else:
            yield from self._thing(top, self._foot_of_words(foot))
        if self.right:
            yield from self._side()

    def _foot_of_words(self, foot: int) -> int:
        """Where the words end: as if the lowest row were always there, so that they stay when it comes and goes."""
        if not self.shown.of or self.shown.steps:
            return foot
        return min(foot, self.bottom - self.look.line("far") - self.look.px(8))

    def _verb(self) -> Placed:
        look, s, px = self.look, self.shown, self.look.px
        size, kind = px(30), Type(px=px(22 if self.compact else 26), weight=700)
        yield Icon((self.x, self.y, size, size), s.icon, "on-next-2")
        left = self.x + size + px(10)
        room = self.w - left - self.x if s.big else self.x + self.room - left
        if s.aside:
            aside = Type("title", weight=600)
            wide = round(width(s.aside, aside, look)) + px(8)
            yield Words((self.w - self.x - wide, self.y, wide, size), s.aside, aside, "on-next-2", RIGHT)
            room -= wide
        kind = shrunk(s.verb, kind, room, px(18), look)
        lines: tuple[str, ...] = (s.verb,)
        if width(s.verb, kind, look) > room:
            kind, lines = _in_lines(s.verb, room, ((2, 18, 15), (3, 15, 13)), look)
        line = size if len(lines) == 1 else round(kind.px * 1.2)
        for n, words in enumerate(lines):
            yield Words((left, self.y + n * line, room, line), words, kind, "on-next-2")
        return self.y + max(size, line * len(lines)) + px(6 if self.compact else 10)

    def _thing(self, top: int, foot: int) -> Iterator[Mark]:
        look, s, px = self.look, self.shown, self.look.px
        under = look.line("far") if s.subtitle or s.code else 0
        under = round(under * 0.8) if self.compact else under
        one = fitted(s.title, self.room, max(px(30), foot - top - under), look)
        y = top
        deep = one.line // 8  # letters reach below their line in fonts taller than the look's own
        for line in one.lines:
            area: Rect = (self.x, y - deep, self.room + px(4), one.line + 2 * deep)
            yield Words(area, line, one.type, "on-next")
            y += one.line
        if under:
            yield from self._code(y + px(2), under)

    def _code(self, y: int, high: int) -> Iterator[Mark]:
        """What identifies the thing, its last four heavy. Too long, it is smaller, then without its beginning."""
        look, s, px = self.look, self.shown, self.look.px
        start, last = s.code[:-4], s.code[-4:]
        whole = f"{s.subtitle} · {start}" if s.subtitle and s.code else s.subtitle or start
        full = px(22) if self.compact else look.text_px("far")
        light, heavy = Type(px=full, weight=500, code=True), Type(px=full, weight=800, code=True)
        if not s.code:
            yield from self._lines(s.subtitle, y, high, light)
            return
        for text in (whole, start, f"…{start[-4:]}", "…"):
            for size in range(full, px(18) - 1, -2):
                light, heavy = replace(light, px=size), replace(heavy, px=size)
                wide, tail = round(width(text, light, look)), round(width(last, heavy, look)) + px(2)
                if wide + tail <= self.room:
                    yield Words((self.x, y, wide + px(2), high), text, light, "on-next-2")
                    yield Words((self.x + wide, y, tail + px(4), high), last, heavy, "on-next")
                    return

    def _lines(self, text: str, y: int, high: int, kind: Type) -> Iterator[Mark]:
        """A sentence under the title: on one line, or smaller on two."""
        look, px = self.look, self.look.px
        kind = shrunk(text, kind, self.room, px(18), look)
        lines = broken(text, 2, self.room, kind, look)
        line = high if len(lines) == 1 else round(kind.px * 1.2)
        for i, words in enumerate(lines):
            yield Words((self.x, y + i * line, self.room + px(4), line), words, kind, "on-next-2")

    def _more(self) -> Placed:
        look, s, px = self.look, self.shown, self.look.px
        high = look.line("far") if not self.compact else look.line("title")
        y, x = self.bottom - high, self.x
        kind = Type("title" if self.compact else "far")
        size, gap = px(16 if self.compact else 22), px(8)
        said = width(s.more, kind, look) if s.more else 0
        if s.pips and 0 < s.of <= MOST_PIPS and (size + gap) * s.of + px(8) + said <= self.room:
            for i in range(s.of):
                dot: Rect = (x, y + (high - size) // 2, size, size)
                yield Circle(dot, "on-next" if i < s.done else "", "on-next", px(2 if self.compact else 3))
                x += size + gap
            x += px(8)
        if s.more:
            room = self.x + self.room - x
            yield Words((x, y, room, high), s.more, shrunk(s.more, kind, room, px(18), look), "on-next")
        return y - px(6)

    def _side(self) -> Iterator[Mark]:
        look, s, px = self.look, self.shown, self.look.px
        x, high = self.w - self.x - self.right, px(74 if self.compact else 100)
        foot = self.bottom
        if s.of:
            foot -= high
            yield from self._count(x, foot, high)
            foot -= px(8 if self.compact else 12)
        if s.picture:
            tall = min(foot - self.y, round(self.right * 1.2))
            if tall >= px(48):
                yield Picture((x, self.y, self.right, tall), s.picture, s.title[:1], look.radius("panel"))

    def _count(self, x: int, y: int, high: int) -> Iterator[Mark]:
        look, s, px = self.look, self.shown, self.look.px
        beside = px(22) if self.compact else look.text_px("far")
        small = Type(px=beside, weight=700)
        of, gap = look.word("look.of", of=s.of), px(10 if self.compact else 14)
        least = round(max(width(of, small, look), width(s.counted, small, look))) + px(4)
        wide = min(least, round(self.right * 0.58))
        big = shrunk(str(s.done), Type("count"), self.right - wide - gap, px(40), look)
        number = round(width(str(s.done), big, look)) + px(4)
        # The digits' feet stand on the last line's, whatever size they had to take.
        feet = y + high - px(8)
        rise = round(metrics(big, look).capHeight())
        yield Words((x, feet - rise - px(8), number, rise + px(16)), str(s.done), big, "on-next")
        left, line = x + number + gap, round(beside * 1.07)
        room = x + self.right - left
        foot = feet + round(beside * 0.32)
        if s.counted:
            yield Words(
                (left, foot - line, room, line), s.counted, shrunk(s.counted, small, room, px(15), look), "on-next"
            )
            foot -= line
        yield Words((left, foot - line, room, line), of, shrunk(of, small, room, px(15), look), "on-next")

    def _big(self, top: int, foot: int) -> Iterator[Mark]:
        look, s, px = self.look, self.shown, self.look.px
        room = self.w - 2 * self.x
        under = look.line("far") + px(4) if s.subtitle or s.title else 0
        kind = shrunk(s.big, Type("bin", code=True), room, px(48), look)
        most = foot - top - under
        size = kind.px
        while size > px(48) and size * 0.9 > most:
            size -= px(4)
        kind = Type("bin", px=size, code=True)
        high = round(size * 0.9)
        y = top + max(0, (most - high) // 2)
        yield Words((self.x - px(4), y, room + px(8), high), s.big, kind, "on-next")
        said = s.subtitle or s.title
        if said:
            small = shrunk(said, Type("far", weight=600), room, px(18), look)
            yield Words((self.x, y + high, room, look.line("far")), said, small, "on-next-2")

    def _steps(self) -> Placed:
        look, s, px = self.look, self.shown, self.look.px
        high, gap = self.step, px(8 if self.compact else 12)
        y = self.h - px(12 if self.compact else 20) - high
        wide = (self.w - 2 * self.x - gap * (len(s.steps) - 1)) // len(s.steps)
        for i, step in enumerate(s.steps):
            x = self.x + i * (wide + gap)
            on = step.state == "current"
            fill, ink = ("on-next", "next") if on else ("", "on-next")
            yield Box((x, y, wide, high), fill, "on-next" if on else "next-rim", px(2), look.radius("panel"))
            size = px(28 if self.compact else 36)
            mark: Rect = (x + px(14), y + (high - size) // 2, size, size)
            if step.state == "done":
                yield Icon(mark, "ok-circle", "on-next", "next")
            else:
                yield Circle(mark, "next" if on else "", "next" if on else "on-next", px(2))
                yield Words(mark, str(i + 1), Type(px=px(15 if self.compact else 19), weight=700), fill or ink, CENTRE)
            left = mark[0] + size + px(12)
            room = x + wide - left - px(8)
            kind = shrunk(step.words, Type(px=px(18 if self.compact else 22), weight=700), room, px(15), look)
            lines = broken(step.words, 2, room, kind, look)
            line = round(kind.px * 1.15)
            top = y + (high - line * len(lines)) // 2
            for n, words in enumerate(lines):
                yield Words((left, top + n * line, room + px(4), line), words, kind, ink)
        return y - px(8)

    def _warn(self, radius: int) -> Placed:
        """At the lower edge, beside the count and not over it: both are read."""
        look, s, px = self.look, self.shown, self.look.px
        high = px(48 if self.compact else 56)
        wide = (self.w - self.x - self.right - self.gap // 2) if self.right else self.w
        x, y, edge = px(2), self.h - high - px(2), px(2)
        yield Box((x, y, wide - 2 * edge, high), "warn", "", 0, radius - edge)
        yield Box((x, y, wide - 2 * edge, radius), "warn")  # square above, round below like the block
        if self.right:
            yield Box((x + wide - 2 * edge - radius, y, radius, high), "warn")
        size = px(26)
        yield Icon((self.x, y + (high - size) // 2, size, size), "warn-triangle", "on-warn", "warn")
        left = self.x + size + px(12)
        room = wide - left - px(12)
        kind, lines = _in_lines(s.warn, room, ((1, 19, 17), (2, 16, 14), (3, 14, 13)), look)
        line = round(kind.px * 1.2)
        top = y + (high - line * len(lines)) // 2
        for n, words in enumerate(lines):
            yield Words((left, top + n * line, room, line), words, kind, "on-warn")
        return y


def _in_lines(
    text: str, room: int, tries: tuple[tuple[int, int, int], ...], look: Look
) -> tuple[Type, tuple[str, ...]]:
    """The words in the first way that fits; `tries`: (lines, largest, least px at 100 %)."""
    px, kind = look.px, Type(px=look.px(tries[0][1]), weight=700)
    lines: tuple[str, ...] = (text,)
    for count, largest, least in tries:
        for size in range(px(largest), px(least) - 1, -1):
            kind = Type(px=size, weight=700)
            lines = broken(text, count, room, kind, look)
            if all(width(line, kind, look) <= room for line in lines):
                return kind, lines
    return kind, lines
