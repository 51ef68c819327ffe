"""`file:///folder`: one file per job, for shops without a label printer, for tests and for the demo.

A file stands there whole or not at all, and is on disk when `send` returns; sending the same job again replaces it.
"""

import contextlib
import errno
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from printers.errors import FaultKind, PrinterFault, UnknownPrinter
from printers.transport import Address, PrintJob

_KINDS: dict[int, FaultKind] = {
    errno.ENOENT: "missing",
    errno.ENOTDIR: "missing",
    errno.ENOSPC: "full",
    errno.EFBIG: "full",
    errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC: "full",
}


class FileTransport:
    """Writes jobs into one folder; makes it, with its parents, when it isn't there."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder

    @classmethod
    def from_address(cls, address: Address) -> "FileTransport":
        """Raises UnknownPrinter when the address names no folder, or a folder of another computer."""
        if address.host not in ("", "localhost") or address.path in ("", "/"):
            raise UnknownPrinter(address.url, expected="file:///folder", got="no folder of this computer")
        path = unquote(address.path)
        return cls(address.url, Path(path[1:] if re.match(r"/[A-Za-z]:", path) else path))

    def send(self, job: PrintJob) -> None:
        """Write the job's file: temporary name, fsync, rename, fsync of the folder."""
        temporary = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=self.folder)
            with os.fdopen(handle, "wb") as file:
                file.write(job.data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o644)
            os.replace(temporary, self.folder / job.file_name)
            temporary = None
            _sync_folder(self.folder)
        except OSError as error:
            raise PrinterFault(
                self.url,
                _KINDS.get(error.errno or 0, "unwritable"),
                expected="a folder that takes files",
                got=error.strerror or str(error),
                may_have_left=temporary is None and (self.folder / job.file_name).exists(),
            ) from error
        finally:
            if temporary:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)

    def ask(self, query: bytes, complete: Callable[[bytes], bool]) -> bytes | None:
        """A folder has no answers."""
        return None

    def close(self) -> None:
        """Nothing is held open."""


def _sync_folder(folder: Path) -> None:
    """The rename itself must survive a power cut; Windows has no handle for that, and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
