"""Every setting once: name, type, default, what it takes, meaning. Values come from PACKBENCH_<NAME>."""

from __future__ import annotations

import os
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from app.base.errors import Broken
from app.base.wording import FALLBACK, languages

N = TypeVar("N", int, float)


def _within(standard: N, least: N, greatest: N) -> N:
    """A number, and the bounds it must lie in; both are in it."""
    return field(default=standard, metadata={"least": least, "greatest": greatest})


@dataclass(frozen=True, slots=True)
class Settings:
    """Seconds, minutes and counts as named; paths absolute."""

    db: str = ""  # URL of the shared database; empty: a SQLite file in `home`
    home: str = ""  # where this machine's data lies; empty: the user's data folder
    language: str = FALLBACK  # for words where no operator is signed in
    # A stop or a question can be answered by the same code only after this long.
    confirm_after_s: float = _within(1.0, 0, 60)
    lock_after_min: float = _within(15.0, 0, 1440)  # a bench where nobody is for so long asks for a badge; 0: never
    # After that a question to the shared database says: no answer, nothing done.
    question_timeout_s: float = _within(3.0, 0.1, 600)
    # Jobs of each kind held beyond the one in hand, for outages; not with a SQLite file.
    claim_ahead: int = _within(2, 0, 100)
    number_block: int = _within(200, 1, 100_000)  # numbers leased to a station at a time
    # Facts and timelines of what is over leave the database so many months after; 0: never.
    archive_months: int = _within(13, 0, 1200)
    label_days: int = _within(14, 0, 3650)  # label bytes leave a station so many days after dispatch
    out: str = "out"  # where `run` without a display leaves labels, lists and its summary

    @property
    def home_folder(self) -> Path:
        if self.home:
            return Path(self.home)
        from platformdirs import user_data_path

        return user_data_path("packbench")

    @property
    def db_url(self) -> str:
        return self.db or f"sqlite:///{self.home_folder / 'packbench.db'}"


def load() -> Settings:
    """Settings from the environment. Broken names the one that does not take its value, and what it takes."""
    found = {
        one.name: _taken(one, text) for one in fields(Settings) if (text := os.environ.get(_name(one))) is not None
    }
    return Settings(**found)


def language() -> str:
    """The language alone, whatever is wrong with the rest; the standard one where nobody speaks the one set."""
    said = os.environ.get("PACKBENCH_LANGUAGE", FALLBACK)
    return said if said in languages() else FALLBACK


def _name(setting: Field[Any]) -> str:
    return f"PACKBENCH_{setting.name.upper()}"


def _taken(setting: Field[Any], text: str) -> Any:
    if setting.name == "language" and text not in languages():
        raise _not_taken(setting, text, "one_of", known=", ".join(languages()))
    if not setting.metadata:
        return text
    whole, bounds = isinstance(setting.default, int), setting.metadata
    number: float | None
    try:
        number = int(text) if whole else float(text)
    except ValueError:
        number = None
    if number is None or not bounds["least"] <= number <= bounds["greatest"]:  # which no NaN does
        raise _not_taken(setting, text, "whole" if whole else "number", **bounds)
    return number


def _not_taken(setting: Field[Any], text: str, takes: str, **values: object) -> Broken:
    told = {"setting": _name(setting), "got": f"{text!r:.60}", **values}
    said = ", ".join(f"{name} {value}" for name, value in told.items())
    return Broken(said, kind=f"setting_{takes}", **told)
