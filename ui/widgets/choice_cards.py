"""Choices that are scanned, typed by their key or touched: grades, cartons, languages, reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from ui.look import Look, theme
from ui.widgets.fitting import shrunk
from ui.widgets.key_cap import CODE, HEIGHT, key_marks, key_width
from ui.widgets.marks import Box, Icon, Mark, Picture, Rect, Type, Words, width
from ui.widgets.painted import Painted


@dataclass(frozen=True, slots=True)
class ChoiceShown:
    """`name` is what `chosen` says. `state`: open, current (the one suggested or in force), off (not now)."""

    name: str
    title: str
    detail: str = ""
    key: str = ""
    code: str = ""
    picture: str = ""
    icon: str = ""
    state: str = "open"


class ChoiceCards(Painted):
    """Cards of one size in `columns`; each is at least as large as a hand in gloves needs."""

    chosen = Signal(str)

    def __init__(self, columns: int = 3, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self._choices: tuple[ChoiceShown, ...] = ()

    def show_(self, choices: tuple[ChoiceShown, ...]) -> None:
        if choices == self._choices:
            return
        count = len(self._choices)
        self._choices = choices
        if len(choices) != count:
            self.updateGeometry()
        self.refresh()

    def said(self) -> str:
        return ", ".join(f"{choice.key} {choice.title}".strip() for choice in self._choices)

    def sizeHint(self) -> QSize:
        look = theme.look()
        rows = -(-len(self._choices) // self._columns)
        return QSize(look.px(150) * self._columns, rows * look.px(80) + max(0, rows - 1) * look.px(8))

    def minimumSizeHint(self) -> QSize:
        look = theme.look()
        rows = -(-len(self._choices) // self._columns)
        return QSize(look.px(100) * self._columns, rows * look.px(64) + max(0, rows - 1) * look.px(8))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        at, look = event.position().toPoint(), theme.look()
        for i, choice in enumerate(self._choices):
            x, y, w, h = self._place(i, look)
            if x <= at.x() < x + w and y <= at.y() < y + h and choice.state != "off":
                self.chosen.emit(choice.name)

    def _place(self, i: int, look: Look) -> Rect:
        gap = look.px(8)
        rows = max(1, -(-len(self._choices) // self._columns))
        w = (self.width() - gap * (self._columns - 1)) // self._columns
        h = (self.height() - gap * (rows - 1)) // rows
        return ((i % self._columns) * (w + gap), (i // self._columns) * (h + gap), w, h)

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(
            mark for i, choice in enumerate(self._choices) for mark in self._one(self._place(i, look), choice, look)
        )

    @staticmethod
    def _one(area: Rect, choice: ChoiceShown, look: Look) -> Iterator[Mark]:
        x, y, w, h = area
        px, on, off = look.px, choice.state == "current", choice.state == "off"
        ink = "next-text" if on else "ink-3" if off else "ink"
        yield Box(
            area,
            "surface-2" if off else "surface",
            "next" if on else "line" if off else "edge",
            px(3 if on else 2),
            look.radius("tile"),
        )
        left, right, size = x + px(14), x + w - px(14), min(px(56), h - px(20))
        if choice.picture:
            yield Picture(
                (left, y + (h - size) // 2, size, size), choice.picture, choice.title[:1], look.radius("control")
            )
            left += size + px(12)
        elif choice.icon:
            own = px(28)
            yield Icon((left, y + (h - own) // 2, own, own), choice.icon, ink)
            left += own + px(12)
        low = choice.key and choice.code and h >= px(72)
        if choice.key:
            wide = key_width(choice.key, look)
            at = y + (px(10) if low else (h - px(HEIGHT)) // 2)
            yield from key_marks(right - wide, at, choice.key, look)
            if low or not choice.code:
                right -= wide + px(8)
        lines: list[tuple[str, Type, str, int]] = [
            (choice.title, shrunk(choice.title, Type("strong"), right - left, px(14), look), ink, look.line("strong"))
        ]
        if choice.detail:
            small = shrunk(choice.detail, Type(px=px(14), weight=400), right - left, px(13), look)
            lines.append((choice.detail, small, "ink-2", px(20)))
        high = sum(one[3] for one in lines) + px(18)
        if choice.code and width(choice.code, CODE, look) <= right - left and high <= h - px(8):
            lines.append((choice.code, CODE, "ink-3", px(18)))
        top = y + (h - sum(one[3] for one in lines)) // 2
        for text, kind, color, line in lines:
            yield Words((left, top, right - left, line), text, kind, color)
            top += line
