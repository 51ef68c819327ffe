"""Picking: bin → item → tote, in walk order; a cart of several shipments to their own totes, one-item orders into one.

| state         | scan                       | next                                         |
| ------------- | -------------------------- | -------------------------------------------- |
| awaiting_bin  | bin                        | awaiting_item                                |
| awaiting_bin  | next, count, number, issue | awaiting_bin                                 |
| awaiting_bin  | undo                       | awaiting_bin, awaiting_item, awaiting_tote   |
| awaiting_bin  | hold                       | asking                                       |
| awaiting_bin  | exit                       | finished                                     |
| awaiting_item | item                       | awaiting_tote, awaiting_item, stopped, asking |
| awaiting_item | bin, broken, count, number, issue | awaiting_item                         |
| awaiting_item | short, broken, hold        | asking                                       |
| awaiting_item | next                       | awaiting_bin                                 |
| awaiting_item | undo                       | awaiting_item, awaiting_bin, awaiting_tote   |
| awaiting_item | unknown                    | stopped                                      |
| awaiting_item | exit                       | finished                                     |
| awaiting_tote | tote                       | awaiting_bin, awaiting_item, awaiting_exit   |
| awaiting_tote | tote                       | asking, stopped, finished                    |
| awaiting_tote | item                       | awaiting_tote, stopped, asking               |
| awaiting_tote | broken, count, number, issue | awaiting_tote                              |
| awaiting_tote | short, broken              | asking                                       |
| awaiting_tote | undo                       | awaiting_tote, awaiting_item                 |
| awaiting_tote | unknown                    | stopped                                      |
| awaiting_exit | issue                      | awaiting_exit                                |
| awaiting_exit | undo                       | awaiting_tote                                |
| awaiting_exit | hold                       | asking                                       |
| awaiting_exit | exit                       | finished                                     |
| asking        | same                       | awaiting_bin, awaiting_item, awaiting_tote   |
| asking        | same                       | awaiting_exit, finished                      |
| asking        | other                      | any                                          |
| stopped       | ok, same                   | awaiting_bin, awaiting_item, awaiting_tote   |
| stopped       | ok, same                   | awaiting_exit, finished                      |
| any           | news                       | stopped                                      |

Every state answers every scan; what has no row here is a message and changes nothing. *same*: the code that the stop or
the question is about; *news*: a scan after it was heard that a shipment is cancelled, held or taken over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from app.floor import facts as fact
from app.floor.facts import Event
from app.floor.packet import Packet
from app.floor.work import (
    Command,
    Facts,
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
    Step,
    units,
)  # fmt: skip
from app.floor.workflows import cart as cargo
from app.floor.workflows import waiting, walk
from app.floor.workflows.cart import Cart
from app.floor.workflows.waiting import say


@dataclass(frozen=True, slots=True)
class PickState:
    work: Cart


@dataclass(frozen=True, slots=True)
class AwaitingBin(PickState):
    """On the way to the next bin."""


@dataclass(frozen=True, slots=True)
class AwaitingItem(PickState):
    """At the bin, the hand is empty."""


@dataclass(frozen=True, slots=True)
class AwaitingTote(PickState):
    """Goods are in the hand; more of the same stop may follow."""


@dataclass(frozen=True, slots=True)
class AwaitingExit(PickState):
    """Nothing is left to take, yet a shipment lacks units that no bin is known for."""


@dataclass(frozen=True, slots=True)
class Asking(PickState):
    """A question waits for the same code again."""


@dataclass(frozen=True, slots=True)
class Stopped(PickState):
    """A stop waits to be acknowledged."""


@dataclass(frozen=True, slots=True)
class Finished(PickState):
    """All is picked, dropped or given back."""


State = AwaitingBin | AwaitingItem | AwaitingTote | AwaitingExit | Asking | Stopped | Finished


def start(packet: Packet) -> State:
    """The state in which a claimed packet is opened."""
    return state_of(cargo.load(packet))


def state_of(cart: Cart) -> State:
    """The state is a function of the work: nothing else has to be kept."""
    if cart.stop:
        return Stopped(cart)
    if cart.left:
        return Finished(cart)
    if cart.question:
        return Asking(cart)
    if cart.hand:
        return AwaitingTote(cart)
    if cart.queue:
        here = cart.packet.stops[cart.queue[0]].bin == cart.at
        return AwaitingItem(cart) if here else AwaitingBin(cart)
    return AwaitingExit(cart) if any(cargo.open_jobs(cart)) else Finished(cart)


def evolve(state: State, op_id: str, event: Event) -> State:
    """The state after a fact; ValueError when the fact doesn't fit."""
    return state_of(waiting.evolve(state.work, op_id, event, cargo.apply))


