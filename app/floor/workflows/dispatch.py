"""Dispatch: parcels onto a carrier's handover. Each act is asked of the shared database, and counts when answered.

| state             | scan                    | next                            |
| ----------------- | ----------------------- | ------------------------------- |
| awaiting_handover | carrier, label, unknown | asked                           |
| awaiting_handover | exit                    | finished                        |
| loading           | label, unknown, undo    | asked                           |
| loading           | out, undo               | loading                         |
| loading           | close                   | closing                         |
| loading           | exit                    | finished                        |
| closing           | close                   | asked, closing                  |
| closing           | other                   | loading, asked, finished        |
| asked             | answer                  | loading, awaiting_handover      |
| asked             | answer                  | asked, stopped, finished        |
| stopped           | ok, same                | loading, awaiting_handover, finished |

Nothing here is a fact of the bench: after a restart the carrier is scanned again and the handover goes on as it stands.
A code that names nothing here may be a parcel that only the shared database knows, so it is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from app.base.ids import parcel_id
from app.floor.work import (
    Answer,
    Ask,
    CloseHandover,
    Command,
    Facts,
    HandoverClosed,
    HandoverOpened,
    LoadParcel,
    Message,
    NoAnswer,
    OpenHandover,
    ParcelLoaded,
    ParcelUnloaded,
    Print,
    Refusal,
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
    UnloadParcel,
    View,
    units,
)  # fmt: skip

_STOPS = ("cancelled", "held", "unlabelled", "wrong_carrier", "unknown_parcel")


@dataclass(frozen=True, slots=True)
class AwaitingHandover:
    """No handover is open on this bench yet."""


@dataclass(frozen=True, slots=True)
class Loading:
    """`mine`: loaded by this bench since it opened the handover, newest last. `taking_off`: the next one comes off."""

    handover: str
    carrier: str
    loaded: frozenset[str] = frozenset()
    mine: tuple[str, ...] = ()
    taking_off: bool = False


@dataclass(frozen=True, slots=True)
class Closing:
    """PBCLOSE waits to be scanned again."""

    at: datetime
    loading: Loading


@dataclass(frozen=True, slots=True)
class Asked:
    """A question is on its way; what is scanned now is not taken."""

    ask: Ask
    under: AwaitingHandover | Loading


@dataclass(frozen=True, slots=True)
class Stopped:
    """A stop waits to be acknowledged."""

    message: Message
    code: str
    at: datetime
    under: AwaitingHandover | Loading | Finished


@dataclass(frozen=True, slots=True)
class Finished:
    """Handed over, or left."""


State = AwaitingHandover | Loading | Closing | Asked | Stopped | Finished
Turn = tuple[State, Step]


def start() -> State:
    return AwaitingHandover()


def advance(state: State, seen: Seen, facts: Facts) -> Turn:
    """The state and the answer to one scan; `ask` in it has to be put to the shared database."""
    match state:
        case AwaitingHandover():
            return _awaiting_handover(state, seen)
        case Loading():
            return _loading(state, seen, facts)
        case Closing():
            return _closing(state, seen, facts)
        case Asked():
            return state, _say("still_asking")
        case Stopped():
            return _stopped(state, seen, facts)
        case Finished():
            return state, _say("job_over")
        case _:
            assert_never(state)


def answered(state: State, answer: Answer, facts: Facts) -> Turn:
    """The state after the shared database has answered, or has not."""
    if not isinstance(state, Asked):
        return state, _say("nothing_to_acknowledge")
    under, ask = state.under, state.ask
    match answer:
        case HandoverOpened():
            opened = Loading(answer.handover, answer.carrier, frozenset(answer.loaded))
            if isinstance(ask, OpenHandover) and ask.code:
                return _ask(opened, LoadParcel(opened.handover, "", ask.code))
            return opened, _say("handover_opened", carrier=opened.carrier, n=len(opened.loaded))
        case ParcelLoaded():
            assert isinstance(under, Loading)
            on = replace(under, loaded=under.loaded | {answer.parcel}, mine=(*under.mine, answer.parcel))
            return on, _say("parcel_loaded", parcel=answer.parcel, n=len(on.loaded))
        case ParcelUnloaded():
            assert isinstance(under, Loading)
            off = replace(
                under,
                loaded=under.loaded - {answer.parcel},
                mine=tuple(p for p in under.mine if p != answer.parcel),
                taking_off=False,
            )
            return off, _say("parcel_unloaded", parcel=answer.parcel, n=len(off.loaded))
        case HandoverClosed():
            assert isinstance(under, Loading)
            return _closed(under, answer, facts)
        case Refusal():
            return _refused(under, ask, answer, facts)
        case NoAnswer():
            return under, _say("no_answer")
        case _:
            assert_never(answer)


def _awaiting_handover(state: AwaitingHandover, seen: Seen) -> Turn:
    match seen:
        case SeenCarrier():
            return _ask(state, OpenHandover(seen.carrier))
        case SeenLabel() | SeenUnknown():
            return _ask(state, OpenHandover("", seen.code))
        case SeenCommand():
            if seen.command == "exit":
                return Finished(), _say("job_left")
            if seen.command == "help":
                return state, _say("help_dispatch")
            return state, _say("nothing_to_acknowledge" if seen.command == "ok" else "handover_first")
        case SeenAmbiguous() | SeenUnreadable():
            return state, _puzzled(seen)
        case SeenItem() | SeenBin() | SeenTote() | SeenCarton() | SeenStep() | SeenJob() | SeenNumber() | SeenBadge():
            return state, _say("handover_first")
        case _:
            assert_never(seen)


def _loading(state: Loading, seen: Seen, facts: Facts) -> Turn:
    match seen:
        case SeenLabel():
            return _parcel(state, parcel_id(seen.shipment, seen.parcel), seen.code)
        case SeenUnknown():
            return _parcel(state, "", seen.code)
        case SeenCarrier():
            if seen.carrier == state.carrier:
                return state, _say("handover_opened", carrier=state.carrier, n=len(state.loaded))
            return state, _say("other_handover", carrier=seen.carrier)
        case SeenCommand():
            return _command(state, seen, facts)
        case SeenAmbiguous() | SeenUnreadable():
            return state, _puzzled(seen)
        case SeenItem() | SeenBin() | SeenTote() | SeenCarton() | SeenStep() | SeenJob() | SeenNumber() | SeenBadge():
            return state, _say("not_in_dispatch", code=seen.code[:64])
        case _:
            assert_never(seen)


def _command(state: Loading, seen: SeenCommand, facts: Facts) -> Turn:
    command: Command = seen.command
    match command:
        case "out":
            if not state.taking_off and not state.loaded:
                return state, _say("nothing_loaded")
            turned = replace(state, taking_off=not state.taking_off)
            return turned, _say("unload_scan" if turned.taking_off else "load_scan")
        case "undo":
            if state.taking_off:
                return replace(state, taking_off=False), _say("load_scan")
            if not state.mine:
                return state, _say("nothing_to_undo")
            return _ask(state, UnloadParcel(state.handover, state.mine[-1], state.mine[-1]))
        case "close":
            if not state.loaded:
                return state, _say("nothing_loaded")
            closing = Closing(facts.now, replace(state, taking_off=False))
            return closing, _say("close_again", parcels=units("parcels", len(state.loaded)), carrier=state.carrier)
        case "exit":
            return Finished(), _say("handover_left", carrier=state.carrier)
        case "help":
            return state, _say("help_dispatch")
        case "ok":
            return state, _say("nothing_to_acknowledge")
        case "count" | "short" | "broken" | "next" | "box" | "shift" | "reopen" | "void" | "reprint" | "hold" | "issue":
            return state, _say("not_in_dispatch", code=seen.code)
        case _:
            assert_never(command)


def _closing(state: Closing, seen: Seen, facts: Facts) -> Turn:
    if not (isinstance(seen, SeenCommand) and seen.command == "close"):
        if isinstance(seen, SeenCommand) and seen.command in ("undo", "ok"):
            return state.loading, _say("question_dropped")
        return _loading(state.loading, seen, facts)
    if _soon(state.at, facts):
        on = state.loading
        again = _say("close_again", parcels=units("parcels", len(on.loaded)), carrier=on.carrier)
        return replace(state, at=min(state.at, facts.now)), again
    return _ask(state.loading, CloseHandover(state.loading.handover))


def _stopped(state: Stopped, seen: Seen, facts: Facts) -> Turn:
    acknowledges = seen.code == state.code or (isinstance(seen, SeenCommand) and seen.command == "ok")
    if acknowledges and not _soon(state.at, facts):
        return state.under, _say("stop_cleared")
    return replace(state, at=min(state.at, facts.now)), Step(state.message)


def _soon(at: datetime, facts: Facts) -> bool:
    """Too soon after it was shown; a clock that was set back starts the wait anew."""
    return (facts.now - at).total_seconds() < facts.confirm_after_s


def _parcel(state: Loading, parcel: str, code: str) -> Turn:
    if state.taking_off:
        return _ask(state, UnloadParcel(state.handover, parcel, code))
    return _ask(state, LoadParcel(state.handover, parcel, code))


def _ask(under: AwaitingHandover | Loading, ask: Ask) -> Turn:
    return Asked(ask, under), Step(Message("asked"), ask=ask)


def _closed(under: Loading, answer: HandoverClosed, facts: Facts) -> Turn:
    """Handed over; what must come off again is a stop, for it stands on the truck. With nothing left it stays open."""
    off = tuple(
        Message("parcel_because", {"parcel": p, "reason": Message(f"refused_{why}")}) for p, why in answer.unload
    )
    after: Loading | Finished = Finished()
    prints: tuple[Print, ...] = (Print("handover_list", under.handover),)
    if not answer.parcels:
        after, prints = replace(under, loaded=frozenset(), mine=()), ()
    values = {"parcels": units("parcels", len(answer.parcels)), "carrier": under.carrier, "unload": off}
    if not off:
        return after, replace(_say("handover_closed" if answer.parcels else "nothing_loaded", **values), prints=prints)
    message = Message("handover_unload" if answer.parcels else "handover_unload_all", values)
    return Stopped(message, "PBCLOSE", facts.now, after), Step(message, prints=prints)


def _refused(under: AwaitingHandover | Loading, ask: Ask, refusal: Refusal, facts: Facts) -> Turn:
    code = ask.code if isinstance(ask, OpenHandover | LoadParcel | UnloadParcel) else ""
    parcel = refusal.parcel or code[:64]
    carrier = under.carrier if isinstance(under, Loading) else ""
    if refusal.reason in _STOPS:
        values = {"carrier": carrier, "want_carrier": "", **refusal.values, "parcel": parcel, "code": code[:64]}
        message = Message(f"load_{refusal.reason}", values)
        return Stopped(message, code, facts.now, under), Step(message)
    if refusal.reason in ("already_loaded", "not_loaded"):
        return under, _say(refusal.reason, parcel=parcel)
    # The handover was closed elsewhere: nothing more can be loaded onto it.
    return AwaitingHandover(), _say("close_refused", reason=Message("refused_closed"))


def _puzzled(seen: SeenAmbiguous | SeenUnreadable) -> Step:
    if isinstance(seen, SeenUnreadable):
        return _say("unreadable", reason=Message(f"unreadable_{seen.reason}"))
    return _say("ambiguous", code=seen.code, candidates=", ".join(seen.candidates))


def _say(message: str, **values: object) -> Step:
    return Step(Message(message, values))


def expects(state: State) -> tuple[str, ...]:
    """Kinds of code the state takes."""
    match state:
        case AwaitingHandover():
            return ("carrier", "label")
        case Loading() | Closing():
            return ("label",)
        case Stopped():
            return ("command",)
        case Asked() | Finished():
            return ()
        case _:
            assert_never(state)


def view(state: State) -> View:
    """What a screen shows. Which parcels stand there only people see: there are no hints but the commands."""
    under = state.under if isinstance(state, Asked | Stopped) else state
    on = under.loading if isinstance(under, Closing) else under
    n = len(on.loaded) if isinstance(on, Loading) else 0
    names = {AwaitingHandover: "awaiting_handover", Loading: "loading", Closing: "closing", Asked: "asked",
             Stopped: "stopped", Finished: "finished"}  # fmt: skip
    hints = {Stopped: ("PBOK",), Closing: ("PBCLOSE",), Loading: ("PBCLOSE",) if n else ("PBEXIT",)}
    return View(
        workflow="dispatch",
        state=names[type(state)],
        expects=expects(state),
        job=on.handover if isinstance(on, Loading) else "",
        parcel="",
        done=n,
        of=n,
        hints=hints.get(type(state), ()),
        mode="take_out" if isinstance(on, Loading) and on.taking_off else "",
        standing=state.message if isinstance(state, Stopped) else None,
    )
