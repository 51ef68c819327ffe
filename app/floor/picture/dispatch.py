"""What the dock's screen shows of a handover: the carrier, what lies on the truck, what must come off again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, assert_never

from app.floor.work import Message, OpenHandover
from app.floor.workflows import dispatch

Act = Literal["carrier", "parcel", "take_off", "close", "asked", "unload", "stopped", "finished"]


@dataclass(frozen=True, slots=True)
class DispatchPicture:
    """`act` is what the hands do now: *unload* what could not leave, after closing; *asked* waits for an answer.

    `loaded` lie in the handover, `mine` of them were loaded at this bench, newest first. `unload`: what stands on the
    truck and must come off, each as (parcel, why).
    """

    act: Act
    carrier: str = ""
    handover: str = ""
    loaded: tuple[str, ...] = ()
    mine: tuple[str, ...] = ()
    unload: tuple[tuple[str, Message], ...] = ()

    @property
    def count(self) -> int:
        return len(self.loaded)


def of_dispatch(state: dispatch.State) -> DispatchPicture:
    """The handover as it stands; under a question or a stop as it stands beneath."""
    match state:
        case dispatch.AwaitingHandover():
            return DispatchPicture("carrier")
        case dispatch.Loading():
            return _loading(state, "take_off" if state.taking_off else "parcel")
        case dispatch.Closing():
            return _loading(state.loading, "close")
        case dispatch.Asked():
            if isinstance(state.under, dispatch.Loading):
                return _loading(state.under, "asked")
            carrier = state.ask.carrier if isinstance(state.ask, OpenHandover) else ""
            return DispatchPicture("asked", carrier)
        case dispatch.Stopped():
            return _stopped(state)
        case dispatch.Finished():
            return DispatchPicture("finished")
        case _:
            assert_never(state)


def _loading(on: dispatch.Loading, act: Act) -> DispatchPicture:
    mine = tuple(reversed(on.mine))
    others = sorted(on.loaded - set(mine))
    return DispatchPicture(act, on.carrier, on.handover, (*mine, *others), mine)


def _stopped(state: dispatch.Stopped) -> DispatchPicture:
    told = state.message.values.get("unload")
    if not isinstance(told, tuple):
        if isinstance(state.under, dispatch.Loading):
            return _loading(state.under, "stopped")
        return DispatchPicture("stopped")
    off = tuple((str(one.values["parcel"]), one.values["reason"]) for one in told if isinstance(one, Message))
    unload = tuple((parcel, why) for parcel, why in off if isinstance(why, Message))
    return DispatchPicture("unload", str(state.message.values.get("carrier", "")), unload=unload)