def advance(state: State, seen: Seen, facts: Facts) -> Step:
    """What one scan means. Nothing is kept or printed here."""
    if not isinstance(state, Stopped | Finished):
        bad = waiting.bad_news(state.work, seen, facts, cargo.open_jobs(state.work))
        if bad:
            return walk.without(state.work, bad)
    match state:
        case AwaitingBin():
            return _awaiting_bin(state.work, seen, facts)
        case AwaitingItem():
            return _awaiting_item(state.work, seen, facts)
        case AwaitingTote():
            return _awaiting_tote(state.work, seen, facts)
        case AwaitingExit():
            return _awaiting_exit(state.work, seen, facts)
        case Asking():
            return waiting.asking(state.work, seen, facts, walk.confirmed, _calm)
        case Stopped():
            return waiting.stopped(state.work, seen, facts)
        case Finished():
            return Step(say(state.work.packet, "job_over"))
        case _:
            assert_never(state)


def _calm(cart: Cart, seen: Seen, facts: Facts) -> Step:
    return advance(state_of(cart), seen, facts)


def _awaiting_bin(cart: Cart, seen: Seen, facts: Facts) -> Step:
    match seen:
        case SeenBin():
            return walk.reach(cart, seen)
        case SeenItem() | SeenTote():
            return Step(say(cart.packet, "bin_first", bin=cart.packet.stops[cart.queue[0]].bin))
        case SeenCommand():
            return _command(cart, seen, facts)
        case SeenNumber():
            return waiting.counted(cart, seen.number)
        case SeenAmbiguous() | SeenUnknown() | SeenUnreadable():
            return waiting.puzzled(cart, seen, facts, in_hand=False)
        case SeenCarton() | SeenStep() | SeenLabel() | SeenJob() | SeenBadge() | SeenCarrier():
            return Step(say(cart.packet, "bin_first", bin=cart.packet.stops[cart.queue[0]].bin))
        case _:
            assert_never(seen)


def _awaiting_item(cart: Cart, seen: Seen, facts: Facts) -> Step:
    match seen:
        case SeenItem():
            return walk.take(cart, seen, facts)
        case SeenBin():
            return walk.reach(cart, seen)
        case SeenCommand():
            return _command(cart, seen, facts)
        case SeenNumber():
            return waiting.counted(cart, seen.number)
        case SeenAmbiguous() | SeenUnknown() | SeenUnreadable():
            return waiting.puzzled(cart, seen, facts, in_hand=True)
        case SeenTote() | SeenCarton() | SeenStep() | SeenLabel() | SeenJob() | SeenBadge() | SeenCarrier():
            return Step(say(cart.packet, "item_first", sku=cart.packet.stops[cart.queue[0]].sku))
        case _:
            assert_never(seen)


def _awaiting_tote(cart: Cart, seen: Seen, facts: Facts) -> Step:
    match seen:
        case SeenTote():
            return walk.place(cart, seen, facts)
        case SeenItem():
            return walk.take(cart, seen, facts)
        case SeenCommand():
            return _command(cart, seen, facts)
        case SeenNumber():
            return waiting.counted(cart, seen.number)
        case SeenAmbiguous() | SeenUnknown() | SeenUnreadable():
            return waiting.puzzled(cart, seen, facts, in_hand=True)
        case SeenBin() | SeenCarton() | SeenStep() | SeenLabel() | SeenJob() | SeenBadge() | SeenCarrier():
            return Step(say(cart.packet, "tote_first", tote=walk.tote_said(cart)))
        case _:
            assert_never(seen)


def _awaiting_exit(cart: Cart, seen: Seen, facts: Facts) -> Step:
    match seen:
        case SeenCommand():
            return _command(cart, seen, facts)
        case SeenAmbiguous() | SeenUnknown() | SeenUnreadable():
            return waiting.puzzled(cart, seen, facts, in_hand=False)
        case (
            SeenItem() | SeenBin() | SeenTote() | SeenCarton() | SeenStep() | SeenLabel() | SeenJob() | SeenNumber()
            | SeenBadge() | SeenCarrier()
        ):  # fmt: skip
            return Step(say(cart.packet, "pick_incomplete", pieces=units("pieces", walk.lacking(cart))))
        case _:
            assert_never(seen)


def _command(cart: Cart, seen: SeenCommand, facts: Facts) -> Step:
    command: Command = seen.command
    match command:
        case "undo":
            return walk.undo(cart)
        case "count":
            return waiting.count(cart) if cart.queue or cart.hand else Step(say(cart.packet, "nothing_to_count"))
        case "short":
            return walk.short(cart, seen, facts)
        case "broken":
            return walk.broken(cart, seen, facts)
        case "next":
            return walk.skip(cart)
        case "hold":
            return walk.hold(cart, seen, facts)
        case "issue":
            event = fact.CaseRaised(walk.current(cart), 0, "bench_issue")
            return Step(say(cart.packet, "case_raised", job=event.shipment), (event,))
        case "help":
            return Step(say(cart.packet, f"help_pick_{_name(cart)}"))
        case "ok":
            return Step(say(cart.packet, "nothing_to_acknowledge"))
        case "exit":
            return walk.leave(cart)
        case "box" | "out" | "shift" | "close" | "reopen" | "void" | "reprint":
            return Step(say(cart.packet, "not_in_pick", command=seen.code))
        case _:
            assert_never(command)


def _name(cart: Cart) -> str:
    return {AwaitingBin: "bin", AwaitingItem: "item", AwaitingTote: "tote"}.get(type(state_of(cart)), "exit")
