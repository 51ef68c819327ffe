"""What must survive a power cut beyond a file's own bytes."""

from __future__ import annotations

import os
from pathlib import Path


def remember_names(folder: Path) -> None:
    """Which files there are in the folder, and what they are called, is on disk too.

    Windows can't open folders, and needs no such word.
    """
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
