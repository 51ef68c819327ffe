"""A key of the keyboard, as it stands beside every act."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ui.look import Look, theme
from ui.widgets.marks import CENTRE, Box, Mark, Type, Words, width
from ui.widgets.painted import Painted

HEIGHT = 26
_TYPE = Type("meta", weight=600)
CODE = Type("meta", weight=600, code=True)


def key_width(key: str, look: Look) -> int:
    return round(width(key, _TYPE, look)) + look.px(18)


def key_marks(x: int, y: int, key: str, look: Look, ink: str = "ink-2", fill: str = "surface") -> Iterator[Mark]:
    wide, high, line = key_width(key, look), look.px(HEIGHT), look.px(1)
    edge = "edge" if ink == "ink-2" else ink
    yield Box((x, y, wide, high), edge, "", 0, look.radius("chip"))
    yield Box((x + line, y + line, wide - 2 * line, high - line - look.px(3)), fill, "", 0, look.radius("chip") - line)
    yield Words((x, y, wide, high - look.px(2)), key, _TYPE, ink, CENTRE)


class KeyCap(Painted):
    """`code` stands after the key when given (F1 · PBHELP)."""

    def __init__(self, key: str = "", words: str = "", code: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = (key, words, code)

    def show_(self, key: str, words: str = "", code: str = "") -> None:
        if (key, words, code) == self._shown:
            return
        self._shown = (key, words, code)
        self.updateGeometry()
        self.refresh()

    def said(self) -> str:
        return " ".join(part for part in (self._shown[1], self._shown[0], self._shown[2]) if part)

    def sizeHint(self) -> QSize:
        look, (key, words, code) = theme.look(), self._shown
        gap = look.px(8)
        wide = key_width(key, look) if key else 0
        for text, kind in ((words, Type("body")), (code, CODE)):
            wide += (round(width(text, kind, look)) + gap + 2) if text else 0
        return QSize(wide, look.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def marks(self, look: Look) -> tuple[Mark, ...]:
        key, words, code = self._shown
        y, x, gap = (self.height() - look.px(HEIGHT)) // 2, 0, look.px(8)
        found: list[Mark] = []
        if key:
            found.extend(key_marks(0, y, key, look))
            x = key_width(key, look) + gap
        for text, kind, ink in ((words, Type("body"), "ink-2"), (code, CODE, "ink-3")):
            if text:
                wide = round(width(text, kind, look)) + 2
                found.append(Words((x, 0, wide, self.height()), text, kind, ink))
                x += wide + gap
        return tuple(found)
