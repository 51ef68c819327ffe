"""Packing: items into parcels, carton, playbook, label. A label is printed only when the contents are verified.

*filling* stands for awaiting_item, awaiting_carton, awaiting_step and awaiting_close: which of them it is follows from
what the parcel lacks; each takes what the others take.

| state          | scan                                | next                                  |
| -------------- | ----------------------------------- | ------------------------------------- |
| awaiting_job   | item, job                           | filling                               |
| awaiting_job   | item, unknown                       | stopped                               |
| awaiting_job   | count, number, undo                 | awaiting_job                          |
| awaiting_job   | exit                                | finished                              |
| filling        | item                                | filling, stopped, asking              |
| filling        | carton, step, ok, box, next, job    | filling                               |
| filling        | out, shift, tote, count, number     | filling                               |
| filling        | reprint, reopen, broken, issue      | filling                               |
| filling        | undo                                | filling, awaiting_job                 |
| filling        | short, broken, void, hold, exit     | asking                                |
| filling        | label                               | filling, stopped                      |
| filling        | unknown                             | stopped                               |
| filling        | close                               | awaiting_label, asking, stopped       |
| filling        | exit                                | finished                              |
| awaiting_label | label                               | filling, awaiting_job, finished, stopped |
| awaiting_label | reprint, reopen, undo, issue        | awaiting_label                        |
| awaiting_label | number                              | awaiting_label, filling               |
| awaiting_label | void, hold, exit                    | asking                                |
| awaiting_exit  | reopen, reprint, undo, issue        | awaiting_exit                         |
| awaiting_exit  | item, unknown                       | stopped                               |
| awaiting_exit  | label, number                       | awaiting_exit, filling                |
| awaiting_exit  | hold, void                          | asking                                |
| awaiting_exit  | exit                                | finished                              |
| asking         | same                                | filling, awaiting_job, awaiting_label, finished |
| asking         | other                               | any                                   |
| stopped        | ok, same                            | filling, awaiting_job, awaiting_label |
| stopped        | ok, same                            | awaiting_exit, finished               |
| any            | news                                | stopped                               |

Every state answers every scan; what has no row here is a message and changes nothing. *same*: the code that the stop or
the question is about; *news*: a scan after it was heard that a shipment is cancelled, held or taken over. Undo reaches
back to the last close; a parcel whose label is out is opened by reopen, which voids the label.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from app.floor import facts as fact
from app.floor.facts import Asked, Event
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
from app.floor.workflows import contents, fill, label, parcels, waiting
from app.floor.workflows.parcels import Bench, PackJob
from app.floor.workflows.waiting import say


@dataclass(frozen=True, slots=True)
class PackState:
    work: Bench


@dataclass(frozen=True, slots=True)
class AwaitingJob(PackState):
    """Several orders lie here; an item, or a job code, says which is packed next."""


@dataclass(frozen=True, slots=True)
class AwaitingItem(PackState):
    """Goods are still to be packed."""


@dataclass(frozen=True, slots=True)
class AwaitingCarton(PackState):
    """All is in; the parcel has no carton yet."""


@dataclass(frozen=True, slots=True)
class AwaitingStep(PackState):
    """All is in; a packing step is not confirmed yet."""


@dataclass(frozen=True, slots=True)
class AwaitingClose(PackState):
    """The parcel is ready to be closed."""


@dataclass(frozen=True, slots=True)
class AwaitingLabel(PackState):
    """The label was printed; its scan is what puts it on the parcel."""


@dataclass(frozen=True, slots=True)
class AwaitingExit(PackState):
    """Nothing is left to pack: all is labelled (scanning a label names its parcel), or units were never picked."""


@dataclass(frozen=True, slots=True)
class Asking(PackState):
    """A question waits for the same code again."""


@dataclass(frozen=True, slots=True)
class Stopped(PackState):
    """A stop waits to be acknowledged."""


@dataclass(frozen=True, slots=True)
class Finished(PackState):
    """All is packed, dropped or given back."""


State = (
    AwaitingJob | AwaitingItem | AwaitingCarton | AwaitingStep | AwaitingClose | AwaitingLabel | AwaitingExit
    | Asking | Stopped | Finished
)  # fmt: skip


def start(packet: Packet) -> State:
    """The state in which a claimed packet is opened."""
    return state_of(parcels.load(packet))


def state_of(bench: Bench) -> State:
    """The state is a function of the work: nothing else has to be kept."""
    if bench.stop:
        return Stopped(bench)
    if bench.left or not any(parcels.open_jobs(bench)):
        return Finished(bench)
    if bench.question:
        return Asking(bench)
    pj = parcels.current(bench)
    if pj is None:
        return AwaitingJob(bench)
    if parcels.waiting_box(pj):
        return AwaitingLabel(bench)
    if pj.loose:
        return AwaitingItem(bench)
    here = parcels.focus(pj)
    if not here.items:
        return AwaitingExit(bench)
    if bench.packet.cartons and not here.carton:
        return AwaitingCarton(bench)
    return AwaitingStep(bench) if contents.due(bench.packet, here) else AwaitingClose(bench)


def evolve(state: State, op_id: str, event: Event) -> State:
    """The state after a fact; ValueError when the fact doesn't fit."""
    return state_of(waiting.evolve(state.work, op_id, event, parcels.apply))


