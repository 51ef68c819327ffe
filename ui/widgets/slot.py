"""A place for one of several widgets that never changes its size, and never moves the keyboard's focus."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget


class Slot(QWidget):
    """As high as the highest. A QStackedWidget would give the focus to what it shows."""

    def __init__(self, pieces: Sequence[QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pieces = tuple(pieces)
        for n, piece in enumerate(self._pieces):
            piece.setParent(self)
            piece.setVisible(n == 0)

    def show_(self, wanted: QWidget) -> None:
        for piece in self._pieces:
            if piece is not wanted:
                piece.hide()
        wanted.show()

    def sizeHint(self) -> QSize:
        hints = [piece.sizeHint() for piece in self._pieces]
        return QSize(max(hint.width() for hint in hints), max(hint.height() for hint in hints))

    def resizeEvent(self, event: QResizeEvent) -> None:
        for piece in self._pieces:
            piece.setGeometry(self.rect())
