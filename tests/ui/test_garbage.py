"""Rings of references that hold a widget are taken apart on the UI thread and on no other."""

from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ui.garbage import Collector, on_this_thread


class Ring(QObject):
    """Held by nothing but itself."""

    def __init__(self, died_on: list[str]) -> None:
        super().__init__()
        self.itself = self
        weakref.finalize(self, lambda: died_on.append(threading.current_thread().name))


def litter() -> None:
    """Far more than Python's own limit for a look."""
    for _ in range(20_000):
        ring: list[object] = []
        ring.append(ring)


def test_a_thread_that_litters_does_not_take_widgets_apart(qtbot: QtBot) -> None:
    died_on: list[str] = []
    with on_this_thread():
        Ring(died_on)
        thread = threading.Thread(target=litter, name="printer")
        thread.start()
        thread.join()
        assert died_on == []
        collector = Collector()
        qtbot.waitUntil(lambda: bool(died_on))
        collector.deleteLater()
    assert died_on == [threading.current_thread().name]


def test_collecting_goes_on_as_before_once_the_window_is_closed() -> None:
    before = gc.isenabled()
    with on_this_thread():
        assert not gc.isenabled()
    assert gc.isenabled() == before
