"""The bench's workflows behind one door: a claimed packet and its facts in, what to show and what to keep out.

    state = bench.start(packet)
    seen = bench.resolve(scan, state, context)
    step = bench.advance(state, seen, facts)             # the station gives each event an op_id and journals them
    state = bench.evolve(state, op_id, event)            # for each event; the applier runs the same fold

A job over goods is a `State`; loading parcels onto a handover is `workflows.dispatch`, whose acts are questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from app.base.ids import parcel_id
from app.floor import resolve as resolving
from app.floor.facts import Event
from app.floor.packet import Packet
from app.floor.resolve import Accepts, Context
from app.floor.scan import Scan
from app.floor.work import Facts, Message, Seen, Step, View
from app.floor.workflows import hints, outcome, pack, parcels, pick, waiting, walk
from app.floor.workflows.outcome import LineTally, StockMove, Tally

__all__ = [
    "LineTally", "State", "StockMove", "Tally", "accepts", "advance", "evolve", "fold", "moves", "opening", "over",
    "resolve", "start", "tally", "view",
]  # fmt: skip

State = pick.State | pack.State

_EXPECTS: Mapping[type, tuple[str, ...]] = {
    pick.AwaitingBin: ("bin",),
    pick.AwaitingItem: ("item", "bin"),
    pick.AwaitingTote: ("tote", "item"),
    pick.AwaitingExit: ("command",),
    pick.Asking: (),
    pick.Stopped: ("command",),
    pick.Finished: (),
    pack.AwaitingJob: ("item", "job"),
    pack.AwaitingItem: ("item", "carton", "step"),
    pack.AwaitingCarton: ("carton",),
    pack.AwaitingStep: ("step",),
    pack.AwaitingClose: ("command",),
    pack.AwaitingLabel: ("label",),
    pack.AwaitingExit: ("command",),
    pack.Asking: (),
    pack.Stopped: ("command",),
    pack.Finished: (),
}
NAMES = {state: re.sub(r"(?<!^)(?=[A-Z])", "_", state.__name__).lower() for state in _EXPECTS}
_BY_NUMBER = ("reprint", "reopen", "shift")


def start(packet: Packet) -> State:
    """The state of a packet just claimed."""
    return pick.start(packet) if packet.kind == "pick" else pack.start(packet)


def opening(state: State) -> Message:
    """What the bench says when the job is opened: what it is, and what of the order comes from elsewhere."""
    packet = state.work.packet
    if len(packet.jobs) != 1:
        return Message("jobs_opened", {"n": len(packet.jobs), "units": view(state).of})
    job = packet.jobs[0]
    if isinstance(state, pack.AwaitingExit) and parcels.all_labelled(state.work.jobs[job.shipment]):
        return Message("job_labelled", {"job": job.shipment})
    values = {"job": job.shipment, "n": job.n, "of": job.of, "units": view(state).of}
    if not job.elsewhere:
        return Message("job_opened", values)
    parts = tuple(
        Message("from_city_one" if units == 1 else "from_city", {"units": units, "city": city})
        for units, city in job.elsewhere
    )
    return Message("job_opened_split", {**values, "elsewhere": parts})


def advance(state: State, seen: Seen, facts: Facts) -> Step:
    """What one scan means here; nothing is kept, printed or asked yet."""
    if isinstance(state, pick.PickState):
        return pick.advance(state, seen, facts)
    return pack.advance(state, seen, facts)


def evolve(state: State, op_id: str, event: Event) -> State:
    """The state after a fact; ValueError when the fact doesn't fit it."""
    if isinstance(state, pick.PickState):
        return pick.evolve(state, op_id, event)
    return pack.evolve(state, op_id, event)


def fold(packet: Packet, facts: Iterable[tuple[str, Event]]) -> State:
    """The state that a packet's facts lead to: crash recovery and the applier are this."""
    state = start(packet)
    for op_id, event in facts:
        state = evolve(state, op_id, event)
    return state


def over(state: State) -> bool:
    """Nothing more can come of this claim."""
    return isinstance(state, pick.Finished | pack.Finished)


def resolve(scan: Scan, state: State | None, context: Context) -> Seen:
    """What the scan stands for at this point of this job (None: no job is open)."""
    return resolving.resolve(scan, accepts(state) if state else None, context)


