"""The rest of the job: a line for each thing, the current one first and tinted, done ones last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ui.look import Look, theme
from ui.widgets.fitting import shrunk
from ui.widgets.marks import RIGHT, Box, Icon, Line, Mark, Picture, Placed, Rect, Type, Words, width
from ui.widgets.painted import Painted

ROW, ROW_LEAST, ROW_ELSEWHERE = 56, 42, 42


@dataclass(frozen=True, slots=True)
class LineShown:
    """`state`: current, open, done, or elsewhere (another shipment brings it: not ours to find)."""

    title: str
    detail: str = ""
    picture: str = ""
    done: int = 0
    of: int = 0
    state: str = "open"


class LineList(Painted):
    """Rows keep their places while the lines stay the same; lines that find no room are counted in the last row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[LineShown, ...] = ()

    def show_(self, lines: tuple[LineShown, ...]) -> None:
        if lines == self._lines:
            return
        count = len(self._lines)
        self._lines = lines
        if len(lines) != count:
            self.updateGeometry()
        self.refresh()

    def said(self) -> str:
        look = theme.look()
        told = (
            f"{line.title} {look.word('look.done_of', done=line.done, of=line.of) if line.of else ''}".strip()
            for line in self._lines
        )
        return ", ".join(told)

    def sizeHint(self) -> QSize:
        look = theme.look()
        lines = self._open(look)
        return QSize(look.px(280), sum(self._high(line, look) for line in lines) or look.px(ROW))

    def minimumSizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.px(200), look.px(ROW))

    @staticmethod
    def _high(line: LineShown, look: Look) -> int:
        if line.state == "elsewhere":
            return look.px(ROW_ELSEWHERE)
        return look.px(48 if look.density == "compact" else ROW)

    def _open(self, look: Look) -> tuple[LineShown, ...]:
        if look.density == "compact":
            return tuple(line for line in self._lines if line.state != "done")
        return self._lines

    def _visible(self, look: Look) -> tuple[LineShown, ...]:
        """A compact window leaves out what is done, where there is no room for it."""
        room = sum(self._high(line, look) for line in self._lines) <= self.height()
        return self._lines if room else self._open(look)

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(self._all(look))

    def _all(self, look: Look) -> Iterator[Mark]:
        """Own lines from the top, what comes from elsewhere at the foot; rows get lower before lines are left out."""
        lines = self._visible(look)
        own = [line for line in lines if line.state != "elsewhere"]
        elsewhere = [line for line in lines if line.state == "elsewhere"]
        foot = self.height() - sum(self._high(line, look) for line in elsewhere)
        full, least = look.px(48 if look.density == "compact" else ROW), look.px(ROW_LEAST)
        row = max(least, min(full, foot // len(own))) if own else full
        count, note = len(own), look.px(28)
        if row * count > foot:
            if foot < row + note:  # the line in hand comes before what comes from elsewhere
                elsewhere, foot = [], self.height()
            if row * count > foot:
                count = max(1, (foot - note) // row)
                row = min(full, max(row, (foot - note) // count))
        y = 0
        for i, line in enumerate(own[:count]):
            yield from _row((0, y, self.width(), row), line, i, look)
            y += row
        if count < len(own):
            yield Line((0, y, self.width(), 1), "line", 1)
            if foot - y >= look.px(18):
                area: Rect = (look.px(16), y, self.width() - look.px(32), min(note, foot - y))
                missing = look.word("look.more_lines", n=len(own) - count)
                yield Words(area, missing, Type("body", weight=600), "ink-2")
        for line in elsewhere:
            yield from _row((0, foot, self.width(), self._high(line, look)), line, 1, look)
            foot += self._high(line, look)


@lru_cache(maxsize=256)
def _row(area: Rect, line: LineShown, i: int, look: Look) -> tuple[Mark, ...]:
    """Of all the lines a scan changes one or two: the others are as they were."""
    return tuple(_one(area, line, i, look))


def _one(area: Rect, line: LineShown, i: int, look: Look) -> Iterator[Mark]:
    x, y, w, h = area
    px = look.px
    if line.state == "current":
        yield Box(area, "next-tint", "next-text" if look.contrast else "", px(2))
    if i:
        dashed = line.state == "elsewhere"
        yield Line((x, y, w, 1), "edge" if dashed else "line", 1, dashed)
    if line.state == "elsewhere":
        yield from _elsewhere(area, line, look)
        return
    pad, size = px(16), min(px(36 if look.density == "compact" else 44), h - px(8))
    left = x + pad
    tile: Rect = (left, y + (h - size) // 2, size, size)
    yield Picture(tile, line.picture, line.title[:1], look.radius("control"), "line")
    left += size + px(14)
    end = yield from _count(x + w - pad, y, h, line, look)
    room = end - left - px(8)
    name = shrunk(line.title, Type("strong"), room, px(15), look)
    ink = "ink-3" if line.state == "done" else "ink"
    first, second = look.line("strong"), look.line("meta")
    if line.detail and look.density != "compact" and first + second <= h:
        top = y + (h - first - second) // 2
        yield Words((left, top, room, first), line.title, name, ink, ends=True)
        yield Words((left, top + first, room, second), line.detail, Type("meta"), "ink-2")
    else:
        yield Words((left, y, room, h), line.title, name, ink, ends=True)


def _count(right: int, y: int, h: int, line: LineShown, look: Look) -> Placed:
    px = look.px
    if not line.of:
        return right
    small, large = Type(px=px(15), weight=600, tabular=True), Type("title", tabular=True)
    of = f" / {line.of}"
    wide = round(width(of, small, look)) + 2
    yield Words((right - wide, y + px(2), wide, h), of, small, "ink-3")
    right -= wide
    ink = {"current": "next-text", "done": "ok-text"}.get(line.state, "ink")
    wide = round(width(str(line.done), large, look)) + 2
    yield Words((right - wide, y, wide, h), str(line.done), large, ink, RIGHT)
    right -= wide
    if line.state == "done":
        size = px(24)
        right -= size + px(8)
        yield Icon((right, y + (h - size) // 2, size, size), "ok-circle", "ok-text")
    return right


def _elsewhere(area: Rect, line: LineShown, look: Look) -> Iterator[Mark]:
    x, y, w, h = area
    px, pad, size = look.px, look.px(16), look.px(24)
    yield Icon((x + pad, y + (h - size) // 2, size, size), "split", "ink-2")
    left, right = x + pad + size + px(12), x + w - pad
    if line.of:
        number = Type(px=px(15), weight=600, tabular=True)
        wide = round(width(str(line.of), number, look)) + 2
        yield Words((right - wide, y, wide, h), str(line.of), number, "ink-2", RIGHT)
        right -= wide + px(8)
    head, rest = Type("body", weight=600), Type("body")
    wide = min(right - left, round(width(line.title, head, look)) + 2)
    yield Words((left, y, wide, h), line.title, head, "ink-2")
    if line.detail and right - left - wide > px(40):
        yield Words((left + wide, y, right - left - wide, h), f" · {line.detail}", rest, "ink-2")
