"""Where this machine's own files lie: a folder for each bench that was ever open here.

A folder belongs to one database: `OWNER` in it says to which, and at what address that was. A bench of the same name in
another database, or in one made anew at the same address, gets a folder of its own: facts and numbers never mix.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from app.db.password import hidden
from app.settings import Settings

OWNER = "database"


def stations_folder(settings: Settings) -> Path:
    return settings.home_folder / "stations"


def names(stations: Path) -> frozenset[str]:
    """Every bench that was ever open here, whatever its database."""
    return frozenset(folder.name.partition("@")[0] for folder in stations.glob("*"))


def benches(stations: Path, database_id: str) -> dict[str, Path]:
    """The folders of this database's benches, by the bench's name."""
    return {name: folder for name, folder, owner, _ in _all(stations) if owner == database_id}


def claim_folder(stations: Path, name: str, database_id: str, url: str) -> Path:
    """The bench's folder, made and marked as this database's."""
    own = benches(stations, database_id).get(name)
    if own is None:
        plain = stations / name
        own = plain if not (plain / OWNER).exists() else stations / f"{name}@{database_id[-8:]}"
        own.mkdir(parents=True, exist_ok=True)
    (own / OWNER).write_text(f"{database_id}\n{_digest(url)}\n", "ascii")
    return own


def last_folder(stations: Path, name: str, url: str) -> Path | None:
    """The folder the bench last used with the database at that address: for when the database doesn't answer."""
    fitting = [folder for one, folder, _, address in _all(stations) if (one, address) == (name, _digest(url))]
    return max(fitting, key=lambda folder: (folder / OWNER).stat().st_mtime, default=None)


def _all(stations: Path) -> list[tuple[str, Path, str, str]]:
    """(bench, folder, database's id, its address as a digest)"""
    found = []
    for folder in sorted(f for f in stations.glob("*") if (f / OWNER).is_file()):
        owner, _, address = (folder / OWNER).read_text("ascii").strip().partition("\n")
        found.append((folder.name.partition("@")[0], folder, owner, address))
    return found


def _digest(url: str) -> str:
    """No password leaves a trace here."""
    return hashlib.sha256(hidden(url).encode()).hexdigest()[:32]
