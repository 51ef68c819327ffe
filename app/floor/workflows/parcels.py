"""The packer's bench: what lies loose in totes, what lies in which parcel, and how facts move it. Values, algebra."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.base.ids import parcel_id
from app.floor import facts as fact
from app.floor.facts import Event
from app.floor.packet import Box, Job, Lying, Packet
from app.floor.resolve import index
from app.floor.workflows import contents, waiting

OPEN, CLOSED, LABELLED = "open", "closed", "labelled"


@dataclass(frozen=True, slots=True)
class PackJob:
    """One shipment on the bench. `at`: the parcel in work; `void`: numbers of labels that must not be used any more.

    `approved`: the parcel whose next label may be made on old news. `over`: "" while it is worked on, then done |
    cancelled | held | taken_over.
    """

    job: Job = field(repr=False)
    loose: tuple[Lying, ...] = ()
    boxes: tuple[Box, ...] = ()
    at: int = 0
    short: Mapping[int, int] = field(default_factory=dict)
    broken: Mapping[int, int] = field(default_factory=dict)
    void: tuple[tuple[str, int, int], ...] = ()
    approved: int = 0
    over: str = ""


@dataclass(frozen=True, slots=True)
class Bench(waiting.Work):
    """`job`: the shipment whose goods are in the packer's hands, once there are several to choose from."""

    jobs: Mapping[str, PackJob] = field(default_factory=dict)
    job: str = ""


def load(packet: Packet) -> Bench:
    """The bench as it stands when the packet is claimed."""
    jobs = {job.shipment: PackJob(job, job.totes, job.boxes) for job in packet.jobs}
    return Bench(packet=packet, index=index(packet), jobs=jobs)


def open_jobs(bench: Bench) -> Iterator[PackJob]:
    return (pj for pj in bench.jobs.values() if not pj.over)


def current(bench: Bench) -> PackJob | None:
    """The job at hand: the one begun, else one that was left half done, else the only one left."""
    begun = bench.jobs.get(bench.job)
    if begun and not begun.over:
        return begun
    some = tuple(open_jobs(bench))
    if len(some) == 1:
        return some[0]
    return next((pj for pj in some if any(b.items and b.state != LABELLED for b in pj.boxes)), None)


def box(pj: PackJob, n: int) -> Box | None:
    return next((b for b in pj.boxes if b.n == n), None)


def waiting_box(pj: PackJob) -> Box | None:
    """The parcel whose label must be scanned now."""
    return next((b for b in pj.boxes if b.state == CLOSED), None)


def focus(pj: PackJob) -> Box:
    """The open parcel that scans go into; one that isn't there yet when none is open."""
    at = box(pj, pj.at)
    if at and at.state == OPEN and (at.items or pj.loose):
        return at
    filled = next((b for b in pj.boxes if b.state == OPEN and b.items), None)
    if filled and not pj.loose:
        return filled
    if at and at.state == OPEN:
        return at
    return next((b for b in pj.boxes if b.state == OPEN), None) or Box(next_number(pj))


def next_number(pj: PackJob) -> int:
    return max((b.n for b in pj.boxes), default=0) + 1


def units(lying: tuple[Lying, ...], sku: str = "") -> int:
    return sum(u.qty for u in lying if not sku or u.sku == sku)


def asked(pj: PackJob) -> int:
    """Units the shipment still wants in parcels."""
    return sum(line.qty for line in pj.job.lines) - sum(pj.short.values()) - sum(pj.broken.values())


def unpicked(pj: PackJob) -> int:
    """Units that are neither in a tote nor in a parcel: nobody picked them."""
    return asked(pj) - units(pj.loose) - sum(units(b.items) for b in pj.boxes)


def settled(pj: PackJob) -> bool:
    """All there is to pack is in parcels whose labels were scanned."""
    return not pj.loose and not unpicked(pj) and all(b.state == LABELLED or not b.items for b in pj.boxes)


def all_labelled(pj: PackJob) -> bool:
    """Settled, and not because nothing was left to pack."""
    return settled(pj) and any(b.items for b in pj.boxes)


def named(bench: Bench, pj: PackJob) -> Box | None:
    """The labelled parcel that a scan of its label, or a command about it, named."""
    return box(pj, int(bench.value)) if bench.mode in ("label", "reprint", "reopen") and bench.value else None


def at_hand(bench: Bench, pj: PackJob) -> Box | None:
    """The parcel that the packer has before them; None when all stand labelled and none was named."""
    return waiting_box(pj) or named(bench, pj) or (None if all_labelled(pj) else focus(pj))


