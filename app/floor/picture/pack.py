"""What the packer's screens show of a job: the next thing, the rest with its counts, parcels, carton, step, label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.base.ids import parcel_id
from app.floor.packet import Box, Carton, Lying, Packet, PlaybookStep
from app.floor.picture.values import (
    CardPicture,
    CartonPicture,
    LinePicture,
    LineStanding,
    NextPicture,
    StepPicture,
    TabPicture,
    thing,
)
from app.floor.workflows import contents, fill, pack, parcels, waiting
from app.floor.workflows.parcels import Bench, PackJob

_CHOICES = 4
_MODES = {"take_out": "take_out", "shift": "shift", "broken": "broken", "box": "take_carton"}


@dataclass(frozen=True, slots=True)
class LabelPicture:
    """The label that a command or a scan of it is about. `waits`: its scan closes the parcel."""

    parcel: str
    number: int
    sscc: str
    tracking: str
    issue: int
    copy: int
    weight_g: int
    units: int
    waits: bool


@dataclass(frozen=True, slots=True)
class PackPicture:
    """`job` is empty while several lie here and none is begun; `jobs`: how many are open.

    `done` of `of` units as the bench's view counts them. `weight_g`: what the parcel in work should weigh by now.
    `carton`: the one chosen, else (`chosen` False) the suggestion; `choices` are others that would do, best first.
    `mode`: take_out | shift | broken | box | reprint | reopen | label; `value` is what the mode is about.
    """

    next: NextPicture
    done: int
    of: int
    job: str = ""
    jobs: int = 0
    n: int = 1
    of_shipments: int = 1
    elsewhere: tuple[tuple[int, str], ...] = ()
    lines: tuple[LinePicture, ...] = ()
    tabs: tuple[TabPicture, ...] = ()
    number: int = 0
    step: StepPicture | None = None
    carton: CartonPicture | None = None
    chosen: bool = False
    choices: tuple[CartonPicture, ...] = ()
    weight_g: int = 0
    label: LabelPicture | None = None
    mode: str = ""
    value: str = ""
    count: int = 0
    counting: bool = False
    shop: str = ""
    carrier: str = ""
    service: str = ""
    country: str = ""
    label_minutes: int = 0  # how long new labels may be made without the shared database


def of_pack(state: pack.State) -> PackPicture:
    """The whole job; under a stop or a question the job as it stands beneath."""
    bench = state.work
    calm = pack.state_of(replace(bench, stop=None, question=None))
    pj = parcels.current(bench)
    if pj is None and len(bench.jobs) == 1:
        pj = next(iter(bench.jobs.values()))
    some = [pj] if pj else [other for other in bench.jobs.values() if other.over in ("", "done")]
    packed = _by_sku(unit for p in some for box in p.boxes for unit in box.items)
    asked = _asked(some)
    step = _step(bench, pj)
    next_ = _next(calm, pj, step, packed, asked)
    picture = PackPicture(
        next=_questioned(bench, next_),
        done=sum(packed.values()),
        of=sum(asked.values()),
        jobs=sum(1 for _ in parcels.open_jobs(bench)),
        lines=_lines(bench.packet, some, packed, asked, _current(pj)),
        step=step,
        mode=bench.mode,
        value=bench.value,
        count=bench.count,
        counting=bench.counting,
    )
    return picture if pj is None else _with_job(picture, bench, pj)


def _with_job(picture: PackPicture, bench: Bench, pj: PackJob) -> PackPicture:
    job, packet = pj.job, bench.packet
    here = parcels.at_hand(bench, pj) if not pj.over else None
    box = here or Box(0)
    alone = not any(b.items and b.state == parcels.OPEN and b.n != box.n for b in pj.boxes)
    goods = contents.heap(packet, box.items + (pj.loose if alone and box.state == parcels.OPEN else ()))
    suggested, choices = _cartons(bench, pj, goods) if box.state == parcels.OPEN else (None, ())
    chosen = contents.carton(packet, box.carton)
    return replace(
        picture,
        job=job.shipment,
        n=job.n,
        of_shipments=job.of,
        elsewhere=job.elsewhere,
        tabs=_tabs(pj, box),
        number=box.n,
        carton=_carton(chosen, goods, contents.fits(chosen, goods)) if chosen else suggested,
        chosen=chosen is not None,
        choices=choices,
        weight_g=contents.gross_weight(packet, box),
        label=_label(pj, box),
        shop=job.shop,
        carrier=job.carrier,
        service=job.service,
        country=job.country,
        label_minutes=job.label_offline_minutes,
    )


def _asked(some: Iterable[PackJob]) -> Counter[str]:
    """Units per SKU that are still wanted in parcels, in the lines' order; what is no longer wanted stays with 0."""
    asked: Counter[str] = Counter()
    for pj in some:
        for line in pj.job.lines:
            asked[line.sku] += line.qty - pj.short.get(line.line, 0) - pj.broken.get(line.line, 0)
    return asked


