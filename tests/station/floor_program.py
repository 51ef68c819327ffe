"""`packbench floor` in a process of its own, for tests that kill it: DATABASE FOLDER PRINTER [HINTS]."""

from __future__ import annotations

import sys
from pathlib import Path

from app.db import open_database
from app.settings import Settings
from app.station.floor import run_floor
from app.station.station import Station


def main() -> int:
    url, folder, printer = sys.argv[1:4]
    database = open_database(url)
    settings = Settings(confirm_after_s=0.0, question_timeout_s=30.0, number_block=20)
    station = Station.open(Path(folder), database, "S1", settings=settings, printer=printer)
    try:
        return run_floor(station, sys.stdin.buffer, sys.stdout.buffer, hints=len(sys.argv) > 4)
    finally:
        station.close()
        database.close()


if __name__ == "__main__":
    sys.exit(main())
