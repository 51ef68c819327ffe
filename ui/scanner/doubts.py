"""What a scanner typed and nobody took, said in words: half a code, an offer that is over, two codes in each other."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from ui.context import Context
from ui.scanner.filter import ScannerFilter
from ui.workplace import stands


class Doubts(QObject):
    """Lives as long as its parent. `say` shows a sentence until the next scan."""

    def __init__(
        self, scanner: ScannerFilter, context: Context, say: Callable[[str], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._say = context, say
        scanner.offered.connect(self._offered)
        scanner.withdrawn.connect(self._withdrawn)
        scanner.mixed.connect(self._mixed)

    @Slot(object)
    def _offered(self, code: str) -> None:
        self._warn("scan.offered", code)

    @Slot(object)
    def _withdrawn(self, code: str) -> None:
        self._say(self._context.words("scan.withdrawn", code=_short(code)))

    @Slot(object)
    def _mixed(self, code: str) -> None:
        self._warn("scan.mixed", code)

    def _warn(self, key: str, code: str) -> None:
        last = next((scanned.answer for scanned in self._context.recent if scanned.answer), None)
        # While a stop waits everything else is answered by it, or its sound would end unacknowledged.
        self._context.play("stop" if stands(last) else "warn")
        self._say(self._context.words(key, code=_short(code)))


def _short(code: str) -> str:
    """As much of it as tells it from another; signs no font has become dots."""
    return "".join(sign if sign.isprintable() else "·" for sign in code[:20])
