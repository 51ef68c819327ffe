"""What a job's facts come to in the shared database: lines, parcels, totes, and how goods moved between places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.base.ids import parcel_id
from app.floor import facts as fact
from app.floor.facts import Event, Undone
from app.floor.packet import Box, Lying, Packet
from app.floor.workflows import parcels
from app.floor.workflows.cart import Cart
from app.floor.workflows.parcels import Bench


@dataclass(frozen=True, slots=True)
class LineTally:
    """Units of a line. `picked` lie in totes or parcels, of these `packed` in parcels: both as they are now, in all.

    `short` and `broken` were found in this claim; both lower what the line has to ship.
    """

    shipment: str
    line: int
    sku: str
    picked: int
    packed: int
    short: int = 0
    broken: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """How the packet's shipments stand after its facts.

    `boxes`: per shipment, without empty open ones. `totes`: per shipment, what lies in which tote.
    `finished`: shipments picked (or packed) to the end; one of which nothing could be packed has no boxes.
    `dropped`: shipment → held | cancelled | taken_over: no longer worked on in this claim.
    `left`: the claim was given back. `over`: nothing more can come of this claim.
    """

    lines: tuple[LineTally, ...]
    boxes: Mapping[str, tuple[Box, ...]]
    totes: Mapping[str, tuple[Lying, ...]]
    finished: frozenset[str]
    dropped: Mapping[str, str]
    left: bool
    over: bool


def of_pick(cart: Cart, *, over: bool) -> Tally:
    """A cart's: picked counts what lies in totes and in boxes packed before; what is in the hand is not yet picked."""
    lines: list[LineTally] = []
    totes: dict[str, tuple[Lying, ...]] = {job.shipment: () for job in cart.packet.jobs}
    for kind, qty in cart.placed.items():
        unit = Lying(kind.line, kind.sku, qty, kind.lot, kind.serial, kind.tote)
        totes[kind.shipment] = (*totes[kind.shipment], unit)
    boxes = {
        job.shipment: tuple(b for b in job.boxes if b.items or b.state != parcels.OPEN) for job in cart.packet.jobs
    }
    for job in cart.packet.jobs:
        for line in job.lines:
            packed = sum(u.qty for b in boxes[job.shipment] for u in b.items if u.line == line.line)
            placed = sum(u.qty for u in totes[job.shipment] if u.line == line.line)
            at = (job.shipment, line.line)
            short, broken = cart.short.get(at, 0), cart.broken.get(at, 0)
            lines.append(LineTally(*at, line.sku, packed + placed, packed, short, broken))
    return Tally(tuple(lines), boxes, totes, cart.finished, dict(cart.dropped), cart.left, over)


def of_pack(bench: Bench, *, over: bool) -> Tally:
    """A bench's: what is no longer loose is packed. Boxes opened and left empty are none."""
    lines: list[LineTally] = []
    for shipment, pj in bench.jobs.items():
        for line in pj.job.lines:
            packed = sum(u.qty for b in pj.boxes for u in b.items if u.line == line.line)
            loose = sum(u.qty for u in pj.loose if u.line == line.line)
            short, broken = pj.short.get(line.line, 0), pj.broken.get(line.line, 0)
            lines.append(LineTally(shipment, line.line, line.sku, packed + loose, packed, short, broken))
    return Tally(
        lines=tuple(lines),
        boxes={s: tuple(b for b in pj.boxes if b.items or b.state != parcels.OPEN) for s, pj in bench.jobs.items()},
        totes={s: pj.loose for s, pj in bench.jobs.items()},
        finished=frozenset(s for s, pj in bench.jobs.items() if pj.over == "done"),
        dropped={s: pj.over for s, pj in bench.jobs.items() if pj.over not in ("", "done")},
        left=bench.left,
        over=over,
    )


@dataclass(frozen=True, slots=True)
class StockMove:
    """Goods from one place to another: a bin, `T:tote`, `P:parcel id`."""

    shipment: str
    sku: str
    warehouse: str
    from_place: str
    to_place: str
    qty: int
    lot: str = ""
    serial: str = ""


def effects(packet: Packet, event: Event) -> tuple[StockMove, ...]:
    """How goods move by one fact. Shortages and breakages are no moves: stock is lowered by acts of its own."""
    match event:
        case fact.ItemPlaced():
            places = (event.bin, f"T:{event.tote}")
        case fact.ItemPacked():
            places = (f"T:{event.tote}", f"P:{parcel_id(event.shipment, event.parcel)}")
        case fact.ItemTakenOut():
            places = (f"P:{parcel_id(event.shipment, event.parcel)}", f"T:{event.tote}")
        case fact.ItemShifted():
            places = (f"P:{parcel_id(event.shipment, event.parcel)}", f"P:{parcel_id(event.shipment, event.to)}")
        case _:
            return ()
    return (
        StockMove(event.shipment, event.sku, packet.warehouse, *places, event.qty, event.lot, event.serial),
    )  # fmt: skip


def moves(
    packet: Packet, earlier: Sequence[tuple[str, Event]], new: Sequence[tuple[str, Event]]
) -> list[tuple[str, StockMove]]:
    """Moves of the `new` facts, each with its op_id; an Undone moves back what its fact (new or `earlier`) moved."""
    known: dict[str, Event] | None = None
    found: list[tuple[str, StockMove]] = []
    for op_id, event in new:
        if not isinstance(event, Undone):
            found += [(op_id, move) for move in effects(packet, event)]
            continue
        if known is None:
            known = dict(earlier) | dict(new)
        undone = known.get(event.of)
        if undone is None:
            raise ValueError(f"Undone of {event.of!r}, a fact nobody knows")
        found += [
            (op_id, replace(move, from_place=move.to_place, to_place=move.from_place))
            for move in reversed(effects(packet, undone))
        ]
    return found
