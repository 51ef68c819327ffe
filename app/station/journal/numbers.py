"""Numbers for labels, from the blocks leased to this station: each is given once, whatever happens to the bench."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from app.db import Tx
from app.site import numbers as site
from app.site.site import Lease
from app.station.journal.records import HeldLease

# The company's own numbers; a tracking number's owner is its carrier.
COMPANY = "company"


@dataclass(frozen=True, slots=True)
class NextNumbers:
    """The numbers the next label would bear, and what the journal has to write down when it does."""

    sscc: str
    tracking: str
    used: tuple[tuple[str, int], ...]


class Numbers:
    """The station's leases as they stand with what was already handed to the journal."""

    def __init__(self, leases: Iterable[HeldLease]) -> None:
        self._lock = threading.Lock()
        self._leases = {lease.id: lease for lease in leases}

    def peek(self, carrier: str) -> NextNumbers | None:
        """None: of one kind none are left."""
        with self._lock:
            sscc, tracking = self._first("sscc", COMPANY), self._first("tracking", carrier)
        if sscc is None or tracking is None:
            return None
        return NextNumbers(
            site.sscc(sscc.prefix, sscc.next),
            site.tracking(tracking.prefix, tracking.next),
            ((sscc.id, sscc.next + 1), (tracking.id, tracking.next + 1)),
        )

    def use(self, numbers: NextNumbers) -> None:
        """They are on their way to the journal: the next label gets others."""
        with self._lock:
            for lease_id, free in numbers.used:
                self._leases[lease_id] = replace(self._leases[lease_id], next=free)

    def add(self, lease: HeldLease) -> None:
        """A lease the journal holds."""
        with self._lock:
            self._leases[lease.id] = lease

    def reset(self, leases: Iterable[HeldLease]) -> None:
        """Back to what the journal says: what was handed to it was not kept."""
        with self._lock:
            self._leases = {lease.id: lease for lease in leases}

    def left(self, kind: str, owner: str) -> int:
        with self._lock:
            return sum(held.left for held in self._of(kind, owner))

    def wanting(self, carriers: Iterable[str], enough: int) -> list[tuple[str, str]]:
        """(kind, owner) of which fewer than `enough` are left, for labels of these carriers."""
        kinds = [("sscc", COMPANY), *(("tracking", carrier) for carrier in sorted(set(carriers)))]
        return [(kind, owner) for kind, owner in kinds if self.left(kind, owner) < enough]

    def is_demo(self, number: str) -> bool:
        """Whether `number` is from a range that no carrier issued: the label says so."""
        with self._lock:
            return any(held.demo and number.startswith(held.prefix) for held in self._leases.values())

    def _of(self, kind: str, owner: str) -> list[HeldLease]:
        found = [held for held in self._leases.values() if (held.kind, held.owner) == (kind, owner) and held.left > 0]
        return sorted(found, key=lambda held: held.id)

    def _first(self, kind: str, owner: str) -> HeldLease | None:
        return next(iter(self._of(kind, owner)), None)


def leased(tx: Tx, kind: str, owner: str, station: str, size: int, now: datetime) -> HeldLease:
    """A fresh block for this station. Conflict when the range is used up."""
    lease = site.lease(tx, kind, owner, station, size, now)
    return HeldLease(**asdict(lease), next=lease.first)


def used_up(lease: Lease) -> HeldLease:
    """A block of which nobody knows any more how much was given out."""
    return HeldLease(
        lease.id, lease.kind, lease.owner, lease.prefix, lease.first, lease.last, lease.last + 1, lease.demo
    )