def apply(bench: Bench, event: Event) -> Bench:
    """The bench after a fact of its own; ValueError when it doesn't fit."""
    act = _ACTS.get(type(event))
    if act is None:
        raise ValueError(f"{type(event).__name__} is no fact of packing")
    shipment: str = event.shipment  # type: ignore[union-attr]  # all facts in the table have one
    pj = bench.jobs.get(shipment)
    if pj is None or pj.over:
        raise ValueError(f"{type(event).__name__}: {shipment} is not worked on")
    after = act(bench, pj, event)
    return replace(bench, jobs={**bench.jobs, shipment: after}, job="" if after.over else shipment)


def _packed(bench: Bench, pj: PackJob, event: fact.ItemPacked) -> PackJob:
    into = _open_box(pj, event.parcel)
    loose = _less(pj.loose, Lying(event.line, event.sku, event.qty, event.lot, event.serial, event.tote))
    items = _more(into.items, Lying(event.line, event.sku, event.qty, event.lot, event.serial))
    return _with(replace(pj, loose=loose, at=event.parcel), _refilled(bench, into, items))


def _taken_out(bench: Bench, pj: PackJob, event: fact.ItemTakenOut) -> PackJob:
    out = _open_box(pj, event.parcel)
    items = _less(out.items, Lying(event.line, event.sku, event.qty, event.lot, event.serial))
    loose = _more(pj.loose, Lying(event.line, event.sku, event.qty, event.lot, event.serial, event.tote))
    return _with(replace(pj, loose=loose, at=event.parcel), _refilled(bench, out, items))


def _shifted(bench: Bench, pj: PackJob, event: fact.ItemShifted) -> PackJob:
    if event.parcel == event.to:
        raise ValueError(f"shifted from parcel {event.to} into itself")
    unit = Lying(event.line, event.sku, event.qty, event.lot, event.serial)
    out, into = _open_box(pj, event.parcel), _open_box(pj, event.to)
    pj = _with(pj, _refilled(bench, out, _less(out.items, unit)))
    return _with(pj, _refilled(bench, into, _more(into.items, unit)))


def _started(bench: Bench, pj: PackJob, event: fact.ParcelStarted) -> PackJob:
    return _with(replace(pj, at=event.parcel), _open_box(pj, event.parcel))


def _carton(bench: Bench, pj: PackJob, event: fact.CartonChosen) -> PackJob:
    if all(carton.code != event.carton for carton in bench.packet.cartons):
        raise ValueError(f"no carton {event.carton}")
    return _with(replace(pj, at=event.parcel), replace(_open_box(pj, event.parcel), carton=event.carton))


def _step(bench: Bench, pj: PackJob, event: fact.StepConfirmed) -> PackJob:
    into = _open_box(pj, event.parcel)
    done = contents.Due(event.step, event.sku)
    if done not in contents.due(bench.packet, into):
        raise ValueError(f"step {event.step} is not due")
    return _with(pj, replace(into, steps=(*into.steps, done.key)))


def _closed(bench: Bench, pj: PackJob, event: fact.ParcelClosed) -> PackJob:
    shut = _open_box(pj, event.parcel)
    if not shut.items or contents.due(bench.packet, shut) or (bench.packet.cartons and not shut.carton):
        raise ValueError(f"parcel {event.parcel} is not ready to be closed")
    if event.issue != shut.issue + 1:
        raise ValueError(f"issue {event.issue} after issue {shut.issue}")
    return _with(
        replace(pj, approved=0),
        replace(
            shut, state=CLOSED, sscc=event.sscc, tracking=event.tracking, issue=event.issue, copy=1,
            weight_g=event.weight_g,
        ),
    )  # fmt: skip


def _labelled(bench: Bench, pj: PackJob, event: fact.LabelConfirmed) -> PackJob:
    shut = _shut_box(pj, event.parcel, event.issue)
    if shut.state != CLOSED:
        raise ValueError(f"the label of parcel {event.parcel} was confirmed before")
    return _with(pj, replace(shut, state=LABELLED))


def _reprinted(bench: Bench, pj: PackJob, event: fact.LabelReprinted) -> PackJob:
    shut = _shut_box(pj, event.parcel, event.issue)
    if event.copy != shut.copy + 1:
        raise ValueError(f"copy {event.copy} after copy {shut.copy}")
    return _with(pj, replace(shut, copy=event.copy))


def _recreated(bench: Bench, pj: PackJob, event: fact.LabelRecreated) -> PackJob:
    shut = _shut_box(pj, event.parcel, event.issue - 1)
    fresh = replace(shut, state=CLOSED, sscc=event.sscc, tracking=event.tracking, issue=event.issue, copy=1)
    return _with(replace(_voided(pj, shut), approved=0), fresh)


def _reopened(bench: Bench, pj: PackJob, event: fact.ParcelReopened) -> PackJob:
    shut = _shut_box(pj, event.parcel, event.issue)
    opened = replace(shut, state=OPEN, sscc="", tracking="", copy=0, weight_g=0)
    return _with(replace(_voided(pj, shut), at=event.parcel), opened)


