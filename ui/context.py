"""What every screen is given. Plain Python: presenters hold it, and tests make one of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from app.base.clock import Clock
from app.db import Database
from app.settings import Settings
from app.station.profile import Profile
from app.station.station import Station

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
    ) -> None:
        """`done` with what `work` gave, or `failed` with its error; without `failed` the error is shown to the user."""


class Words(Protocol):
    def __call__(self, key: str, /, **values: object) -> str:
        """The words for a key in the language of whoever is signed in."""


@dataclass(slots=True)
class Context:
    """`database` serves desk screens, never a scan. `folder` is the bench's own.

    `go(screen, subject)` shows a screen ("order", "DE-1042"). `scan(code)` is as if the code had been scanned.
    `set_profile` keeps a changed profile and applies it at once.
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