def accepts(state: State) -> Accepts:
    """What the job knows and waits for."""
    work = state.work
    if isinstance(work, parcels.Bench):
        return Accepts(work.index, _expects(state), _labels(work))
    return Accepts(work.index, _expects(state))


def view(state: State) -> View:
    """What a screen shows of the job."""
    if isinstance(state, pick.PickState):
        return _pick_view(state)
    return _pack_view(state)


def tally(state: State) -> Tally:
    """How the packet's shipments stand: what the applier writes."""
    if isinstance(state, pick.PickState):
        return outcome.of_pick(state.work, over=over(state))
    return outcome.of_pack(state.work, over=over(state))


def moves(
    packet: Packet, earlier: Sequence[tuple[str, Event]], new: Sequence[tuple[str, Event]]
) -> list[tuple[str, StockMove]]:
    """How goods move by the `new` facts; an Undone moves back what its fact, new or `earlier`, had moved."""
    return outcome.moves(packet, earlier, new)


def _expects(state: State) -> tuple[str, ...]:
    work = state.work
    if work.question:
        return _expects(calm(state))
    kinds = _EXPECTS[type(state)]
    if work.counting or (work.mode in _BY_NUMBER and not isinstance(state, pick.PickState)):
        return ("number", *kinds)
    return kinds


def calm(state: State) -> State:
    """The state under a question."""
    if isinstance(state, pick.PickState):
        return pick.state_of(replace(state.work, question=None))
    return pack.state_of(replace(state.work, question=None))


def _labels(bench: parcels.Bench) -> dict[str, tuple[str, int, int]]:
    """Codes of all labels of this packet, void ones too, so that they can be told apart."""
    found: dict[str, tuple[str, int, int]] = {}
    for shipment, pj in bench.jobs.items():
        for code, n, issue in pj.void:
            found[code.upper()] = (shipment, n, issue)
        for box in pj.boxes:
            found[parcel_id(shipment, box.n).upper()] = (shipment, box.n, 0)
            for code in (box.sscc, box.tracking):
                if code:
                    found[code.upper()] = (shipment, box.n, box.issue)
    return found


def _standing(state: State) -> Message | None:
    work = state.work
    if work.stop:
        return waiting.say(work.packet, work.stop.message, work.stop.values)
    if work.question:
        return waiting.say(work.packet, work.question.act, work.question.values)
    return None


def _pick_view(state: pick.State) -> View:
    cart = state.work
    live = [job for job in cart.packet.jobs if job.shipment not in cart.dropped]
    placed = sum(qty for kind, qty in cart.placed.items() if kind.shipment not in cart.dropped)
    boxed = sum(parcels.units(box.items) for job in live for box in job.boxes)
    gone = sum(
        qty for (s, _), qty in (*cart.short.items(), *cart.broken.items()) if s not in cart.dropped
    )  # fmt: skip
    return View(
        workflow="pick",
        state=NAMES[type(state)],
        expects=_expects(state),
        job=walk.current(cart) or (cart.packet.jobs[0].shipment if len(cart.packet.jobs) == 1 else ""),
        parcel="",
        done=placed + boxed,
        of=sum(line.qty for job in live for line in job.lines) - gone,
        hints=hints.of_pick(state),
        mode="count" if cart.counting else cart.mode,
        count=cart.count,
        standing=_standing(state),
    )


def _pack_view(state: pack.State) -> View:
    bench = state.work
    pj = parcels.current(bench)
    if pj is None and len(bench.jobs) == 1:
        pj = next(iter(bench.jobs.values()))
    some = [pj] if pj else [other for other in bench.jobs.values() if other.over in ("", "done")]
    box = parcels.at_hand(bench, pj) if pj and not pj.over else None
    return View(
        workflow="pack",
        state=NAMES[type(state)],
        expects=_expects(state),
        job=pj.job.shipment if pj else "",
        parcel=parcel_id(pj.job.shipment, box.n) if pj and box else "",
        done=sum(parcels.units(b.items) for p in some for b in p.boxes),
        of=sum(parcels.asked(p) for p in some),
        hints=hints.of_pack(state),
        mode="count" if bench.counting else bench.mode,
        count=bench.count,
        standing=_standing(state),
    )
