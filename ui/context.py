"""What every screen is given. Plain Python: presenters hold it, and tests make one of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

from app.base.clock import Clock
from app.base.wording import FALLBACK, known, word
from app.bench.simulated import Simulated
from app.db import Database
from app.settings import Settings
from app.station.answer import Answer
from app.station.profile import Profile
from app.station.station import Station
from ui.recent import Recent

T = TypeVar("T")


class Runner(Protocol):
    """Work off the UI thread. Answers arrive on the UI thread, and are dropped when `owner` is gone by then."""

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[BaseException], None] | None = None,
        *,
        owner: object | None = None,
        free: bool = False,
    ) -> None:
        """`done` with what `work` gave, or `failed` with its error; without `failed` the error is shown to the user.

        Work that reads or writes the shared database waits its turn, one after the other. `free`: it has a lane of its
        own, because it is long (an import) or touches no database.
        """


class Strip(Protocol):
    """The strip above the status bar that shows long work. May be called from any thread."""

    def show_(self, words: str, done: int, total: int, cancel: Callable[[], None] | None = None) -> None:
        """`total` 0: nobody knows how much it is. `cancel` is what Esc does, on the UI thread."""

    def hide_(self) -> None:
        """The work is over."""


class NoStrip:
    """Where there is no window."""

    def show_(self, words: str, done: int, total: int, cancel: Callable[[], None] | None = None) -> None:
        """Nothing to show it on."""

    def hide_(self) -> None:
        """Nothing was shown."""


class Words:
    """Words by their key, in the language of whoever is signed in."""

    def __init__(self, language: str = FALLBACK) -> None:
        self.language = language

    def __call__(self, key: str, /, **values: object) -> str:
        return word(key, self.language, **values)

    def if_any(self, key: str, /, **values: object) -> str:
        """The same, empty where there are none."""
        return self(key, **values) if known(key) else ""


def _there() -> bool:
    """Where nobody looks whether the shared database answers."""
    return False


def _silent(_word: str) -> None:
    """Where there is no window and no speaker."""


def _unseen(_answer: Answer, _shown: bool) -> None:
    """Where there is no window."""


@dataclass(slots=True)
class Context:
    """`database` serves desk screens, never a scan. `folder` is the bench's own.

    `go(screen, subject)` shows a screen ("order", "DE-1042"); `go("")` goes back to the bench. `scan(code)` is as if
    the code had been scanned. `set_profile` keeps a changed profile and applies it at once. `play` plays a sound by
    its name. `recent` are the last scans with their effect. `time_zone` is the warehouse's. `speak(language)`: the
    words are in this language until somebody signs in. `simulated`: the demo's devices. `know(answer, shown)`:
    where the bench stands after an act that was no scan; `shown` brings its screen. `scanner_state()`: as
    `ui.readiness.scanner` wants it. `away()`: the shared database does not answer the desk; acts wait.
    """

    settings: Settings
    clock: Clock
    folder: Path
    station: Station
    database: Database
    runner: Runner
    words: Words
    go: Callable[..., None]
    scan: Callable[[str], None]
    profile: Profile
    set_profile: Callable[[Profile], None]
    demo: bool = False
    recent: Recent = field(default_factory=Recent)
    play: Callable[[str], None] = _silent
    strip: Strip = field(default_factory=NoStrip)
    time_zone: str = "UTC"
    speak: Callable[[str], None] = _silent
    simulated: Simulated | None = None
    know: Callable[[Answer, bool], None] = _unseen
    scanner_state: Callable[[], str] = str
    away: Callable[[], bool] = _there
