"""A stop over all of the work: one painted page, there at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.context import Context
from ui.look import Look, theme
from ui.screens.stop.presenter import Card, Presenter, StopShown
from ui.widgets.barcode import QUIET, Bars, modules
from ui.widgets.fitting import broken, shrunk
from ui.widgets.key_cap import key_marks, key_width
from ui.widgets.marks import CENTRE, RIGHT, Box, Circle, Icon, Mark, Picture, Rect, Type, Words, width
from ui.widgets.painted import Painted

# A code or a bin of no more letters can be read from afar.
_SHORT = 8


class StopView(Painted):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._shown = context, StopShown()
        self.presenter = Presenter(context, self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_(self, shown: StopShown) -> None:
        if shown == self._shown:
            return
        self._shown = shown
        self.refresh()
        self.update()
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.said()))

    def said(self) -> str:
        s = self._shown
        cards = (card for card in (s.mine, s.theirs, s.alone) if card)
        told = (f"{c.caption} {c.same} {c.differs} {c.reason}" for c in cards)
        return ". ".join(part for part in (s.what, s.counted, s.still, *told, *s.steps) if part)

    def sizeHint(self) -> QSize:
        return QSize(1024, 500)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A finger on the white card is F12."""
        x, y, w, h = _Page(theme.look(), self._shown, self.width(), self.height()).ack
        at = event.position().toPoint()
        if event.button() == Qt.MouseButton.LeftButton and x <= at.x() < x + w and y <= at.y() < y + h:
            self._context.scan(self._shown.code)

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(_Page(look, self._shown, self.width(), self.height()).marks()) if self._shown.what else ()


