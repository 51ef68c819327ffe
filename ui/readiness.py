"""How the bench itself stands, in words: its line to the shared database, scanner, printers, scale. Plain Python.

The status bar shows it all the time, the sign-in screen before anybody starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.base.clock import from_stamp
from app.station.station import Status
from app.station.sync.sync import SyncState
from ui.context import Words

# A serial scanner's port: these states need nobody.
_WELL = frozenset({"", "open"})
# What a scanner types goes to another program.
ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Device:
    """One cell of the status bar, one line of the sign-in screen.

    `severity`: ok, none (there is no such device), warn or stop. `screen` is where one can do something about it.
    """

    name: str
    icon: str
    word: str
    value: str
    severity: str = "ok"
    screen: str = ""

    @property
    def text(self) -> str:
        return f"{self.word} · {self.value}" if self.severity in {"warn", "stop"} else f"{self.word} {self.value}"


def zone_of(name: str) -> ZoneInfo:
    """The warehouse's zone; UTC for one that this machine does not know."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local(moment: datetime, zone: ZoneInfo) -> str:
    """The time of day in the warehouse."""
    return moment.astimezone(zone).strftime("%H:%M")


def sync(state: SyncState, words: Words, zone: ZoneInfo, *, file_gone: bool = False) -> Device:
    """In step, sending, or offline since when with how much waiting."""
    n = state.waiting
    if file_gone:
        return Device("sync", "offline", words("shell.sync.gone"), words("shell.sync.gone_act"), "stop")
    if not state.trouble:
        word = words("shell.sync.sending" if n else "shell.sync.in_step")
        return Device("sync", "sending" if n else "cloud", word, words("shell.sync.waiting", n=n))
    if state.trouble != "away":
        word = words.if_any(f"shell.sync.trouble.{state.trouble}") or words("shell.sync.stopped")
        return Device("sync", "offline", word, words("shell.sync.stopped_act", n=n), "stop")
    since = state.heard_at or (from_stamp(state.since) if state.since else None)
    head = words("shell.sync.offline", since=local(since, zone)) if since else words("shell.sync.never")
    return Device("sync", "offline", head, words("shell.sync.events" if n != 1 else "shell.sync.event", n=n), "warn")


def scanner(heard: int, kept: int, words: Words, state: str = "") -> Device:
    """What was heard and kept; `state` is a serial scanner's; of one that types, empty or `ELSEWHERE`."""
    if state not in _WELL:
        word, act = words(f"scan.serial.{state}"), words(f"scan.serial.{state}_act")
        return Device("scanner", "scanner", word, act, "warn", "" if state == ELSEWHERE else "settings")
    return Device(
        "scanner", "scanner", words("shell.scanner.word"), words("shell.scanner.counts", heard=heard, kept=kept)
    )


def printer(status: Status, words: Words) -> Device:
    """The first printer in trouble, else whether somebody must look for a label, else what waits."""
    word = words("shell.printer.word")
    for one in status.printers:
        if trouble := one.trouble or one.says:
            why = words(f"station.printer.{trouble}")
            value = words("shell.printer.waits", why=why, n=one.waiting) if one.waiting else why
            return Device("printer", "printer", word, value, "warn", "print_queue")
    if status.asked_about:
        return Device("printer", "printer", words("shell.printer.doubt"), words("shell.printer.doubt_act"), "warn",
                      "print_queue")  # fmt: skip
    waiting = sum(one.waiting for one in status.printers)
    value = words("shell.printer.printing", n=waiting) if waiting else words("shell.printer.ready")
    return Device("printer", "printer", word, value)


def scale(words: Words) -> Device:
    """There is none at any bench yet, and that is said."""
    return Device("scale", "scale", words("shell.scale.word"), words("shell.scale.none"), "none")


def devices(
    status: Status,
    words: Words,
    zone: ZoneInfo,
    counts: tuple[int, int],
    *,
    scanner_state: str = "",
    file_gone: bool = False,
) -> tuple[Device, Device, Device, Device]:
    """The four of them, in the status bar's order. `counts`: scans heard and kept."""
    return (
        sync(status.sync, words, zone, file_gone=file_gone),
        scanner(*counts, words, scanner_state),
        printer(status, words),
        scale(words),
    )
