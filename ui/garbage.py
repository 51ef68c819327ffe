"""Rubbish is collected on the UI thread alone.

Python collects on whatever thread happens to allocate. A widget that is part of a ring of references would be taken
apart there, on the thread of a printer or of the sync, while Qt paints it: the process ends without a word.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QTimer, Slot

# How often it is looked whether there is any. Rings are few, so a second's worth of them is little.
EVERY_MS = 1000


class Collector(QObject):
    """Looks every second, by Python's own thresholds, youngest first, oldest seldom."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(EVERY_MS)

    @Slot()
    def _look(self) -> None:
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return


@contextmanager
def on_this_thread() -> Iterator[None]:
    """While the block runs nothing is collected but where somebody asks for it."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