class _Page:
    """Where everything stands in a page of this size: what, cards, steps and acknowledgement, from top to bottom."""

    def __init__(self, look: Look, shown: StopShown, w: int, h: int) -> None:
        self.look, self.shown, self.w, self.h = look, shown, w, h
        px = look.px
        # Little room shrinks all of it alike, down to a half: beside the simulator it is narrow, not low.
        self.part = max(0.5, min(1.0, h / px(660), w / px(1240)))
        self.x, self.y = self.of(32), self.of(24)
        self.gap = self.of(20)
        self.head: Rect = (self.x, self.y, w - 2 * self.x, self.of(124))
        foot = self.of(158)
        bottom = h - self.of(20)
        top = self.head[1] + self.head[3] + self.gap
        self.middle: Rect = (self.x, top, w - 2 * self.x, bottom - foot - self.gap - top)
        wide = self.middle[2]
        own = max((wide - self.of(96)) // 2, min(wide * 55 // 100, px(430)))
        self.ack: Rect = (self.x + wide - own, bottom - foot, own, foot)
        self.list: Rect = (self.x, bottom - foot, wide - own - self.of(24), foot)

    def of(self, n: float) -> int:
        return round(self.look.px(n) * self.part)

    def type(self, px: float, weight: int, *, code: bool = False) -> Type:
        return Type(px=max(self.look.px(13), self.of(px)), weight=weight, code=code)

    def marks(self) -> Iterator[Mark]:
        yield Box((0, 0, self.w, self.h), "stop")
        yield from self._head()
        s = self.shown
        x, y, w, h = self.middle
        if s.mine and s.theirs:
            between = self.of(96)
            wide = (w - between) // 2
            yield from self._card((x, y, wide, h), s.mine, bad=True)
            yield from self._unequal((x + wide, y, between, h))
            yield from self._card((x + w - wide, y, wide, h), s.theirs, bad=False)
        elif s.alone:
            yield from self._card((x, y, w, h), s.alone, bad=True)
        yield from self._steps()
        yield from self._ack()

    def _head(self) -> Iterator[Mark]:
        s, look = self.shown, self.look
        x, y, w, h = self.head
        size = self.of(120)
        yield Icon((x, y + (h - size) // 2, size, size), "stop-octagon", "on-stop", "stop")
        far = self.type(30, 700)
        own = round(max(width(s.counted, far, look), width(s.still, far, look))) + look.px(4)
        line = round(far.px * 1.2)
        lines = [(s.counted, far)] + ([(s.still, self.type(30, 500))] if s.still else [])
        top = y + (h - line * len(lines)) // 2
        for text, kind in lines:
            yield Words((x + w - own, top, own, line), text, kind, "on-stop", RIGHT)
            top += line
        left = x + size + self.of(28)
        room = w - size - self.of(28) - own - self.of(24)
        kind = shrunk(s.what, self.type(112, 800), room, look.px(34), look)
        if width(s.what, kind, look) <= room:
            yield Words((left, y, room, h), s.what, kind, "on-stop")
            return
        kind = self.type(52, 800)
        high = round(kind.px * 1.1)
        lines_ = broken(s.what, 2, room, kind, look)
        top = y + (h - high * len(lines_)) // 2
        for text in lines_:
            yield Words((left, top, room, high), text, kind, "on-stop")
            top += high

    def _unequal(self, area: Rect) -> Iterator[Mark]:
        x, y, w, h = area
        size, thick = self.of(52), self.of(9)
        left, middle = x + (w - size) // 2, y + h // 2
        for off in (-1, 1):
            bar: Rect = (left, middle + off * self.of(11) - thick // 2, size, thick)
            yield Box(bar, "on-stop", "", 0, thick / 2)
        yield _Slash((left + size // 4, middle - self.of(32), size // 2, self.of(64)), thick)

    def _card(self, area: Rect, card: Card, *, bad: bool) -> Iterator[Mark]:
        look = self.look
        x, y, w, h = area
        fill, ink, second = ("stop-deep", "on-stop", "on-stop-2") if bad else ("on-stop", "on-paper", "on-paper")
        yield Box(area, fill, "on-stop" if bad else "", self.of(6), look.radius("hero"))
        left, right = x + self.of(28), x + w - self.of(28)
        size = min(self.of(220), h - self.of(40), w * 2 // 5)
        if card.picture and size > look.px(40):
            tile: Rect = (left, y + (h - size) // 2, size, size)
            yield Picture(
                tile, card.picture, (card.same or card.differs)[:1], look.radius("panel"), "" if bad else "line"
            )
            left += size + self.of(24)
        room = right - left
        lines = list(self._lines(card, room, h - self.of(28), ink, second))
        top = y + (h - sum(high for *_, high in lines)) // 2
        for text, kind, colour, high in lines:
            if kind.code:
                yield from self._code((left, top, room, high), text, kind, colour)
            else:
                yield Words((left, top, room, high), text, kind, colour)
            top += high

    def _code(self, area: Rect, code: str, kind: Type, colour: str) -> Iterator[Mark]:
        """People compare the end of a code: the last four are heavy."""
        x, y, w, h = area
        first, last = code[:-4], code[-4:]
        wide = round(width(first, kind, self.look))
        yield Words((x, y, wide + 2, h), first, kind, colour)
        yield Words((x + wide, y, w - wide, h), last, replace(kind, weight=800), colour)

    def _lines(self, card: Card, room: int, most: int, ink: str, second: str) -> Iterator[tuple[str, Type, str, int]]:
        """Caption, what both say, what differs (the largest), the code; smaller together until they fit."""
        look = self.look
        found: list[tuple[str, Type, str, int]] = []
        # A lone card without a picture has the room to be read from afar.
        larger = (1.7, 1.45, 1.2) if card == self.shown.alone and not card.picture else ()
        for scale in (*larger, 1.0, 0.85, 0.7, 0.58, 0.48, 0.4):
            found = []
            if card.caption:
                caption = shrunk(card.caption, self.type(22, 600), room, look.px(13), look)
                found.append(self._line(card.caption, caption, second, 1.3))
            for text, px, weight, colour in (
                (card.same, 36 if card.differs else 48, 700 if card.differs else 800, ink),
                (card.differs, 56 if card.same else 72 if len(card.differs) <= _SHORT else 42, 800, ink),
                (card.reason, 30 if card.differs else 38, 600, ink),
            ):
                if text:
                    kind = self.type(px * scale, weight)
                    found += [self._line(part, kind, colour, 1.12) for part in broken(text, 3, room, kind, look)]
            if card.code:
                found.append(self._line(card.code, self.type(22, 500, code=True), second, 1.4))
            if sum(high for *_, high in found) <= most and all(width(t, k, look) <= room for t, k, *_ in found):
                break
        yield from found

    @staticmethod
    def _line(text: str, kind: Type, colour: str, line: float) -> tuple[str, Type, str, int]:
        return text, kind, colour, round(kind.px * line)

    def _steps(self) -> Iterator[Mark]:
        look = self.look
        x, y, w, h = self.list
        count = len(self.shown.steps)
        ball = min(self.of(44), h // 3 - look.px(4))
        gap = min((h - ball * count) // max(1, count - 1), self.of(12))
        y += (h - ball * count - gap * (count - 1)) // 2
        left = x + ball + self.of(16)
        room = x + w - left
        for n, step in enumerate(self.shown.steps, 1):
            spot: Rect = (x, y, ball, ball)
            yield Circle(spot, "on-stop")
            yield Words(spot, str(n), self.type(24, 800), "stop", CENTRE)
            kind = self.type(30, 700)
            if width(step, kind, look) > room:
                kind = shrunk(step, kind, room, self.type(22, 700).px, look)
            if width(step, kind, look) <= room:
                yield Words((left, y, room, ball), step, kind, "on-stop")
            else:
                kind = Type(px=max(look.px(13), min(self.of(21), ball // 2)), weight=700)
                line = round(kind.px * 1.12)
                lines = broken(step, 2, room, kind, look)
                top = y + (ball - line * len(lines)) // 2
                for text in lines:
                    yield Words((left, top, room, line), text, kind, "on-stop")
                    top += line
            y += ball + gap

    def _ack(self) -> Iterator[Mark]:
        s, look = self.shown, self.look
        x, y, w, h = self.ack
        yield Box(self.ack, "on-stop", "", 0, look.radius("hero"))
        pad = self.of(24)
        bars = (len(modules(s.code)) + 2 * QUIET) * 2
        own = max(bars, self.of(250))
        right = x + w - pad
        caption, code = self.type(15, 600), self.type(17, 600, code=True)
        high = round(caption.px * 1.5)
        top = y + self.of(18)
        yield Words((right - own, top, own, high), s.or_scan, caption, "on-paper", CENTRE)
        foot = round(code.px * 1.4)
        tall = h - self.of(36) - high - foot
        yield Bars((right - own, top + high, own, tall), s.code)
        yield Words((right - own, top + high + tall, own, foot), s.code, code, "on-paper", CENTRE)
        left = x + pad
        room = right - own - pad - left
        first = shrunk(s.to_go_on, self.type(22, 600), room, look.px(13), look)
        second = shrunk(s.act, self.type(36, 800), room, look.px(16), look)
        tops = y + (h - round(first.px * 1.3) - round(second.px * 1.2) - look.px(34)) // 2
        yield Words((left, tops, room, round(first.px * 1.3)), s.to_go_on, first, "on-paper")
        tops += round(first.px * 1.3)
        yield Words((left, tops, room, round(second.px * 1.2)), s.act, second, "on-paper")
        tops += round(second.px * 1.2) + look.px(4)
        small = Type("body")
        wide = round(width(s.or_, small, look)) + look.px(10)
        yield Words((left, tops, wide, look.px(28)), s.or_, small, "on-paper")
        yield from key_marks(left + wide, tops + look.px(1), s.key, look, "on-paper", "on-stop")
        left += wide + key_width(s.key, look) + look.px(10)
        yield Words((left, tops, right - own - left, look.px(28)), s.seen, Type("body", weight=600), "on-paper")


@dataclass(frozen=True, slots=True)
class _Slash:
    """The stroke of an unequal sign."""

    rect: Rect
    width: int

    def paint(self, painter: QPainter, look: Look) -> None:
        x, y, w, h = self.rect
        pen = QPen(look.color("on-stop"), self.width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(x + w, y + self.width, x, y + h - self.width)


def build(context: Context) -> StopView:
    """The page, for the window to lay over its screen."""
    return StopView(context)
