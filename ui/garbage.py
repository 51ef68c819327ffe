"""Rubbish is collected on the UI thread alone.

Python collects on whatever thread happens to allocate. A widget that is part of a ring of references would be taken
apart there, on the thread of a printer or of the sync, while Qt paints it: the process ends without a word.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QTimer, Slot

# How often it is looked whether there is any, and at which look at all of it: what the program is made of was set aside
# at its start (`gc.freeze`), so all is little.
EVERY_MS, ALL_AT = 1000, 10


class Collector(QObject):
    """Looks every second at what is young, every tenth time at all there is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._looks = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(EVERY_MS)

    @Slot()
    def _look(self) -> None:
        self._looks += 1
        gc.collect(2 if self._looks % ALL_AT == 0 else 1)


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
