"""The words workflows are written in: what a scan turned out to be, what a step answers.

    seen = resolve(scan, accepts, context)            # floor/resolve.py
    step = workflow.advance(state, seen, facts)        # floor/workflows/*.py, pure
    state = evolve(state, op_id, event) for each of step.events
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SeenItem:
    """A product. `lines`: (shipment, line) of this packet that ask for it; `units` per scan."""

    code: str
    sku: str
    units: int = 1
    lot: str = ""
    serial: str = ""
    lines: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SeenBin:
    code: str
    bin: str


@dataclass(frozen=True, slots=True)
class SeenTote:
    code: str
    tote: str


@dataclass(frozen=True, slots=True)
class SeenCarton:
    code: str
    carton: str


@dataclass(frozen=True, slots=True)
class SeenStep:
    code: str
    step: str


@dataclass(frozen=True, slots=True)
class SeenLabel:
    """A parcel's label: its SSCC, tracking number or readable id. `issue` 0: the code doesn't tell."""

    code: str
    shipment: str
    parcel: int


@dataclass(frozen=True, slots=True)
class SeenJob:
    """A shipment id or job code."""

    code: str
    shipment: str


@dataclass(frozen=True, slots=True)
class SeenCommand:
    """PBUNDO → undo, PBCLOSE → close …"""

    code: str
    command: str


@dataclass(frozen=True, slots=True)
class SeenNumber:
    """Digits said as a quantity, after PBCOUNT."""

    code: str
    number: int


@dataclass(frozen=True, slots=True)
class SeenBadge:
    code: str
    badge: str


@dataclass(frozen=True, slots=True)
class SeenAmbiguous:
    """More than one thing bears this code: an outcome of its own, never a guess."""

    code: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeenUnknown:
    code: str


@dataclass(frozen=True, slots=True)
class SeenUnreadable:
    """Too long, empty, or not text."""

    code: str
    reason: str


Seen = (
    SeenItem
    | SeenBin
    | SeenTote
    | SeenCarton
    | SeenStep
    | SeenLabel
    | SeenJob
    | SeenCommand
    | SeenNumber
    | SeenBadge
    | SeenAmbiguous
    | SeenUnknown
    | SeenUnreadable
)


@dataclass(frozen=True, slots=True)
class News:
    """What was last heard of a shipment's order. state: live | cancelled | held | taken_over."""

    state: str
    age_s: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What a workflow may know besides its state; looked up beforehand, so that it never fetches."""

    now: datetime
    news: Mapping[str, News] = field(default_factory=dict)  # by shipment; absent: live, just heard
    numbers: tuple[str, str] | None = None  # the next (SSCC, tracking) for the job's carrier; None: none are left
    confirm_after_s: float = 1.0
    printer_ready: bool = True


@dataclass(frozen=True, slots=True)
class Message:
    """What the bench says: `id` names severity, sound and words in floor/messages.py; `values` fill the words in."""

    id: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Print:
    """A paper to print: keyed by (subject, document, issue, copy); `shipment` tells whose address it bears."""

    document: str  # parcel_label | packing_slip | pick_list | handover_list
    subject: str
    issue: int = 1
    copy: int = 1
    shipment: str = ""
    reason: str = ""
