"""Scans in, answers to the screens: what stands between the bench and what a packer sees. No decisions about work.

A scan whose answer is not there within the frame is shown as heard; the answer comes from the journal's thread and
crosses to ours by one queued signal.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.base.clock import Clock
from app.floor.picture.pack import at_label
from app.floor.workflows.pack import PackState
from app.site.roles import Operator
from app.station.answer import Answer
from app.station.person import UNSEEN, may_be_pin
from app.station.station import Station
from ui.recent import Recent

# A key on a bench screen is as if its code had been scanned. F6 and F7 mean another act where a label is in hand.
COMMANDS = {"F2": "PBUNDO", "F8": "PBCLOSE", "F12": "PBOK"}
ON_LABEL = {"F6": "PBREPRINT", "F7": "PBREOPEN"}
ON_GOODS = {"F6": "PBSHORT", "F7": "PBBROKEN"}
# Nearly every answer is there sooner, and is painted once, as kept; what is left of the frame is enough for *heard*.
_HEARD_AFTER_MS = 6


@dataclass(frozen=True, slots=True)
class _Came:
    n: int
    answer: Answer


class Workplace(QObject):
    """Owns what is known of the bench on the UI thread: the last answer, who works here, what was scanned.

    `heard(str)` within the frame, unless `answered(Answer)` came first: when it is kept; `people()` when somebody
    signed in or out.
    """

    heard = Signal(object)
    answered = Signal(object)
    people = Signal()
    _came = Signal(object)

    def __init__(
        self,
        station: Station,
        clock: Clock,
        recent: Recent,
        play: Callable[[str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.recent, self._station, self._clock, self._play = recent, station, clock, play
        self.operator: Operator | None = station.operator
        self.answer: Answer | None = None
        self._came.connect(self._arrived, Qt.ConnectionType.QueuedConnection)
        self._unheard = QTimer(self)
        self._unheard.setSingleShot(True)
        self._unheard.setTimerType(Qt.TimerType.PreciseTimer)
        self._unheard.setInterval(_HEARD_AFTER_MS)
        self._unheard.timeout.connect(self._say_heard)
        self._code = ""
        self._locks = QTimer(self)
        self._locks.setSingleShot(True)
        self._locks.timeout.connect(self._idle)

    def scan(self, raw: bytes | str) -> None:
        """A code from any scanner, a key or the dock."""
        code = (raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw).strip()
        shown = UNSEEN if self.awaits_pin and may_be_pin(code) else code
        scanned = self.recent.hear(shown, self._clock.now())
        pending = self._station.submit(raw)
        self._code = scanned.code
        if not self._unheard.isActive():
            self._unheard.start()
        pending.add_done_callback(partial(_send, self._came.emit, scanned.n))

    def command(self, key: str) -> bool:
        """What the key stands for at this point, as if it had been scanned; False where it stands for nothing."""
        code = COMMANDS.get(key) or (ON_LABEL if self.screen() == "label" else ON_GOODS).get(key)
        if code is None:
            return False
        self.scan(code)
        return True

    def sign_out(self) -> None:
        """F9: the job in hand stays here for whoever comes next."""
        self._station.sign_out().add_done_callback(partial(_send, self._came.emit, 0))

    def know(self, answer: Answer, shown: bool) -> None:
        """Where the bench stands after an act that was no scan; `shown`: its screen comes to the front."""
        if shown:
            self._show(_Came(0, answer))
        else:
            self.answer = answer
            self._play(answer.sound)

    @property
    def awaits_pin(self) -> bool:
        """Whether digits that come now are a PIN."""
        return self.answer is not None and self.answer.state == "awaiting_pin"

    def screen(self) -> str:
        """The bench screen that belongs to where the work stands."""
        return screen_of(self.answer, self.operator)

    @Slot()
    def _say_heard(self) -> None:
        if self.recent.heard > self.recent.kept:
            self.heard.emit(self._code)

    @Slot(object)
    def _arrived(self, came: _Came) -> None:
        self._show(came)

    def _show(self, came: _Came) -> None:
        before, self.answer = self.operator, came.answer
        self.operator = self._station.operator
        if came.n:
            self.recent.keep(came.n, came.answer)
        if came.answer.sound:
            self._play(came.answer.sound)
        if self.operator != before:
            self.people.emit()
        self.answered.emit(came.answer)
        self._watch()

    def _watch(self) -> None:
        """Looks again when the bench would lock; whoever touched it meanwhile has put that off."""
        left = self._station.locks_in()
        if left is None:
            self._locks.stop()
        else:
            self._locks.start(math.ceil(left * 1000))

    @Slot()
    def _idle(self) -> None:
        if self._station.locks_in() == 0.0:
            self._station.lock_if_idle().add_done_callback(partial(_send, self._came.emit, 0))
        else:
            self._watch()


def _send(emit: Callable[[_Came], None], n: int, pending: Future[Answer]) -> None:
    """On the journal's thread. The window may have gone meanwhile; the scan is kept all the same."""
    try:
        emit(_Came(n, pending.result()))
    except RuntimeError:
        return


def screen_of(answer: Answer | None, operator: Operator | None) -> str:
    """Which bench screen shows this answer."""
    if operator is None or (answer is not None and answer.state == "awaiting_pin"):
        return "sign_in"
    if answer is None or answer.workflow == "idle" or answer.state in {"finished", "idle"}:
        return "work_list"
    if answer.workflow == "pack":
        waits = answer.state == "awaiting_label" or (isinstance(answer.at, PackState) and at_label(answer.at))
        return "label" if waits else "pack"
    return answer.workflow


def stands(answer: Answer | None) -> bool:
    """Whether a stop waits to be acknowledged."""
    return answer is not None and answer.state == "stopped"
