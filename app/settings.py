"""Every setting once: name, type, default, meaning. Values come from PACKBENCH_<NAME>."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Seconds, minutes and counts as named; paths absolute."""

    db: str = ""  # URL of the shared database; empty: a SQLite file in `home`
    home: str = ""  # where this machine's data lies; empty: the user's data folder
    language: str = "en"  # for words where no operator is signed in
    confirm_after_s: float = 1.0  # a stop or a question can be answered by the same code only after this long
    lock_after_min: float = 15.0  # a bench where nobody scans or types for so long asks for a badge; 0: never
    question_timeout_s: float = 3.0  # after that a question to the shared database says: no answer, nothing done
    claim_ahead: int = 2  # jobs of each kind held beyond the one in hand, for outages; not with a SQLite file
    number_block: int = 200  # numbers leased to a station at a time
    archive_months: int = 13  # facts and timelines of what is over leave the database so many months after; 0: never
    label_days: int = 14  # label bytes leave a station so many days after dispatch
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
    """Settings from the environment; a value of the wrong type is an error that names it."""
    found: dict[str, object] = {}
    standard = Settings()
    for name in Settings.__dataclass_fields__:
        text = os.environ.get(f"PACKBENCH_{name.upper()}")
        if text is not None:
            kind = type(getattr(standard, name))
            try:
                found[name] = kind(text)
            except ValueError:
                raise ValueError(f"PACKBENCH_{name.upper()}: got {text!r}, expected {kind.__name__}") from None
    return Settings(**found)  # type: ignore[arg-type]
