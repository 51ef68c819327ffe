"""The codes that would move a job on, best first: following the first alone completes any job from any state."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from app.base.ids import parcel_id
from app.floor.packet import Lying, Packet
from app.floor.resolve import Index
from app.floor.scan import key
from app.floor.workflows import cart as cargo
from app.floor.workflows import contents, fill, pack, parcels, pick, walk
from app.floor.workflows.cart import Cart
from app.floor.workflows.parcels import Bench, PackJob

_LEFT_BY_UNDO = ("broken", "reopen", "reprint")


def of_pick(state: pick.State) -> tuple[str, ...]:
    cart = state.work
    match state:
        case pick.Stopped():
            return ("PBOK",)
        case pick.Finished():
            return ()
        case pick.Asking():
            assert cart.question is not None
            return (*of_pick(pick.state_of(replace(cart, question=None))), cart.question.code)
        case pick.AwaitingExit():
            return ("PBEXIT",)
        case _ if cart.mode:
            return ("PBUNDO",)
        case _ if cart.counting:
            return ("1", "PBUNDO")
        case pick.AwaitingBin():
            return (cart.packet.stops[cart.queue[0]].bin, "PBNEXT", "PBEXIT")
        case pick.AwaitingItem():
            return (*_next_item(cart), "PBSHORT", "PBBROKEN")
        case pick.AwaitingTote():
            tote = walk.tote_wanted(cart) or walk.free_tote(cart)
            more = cart.packet.stops[cart.hand[-1].stop]
            items = _of_stop(cart, cart.hand[-1].stop) if cargo.stops_here(cart, more.sku) else ()
            # As many as the stop asks for are taken before they are carried to the tote.
            return (*items, *_totes(cart.packet, tote), "PBUNDO")
        case _:
            assert_never(state)


def _next_item(cart: Cart) -> tuple[str, ...]:
    i = cart.queue[0]
    stop = cart.packet.stops[i]
    job = next(job for job in cart.packet.jobs if job.shipment == stop.shipment)
    if stop.sku in job.restricted:
        return ("PBHOLD",)
    return _of_stop(cart, i)


def _of_stop(cart: Cart, i: int) -> tuple[str, ...]:
    stop = cart.packet.stops[i]
    most = sum(
        cart.to_take[j]
        for j in cargo.one_target(cart, cargo.stops_here(cart, stop.sku))
    )  # fmt: skip
    if cargo.needs_serial(cart.packet.items.get(stop.sku), stop):
        left = cargo.serials_left(cart, stop)
        return left[:3] if cart.count <= 1 and left else ("PBUNDO",) if cart.count else ("PBSHORT",)
    return item_codes(cart.packet, cart.index, stop.sku, most, cart.count) or ("PBUNDO",)


def item_codes(packet: Packet, index: Index, sku: str, most: int, count: int) -> tuple[str, ...]:
    """Codes that mean this SKU and nothing else here, single units first; none when even one scan would be too many."""
    each = max(count, 1)
    item = packet.items.get(sku)
    codes = [(code, units) for code, units in (item.barcodes if item else ()) if _plain(index, code, sku)]
    codes = [*sorted(codes, key=lambda c: c[1]), (sku, 1)]
    return tuple(code for code, units in codes if units * each <= most)[:3]


def _plain(index: Index, code: str, sku: str) -> bool:
    skus = {s for s, _ in index.products.get(key(code), ())}
    return skus == {sku} or {s for s in skus if s in index.lines} == {sku}


def _totes(packet: Packet, tote: str) -> tuple[str, ...]:
    return (*(scan for scan, code in packet.totes.items() if code == tote and scan), tote)[:1] if tote else ()


def of_pack(state: pack.State) -> tuple[str, ...]:
    bench = state.work
    match state:
        case pack.Stopped():
            return ("PBOK",)
        case pack.Finished():
            return ()
        case pack.Asking():
            assert bench.question is not None
            return (*of_pack(pack.state_of(replace(bench, question=None))), bench.question.code)
        case _ if bench.counting:
            return ("PBUNDO",) if bench.mode in _LEFT_BY_UNDO else ("1", "PBUNDO")
        case pack.AwaitingJob():
            wanting = (pj for pj in parcels.open_jobs(bench) if _packable(pj))
            return (*(code for pj in wanting for code in _put_in(bench, pj)[:1]), "PBEXIT")[:4]
        case _:
            pj = parcels.current(bench)
            assert pj is not None
            return _in_mode(bench, pj) or _of_job(state, pj)


def _in_mode(bench: Bench, pj: PackJob) -> tuple[str, ...]:
    match bench.mode:
        case "take_out" | "shift":
            if bench.mode == "take_out" and not (bench.value or fill.home(pj)):
                free = (t for t in bench.packet.totes.values() if t not in bench.packet.busy)
                return (*_totes(bench.packet, next(free, "")), "PBUNDO")
            here = parcels.focus(pj).items
            return (*_codes(bench, here), "PBUNDO")
        case "box":
            return ("PBBOX",)
        case _:
            return ("PBUNDO",) if bench.mode in _LEFT_BY_UNDO else ()


def _of_job(state: pack.State, pj: PackJob) -> tuple[str, ...]:
    bench = state.work
    here = parcels.focus(pj)
    match state:
        case pack.AwaitingItem():
            steps = _steps(bench, tuple(d for d in contents.due(bench.packet, here) if d.sku))
            cartons = _carton(bench, pj) if not here.carton else ()
            return (*steps, *_put_in(bench, pj), *cartons)
        case pack.AwaitingCarton():
            return (*_carton(bench, pj), "PBBOX")
        case pack.AwaitingStep():
            return _steps(bench, contents.due(bench.packet, here))
        case pack.AwaitingClose():
            return ("PBCLOSE", "PBNEXT")
        case pack.AwaitingLabel():
            shut = parcels.waiting_box(pj)
            assert shut is not None
            codes = (shut.sscc, shut.tracking, parcel_id(pj.job.shipment, shut.n))
            return (*(code for code in codes if code), "PBREPRINT")
        case _ if bench.mode == "label":
            return ("PBEXIT", "PBREPRINT", "PBVOID", "PBREOPEN")
        case _:
            return ("PBEXIT", *(b.sscc for b in pj.boxes if b.state == parcels.LABELLED and b.sscc))


def _packable(pj: PackJob) -> bool:
    return any(u.sku not in pj.job.restricted for u in pj.loose)


def _put_in(bench: Bench, pj: PackJob) -> tuple[str, ...]:
    if not _packable(pj):
        return ("PBHOLD",)
    return _codes(bench, tuple(u for u in pj.loose if u.sku not in pj.job.restricted))


def _codes(bench: Bench, units: tuple[Lying, ...]) -> tuple[str, ...]:
    """Codes for the first of the units."""
    if not units:
        return ("PBUNDO",)
    first = units[0]
    if first.serial:
        return (first.serial,) if bench.count <= 1 else ("PBUNDO",)
    most = parcels.units(units, first.sku)
    return item_codes(bench.packet, bench.index, first.sku, most, bench.count) or ("PBUNDO",)


def _steps(bench: Bench, due: tuple[contents.Due, ...]) -> tuple[str, ...]:
    steps = (contents.step(bench.packet, d.step) for d in due)
    return tuple(s.code or "PBOK" for s in steps)


def _carton(bench: Bench, pj: PackJob) -> tuple[str, ...]:
    best = contents.carton(bench.packet, fill.suggestion(bench, pj))
    return (best.scan or best.code,) if best else ()
