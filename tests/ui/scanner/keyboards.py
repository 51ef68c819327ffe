"""Hands and scanners for tests: text as the key events it makes."""

from __future__ import annotations

import time
from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent, QWindow

from ui.scanner.keyboard import GS
from ui.scanner.keys import BACKSPACE, ENTER, ESCAPE, RETURN, TAB
from ui.scanner.wedge import Key, Mixed, Offer, Outcome, Scan, ScanBuffer, Taken, Typed, Withdrawn

NAMED = {"\r": RETURN, "\n": ENTER, "\t": TAB, "\x1b": ESCAPE, "\b": BACKSPACE}


def strokes(text: str, at: float, gap: float, hold: float | None = None) -> list[Key]:
    """Press and release of each letter, `gap` ms from press to press."""
    keys = []
    for n, letter in enumerate(text):
        code = NAMED.get(letter, ord(letter.upper()))
        down = at + n * gap
        keys.append(Key(letter, code, down))
        keys.append(Key(letter, code, down + (gap / 2 if hold is None else hold), down=False))
    return sorted(keys, key=lambda key: key.at)


def types(window: QWindow, text: str, gap: int = 3) -> None:
    """A US scanner before that window: each key says when it was pressed, as real ones do, however busy we are.

    First it is asked whether the key is a shortcut's, as Qt does; in a burst none is.
    """
    at = time.monotonic_ns() // 1_000_000
    plain, control = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
    for n, letter in enumerate(text):
        code = Qt.Key.Key_BracketRight if letter == GS else Qt.Key(NAMED.get(letter, ord(letter.upper())))
        for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, code, control if letter == GS else plain, letter)
            event.setTimestamp(at + n * gap)
            QCoreApplication.sendEvent(window, event)


def played(buffer: ScanBuffer, keys: Iterable[Key], *, end: bool = True) -> list[Outcome]:
    """Feeds keys and lets the pauses between them happen, as a clock would."""
    out: list[Outcome] = []
    last = 0.0
    for key in keys:
        patience = buffer.patience
        if patience is not None and key.at - last > patience:
            out += buffer.pause()
        out += buffer.feed(key)
        if key.down:
            last = key.at
    if end:
        out += buffer.pause()
    return out


def scans(out: Iterable[Outcome]) -> list[str]:
    return [one.text for one in out if isinstance(one, Scan)]


def offers(out: Iterable[Outcome]) -> list[str]:
    return [one.text for one in out if isinstance(one, Offer)]


def mixes(out: Iterable[Outcome]) -> list[str]:
    return [one.text for one in out if isinstance(one, Mixed)]


def typed(out: Iterable[Outcome]) -> str:
    """What arrives in the field with the focus."""
    return "".join(key.text for one in out if isinstance(one, Typed) for key in one.keys if key.down)


def settled(out: Iterable[Outcome]) -> list[Key]:
    """Every key that has found its place, in the order it found it."""
    return [key for one in out if isinstance(one, Scan | Typed | Withdrawn | Mixed | Taken) for key in one.keys]
