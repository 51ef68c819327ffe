"""The way through the aisles: stops done, the one here, those to come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ui.look import Look, theme
from ui.widgets.marks import CENTRE, Box, Circle, Icon, Mark, Type, Words, width
from ui.widgets.painted import Painted


@dataclass(frozen=True, slots=True)
class StopShown:
    """`aisle` is its heading (Aisle C), `code` the bin as said on the way (C-14). `state`: done, current, open,
    skipped (passed by, to be come back to)."""

    aisle: str
    code: str
    state: str = "open"


class WalkStrip(Painted):
    """All stops in walk order; with more than there is room for, those around the current one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stops: tuple[StopShown, ...] = ()

    def show_(self, stops: tuple[StopShown, ...]) -> None:
        if stops == self._stops:
            return
        self._stops = stops
        self.refresh()

    def said(self) -> str:
        here = next((stop for stop in self._stops if stop.state == "current"), None)
        return f"{here.aisle} {here.code}" if here else ""

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.px(480), look.px(76 if look.density == "compact" else 108))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(self._all(look)) if self._stops else ()

    def _window(self, look: Look) -> tuple[StopShown, ...]:
        """The window moves by whole pages, so that stops keep their places from scan to scan."""
        most = max(3, (self.width() - look.px(48)) // look.px(78))
        if len(self._stops) <= most:
            return self._stops
        here = next((i for i, stop in enumerate(self._stops) if stop.state == "current"), len(self._stops) - 1)
        start = min(len(self._stops) - most, here // most * most)
        return self._stops[start : start + most]

    def _all(self, look: Look) -> Iterator[Mark]:
        px, compact = look.px, look.density == "compact"
        yield Box((0, 0, self.width(), self.height()), "surface", "line", px(1), look.radius("panel"))
        stops = self._window(look)
        left = px(24)
        step = (self.width() - 2 * left) / len(stops)
        head = 0 if compact else px(26)
        top = px(10)
        middle = px(26) if compact else top + head + px(22)
        if not compact:
            yield from self._aisles(look, stops, left, step, top, head)
        done = sum(1 for stop in stops if stop.state == "done")
        first, last = round(left + step / 2), round(left + step * (len(stops) - 0.5))
        reached = round(left + step * (min(done, len(stops) - 1) + 0.5)) if done else first
        yield Box((first, middle - px(3), last - first, px(6)), "line", "", 0, px(3))
        if done:
            yield Box((first, middle - px(3), reached - first, px(6)), "ok", "", 0, px(3))
        for i, stop in enumerate(stops):
            yield from self._stop(look, stop, round(left + step * (i + 0.5)), middle, round(step))

    @staticmethod
    def _aisles(
        look: Look, stops: tuple[StopShown, ...], left: int, step: float, top: int, head: int
    ) -> Iterator[Mark]:
        at = 0
        for aisle, group in groupby(stops, key=lambda stop: stop.aisle):
            own = list(group)
            here = any(stop.state == "current" for stop in own)
            x, wide = round(left + step * at), round(step * len(own)) - look.px(12)
            yield Box((x, top, wide, head), "next-tint" if here else "surface-2", "", 0, look.radius("chip"))
            kind = Type(px=look.px(16), weight=700)
            text = aisle if width(aisle, kind, look) <= wide - look.px(16) else aisle.split()[-1]
            yield Words((x + look.px(10), top, wide - look.px(12), head), text, kind, "next-text" if here else "ink-2")
            at += len(own)

    @staticmethod
    def _stop(look: Look, stop: StopShown, x: int, y: int, wide: int) -> Iterator[Mark]:
        px = look.px
        half = px({"current": 16, "done": 10}.get(stop.state, 9))
        area = (x - half, y - half, 2 * half, 2 * half)
        if stop.state == "current":
            yield Circle(area, "next", "next-edge" if look.contrast else "", px(2))
            yield Circle((x - px(6), y - px(6), 2 * px(6), 2 * px(6)), "on-next")
        elif stop.state == "done":
            yield Icon(area, "ok-circle", "ok")
        else:
            passed = stop.state == "skipped"
            yield Circle(area, "surface", "warn-text" if passed else "edge", px(3), dashed=passed)
        now = stop.state == "current"
        kind = Type(px=px(19 if now else 15), weight=800 if now else 600, tabular=True, code=True)
        ink = {"current": "next-text", "done": "ink-3", "skipped": "warn-text"}.get(stop.state, "ink-2")
        yield Words((x - wide // 2, y + px(18), wide, px(24)), stop.code, kind, ink, CENTRE)
