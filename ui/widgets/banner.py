"""One sentence about the whole job that the hands must know: a split, an outage. Its place never moves."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ui.look import SEVERITIES, Look, theme
from ui.widgets.fitting import shrunk
from ui.widgets.marks import RIGHT, Box, Icon, Mark, Type, Words, width
from ui.widgets.painted import Painted


class Banner(Painted):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ("", "", "split", "none")

    def show_(self, text: str, detail: str = "", icon: str = "split", severity: str = "none") -> None:
        value = (text, detail, icon, severity)
        if value == self._shown:
            return
        self._shown = value
        self.refresh()

    def said(self) -> str:
        return " ".join(part for part in self._shown[:2] if part)

    def sizeHint(self) -> QSize:
        look = theme.look()
        return QSize(look.px(400), look.px(44 if look.density == "compact" else 52))

    def marks(self, look: Look) -> tuple[Mark, ...]:
        return tuple(self._all(look)) if self._shown[0] else ()

    def _all(self, look: Look) -> Iterator[Mark]:
        text, detail, icon, severity = self._shown
        px, high = look.px, self.height()
        kind = severity if severity in SEVERITIES else "next"
        ink = f"{kind}-text"
        yield Box((0, 0, self.width(), high), f"{kind}-tint", ink if look.contrast else "", px(2), look.radius("tile"))
        size, left, right = px(30), px(16), self.width() - px(16)
        yield Icon((left, (high - size) // 2, size, size), icon, ink, f"{kind}-tint")
        left += size + px(12)
        main = Type(px=px(19 if look.density == "compact" else 22), weight=600)
        main = shrunk(text, main, right - left, px(16), look)
        wide = min(right - left, round(width(text, main, look)) + px(4))
        yield Words((left, 0, wide, high), text, main, ink)
        room = right - left - wide - px(24)
        small = Type("body", weight=500)
        if detail and room >= min(px(160), width(detail, small, look)):
            yield Words((right - room, 0, room, high), detail, small, "ink-2", RIGHT)
