"""A device or the line in the status bar: icon, word, value. Trouble fills its own cell, and nothing else moves."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.look import Look
from ui.widgets.marks import Box, Icon, Mark, Type, Words, width
from ui.widgets.painted import Painted


class StatusCell(Painted):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ("", "", "", "none")

    def show_(self, icon: str, word: str, value: str, severity: str = "none") -> None:
        """`severity`: ok (healthy, green icon), none (quiet), warn or stop (the cell is filled)."""
        shown = (icon, word, value, severity)
        if shown == self._shown:
            return
        self._shown = shown
        self.updateGeometry()
        self.refresh()

    def said(self) -> str:
        return f"{self._shown[1]} {self._shown[2]}".strip()

    def sizeHint(self) -> QSize:
        look = theme.look()
        _, word, value, severity = self._shown
        bold = severity in {"warn", "stop"}
        wide = width(word, _WORD, look) + width(value, _WORD if bold else _VALUE, look)
        return QSize(round(wide) + look.px(16 + 20 + 8 + 6 + 16) + 4, look.bar_status)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.look().px(52), theme.look().bar_status)

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(self._all(look)) if self._shown[1] or self._shown[2] else ()

    def _all(self, look: Look) -> Iterator[Mark]:
        icon, word, value, severity = self._shown
        px, high = look.px, self.height()
        filled = severity in {"warn", "stop"}
        ink = f"on-{severity}" if filled else "ink"
        if filled:
            yield Box((0, 0, self.width(), high), severity)
        size, left, right = px(20), px(16), self.width() - px(12)
        sign = ink if filled else ("ok" if severity == "ok" else "ink-3")
        yield Icon((left, (high - size) // 2, size, size), icon, sign, severity if filled else "cut")
        left += size + px(8)
        room = right - left
        wide = min(room, round(width(word, _WORD, look)) + 2)
        yield Words((left, 0, wide, high), word, _WORD, ink)
        left += wide + px(5)
        if value and right - left > px(16):
            yield Words((left, 0, right - left, high), value, _WORD if filled else _VALUE, ink if filled else "ink-2")


_WORD, _VALUE = Type("body", weight=600, tabular=True), Type("body", tabular=True)
