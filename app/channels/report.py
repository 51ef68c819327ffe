"""What an import did: every order counted once, and every line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from app.channels.reading import Refusal


@dataclass(slots=True)
class Report:
    """Counts are orders (and documents); `lines` accounts for each row of the input exactly once.

    `changes`: which fields each updated order changed in. `interrupted`: Ctrl-C came; what is counted was taken, whole.
    """

    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    refused: list[Refusal] = field(default_factory=list)
    lines: Counter[str] = field(default_factory=Counter)
    changes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    held: int = 0
    products_made: int = 0
    interrupted: bool = False

    def add(self, other: Report) -> None:
        """Count in what one more batch did."""
        self.read += other.read
        self.added += other.added
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.held += other.held
        self.products_made += other.products_made
        self.skipped += other.skipped
        self.lines += other.lines
        self.refused += other.refused
        for order, fields in other.changes.items():
            self.changes[order] = tuple(sorted({*self.changes.get(order, ()), *fields}))

    def as_json(self) -> dict[str, object]:
        """The form that `packbench import orders --json` prints."""
        lines: dict[str, object] = {"goods": 0, "charge": 0, "refused": 0}
        skipped: dict[str, int] = {}
        for kind, count in sorted(self.lines.items()):
            if kind.startswith("skipped."):
                skipped[kind.removeprefix("skipped.")] = count
            else:
                lines[kind] = count
        return {
            "read": self.read,
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "skipped": dict(sorted(self.skipped.items())),
            "refused": [_refusal(refused) for refused in self.refused],
            "lines": lines | {"skipped": skipped},
            "changes": {order: list(fields) for order, fields in self.changes.items()},
            "held": self.held,
            "products_made": self.products_made,
            "interrupted": self.interrupted,
        }


def _refusal(refused: Refusal) -> dict[str, str]:
    row = {"at": refused.at, "field": refused.field, "reason": refused.reason}
    return row | {key: said for key, said in (("file", refused.file), ("order", refused.number)) if said}
