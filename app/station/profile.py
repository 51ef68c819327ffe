"""How one bench is set up: its looks, its loudness, its devices. A small file in the bench's own folder."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from app.base.forms import from_json

FILE = "profile.json"


@dataclass(frozen=True, slots=True)
class Wedge:
    """What calibration learnt of a scanner that types. `layout`: the keyboard map its keys arrive through.

    `prefix`: what it types before each code; empty: timing alone tells it from a person. `group`: what arrives where a
    code has GS. `caps`: letters arrive with their case turned. `ends`: what may end a code.
    """

    layout: str = "us"
    prefix: str = ""
    group: str = ""
    caps: bool = False
    gap_ms: int = 30
    ends: str = "\r\n\t"


@dataclass(frozen=True, slots=True)
class Profile:
    """`theme`: light | dark | contrast; `scale` and `volume` in percent; devices by address, empty: the program's own.

    `scanner`: address of a serial scanner (`serial:///dev/ttyACM0?baud=9600`), besides any that types. `language`: of
    words while nobody is signed in; empty: the program's own.
    """

    theme: str = "light"
    scale: int = 100
    volume: int = 80
    reduced_motion: bool = False
    printer: str = ""
    papers: str = ""
    scanner: str = ""
    wedge: Wedge = field(default_factory=Wedge)
    language: str = ""


_read = from_json(Profile)


def read_profile(folder: Path) -> Profile:
    """The profile in this folder; the standard one where there is none, or none that can be read."""
    try:
        return _read((folder / FILE).read_bytes())
    except (OSError, msgspec.MsgspecError):
        return Profile()


def unreadable(folder: Path) -> bool:
    """Whether there is a profile that says nothing: its printer and its scanner are not in use then."""
    try:
        _read((folder / FILE).read_bytes())
    except FileNotFoundError:
        return False
    except (OSError, msgspec.MsgspecError):
        return True
    return False


def write_profile(folder: Path, profile: Profile) -> None:
    """Keeps it whole or not at all; OSError when the disk takes nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"{FILE}.new"
    new.write_bytes(msgspec.json.format(msgspec.json.encode(profile), indent=1))
    os.replace(new, folder / FILE)
