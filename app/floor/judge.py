"""Whether a bench's fact still counts: folded into its claim's work, and told apart by whether it takes effect.

What was done for an order cancelled meanwhile is folded in like all else, for on its cart or bench others go on beside
it; but nothing comes of it: no goods move in the books, no paper was made. It is set aside, for a person to put right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.floor import bench
from app.floor import facts as f
from app.floor.facts import Event, Fact, decode
from app.floor.folded import Facts
from app.floor.packet import Packet
from app.floor.store import Claim
from app.floor.verdict import APPLIED, CANCELLED, CLAIM_OVER, SET_ASIDE, TAKEN_OVER
from app.floor.workflows.waiting import PASSING
from app.shipments.shipment import Shipment
from app.stock.ledger import is_bin

# Of such a claim the next may have gone on; a stop shown when all was done may still come, it changes nothing.
OVER = ("done", "released")


@dataclass(slots=True)
class Work:
    """One claim while facts are folded in: all of them in `folded`, those that take effect in `new`.

    `stood`: where the earlier facts led, if that is what the shared database says now.
    """

    claim: Claim
    earlier: Facts
    state: bench.State
    stood: bench.State | None = None
    folded: list[tuple[str, Event]] = field(default_factory=list)
    new: list[tuple[Fact, Event]] = field(default_factory=list)

    @property
    def packet(self) -> Packet:
        return self.claim.packet


def judge(fact: Fact, work: Work | None, known: Mapping[str, Shipment]) -> tuple[str, str]:
    """(applied | set_aside, why): folds one fact in, or says why not. A bad fact changes nothing."""
    try:
        event = decode(fact.kind, fact.body)
    except ValueError:
        return SET_ASIDE, "unreadable"
    if isinstance(event, f.PinFailed):
        return APPLIED, ""
    if work is None:
        return SET_ASIDE, "claim_unknown"
    if work.claim.state == TAKEN_OVER:
        return SET_ASIDE, TAKEN_OVER
    if work.claim.state in OVER and not isinstance(event, PASSING):
        return SET_ASIDE, CLAIM_OVER
    last = work.state.work.last
    act = last.event if isinstance(event, f.Undone) and last else event
    try:
        work.state = bench.evolve(work.state, fact.op_id, event)
    except ValueError:
        return SET_ASIDE, "does_not_fit"
    work.folded.append((fact.op_id, event))
    if _for_cancelled(act, known):
        return SET_ASIDE, CANCELLED
    work.new.append((fact, event))
    return APPLIED, ""


def _for_cancelled(act: Event, known: Mapping[str, Shipment]) -> bool:
    """Whether it acts on a shipment that is cancelled. What a bin lacks is a fact whoever it was looked for."""
    shipment = known.get(getattr(act, "shipment", ""))
    if shipment is None or shipment.state != "cancelled":
        return False
    if isinstance(act, f.ShortFound | f.BrokenFound):
        return not is_bin(act.place)
    return isinstance(act, _ACTS)


# What moves goods or the work on, or makes papers; all else changes nothing outside the bench.
_ACTS = (
    f.ItemPlaced,
    f.ItemPacked,
    f.ItemTakenOut,
    f.ItemShifted,
    f.ParcelClosed,
    f.LabelConfirmed,
    f.LabelRecreated,
    f.LabelReprinted,
    f.ParcelReopened,
    f.PickFinished,
    f.PackFinished,
    f.JobHeld,
)
