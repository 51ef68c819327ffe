"""The bar at the bottom: sync, scanner, printer, scale, help. Trouble fills its own cell, and nothing else moves."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.look import Look, theme
from ui.readiness import Device
from ui.widgets.marks import Box, Icon, Line, Mark, Rect, Type, Words, width
from ui.widgets.painted import Painted

# The cells keep their places all shift long: shares of what the help leaves.
_SHARES = (0.29, 0.27, 0.29, 0.15)
_VALUE, _CODE = Type("body", tabular=True), Type("meta", weight=600, code=True)
_KEY = Type("meta", weight=600)
# A trouble in a narrow window stands on two lines.
_SMALL_WORD, _SMALL = Type("meta", weight=600), Type("meta", weight=400, tabular=True)


class StatusBar(Painted):
    """`pressed(str)`: the screen that a touched cell leads to."""

    pressed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._devices: tuple[Device, ...] = ()
        self._help = ("", "", "")
        self._stopped = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_(self, devices: tuple[Device, ...], help_: tuple[str, str, str], *, stopped: bool = False) -> None:
        """`help_`: key, word and code of the help."""
        if (devices, help_, stopped) != (self._devices, self._help, self._stopped):
            self._devices, self._help, self._stopped = devices, help_, stopped
            self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(1024, theme.look().bar_status)

    def said(self) -> str:
        return ", ".join((*(device.text for device in self._devices), " ".join(self._help)))

    def marks(self, look: Look) -> Sequence[Mark]:
        height = self.height()
        back = "stop-deep" if self._stopped else "surface"
        found: list[Mark] = [Box((0, 0, self.width(), height), back)]
        found.append(Line((0, 0, self.width(), 1), "stop" if self._stopped else "line", 1))
        for n, (device, (x, wide)) in enumerate(zip(self._devices, self._cells(look), strict=False)):
            found += _cell(device, (x, 0, wide, height), look, self._stopped, n == 0)
        return found + self._helps(look)

    def _cells(self, look: Look) -> list[tuple[int, int]]:
        room = self.width() - self._help_width(look)
        cells, x = [], 0
        for share in _SHARES:
            cells.append((x, round(room * share)))
            x += round(room * share)
        return cells

    def _help_shown(self, look: Look) -> tuple[str, str, str]:
        """In a narrow window the key and the code say it without the word."""
        key, word, code = self._help
        return (key, "" if look.density == "compact" else word, code)

    def _help_width(self, look: Look) -> int:
        key, word, code = self._help_shown(look)
        words = width(key, _KEY, look) + width(word, _VALUE, look) + width(code, _CODE, look)
        return round(words) + look.px(16 + 16 + 8) + 2 * look.page

    def _helps(self, look: Look) -> list[Mark]:
        key, word, code = self._help_shown(look)
        if not key:
            return []
        height, tall = self.height(), look.px(26)
        x = self.width() - self._help_width(look) + look.page
        ink, edge, quiet = ("on-stop", "on-stop", "on-stop-2") if self._stopped else ("ink-2", "edge", "ink-3")
        wide = round(width(key, _KEY, look)) + look.px(16)
        top = (height - tall) // 2
        found: list[Mark] = [Box((x, top, wide, tall), "" if self._stopped else "surface", edge, 1, look.px(6))]
        found.append(Words((x, top, wide, tall), key, _KEY, ink, Qt.AlignmentFlag.AlignHCenter))
        x += wide + look.px(8)
        if word:
            wide = round(width(word, _VALUE, look)) + 2
            found.append(Words((x, 0, wide, height), word, _VALUE, ink))
            x += wide + look.px(8)
        found.append(Words((x, 0, round(width(code, _CODE, look)) + 2, height), code, _CODE, quiet))
        return found

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at, look = round(event.position().x()), theme.look()
        if at >= self.width() - self._help_width(look):
            self.pressed.emit("help")
            return
        for device, (x, wide) in zip(self._devices, self._cells(look), strict=False):
            if x <= at < x + wide and device.screen:
                self.pressed.emit(device.screen)

    def cut(self) -> tuple[str, ...]:
        """The names of cells whose words do not fit whole."""
        look = theme.look()
        short = []
        for device, (_, wide) in zip(self._devices, self._cells(look), strict=False):
            room = wide - look.page - look.px(34)
            head = device.word + (" · " if device.severity in {"warn", "stop"} or device.name == "sync" else " ")
            lines = max(width(device.word, _SMALL_WORD, look), width(device.value, _SMALL, look))
            filled = device.severity in {"warn", "stop"} and not self._stopped
            if not _fits(head, device.value, room, look) and not (filled and lines <= room):
                short.append(device.name)
        return tuple(short)


@lru_cache(maxsize=64)
def _cell(device: Device, area: Rect, look: Look, stopped: bool, first: bool) -> tuple[Mark, ...]:
    """Of four cells a scan changes one: the others are as they were."""
    x, _, wide, height = area
    size, gap = look.px(20), look.px(8)
    filled = device.severity in {"warn", "stop"} and not stopped
    inset = look.page
    word, value, icon = "ink", "ink-2", "ok" if device.severity == "ok" else "ink-3"
    found: list[Mark] = []
    if stopped:
        word, value, icon = "on-stop", "on-stop-2", "on-stop"
    if filled:
        word = value = icon = f"on-{device.severity}"
        found.append(Box((x, 1, wide, height - 1), device.severity))
    elif not first:
        found.append(Line((x, look.px(10), 1, height - look.px(20)), "stop" if stopped else "line", 1))
    left = x + inset
    found.append(Icon((left, (height - size) // 2, size, size), device.icon, icon))
    left += size + gap
    room = x + wide - left - look.px(6)
    head = device.word + (" · " if filled or device.name == "sync" else " ")
    words, values = _fonts(head, device.value, room, look)
    if filled and not _fits(head, device.value, room, look):
        half = height // 2
        found.append(Words((left, 1, room, half), device.word, _SMALL_WORD, word))
        found.append(Words((left, half - 1, room, half), device.value, _SMALL, value))
        return tuple(found)
    first_wide = min(room, round(width(head, words, look)) + 1)
    found.append(Words((left, 0, first_wide, height), head, words, word))
    rest = room - first_wide
    if rest > look.px(24):
        found.append(Words((left + first_wide, 0, rest, height), device.value, values, value))
    return tuple(found)


def _fits(head: str, value: str, room: int, look: Look) -> bool:
    """On one line, at the smallest size."""
    return width(head, _SMALL_WORD, look) + 1 + width(value, _SMALL, look) <= room


def _fonts(head: str, value: str, room: int, look: Look) -> tuple[Type, Type]:
    """Both as large as they are elsewhere in the bar; in a narrow window smaller, down to the smallest there is."""
    size, least = look.text_px("body"), look.text_px("meta")
    while True:
        words, values = Type("body", px=size, weight=600), Type("body", px=size, tabular=True)
        if size <= least or width(head, words, look) + width(value, values, look) + 2 <= room:
            return words, values
        size -= 1
