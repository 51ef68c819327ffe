"""Small marks of state: an icon and a word on a tint; in high contrast, an edge instead of the tint."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ui.look import SEVERITIES, Look, theme, tokens
from ui.widgets.marks import Box, Icon, Mark, Type, Words, width
from ui.widgets.painted import Painted

HEIGHT = 28


def severity_icon(severity: str) -> str:
    """The shape of a severity: circle, square, triangle, octagon."""
    name: str = tokens()["severity"].get(severity, "")
    return name


def chip_width(text: str, icon: str, look: Look, large: bool = False) -> int:
    kind = _type(large)
    return round(width(text, kind, look)) + look.px(20) + (look.px(24) if icon else 0) + 2


def chip_marks(
    x: int, y: int, text: str, severity: str, look: Look, icon: str = "", large: bool = False, room: int = 0
) -> Iterator[Mark]:
    """A chip with its left upper corner at x, y. `severity` may also be `next`; without an icon it has its shape."""
    icon = icon or severity_icon(severity)
    high = look.px(36 if large else HEIGHT)
    wide = chip_width(text, icon, look, large)
    wide = min(wide, room) if room else wide
    fill, ink, edge, cut = "surface-2", "ink-2", "line", "cut"
    if severity in SEVERITIES or severity == "next":
        fill, ink = f"{severity}-tint", f"{severity}-text"
        edge, cut = ink if look.contrast else "", fill
    yield Box((x, y, wide, high), fill, edge, look.px(1), look.radius("chip"))
    left = x + look.px(10)
    if icon:
        size = look.px(18)
        yield Icon((left, y + (high - size) // 2, size, size), icon, ink, cut)
        left += size + look.px(6)
    yield Words((left, y, x + wide - left - look.px(8) + 4, high), text, _type(large), ink)


def _type(large: bool) -> Type:
    return Type("strong", tabular=True) if large else Type(px=theme.look().px(14), weight=600, tabular=True)


class Chip(Painted):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = ("", "none", "", False)

    def show_(self, text: str, severity: str = "none", icon: str = "", large: bool = False) -> None:
        value = (text, severity, icon, large)
        if value == self._shown:
            return
        self._shown = value
        self.updateGeometry()
        self.refresh()

    def said(self) -> str:
        return self._shown[0]

    def sizeHint(self) -> QSize:
        text, severity, icon, large = self._shown
        look = theme.look()
        wide = chip_width(text, icon or severity_icon(severity), look, large) if text else 0
        return QSize(wide, look.px(36 if large else HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def marks(self, look: Look) -> tuple[Mark, ...]:
        text, severity, icon, large = self._shown
        return tuple(chip_marks(0, 0, text, severity, look, icon, large, self.width())) if text else ()
