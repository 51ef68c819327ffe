"""What a scan means here: the lines of this job first, then the warehouse's own codes, then the catalogue.

One resolver for all workflows. More than one meaning is an outcome of its own, never a guess; what the state is waiting
for decides between two kinds of thing that bear the same code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, get_args

from app.base.ids import parcel_id
from app.floor.packet import Packet
from app.floor.scan import Scan, forms, key
from app.floor.work import (
    Command,
    Seen,
    SeenAmbiguous,
    SeenBadge,
    SeenBin,
    SeenCarrier,
    SeenCarton,
    SeenCommand,
    SeenItem,
    SeenJob,
    SeenLabel,
    SeenNumber,
    SeenStep,
    SeenTote,
    SeenUnknown,
    SeenUnreadable,
)

COMMANDS: Mapping[str, Command] = {f"PB{word.upper()}": word for word in get_args(Command)}
_LONGEST_NUMBER = 4  # digits of a count; a code of five is no count


class Context(Protocol):
    """What the station knows beyond the job; each answers None (or nothing) for a code it doesn't know."""

    def products(self, codes: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
        """(SKU, units) of every product that bears one of these forms of a barcode."""

    def name(self, sku: str) -> tuple[str, str]:
        """Title and variant of a product; empty for one that isn't known."""

    def named(self, kind: str, code: str) -> str | None:
        """The bin, tote or carrier that bears this code."""

    def badge(self, code: str) -> str | None: ...

    def job(self, code: str) -> str | None:
        """The shipment whose id or job code this is."""

    def label(self, code: str) -> tuple[str, int] | None:
        """(shipment, parcel) by SSCC, tracking number or readable parcel id."""


@dataclass(frozen=True, slots=True)
class Index:
    """A packet's codes, found by `scan.key`. Made once per packet."""

    products: dict[str, tuple[tuple[str, int], ...]]
    serials: dict[str, tuple[tuple[str, str], ...]]  # serial number → (SKU, serial as written)
    lines: dict[str, tuple[tuple[str, int], ...]]  # SKU → (shipment, line)
    bins: dict[str, str]
    totes: dict[str, str]
    cartons: dict[str, str]
    steps: dict[str, str]
    jobs: dict[str, str]


@dataclass(frozen=True, slots=True)
class Accepts:
    """What the job at hand knows and waits for.

    `kinds` as in View.expects; `labels`: code → (shipment, parcel, issue).
    """

    index: Index
    kinds: tuple[str, ...] = ()
    labels: Mapping[str, tuple[str, int, int]] = field(default_factory=dict)


def index(packet: Packet) -> Index:
    """The codes of everything in the packet."""
    lines: dict[str, tuple[tuple[str, int], ...]] = {}
    serials: dict[str, tuple[tuple[str, str], ...]] = {}
    lying = [
        (unit.sku, unit.serial)
        for job in packet.jobs
        for unit in (*job.totes, *(u for b in job.boxes for u in b.items))
    ]
    for sku, serial in [*((stop.sku, s) for stop in packet.stops for s in stop.serials), *lying]:
        if serial and (sku, serial) not in serials.get(key(serial), ()):
            serials[key(serial)] = (*serials.get(key(serial), ()), (sku, serial))
    for job in packet.jobs:
        for line in job.lines:
            lines[line.sku] = (*lines.get(line.sku, ()), (job.shipment, line.line))
    products: dict[str, tuple[tuple[str, int], ...]] = {}
    for item in packet.items.values():
        for code, units in {key(item.sku): 1, **{key(code): units for code, units in item.barcodes}}.items():
            products[code] = (*products.get(code, ()), (item.sku, units))
    return Index(
        products=products,
        serials=serials,
        lines=lines,
        bins={key(stop.bin): stop.bin for stop in packet.stops},
        totes={key(code): tote for scan, tote in packet.totes.items() for code in (scan, tote)},
        cartons={key(code): c.code for c in packet.cartons for code in (c.scan, c.code) if code},
        steps={key(step.code): step.id for step in packet.playbook},
        jobs={key(code): job.shipment for job in packet.jobs for code in (job.shipment, job.job_code) if code},
    )


def resolve(scan: Scan, accepts: Accepts | None, context: Context) -> Seen:
    """The one thing the code stands for; what the job waits for decides, and SeenAmbiguous when it doesn't."""
    if scan.problem:
        return SeenUnreadable(scan.raw[:64], scan.problem)
    code = scan.code
    if code in COMMANDS:
        return SeenCommand(code, COMMANDS[code])
    kinds = accepts.kinds if accepts else ()
    if "number" in kinds and len(code) <= _LONGEST_NUMBER and code.isascii() and code.isdigit():
        return SeenNumber(code, int(code))
    here = _in_packet(scan, accepts) if accepts else {}
    there = {} if here and (not kinds or not here.keys().isdisjoint(kinds)) else _beyond(scan, accepts, context)
    found = {**there, **here}
    wanted = [seen for kind, seen in found.items() if kind in kinds] or list(found.values())
    match wanted:
        case []:
            return SeenUnknown(code)
        case [seen]:
            return seen
        case _:
            return SeenAmbiguous(code, tuple(sorted(name for seen in wanted for name in _names(seen))))


def _in_packet(scan: Scan, accepts: Accepts) -> dict[str, Seen]:
    """What the code means within the job, by kind."""
    own, code, found = accepts.index, scan.code, dict[str, Seen]()
    label = accepts.labels.get(scan.sscc or code)
    if label:
        found["label"] = SeenLabel(code, *label)
    item = _item(scan, own.products.get(scan.gtin) or own.products.get(code) or (), own)
    if item is None and code in own.serials:
        item = _serial(scan, own.serials[code], own)
    if item:
        found["item"] = item
    if code in own.bins:
        found["bin"] = SeenBin(code, own.bins[code])
    if code in own.totes:
        found["tote"] = SeenTote(code, own.totes[code])
    if code in own.cartons:
        found["carton"] = SeenCarton(code, own.cartons[code])
    if code in own.steps:
        found["step"] = SeenStep(code, own.steps[code])
    if code in own.jobs:
        found["job"] = SeenJob(code, own.jobs[code])
    return found


def _beyond(scan: Scan, accepts: Accepts | None, context: Context) -> dict[str, Seen]:
    """What the code means in the rest of the warehouse, by kind."""
    code, found = scan.code, dict[str, Seen]()
    item = _item(scan, context.products(forms(scan)), accepts.index if accepts else None)
    if isinstance(item, SeenItem):
        title, variant = context.name(item.sku)
        item = replace(item, title=title, variant=variant)
    if item:
        found["item"] = item
    label = context.label(scan.sscc or code)
    if label:
        found["label"] = SeenLabel(code, *label)
    if (bin_ := context.named("bin", code)) is not None:
        found["bin"] = SeenBin(code, bin_)
    if (tote := context.named("tote", code)) is not None:
        found["tote"] = SeenTote(code, tote)
    if (job := context.job(code)) is not None:
        found["job"] = SeenJob(code, job)
    if (badge := context.badge(code)) is not None:
        found["badge"] = SeenBadge(code, badge)
    if (carrier := context.named("carrier", code)) is not None:
        found["carrier"] = SeenCarrier(code, carrier)
    return found


def _item(scan: Scan, products: tuple[tuple[str, int], ...], own: Index | None) -> Seen | None:
    """The product; when several bear the code, the one that this job asks for, if it is exactly one."""
    if len(products) > 1 and own:
        products = tuple(p for p in products if p[0] in own.lines) or products
    if not products:
        return None
    if len(products) > 1:
        return SeenAmbiguous(scan.code, tuple(sorted({sku for sku, _ in products})))
    sku, units = products[0]
    if not own:
        return SeenItem(scan.code, sku, units * max(scan.count, 1), scan.lot, scan.serial)
    written = [serial for whose, serial in own.serials.get(key(scan.serial), ()) if whose == sku]
    serial = written[0] if len(written) == 1 else scan.serial
    return SeenItem(scan.code, sku, units * max(scan.count, 1), scan.lot, serial, own.lines.get(sku, ()))


def _serial(scan: Scan, serials: tuple[tuple[str, str], ...], own: Index) -> Seen:
    if len(serials) > 1:
        return SeenAmbiguous(scan.code, tuple(sorted(sku for sku, _ in serials)))
    sku, serial = serials[0]
    return SeenItem(scan.code, sku, 1, scan.lot, serial, own.lines.get(sku, ()))


def _names(seen: Seen) -> tuple[str, ...]:
    match seen:
        case SeenItem():
            return (seen.sku,)
        case SeenBin():
            return (seen.bin,)
        case SeenTote():
            return (seen.tote,)
        case SeenCarton():
            return (seen.carton,)
        case SeenStep():
            return (seen.step,)
        case SeenLabel():
            return (parcel_id(seen.shipment, seen.parcel),)
        case SeenJob():
            return (seen.shipment,)
        case SeenBadge():
            return (seen.badge,)
        case SeenCarrier():
            return (seen.carrier,)
        case SeenAmbiguous():
            return seen.candidates
        case _:
            return (seen.code,)
