"""What can happen at a bench. Each accepted scan is one or more of these, journaled before it is shown.

Bodies hold ids and numbers only. `FORM` is their version: an applier that meets a newer one stops and says so. One scan
may be several facts (units of two lots): all but its first bear `same_scan`, for one undo takes all of them back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec

from app.base.forms import from_json

FORM = 2  # 2: Approved and PinFailed


@dataclass(frozen=True, slots=True)
class StopReached:
    """The picker stands at the bin; its stops are next, whatever the walk order said."""

    bin: str


@dataclass(frozen=True, slots=True)
class StopSkipped:
    """The picker passes this bin by for now; its stops come last."""

    bin: str


@dataclass(frozen=True, slots=True)
class ItemTaken:
    """In the hand, not yet in a tote."""

    bin: str
    sku: str
    qty: int
    lot: str = ""
    serial: str = ""
    same_scan: bool = False


@dataclass(frozen=True, slots=True)
class ToteBound:
    """This tote is the shipment's (or, in bulk, the packet's) from now on."""

    shipment: str
    tote: str


@dataclass(frozen=True, slots=True)
class ItemPlaced:
    """From the bin through the hand into the tote: the goods have moved."""

    shipment: str
    line: int
    bin: str
    tote: str
    sku: str
    qty: int
    lot: str = ""
    serial: str = ""
    same_scan: bool = False


@dataclass(frozen=True, slots=True)
class ItemPutBack:
    """From the hand back into its bin: what undo does where a shortage found meanwhile lies in its way."""

    shipment: str
    line: int
    bin: str
    sku: str
    qty: int
    lot: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class ShortFound:
    """So many units are not where the ledger says (`place`: a bin, or `T:tote`)."""

    shipment: str
    line: int
    place: str
    sku: str
    qty: int
    lot: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class BrokenFound:
    """So many units lie there and can't be sold."""

    shipment: str
    line: int
    place: str
    sku: str
    qty: int
    lot: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class PickFinished:
    """Everything of the shipment that can be picked is in its tote."""

    shipment: str


@dataclass(frozen=True, slots=True)
class ParcelStarted:
    """This parcel is the one in work: a new one (that its first item or carton starts too), or one gone back to."""

    shipment: str
    parcel: int


@dataclass(frozen=True, slots=True)
class CartonChosen:
    """The parcel's carton; a later choice replaces it."""

    shipment: str
    parcel: int
    carton: str


@dataclass(frozen=True, slots=True)
class ItemPacked:
    """From the tote into the parcel."""

    shipment: str
    parcel: int
    line: int
    tote: str
    sku: str
    qty: int
    lot: str = ""
    serial: str = ""
    same_scan: bool = False


@dataclass(frozen=True, slots=True)
class ItemTakenOut:
    """From the parcel back into the tote."""

    shipment: str
    parcel: int
    line: int
    tote: str
    sku: str
    qty: int
    lot: str = ""
    serial: str = ""
    same_scan: bool = False


@dataclass(frozen=True, slots=True)
class ItemShifted:
    """From one open parcel of the shipment into another."""

    shipment: str
    parcel: int
    to: int
    line: int
    sku: str
    qty: int
    lot: str = ""
    serial: str = ""
    same_scan: bool = False


@dataclass(frozen=True, slots=True)
class StepConfirmed:
    """A playbook step was done; `sku` when it is per item."""

    shipment: str
    parcel: int
    step: str
    sku: str = ""


@dataclass(frozen=True, slots=True)
class ParcelClosed:
    """Contents verified; issue `issue` of its label is printed with these numbers. Grams."""

    shipment: str
    parcel: int
    issue: int
    sscc: str
    tracking: str
    weight_g: int
    news_age_s: int = 0  # how old the last news of the order was


@dataclass(frozen=True, slots=True)
class LabelConfirmed:
    """The label that came out was scanned: it is on the parcel."""

    shipment: str
    parcel: int
    issue: int


@dataclass(frozen=True, slots=True)
class LabelReprinted:
    """A new copy of the same issue, marked as a copy. `reason` is a code, never free text."""

    shipment: str
    parcel: int
    issue: int
    copy: int
    reason: str


@dataclass(frozen=True, slots=True)
class LabelRecreated:
    """The issue before is void; `issue` is the next, with new numbers."""

    shipment: str
    parcel: int
    issue: int
    sscc: str
    tracking: str
    reason: str
    news_age_s: int = 0  # how old the last news of the order was; facts kept before this was recorded say 0


