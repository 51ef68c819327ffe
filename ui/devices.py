"""Scanners and the speaker as the window uses them: codes and states arrive on the UI thread, whoever sent them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.station.profile import Profile
from app.station.speaker import Speaker
from ui.scanner.filter import ScannerFilter

if TYPE_CHECKING:
    from app.station.scanner import SerialScanner


class Devices(QObject):
    """`scanned(str | bytes)` from any scanner; `scanner_state(str)` of the serial one."""

    scanned = Signal(object)
    scanner_state = Signal(object)
    _heard = Signal(object)
    _said = Signal(object)

    def __init__(self, profile: Profile, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.filter = ScannerFilter(profile.wedge, self)
        self.filter.scanned.connect(self.scanned)
        self._heard.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)
        self._said.connect(self._state, Qt.ConnectionType.QueuedConnection)
        self._serial: SerialScanner | None = None
        self._speaker: Speaker | None = Speaker(profile.volume)
        self._profile = Profile()
        self.apply(profile)

    def apply(self, profile: Profile) -> None:
        """A changed profile holds at once."""
        before, self._profile = self._profile, profile
        self.filter.set_wedge(profile.wedge)
        if self._speaker is not None:
            self._speaker.set_volume(profile.volume)
        if profile.scanner != before.scanner:
            self._close_serial()
            if profile.scanner:
                from app.station.scanner import SerialScanner  # what it stands on is wanted on few benches

                self._serial = SerialScanner(profile.scanner, self._heard.emit, self._said.emit)

    def play(self, sound: str) -> None:
        if self._speaker is not None:
            self._speaker.play(sound)

    @Slot(object)
    def _pass_on(self, code: bytes) -> None:
        self.scanned.emit(code)

    @Slot(object)
    def _state(self, state: str) -> None:
        if self._serial is not None:  # what one says that was given up meanwhile is over
            self.scanner_state.emit(state)

    def _close_serial(self) -> None:
        if self._serial is not None:
            self._serial.close()
            self._serial = None
            self.scanner_state.emit("")

    def close(self) -> None:
        """Ends their threads."""
        self._close_serial()
        if self._speaker is not None:
            self._speaker.close()
            self._speaker = None
