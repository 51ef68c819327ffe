"""What all painted widgets are: marks for a value, compared with those shown; only the difference is repainted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from ui.look import Look, theme
from ui.widgets.marks import Box, Mark, Words, changed, elided


class Painted(QWidget):
    """Says its marks for the value it shows and the size it has. `say` is what a screen reader is told."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: tuple[Mark, ...] = ()
        self._ring = False

    def marks(self, look: Look) -> Sequence[Mark]:
        raise NotImplementedError

    def marks_shown(self) -> tuple[Mark, ...]:
        """What is on the screen now."""
        return self._marks

    def said(self) -> str:
        return ""

    def refresh(self) -> None:
        """Work out the marks again and repaint those that changed."""
        new = tuple(self.marks(theme.look()))
        for rect in changed(self._marks, new):
            self.update(QRect(*rect))
        self._marks = new
        said = self.said()
        if said != self.accessibleName():
            self.setAccessibleName(said)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.cut_at(event.pos()), self)
            return True
        return super().event(event)

    def cut_at(self, place: QPoint) -> str:
        """The whole of the words at a place, when they were too long for it; else nothing."""
        look = theme.look()
        for mark in self._marks:
            if isinstance(mark, Words) and QRect(*mark.rect).contains(place):
                return mark.text if elided(mark.text, mark.type, mark.rect[2], look) != mark.text else ""
        return ""

    def paintEvent(self, event: QPaintEvent) -> None:
        look, region = theme.look(), event.region()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for mark in self._marks:
            if region.intersects(QRect(*mark.rect)):
                mark.paint(painter, look)
        if self._ring:
            Box((0, 0, self.width(), self.height()), "", "focus", look.px(3), look.radius("tile")).paint(painter, look)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._marks = tuple(self.marks(theme.look()))
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.EnabledChange):
            self._marks = tuple(self.marks(theme.look()))
            self.updateGeometry()
            self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        # The ring is for the keyboard; a touch needs none.
        self._ring = event.reason() not in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())
