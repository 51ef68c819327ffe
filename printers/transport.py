"""What every way to a printer can do. The spool knows this and nothing of folders, sockets or queues."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol
from urllib.parse import SplitResult, parse_qs, quote, urlsplit

from printers.errors import UnknownPrinter


@dataclass(frozen=True, slots=True)
class PrintJob:
    """Bytes on their way to paper. `id` is unique for ever: the same id is the same piece of paper."""

    id: str
    data: bytes = field(repr=False)
    kind: Literal["zpl", "pdf"] = "zpl"

    @property
    def file_name(self) -> str:
        """A file name on any system, different for different ids."""
        stem = quote(self.id, safe="-._ ")
        if len(stem) > 180 or stem.startswith(".") or not stem:
            stem = f"{stem[:100].lstrip('.')}-{hashlib.sha256(self.id.encode()).hexdigest()[:16]}"
        return f"{stem}.{self.kind}"


class Transport(Protocol):
    """One printer, or what stands for it. One thread at a time."""

    @property
    def url(self) -> str:
        """The address it was opened with."""
        ...

    def send(self, job: PrintJob) -> None:
        """Hand over the whole job, or raise PrinterFault, which says whether any byte may have left."""
        ...

    def ask(self, query: bytes, complete: Callable[[bytes], bool]) -> bytes | None:
        """Send a query and give what the device answers until `complete`; None when this way has no answers.

        Raises PrinterFault.
        """
        ...

    def close(self) -> None:
        """Let go of the device. May be called twice."""
        ...


@dataclass(frozen=True, slots=True)
class Address:
    """A printer's URL, taken apart. Raises UnknownPrinter from `parse` on what no URL is."""

    url: str
    scheme: str
    host: str
    port: int | None
    path: str
    options: dict[str, str]

    @classmethod
    def parse(cls, url: str) -> "Address":
        """`tcp://host:9100?timeout=5` and its like; an option may be given once."""
        try:
            parts: SplitResult = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise UnknownPrinter(url, expected="scheme://address", got=str(error)) from None
        if not re.match(r"[a-z][a-z0-9+.-]*://", url, re.IGNORECASE):
            raise UnknownPrinter(url, expected="scheme://address", got="no scheme")
        options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        return cls(url, parts.scheme, parts.hostname or "", port, parts.path, options)

    def seconds(self, option: str, default: float) -> float:
        """A positive number of seconds among the options. Raises UnknownPrinter."""
        text = self.options.get(option, str(default))
        try:
            seconds = float(text)
        except ValueError:
            seconds = -1.0
        if not 0 < seconds <= 600:
            raise UnknownPrinter(self.url, expected=f"{option} of more than 0 and at most 600 seconds", got=repr(text))
        return seconds
