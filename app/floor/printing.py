"""A paper's key and its place in life, as the shared database knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PrintKey = tuple[str, str, int, int]  # (subject, document, issue, copy)


@dataclass(frozen=True, slots=True)
class Printed:
    """state: queued | sending | sent | confirmed | failed | unknown | void. `detail`: ids, numbers and codes.

    `printer`: the address it was sent to; empty when nothing new is known of that.
    """

    key: PrintKey
    state: str
    by: str
    detail: Mapping[str, object] = field(default_factory=dict)
    printer: str = ""
