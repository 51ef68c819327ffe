"""What the disk alone takes: no figure of a journal can be better."""

from __future__ import annotations

import os
from pathlib import Path
from time import perf_counter

_TIMES = 200


def fsyncs(folder: Path) -> list[float]:
    """Milliseconds that each of some hundred small writes took to be safe in this folder."""
    file, times = folder / "fsync", []
    with file.open("wb", buffering=0) as out:
        for _ in range(_TIMES):
            out.write(b"x" * 4096)
            started = perf_counter()
            os.fsync(out.fileno())
            times.append((perf_counter() - started) * 1000)
    file.unlink()
    return times
