"""What a painted widget shows, as frozen values: boxes, words, icons, pictures. Two lists of marks can be compared.

Rectangles are (x, y, width, height) in the widget's own units.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Protocol

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from ui.look import Look, theme

Rect = tuple[int, int, int, int]
LEFT, RIGHT, CENTRE = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignHCenter


class Mark(Protocol):
    @property
    def rect(self) -> Rect: ...

    def paint(self, painter: QPainter, look: Look) -> None: ...


# Marks, and then the place where the next ones may begin.
Placed = Generator[Mark, None, int]


@dataclass(frozen=True, slots=True)
class Type:
    """A font by its look: a type's name or a size in pixels, and how its digits stand."""

    name: str = "body"
    px: int = 0
    weight: int = 0
    tabular: bool = False
    code: bool = False
    strike: bool = False

    def font(self, look: Look) -> QFont:
        px = self.px or look.text_px(self.name)
        weight = self.weight or look.weight(self.name)
        return look.font_px(px, weight, tabular=self.tabular, code=self.code, strike=self.strike)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with one edge width on all sides; `fill` and `edge` are colour tokens, empty for none."""

    rect: Rect
    fill: str = ""
    edge: str = ""
    width: float = 0
    radius: float = 0
    dashed: bool = False

    def paint(self, painter: QPainter, look: Look) -> None:
        half = self.width / 2 if self.edge else 0.0
        area = QRectF(*self.rect).adjusted(half, half, -half, -half)
        painter.setBrush(look.color(self.fill) if self.fill else Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(look.color(self.edge), self.width, self.dashed) if self.edge else Qt.PenStyle.NoPen)
        radius = max(0.0, self.radius - half)
        painter.drawRoundedRect(area, radius, radius)


@dataclass(frozen=True, slots=True)
class Circle:
    rect: Rect
    fill: str = ""
    edge: str = ""
    width: float = 0
    dashed: bool = False

    def paint(self, painter: QPainter, look: Look) -> None:
        half = self.width / 2 if self.edge else 0.0
        painter.setBrush(look.color(self.fill) if self.fill else Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(look.color(self.edge), self.width, self.dashed) if self.edge else Qt.PenStyle.NoPen)
        painter.drawEllipse(QRectF(*self.rect).adjusted(half, half, -half, -half))


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text, on the middle of its rectangle; too long, it ends in an ellipsis.

    `ends`: both ends are kept instead; a name's variant stands at its end.
    """

    rect: Rect
    text: str
    type: Type
    color: str = "ink"
    align: Qt.AlignmentFlag = LEFT
    ends: bool = False

    def paint(self, painter: QPainter, look: Look) -> None:
        painter.setFont(self.type.font(look))
        painter.setPen(look.color(self.color))
        text = elided(self.text, self.type, self.rect[2], look, self.ends)
        painter.drawText(QRect(*self.rect), _flags(self.align), text)


@dataclass(frozen=True, slots=True)
class Icon:
    """An icon or severity shape; `cut` is the colour of the sign inside a filled shape."""

    rect: Rect
    name: str
    color: str = "ink-2"
    cut: str = "cut"

    def paint(self, painter: QPainter, look: Look) -> None:
        painter.drawPixmap(self.rect[0], self.rect[1], look.icon(self.name, self.color, self.rect[2], self.cut))


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing on white, in every theme; `letter` stands where there is no drawing."""

    rect: Rect
    name: str
    letter: str = ""
    radius: float = 0
    edge: str = ""
    part: float = 0.86

    def paint(self, painter: QPainter, look: Look) -> None:
        x, y, w, h = self.rect
        painter.setPen(_pen(look.color(self.edge), 1, False) if self.edge else Qt.PenStyle.NoPen)
        known = look.drawn(self.name)
        painter.setBrush(Qt.GlobalColor.white if known else look.color("surface-2"))
        painter.drawRoundedRect(QRectF(x, y, w, h).adjusted(0.5, 0.5, -0.5, -0.5), self.radius, self.radius)
        size = round(min(w, h) * self.part)
        painter.drawPixmap(x + (w - size) // 2, y + (h - size) // 2, look.drawing(self.name, size, self.letter))


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line through the middle of its rectangle, along the longer side."""

    rect: Rect
    color: str = "line"
    width: float = 1
    dashed: bool = False

    def paint(self, painter: QPainter, look: Look) -> None:
        x, y, w, h = self.rect
        painter.setPen(_pen(look.color(self.color), self.width, self.dashed))
        if w >= h:
            painter.drawLine(QPointF(x, y + h / 2), QPointF(x + w, y + h / 2))
        else:
            painter.drawLine(QPointF(x + w / 2, y), QPointF(x + w / 2, y + h))


@cache
def _flags(align: Qt.AlignmentFlag) -> int:
    return int(align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)


def _pen(color: QColor, width: float, dashed: bool) -> QPen:
    pen = QPen(color, width)
    if dashed:
        pen.setStyle(Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3, 2])
    return pen


# Texts whose width is remembered: a screen has some hundred, and counts and times of day make new ones all shift long.
_TEXTS = 512


@lru_cache(maxsize=512)
def metrics(type: Type, look: Look) -> QFontMetricsF:
    return QFontMetricsF(type.font(look))


@lru_cache(maxsize=_TEXTS)
def width(text: str, type: Type, look: Look | None = None) -> float:
    return metrics(type, look or theme.look()).horizontalAdvance(text)


@lru_cache(maxsize=_TEXTS)
def elided(text: str, type: Type, room: int, look: Look, ends: bool = False) -> str:
    if width(text, type, look) <= room:
        return text
    mode = Qt.TextElideMode.ElideMiddle if ends else Qt.TextElideMode.ElideRight
    return metrics(type, look).elidedText(text, mode, room)


def changed(old: Sequence[Mark], new: Sequence[Mark]) -> list[Rect]:
    """The rectangles of marks that are in one list only."""
    # Most marks are as they were: comparing them in order costs a third of hashing them all, at each scan.
    room = min(len(old), len(new))
    first = next((n for n in range(room) if old[n] is not new[n] and old[n] != new[n]), room)
    last = next((n for n in range(room - first) if old[-1 - n] != new[-1 - n]), room - first)
    gone, come = old[first : len(old) - last], new[first : len(new) - last]
    if len(gone) == len(come):
        return [mark.rect for old_, new_ in zip(gone, come, strict=True) if old_ != new_ for mark in (old_, new_)]
    before, after = set(gone), set(come)
    return [mark.rect for mark in (*gone, *come) if (mark in before) != (mark in after)]
