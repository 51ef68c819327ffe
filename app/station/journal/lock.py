"""One process for a station's files: a lock the operating system takes back when the process dies, however it dies."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import uuid
from pathlib import Path


class FolderLock:
    """Held from `take` to `release`. The file stays behind, the lock does not."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._descriptor: int | None = None

    def take(self) -> bool:
        """False when another process, or another object of this one, holds it. OSError: the folder is unusable."""
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        if _lock(descriptor):
            self._descriptor = descriptor
            return True
        os.close(descriptor)
        return False

    def place(self) -> str:
        """Which folder on which machine this is, while it is held: another one's is another, a copy's too."""
        if self._descriptor is None:
            return ""
        file = os.fstat(self._descriptor)
        said = f"{platform.node()} {uuid.getnode()} {file.st_dev} {file.st_ino}"
        return hashlib.sha256(said.encode()).hexdigest()[:32]

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)  # closing gives the lock back
            self._descriptor = None


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
