"""Where this machine's own files lie."""

from __future__ import annotations

from pathlib import Path

from app.settings import Settings


def stations_folder(settings: Settings) -> Path:
    """Holds a folder for each bench that was ever open here."""
    return settings.home_folder / "stations"


def station_folder(settings: Settings, name: str) -> Path:
    return stations_folder(settings) / name
