"""What a station keeps on its own disk: facts in a hash chain, print jobs, leased numbers."""

from __future__ import annotations

from dataclasses import dataclass

from app.floor.facts import Fact
from app.floor.packet import Packet

PrintKey = tuple[str, str, int, int]
"""(subject, document, issue, copy)"""

# From which states a print job may come into a state. Nothing leads out of `void`, nothing but a person's reprint
# (a new copy, a job of its own) makes a second paper.
CAME_FROM = {
    "sending": ("queued", "failed"),
    "sent": ("sending",),
    "failed": ("queued", "sending", "failed"),
    "unknown": ("sending",),
    "confirmed": ("sent", "unknown", "sending"),
    "void": ("queued", "sending", "sent", "confirmed", "failed", "unknown"),
}


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A paper by reference: its bytes are made when it is printed. `reason`: why this copy, as a code."""

    subject: str
    document: str  # parcel_label | packing_slip | pick_list | handover_list
    issue: int = 1
    copy: int = 1
    shipment: str = ""
    claim: str = ""
    state: str = "queued"
    printer: str = ""  # the address it was last sent to
    detail: str = ""  # what went wrong, as a code
    reason: str = ""
    operator: str = ""
    at: str = ""  # of its last change
    rev: int = 0  # grows with each change of any job: what is not yet told to the shared database

    @property
    def key(self) -> PrintKey:
        return (self.subject, self.document, self.issue, self.copy)


@dataclass(frozen=True, slots=True)
class Mark:
    """A print job, or with `copy` 0 all copies of one issue, goes into `state` if CAME_FROM lets it.

    `again`: only copies behind the first that still wait for the printer. `doubted`: only copies of which nobody knows
    whether they came out.
    """

    subject: str
    document: str
    issue: int
    copy: int
    state: str
    printer: str = ""
    detail: str = ""
    again: bool = False
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class HeldLease:
    """Numbers `first`…`last` are this station's; all below `next` are used up. `demo`: no carrier issued them."""

    id: str
    kind: str  # sscc | tracking
    owner: str
    prefix: str
    first: int
    last: int
    next: int
    demo: bool = False

    @property
    def left(self) -> int:
        return self.last - self.next + 1


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept together or not at all. `facts` get their `seq` from the journal.

    `on`: the journal's generation this entry builds upon; an entry made on top of what was lost is refused.
    """

    facts: tuple[Fact, ...] = ()
    prints: tuple[PrintJob, ...] = ()
    marks: tuple[Mark, ...] = ()
    used: tuple[tuple[str, int], ...] = ()  # (lease id, its next free number)
    leases: tuple[HeldLease, ...] = ()
    packets: tuple[Packet, ...] = ()  # of claims whose facts will follow
    on: int | None = None

    @property
    def facts_only(self) -> bool:
        return not (self.prints or self.marks or self.used or self.leases or self.packets)

    def and_then(self, later: Entry) -> Entry:
        """Both as one, `later` built upon what stands here."""
        return Entry(
            self.facts + later.facts,
            self.prints + later.prints,
            self.marks + later.marks,
            self.used + later.used,
            self.leases + later.leases,
            self.packets + later.packets,
            self.on,
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an entry: the last seq on disk with it, and how many print jobs its marks moved."""

    seq: int
    moved: int