def advance(state: State, seen: Seen, facts: Facts) -> Step:
    """What one scan means. Nothing is kept or printed here."""
    if not isinstance(state, Stopped | Finished):
        bad = waiting.bad_news(state.work, seen, facts, (pj.job.shipment for pj in parcels.open_jobs(state.work)))
        if bad:
            return bad
    match state:
        case AwaitingJob():
            return _awaiting_job(state.work, seen, facts)
        case AwaitingItem() | AwaitingCarton() | AwaitingStep() | AwaitingClose():
            return _filling(state.work, seen, facts)
        case AwaitingLabel():
            return _awaiting_label(state.work, seen, facts)
        case AwaitingExit():
            return _awaiting_exit(state.work, seen, facts)
        case Asking():
            return waiting.asking(state.work, seen, facts, _confirmed, _calm)
        case Stopped():
            return waiting.stopped(state.work, seen, facts)
        case Finished():
            return Step(say(state.work.packet, "job_over"))
        case _:
            assert_never(state)


def _calm(bench: Bench, seen: Seen, facts: Facts) -> Step:
    return advance(state_of(bench), seen, facts)


def _awaiting_job(bench: Bench, seen: Seen, facts: Facts) -> Step:
    match seen:
        case SeenItem():
            return fill.item(bench, seen, facts)
        case SeenJob():
            return fill.job(bench, seen)
        case SeenTote():
            return fill.tote(bench, seen)
        case SeenCommand():
            return _command(bench, None, seen, facts)
        case SeenNumber():
            return waiting.counted(bench, seen.number)
        case SeenAmbiguous() | SeenUnknown() | SeenUnreadable():
            return waiting.puzzled(bench, seen, facts, in_hand=True)
        case SeenCarton() | SeenStep() | SeenLabel() | SeenBin() | SeenBadge() | SeenCarrier():
            return Step(say(bench.packet, "job_first"))
        case _:
            assert_never(seen)


def _filling(bench: Bench, seen: Seen, facts: Facts) -> Step:
    """The four states of an open parcel: each takes what the others take."""
    pj = parcels.current(bench)
    assert pj is not None
    match seen:
        case SeenItem():
            return fill.item(bench, seen, facts)
        case SeenCarton():
            return fill.carton(bench, pj, seen)
        case SeenStep():
            return fill.step(bench, pj, seen)
        case SeenLabel():
            return label.label(bench, pj, seen, facts)
        case SeenJob():
            return fill.job(bench, seen)
        case SeenTote():
            return fill.tote(bench, seen)
        case SeenCommand():
            return _command(bench, pj, seen, facts)
        case SeenNumber():
            return _number(bench, pj, seen, facts)
        case SeenAmbiguous() | SeenUnknown() | SeenUnreadable():
            return waiting.puzzled(bench, seen, facts, in_hand=True)
        case SeenBin() | SeenBadge() | SeenCarrier():
            return Step(say(bench.packet, "not_in_pack", code=seen.code))
        case _:
            assert_never(seen)


def _awaiting_label(bench: Bench, seen: Seen, facts: Facts) -> Step:
    pj = parcels.current(bench)
    assert pj is not None
    match seen:
        case SeenLabel():
            return label.label(bench, pj, seen, facts)
        case SeenCommand():
            return _command_at_label(bench, pj, seen, facts)
        case SeenNumber():
            return _number(bench, pj, seen, facts)
        case SeenAmbiguous() | SeenUnknown() | SeenUnreadable():
            return waiting.puzzled(bench, seen, facts, in_hand=False)
        case SeenItem() | SeenCarton() | SeenStep() | SeenJob() | SeenTote() | SeenBin() | SeenBadge() | SeenCarrier():
            return _label_first(bench, pj)
        case _:
            assert_never(seen)


def _awaiting_exit(bench: Bench, seen: Seen, facts: Facts) -> Step:
    pj = parcels.current(bench)
    assert pj is not None
    match seen:
        case SeenItem():
            return fill.item(bench, seen, facts)
        case SeenLabel():
            return label.label(bench, pj, seen, facts)
        case SeenCommand():
            if seen.command in _PUTTING_IN:
                return _nothing_to_pack(bench, pj)
            return _command(bench, pj, seen, facts)
        case SeenNumber():
            return _number(bench, pj, seen, facts)
        case SeenAmbiguous() | SeenUnknown() | SeenUnreadable():
            return waiting.puzzled(bench, seen, facts, in_hand=True)
        case SeenCarton() | SeenStep() | SeenJob() | SeenTote() | SeenBin() | SeenBadge() | SeenCarrier():
            return _nothing_to_pack(bench, pj)
        case _:
            assert_never(seen)