def _by_sku(lying: Iterable[Lying]) -> Counter[str]:
    units: Counter[str] = Counter()
    for unit in lying:
        units[unit.sku] += unit.qty
    return units


def _lines(
    packet: Packet, some: list[PackJob], packed: Counter[str], asked: Counter[str], now: str
) -> tuple[LinePicture, ...]:
    """One line an article: the current one first, then what lies ready in its totes' order, what is done last."""
    loose = _by_sku(unit for pj in some for unit in pj.loose)
    lines = []
    for sku in dict.fromkeys((*loose, *asked, *packed)):
        done, of = packed[sku], asked[sku]
        standing: LineStanding = "open" if loose[sku] else "missing" if done < of else "done"
        lines.append(LinePicture(thing(packet, sku), done, of, "current" if sku == now else standing))
    order = {"current": 0, "open": 1, "missing": 2, "done": 3}
    return tuple(sorted(lines, key=lambda line: order[line.standing]))


def _next(
    state: pack.State, pj: PackJob | None, step: StepPicture | None, packed: Counter[str], asked: Counter[str]
) -> NextPicture:
    bench = state.work
    if bench.counting:
        return NextPicture("number")
    if isinstance(state, pack.Finished):
        return NextPicture("finished")
    if pj is None:
        return NextPicture("any_item")
    if bench.mode in ("reprint", "reopen"):
        return NextPicture(f"why_{bench.mode}")
    if bench.mode == "take_out" and not (bench.value or fill.home(pj)):
        return NextPicture("tote")
    if bench.mode in _MODES:
        return NextPicture(_MODES[bench.mode])
    match state:
        case pack.AwaitingItem():
            if step and step.thing:
                return NextPicture("step", step.thing, code=step.code)
            unit = next((u for u in pj.loose if u.sku == _current(pj)), None)
            if unit is None:
                return NextPicture("hold", thing(bench.packet, pj.loose[0].sku), code="PBHOLD")
            of = max(asked[unit.sku], packed[unit.sku])
            shown = thing(bench.packet, unit.sku)
            return NextPicture("item", shown, packed[unit.sku], of, unit.serial or shown.code)
        case pack.AwaitingCarton():
            return NextPicture("carton")
        case pack.AwaitingStep():
            assert step is not None
            return NextPicture("step", step.thing, code=step.code)
        case pack.AwaitingClose():
            return NextPicture("close", code="PBCLOSE")
        case pack.AwaitingLabel():
            return NextPicture("label")
        case _:
            return NextPicture("labelled" if parcels.all_labelled(pj) else "unpicked", code="PBEXIT")


def _questioned(bench: Bench, next_: NextPicture) -> NextPicture:
    """While a question waits, the next thing is its answer."""
    asked = bench.question
    if asked is None:
        return next_
    about = thing(bench.packet, str(asked.values["sku"])) if "sku" in asked.values else None
    return NextPicture("answer", about, code=asked.code, question=waiting.say(bench.packet, asked.act, asked.values))


