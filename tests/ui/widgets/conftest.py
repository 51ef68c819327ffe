"""What a widget repainted since it was last asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect
from PySide6.QtGui import QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication, QWidget


class Watcher(QObject):
    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._seen = QRegion()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self._seen = self._seen.united(event.region())
        return False

    def painted(self) -> QRect:
        """The rectangle around all that was painted since the last call; empty for nothing."""
        QCoreApplication.sendPostedEvents()
        QApplication.processEvents()
        seen, self._seen = self._seen.boundingRect(), QRegion()
        return seen


@pytest.fixture
def watch(qapp: QApplication) -> Callable[[QWidget], Watcher]:
    return Watcher