def _nothing_to_pack(bench: Bench, pj: PackJob) -> Step:
    if parcels.all_labelled(pj):
        return Step(say(bench.packet, "all_labelled", job=pj.job.shipment))
    return Step(say(bench.packet, "nothing_to_pack", pieces=units("pieces", parcels.unpicked(pj))))


def _label_first(bench: Bench, pj: PackJob) -> Step:
    shut = parcels.waiting_box(pj)
    assert shut is not None
    return Step(say(bench.packet, "label_first", n=shut.n, end=shut.sscc[-4:]))


def _number(bench: Bench, pj: PackJob, seen: SeenNumber, facts: Facts) -> Step:
    if bench.counting:
        return waiting.counted(bench, seen.number)
    if bench.mode == "shift":
        return fill.shift_to(bench, pj, seen)
    if bench.mode in ("reprint", "reopen"):
        return label.reason(bench, pj, seen, facts)
    return Step(say(bench.packet, "number_unasked"))


def _command_at_label(bench: Bench, pj: PackJob, seen: SeenCommand, facts: Facts) -> Step:
    command: Command = seen.command
    match command:
        case "undo":
            return Step(say(bench.packet, "undo_ends_at_label")) if bench.last is None else waiting.undo(bench)
        case "reprint" | "void" | "reopen" | "hold" | "issue" | "help" | "exit":
            return _command(bench, pj, seen, facts)
        case "ok":
            return Step(say(bench.packet, "nothing_to_acknowledge"))
        case "count" | "short" | "broken" | "next" | "box" | "out" | "shift" | "close":
            return _label_first(bench, pj)
        case _:
            assert_never(command)


def _command(bench: Bench, pj: PackJob | None, seen: SeenCommand, facts: Facts) -> Step:  # noqa: PLR0912
    command: Command = seen.command
    match command:
        case "undo":
            return waiting.undo(bench)
        case "count":
            return waiting.count(bench)
        case "help":
            return Step(say(bench.packet, f"help_pack_{_NAMES[type(state_of(bench))]}"))
        case "exit":
            return label.leave(bench, pj, seen, facts)
        case _ if pj is None:
            return Step(say(bench.packet, "nothing_to_acknowledge" if command == "ok" else "job_first"))
        case "short":
            return fill.short(bench, pj, seen, facts)
        case "broken":
            return fill.broken(bench, pj, seen, facts)
        case "next":
            return fill.next_parcel(bench, pj)
        case "box":
            return fill.box(bench, pj)
        case "out":
            return fill.out(bench, pj)
        case "shift":
            return fill.shift(bench, pj)
        case "close":
            return label.close(bench, pj, seen, facts)
        case "reopen":
            return label.reopen(bench, pj)
        case "void":
            return label.void(bench, pj, seen, facts)
        case "reprint":
            return label.reprint(bench, pj, facts)
        case "hold":
            return waiting.ask(bench, seen.code, facts, "hold_again", job=pj.job.shipment)
        case "issue":
            here = parcels.at_hand(bench, pj)
            event = fact.CaseRaised(pj.job.shipment, here.n if here else 0, "bench_issue")
            return Step(say(bench.packet, "case_raised", job=event.shipment), (event,))
        case "ok":
            return fill.ok(bench, pj)
        case _:
            assert_never(command)


def _confirmed(bench: Bench, question: Asked, seen: Seen, facts: Facts) -> Step:
    """The same code came again: do what was asked."""
    pj = parcels.current(bench)
    if question.act in ("exit_again", "exit_label_again") or pj is None:
        return label.left(bench)
    match question.act:
        case "short_again":
            said = say(bench.packet, "short_found", question.values)
            return label.finish(bench, pj, Step(said, fill.gone(pj, question)))
        case "broken_again":
            said = say(bench.packet, "broken_found", question.values)
            return label.finish(bench, pj, Step(said, fill.gone(pj, question)))
        case "hold_again":
            return Step(say(bench.packet, "job_held", question.values), (fact.JobHeld(pj.job.shipment, "bench"),))
        case "void_again" | "too_heavy_again":
            return label.confirmed(bench, pj, question, facts)
        case _:
            raise ValueError(f"nobody asks {question.act!r} while packing")


_PUTTING_IN = ("count", "short", "broken", "next", "box", "out", "shift", "close")
_NAMES: dict[type, str] = {
    AwaitingJob: "job",
    AwaitingItem: "item",
    AwaitingCarton: "carton",
    AwaitingStep: "step",
    AwaitingClose: "close",
    AwaitingLabel: "label",
    AwaitingExit: "exit",
}
