"""What `doctor` says of one thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Found:
    """`say` is the wording entry `upkeep.doctor.<say>`, filled with `values`. Without what is `needed` work stops."""

    what: str
    ok: bool
    say: str
    values: Mapping[str, object] = field(default_factory=dict)
    needed: bool = True
