"""Label bytes leave this machine's benches some days after dispatch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

from app.db import Database
from app.shipments import store as shipments
from app.shipments.shipment import GONE

_OVER = GONE | {"cancelled"}


def retain(database: Database, folders: Iterable[Path], before: datetime) -> int:
    """Takes away copies of papers written before then, of shipments that are gone; how many.

    `folders`: the benches'. What a printer's folder was given is not ours to take back.
    """
    old = [
        f
        for folder in folders
        for f in folder.glob("labels/*")
        if f.is_file() and f.stat().st_mtime < before.timestamp()
    ]
    of = {f: unquote(f.name).partition(" ")[0].partition("/")[0] for f in old}
    with database.read() as tx:
        over = {id_ for id_, s in shipments.get(tx, sorted(set(of.values()))).items() if s.state in _OVER}
    gone = [f for f, shipment in of.items() if shipment in over]
    for file in gone:
        file.unlink(missing_ok=True)
    return len(gone)