def _current(pj: PackJob | None) -> str:
    """The article that is packed next: the first in its tote that may travel."""
    loose = pj.loose if pj and not pj.over else ()
    return next((unit.sku for unit in loose if pj and unit.sku not in pj.job.restricted), "")


def _step(bench: Bench, pj: PackJob | None) -> StepPicture | None:
    """The first step that the open parcel asks for now: before all is in only those that concern one article."""
    if pj is None or pj.over or parcels.waiting_box(pj):
        return None
    due = contents.due(bench.packet, parcels.focus(pj))
    if not due:
        return None
    first = contents.step(bench.packet, due[0].step)
    about = thing(bench.packet, due[0].sku) if due[0].sku else None
    return StepPicture(
        first.id, first.code or "PBOK", first.title or first.words, _cards(first), first.confirm == "key",
        first.icon, about, len(due) - 1,
    )  # fmt: skip


def _cards(step: PlaybookStep) -> tuple[CardPicture, ...]:
    """The step's own drawings; one with all its words where it has none."""
    return tuple(CardPicture(card.drawing, card.words) for card in step.cards) or (CardPicture(step.id, step.words),)


def _tabs(pj: PackJob, here: Box) -> tuple[TabPicture, ...]:
    """Parcels by number, then what comes from elsewhere. An open parcel alone counts towards all that is left."""
    boxes = {box.n: box for box in pj.boxes}
    if here.n:
        boxes.setdefault(here.n, here)
    open_ = [box.n for box in boxes.values() if box.state == parcels.OPEN]
    left = parcels.asked(pj) - sum(parcels.units(box.items) for box in boxes.values())
    tabs = []
    for box in sorted(boxes.values(), key=lambda b: b.n):
        done = parcels.units(box.items)
        if not done and box.n != here.n:
            continue
        to_come = left if box.n == here.n and box.state == parcels.OPEN and (box.n in open_) else 0
        standing = "current" if box.n == here.n else box.state
        tabs.append(TabPicture(box.n, done, done + max(to_come, 0), standing))  # type: ignore[arg-type]
    return (*tabs, *(TabPicture(0, 0, units, "elsewhere", city) for units, city in pj.job.elsewhere))


def _cartons(bench: Bench, pj: PackJob, goods: contents.Heap) -> tuple[CartonPicture | None, tuple[CartonPicture, ...]]:
    """The suggestion for what is in and what is to come, and a few others, those that fit and are smallest first."""
    best = contents.carton(bench.packet, fill.suggestion(bench, pj))
    if best is None:
        return None, ()
    shown = [_carton(c, goods, contents.fits(c, goods)) for c in bench.packet.cartons]
    shown.sort(key=lambda c: (c.code != best.code, not c.fits, -c.full, c.code))
    return shown[0], tuple(shown[:_CHOICES])


def _carton(carton: Carton, goods: contents.Heap, fits: bool) -> CartonPicture:
    return CartonPicture(
        carton.code, carton.scan or carton.code, carton.name, carton.size, carton.max_g, carton.kind,
        contents.full(carton, goods), fits, carton.code,
    )  # fmt: skip


def _label(pj: PackJob, box: Box) -> LabelPicture | None:
    if box.state == parcels.OPEN:
        return None
    return LabelPicture(
        parcel_id(pj.job.shipment, box.n), box.n, box.sscc, box.tracking, box.issue, box.copy, box.weight_g,
        parcels.units(box.items), box.state == parcels.CLOSED,
    )  # fmt: skip


def at_label(state: pack.PackState) -> bool:
    """A printed label waits to be scanned, also while a stop or a question stands before it."""
    pj = parcels.current(state.work)
    return pj is not None and parcels.waiting_box(pj) is not None
