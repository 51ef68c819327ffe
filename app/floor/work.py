"""The words workflows are written in: what a scan turned out to be, what a step answers.

seen = bench.resolve(scan, state, context)        # floor/resolve.py: this job first, then the catalogue
step = bench.advance(state, seen, facts)          # floor/workflows/*.py, pure
state = bench.evolve(state, op_id, event) for each of step.events
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from app.floor.facts import Event

# The command barcodes: PB and the word in capitals (PBUNDO). A printed sheet beside each bench bears them.
Command = Literal[
    "undo", "count", "short", "broken", "next", "box", "out", "shift", "close",
    "reopen", "void", "reprint", "hold", "issue", "help", "ok", "exit",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class SeenItem:
    """A product. `lines`: (shipment, line) of this packet that ask for it; `units` per scan.

    `title` and `variant` are the catalogue's, of one that is not in the packet.
    """

    code: str
    sku: str
    units: int = 1
    lot: str = ""
    serial: str = ""
    lines: tuple[tuple[str, int], ...] = ()
    title: str = ""
    variant: str = ""


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
    """A parcel's label: its SSCC, tracking number or readable id.

    `issue`: of the label that bears the number; 0 when the code doesn't tell (a readable id, another job's parcel).
    """

    code: str
    shipment: str
    parcel: int
    issue: int = 0


@dataclass(frozen=True, slots=True)
class SeenJob:
    """A shipment id or job code."""

    code: str
    shipment: str


@dataclass(frozen=True, slots=True)
class SeenCommand:
    """PBUNDO → undo, PBCLOSE → close …"""

    code: str
    command: Command


@dataclass(frozen=True, slots=True)
class SeenCarrier:
    """A carrier's code, as the sign at its dock door bears it."""

    code: str
    carrier: str


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
    | SeenCarrier
    | SeenNumber
    | SeenBadge
    | SeenAmbiguous
    | SeenUnknown
    | SeenUnreadable
)


# How long ago the shared database spoke when nobody knows, in seconds: a bench that never heard it, or whose clock was
# set back since. Longer than any shop lets labels be made without it.
NEVER_HEARD_S = 10**9


@dataclass(frozen=True, slots=True)
class News:
    """What was last heard of a shipment's order. state: live | cancelled | held | taken_over.

    `age_s` from NEVER_HEARD_S on: nobody knows how long ago that was.
    """

    state: str
    age_s: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What a workflow may know besides its state; looked up beforehand, so that it never fetches.

    `now` is when the scan was *heard*: a scan that queued while a stop was about to be shown can't acknowledge it.
    """

    now: datetime
    news: Mapping[str, News] = field(default_factory=dict)  # by shipment; absent: live, just heard
    numbers: tuple[str, str] | None = None  # the next (SSCC, tracking) for the job's carrier; None: none are left
    confirm_after_s: float = 1.0
    printer_ready: bool = True
    recipient_ready: bool = True  # whom the label is for is on file here, and complete
    # (parcel id, issue) of labels of which some copy has not come out and still will: queued, or failed and to be tried
    waiting_labels: frozenset[tuple[str, int]] = frozenset()

    @property
    def at(self) -> str:
        """`now` as facts bear it, written as `clock.stamp` does (workflows may not import the clock)."""
        return self.now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Message:
    """What the bench says: `id` names severity, sound and words in floor/messages.py; `values` fill the words in."""

    id: str
    values: Mapping[str, object] = field(default_factory=dict)


def units(thing: str, n: int) -> Message:
    """So many of a thing (parcels, jobs, pieces), as a piece of another message's words."""
    return Message(f"{thing}_one" if n == 1 else f"{thing}_many", {"n": n})


@dataclass(frozen=True, slots=True)
class Print:
    """A paper to print: keyed by (subject, document, issue, copy); `shipment` tells whose address it bears."""

    document: str  # parcel_label | packing_slip | pick_list | handover_list
    subject: str
    issue: int = 1
    copy: int = 1
    shipment: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OpenHandover:
    """Open (or go on with) the handover of `carrier`; empty: the carrier of the parcel that bears `code`."""

    carrier: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class LoadParcel:
    handover: str
    parcel: str
    code: str


@dataclass(frozen=True, slots=True)
class UnloadParcel:
    handover: str
    parcel: str
    code: str


@dataclass(frozen=True, slots=True)
class CloseHandover:
    handover: str


# Questions to the shared database (promise 3): shown as heard at once, as kept when the answer is there.
Ask = OpenHandover | LoadParcel | UnloadParcel | CloseHandover


@dataclass(frozen=True, slots=True)
class HandoverOpened:
    """`loaded`: parcels that lie in it already."""

    handover: str
    carrier: str
    loaded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParcelLoaded:
    parcel: str


@dataclass(frozen=True, slots=True)
class ParcelUnloaded:
    parcel: str


@dataclass(frozen=True, slots=True)
class HandoverClosed:
    """`parcels` left with the carrier; `unload` must come off again, as (parcel, reason)."""

    parcels: tuple[str, ...]
    unload: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing was done.

    reason: cancelled | held | unlabelled | wrong_carrier | already_loaded | unknown_parcel | closed.
    """

    reason: str
    parcel: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The shared database kept silent: nothing is known to be done; asking again does it once."""


Answer = HandoverOpened | ParcelLoaded | ParcelUnloaded | HandoverClosed | Refusal | NoAnswer


@dataclass(frozen=True, slots=True)
class Step:
    """What a scan comes to: the one answer, facts to keep (in this order), papers, what to ask the shared database."""

    message: Message
    events: tuple[Event, ...] = ()
    prints: tuple[Print, ...] = ()
    ask: Ask | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What a screen shows of a job.

    `expects`: kinds of code the state takes (bin, item, tote, carton, step, label, job, number, command).
    `hints`: the codes that would move the job on, best first: following the first alone completes any job.
    `done` of `of` units. `standing`: the stop or question that waits, to be shown again after a restart.
    """

    workflow: str
    state: str
    expects: tuple[str, ...]
    job: str
    parcel: str
    done: int
    of: int
    hints: tuple[str, ...]
    mode: str = ""
    count: int = 0
    standing: Message | None = None