def _finished(bench: Bench, pj: PackJob, event: fact.PackFinished) -> PackJob:
    if not settled(pj):
        raise ValueError(f"{event.shipment} is not all packed and labelled")
    return replace(pj, over="done", boxes=tuple(b for b in pj.boxes if b.items))


def _short(bench: Bench, pj: PackJob, event: fact.ShortFound) -> PackJob:
    return replace(pj, loose=_gone(pj, event), short={**pj.short, event.line: pj.short.get(event.line, 0) + event.qty})


def _broken(bench: Bench, pj: PackJob, event: fact.BrokenFound) -> PackJob:
    more = {**pj.broken, event.line: pj.broken.get(event.line, 0) + event.qty}
    return replace(pj, loose=_gone(pj, event), broken=more)


def _approved(bench: Bench, pj: PackJob, event: fact.Approved) -> PackJob:
    return replace(pj, approved=event.parcel)


def _held(bench: Bench, pj: PackJob, event: fact.JobHeld) -> PackJob:
    return replace(pj, over="held")


def _dropped(bench: Bench, pj: PackJob, event: fact.JobDropped) -> PackJob:
    return replace(pj, over=event.news)


_ACTS: dict[type[Event], Callable[..., PackJob]] = {
    fact.ItemPacked: _packed,
    fact.ItemTakenOut: _taken_out,
    fact.ItemShifted: _shifted,
    fact.ParcelStarted: _started,
    fact.CartonChosen: _carton,
    fact.StepConfirmed: _step,
    fact.ParcelClosed: _closed,
    fact.LabelConfirmed: _labelled,
    fact.LabelReprinted: _reprinted,
    fact.LabelRecreated: _recreated,
    fact.ParcelReopened: _reopened,
    fact.PackFinished: _finished,
    fact.ShortFound: _short,
    fact.BrokenFound: _broken,
    fact.JobHeld: _held,
    fact.JobDropped: _dropped,
    fact.Approved: _approved,
}


def _open_box(pj: PackJob, n: int) -> Box:
    """The open parcel of that number; the next number's is new. A parcel waiting for its label comes first."""
    shut = waiting_box(pj)
    if shut:
        raise ValueError(f"parcel {parcel_id(pj.job.shipment, shut.n)} waits for its label")
    found = box(pj, n)
    if found and found.state == OPEN:
        return found
    if found or n != next_number(pj):
        raise ValueError(f"parcel {parcel_id(pj.job.shipment, n)} is not open")
    return Box(n)


def _shut_box(pj: PackJob, n: int, issue: int) -> Box:
    found = box(pj, n)
    if not found or found.state == OPEN or found.issue != issue:
        raise ValueError(f"parcel {parcel_id(pj.job.shipment, n)} has no label of issue {issue}")
    return found


def _voided(pj: PackJob, shut: Box) -> PackJob:
    return replace(pj, void=(*pj.void, *((code, shut.n, shut.issue) for code in (shut.sscc, shut.tracking) if code)))


def _refilled(bench: Bench, into: Box, items: tuple[Lying, ...]) -> Box:
    """Other contents: what was done to the whole parcel is to be done again, what no longer applies is forgotten."""
    filled = replace(into, items=items)
    return replace(filled, steps=contents.still_done(bench.packet, filled))


def _with(pj: PackJob, changed: Box) -> PackJob:
    if box(pj, changed.n) is None:
        return replace(pj, boxes=(*pj.boxes, changed))
    return replace(pj, boxes=tuple(changed if b.n == changed.n else b for b in pj.boxes))


def _gone(pj: PackJob, event: fact.ShortFound | fact.BrokenFound) -> tuple[Lying, ...]:
    tote = event.place.removeprefix("T:")
    return _less(pj.loose, Lying(event.line, event.sku, event.qty, event.lot, event.serial, tote))


def _same(a: Lying, b: Lying) -> bool:
    return (a.line, a.sku, a.lot, a.serial, a.tote) == (b.line, b.sku, b.lot, b.serial, b.tote)


def _less(lying: tuple[Lying, ...], unit: Lying) -> tuple[Lying, ...]:
    for i, there in enumerate(lying):
        if _same(there, unit) and 0 < unit.qty <= there.qty:
            rest = (replace(there, qty=there.qty - unit.qty),) if there.qty > unit.qty else ()
            return (*lying[:i], *rest, *lying[i + 1 :])
    raise ValueError(f"{unit.qty} of {unit.sku} (line {unit.line}) are not there")


def _more(lying: tuple[Lying, ...], unit: Lying) -> tuple[Lying, ...]:
    for i, there in enumerate(lying):
        if _same(there, unit):
            return (*lying[:i], replace(there, qty=there.qty + unit.qty), *lying[i + 1 :])
    return (*lying, unit)
