"""What happened, as a line with dots: newest first, each row of its own height."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.desk.shown import EventShown, ReasonShown
from ui.look import Look, theme
from ui.widgets.marks import Circle, Icon, Line, Type

WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
_TIME, _DOT, _GAP = 64, 12, 10
_DOTS = {"": "ink-3", "ok": "ok", "done": "done", "warn": "warn", "stop": "stop"}


class WrappedRows(QWidget):
    """Rows of wrapped words, as high as they need at the width there is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def rows(self, look: Look) -> Iterator[int]:
        """The height of each row."""
        raise NotImplementedError

    def draw(self, painter: QPainter, look: Look) -> None:
        raise NotImplementedError

    def sizeHint(self) -> QSize:
        return QSize(theme.look().px(240), sum(self.rows(theme.look())))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def fresh(self) -> None:
        self.updateGeometry()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter, theme.look())
        painter.end()


def high(text: str, type_: Type, room: int, look: Look) -> int:
    found = QFontMetricsF(type_.font(look)).boundingRect(QRectF(0, 0, max(1, room), 10_000), int(WRAP), text)
    return round(found.height())


class Timeline(WrappedRows):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._events: tuple[EventShown, ...] = ()

    def show_(self, events: tuple[EventShown, ...]) -> None:
        if events != self._events:
            self._events = events
            lines = [" ".join(part for part in (e.time, e.heavy, e.text) if part) for e in events]
            self.setAccessibleName("\n".join(lines))
            self.fresh()

    def rows(self, look: Look) -> Iterator[int]:
        room = self._room(look)
        for event in self._events:
            text = f"{event.heavy} {event.text}".strip()
            yield max(look.px(34), high(text, _type(event), room, look) + look.px(12))

    def _room(self, look: Look) -> int:
        return self.width() - look.px(_TIME + _DOT + 2 * _GAP)

    def draw(self, painter: QPainter, look: Look) -> None:
        px, y = look.px, 0
        heights, line = list(self.rows(look)), look.line("body")
        middle = px(_TIME + _GAP) + px(_DOT) // 2
        for n, (event, tall) in enumerate(zip(self._events, heights, strict=True)):
            if n + 1 < len(heights):
                Line((middle - 1, y + line // 2, 2, tall), "line", px(2)).paint(painter, look)
            painter.setFont(Type(px=px(14), weight=600, tabular=True).font(look))
            painter.setPen(look.color("ink-3"))
            painter.drawText(QRect(0, y, px(_TIME), line), int(Qt.AlignmentFlag.AlignRight), event.time)
            dot = (middle - px(_DOT) // 2, y + (line - px(_DOT)) // 2, px(_DOT), px(_DOT))
            Circle(dot, _DOTS[event.severity]).paint(painter, look)
            self._words(painter, look, event, QRect(px(_TIME + _DOT + 2 * _GAP), y, self._room(look), tall))
            y += tall

    def _words(self, painter: QPainter, look: Look, event: EventShown, room: QRect) -> None:
        painter.setPen(look.color("ink"))
        text = f"{event.heavy} {event.text}".strip()
        painter.setFont(_type(event).font(look))
        painter.drawText(room, int(WRAP), text)


def _type(event: EventShown) -> Type:
    return Type("body", weight=600 if event.severity in {"stop", "warn"} else 0)


class Reasons(WrappedRows):
    """The lines of a trace: the rule with its shape, and what it said."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reasons: tuple[ReasonShown, ...] = ()

    def show_(self, reasons: tuple[ReasonShown, ...]) -> None:
        if reasons != self._reasons:
            self._reasons = reasons
            self.setAccessibleName("\n".join(f"{one.title}: {one.text}" for one in reasons))
            self.fresh()

    def _types(self, look: Look) -> tuple[Type, Type]:
        return Type(px=look.px(14), weight=650), Type(px=look.px(14))

    def rows(self, look: Look) -> Iterator[int]:
        rule, text = self._types(look)
        room = self.width() - look.px(28)
        for one in self._reasons:
            yield high(one.title, rule, room, look) + high(one.text, text, room, look) + look.px(16)

    def draw(self, painter: QPainter, look: Look) -> None:
        px, y = look.px, 0
        rule, text = self._types(look)
        room = self.width() - px(28)
        for n, (one, tall) in enumerate(zip(self._reasons, self.rows(look), strict=True)):
            if n:
                Line((0, y, self.width(), 1), "line").paint(painter, look)
            ink = {"warn": "warn-text"}.get(one.severity, one.severity)
            name = {"ok": "ok-circle", "warn": "warn-triangle", "stop": "stop-octagon"}[one.severity]
            Icon((0, y + px(8), px(18), px(18)), name, ink).paint(painter, look)
            painter.setPen(look.color("ink"))
            top = y + px(7)
            for words, kind in ((one.title, rule), (one.text, text)):
                painter.setFont(kind.font(look))
                lines = high(words, kind, room, look)
                painter.drawText(QRect(px(28), top, room, lines + 2), int(WRAP), words)
                top += lines
            y += tall
