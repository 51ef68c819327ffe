"""Faults once met in the parts we stand on: a newer version must not bring them back."""

from __future__ import annotations

import gc
import sys

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

CALLS = 1000


def test_qt_calls_keep_their_reference_to_none(qtbot: QtBot) -> None:
    # PySide6 6.12.0 on Python 3.11 drops one at each call that returns nothing, and aborts after some thousands.
    label = QLabel()
    qtbot.addWidget(label)
    gc.collect()
    before = sys.getrefcount(None)
    for number in range(CALLS):
        label.setText(str(number))
    assert abs(sys.getrefcount(None) - before) < CALLS / 10
