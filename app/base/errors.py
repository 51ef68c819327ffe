"""Everything that can go wrong and is not an operator's mistake (those are messages, never exceptions).

PackbenchError
├── Refused              an act was asked for that must not be done; nothing was done
│   ├── NotAllowed       the operator's role may not do this
│   ├── NotFound         no such order, SKU, station …
│   ├── Conflict         somebody else was faster, or the thing moved on
│   │   └── Crossed      two acts wanted the same at once, again and again
│   └── OutOfStock       a reservation would have taken what is not there
├── BadInput             a file or a value that cannot be taken, with its place
└── Broken               the environment: disk, database, device
    ├── DatabaseAway     the shared database does not answer
    │   └── NotLetIn     it does, and refuses this login, its encryption, or has no such database
    ├── JournalBroken    the station's journal cannot be written or read
    └── SchemaMismatch   this program and that database are of different versions
"""

from __future__ import annotations

from collections.abc import Mapping


class PackbenchError(Exception):
    """Root of the tree. `kind` names the wording entry `error.<kind>`; `values` fill it in."""

    kind = "error"

    def __init__(self, text: str = "", *, kind: str | None = None, **values: object) -> None:
        super().__init__(text or kind or self.kind)
        if kind:
            self.kind = kind
        self.values: Mapping[str, object] = values


class Refused(PackbenchError):
    kind = "refused"


class NotAllowed(Refused):
    kind = "not_allowed"


class NotFound(Refused):
    kind = "not_found"


class Conflict(Refused):
    kind = "conflict"


class Crossed(Conflict):
    kind = "crossed"


class OutOfStock(Refused):
    """Carries the keys that fell short: `short` is {(sku, warehouse): units missing}."""

    kind = "out_of_stock"

    def __init__(self, short: Mapping[tuple[str, str], int]) -> None:
        what = ", ".join(f"{sku} in {warehouse}: {units} missing" for (sku, warehouse), units in short.items())
        super().__init__(what, what=what)
        self.short = dict(short)


class BadInput(PackbenchError):
    """`at` is the place ("row 7", "line_items[2]"), `field` the field, `reason` why, with value and expectation."""

    kind = "bad_input"

    def __init__(self, reason: str, *, at: str = "", field: str = "") -> None:
        super().__init__(f"{at}: {field}: {reason}".strip(": "), at=at, field=field, reason=reason)
        self.at, self.field, self.reason = at, field, reason


class Broken(PackbenchError):
    kind = "broken"


class DatabaseAway(Broken):
    kind = "database_away"


class NotLetIn(DatabaseAway):
    """`kind`: login_refused, not_let_in, no_such_database or encryption_refused.

    Tried again all the same: somebody may mend it.
    """

    kind = "login_refused"


class JournalBroken(Broken):
    kind = "journal_broken"


class SchemaMismatch(Broken):
    kind = "schema_mismatch"
