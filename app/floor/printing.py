"""A paper's key and its place in life, as the shared database knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PrintKey = tuple[str, str, int, int]  # (subject, document, issue, copy)


@dataclass(frozen=True, slots=True)
class Printed:
    """state: queued | sending | sent | confirmed | failed | unknown | void. `detail`: ids, numbers and codes."""

    key: PrintKey
    state: str
    by: str
    detail: Mapping[str, object] = field(default_factory=dict)