@dataclass(frozen=True, slots=True)
class ParcelReopened:
    """The label is void and the box open again."""

    shipment: str
    parcel: int
    issue: int  # the one voided
    reason: str


@dataclass(frozen=True, slots=True)
class PackFinished:
    """All there is to pack is in labelled parcels whose labels were scanned."""

    shipment: str


@dataclass(frozen=True, slots=True)
class Undone:
    """Compensates the fact `of`; scan and undo together change nothing."""

    of: str


@dataclass(frozen=True, slots=True)
class StopShown:
    """A *stop* message stands and must be acknowledged. `code`: what was scanned; `at`: when it was shown.

    `values`: the ids and numbers its words need, so that it can be shown again after a restart.
    """

    message: str
    code: str
    at: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StopCleared:
    at: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question waits for the same code again. `act`: the message that asks it; `at`: when it was shown."""

    act: str
    code: str
    at: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answered:
    """The question was answered yes (its act follows as facts of its own) or dropped."""

    yes: bool
    at: str


@dataclass(frozen=True, slots=True)
class ModeSet:
    """The next scan means something else: count | box | take_out | shift | label | reprint | reopen; empty: no more.

    `value` narrows it: the count (0: one by one again), the tote it goes back into, the parcel's number.
    """

    mode: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class JobHeld:
    """The packer put the shipment on hold."""

    shipment: str
    reason: str


@dataclass(frozen=True, slots=True)
class JobDropped:
    """The bench heard that the shipment is no longer its work. news: cancelled | held | taken_over."""

    shipment: str
    news: str


@dataclass(frozen=True, slots=True)
class CaseRaised:
    """The packer asked for a supervisor."""

    shipment: str
    parcel: int
    kind: str


@dataclass(frozen=True, slots=True)
class JobLeft:
    """The packer left; the claim is given back with what was done."""

    claim: str


@dataclass(frozen=True, slots=True)
class Approved:
    """What was refused with the message `act` may be done all the same: `by` is the badge of who answers for it."""

    shipment: str
    parcel: int
    act: str
    by: str


@dataclass(frozen=True, slots=True)
class PinFailed:
    """Somebody mistook that badge's PIN. It belongs to no claim."""

    badge: str


Event = (StopReached | StopSkipped | ItemTaken | ToteBound | ItemPlaced | ItemPutBack | ShortFound | BrokenFound
    | PickFinished | ParcelStarted | CartonChosen | ItemPacked | ItemTakenOut | ItemShifted | StepConfirmed
    | ParcelClosed | LabelConfirmed | LabelReprinted | LabelRecreated | ParcelReopened | PackFinished | Undone
    | StopShown | StopCleared | Asked | Answered | ModeSet | JobHeld | JobDropped | CaseRaised | JobLeft | Approved
    | PinFailed)  # fmt: skip

KINDS: dict[str, type[Event]] = {kind.__name__: kind for kind in Event.__args__}
SHORTAGES = (ShortFound.__name__, BrokenFound.__name__)  # goods are missing or broken
_READ = {name: from_json(kind) for name, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Fact:
    """The envelope in which an event travels. `seq` counts without gaps within one journal (`incarnation`)."""

    op_id: str
    seq: int
    kind: str
    claim: str
    epoch: int
    operator: str
    made_at: str
    body: str
    version: int = FORM


def encode(event: Event) -> tuple[str, str]:
    """(kind, JSON body)"""
    return type(event).__name__, msgspec.json.encode(event).decode()


def shortages(facts: Iterable[Fact]) -> Iterator[tuple[Fact, ShortFound | BrokenFound]]:
    """What these facts found missing or broken."""
    for fact in facts:
        if fact.kind in SHORTAGES:
            with suppress(ValueError):  # nobody can read it: it is set aside
                event = decode(fact.kind, fact.body)
                assert isinstance(event, ShortFound | BrokenFound)
                yield fact, event


def decode(kind: str, body: str) -> Event:
    """The event; ValueError when the kind is unknown or the body has another form."""
    try:
        return _READ[kind](body)
    except (KeyError, msgspec.MsgspecError) as error:
        raise ValueError(f"fact of kind {kind!r}: {error}") from error
