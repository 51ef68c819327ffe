"""The dispatch workflow's questions, put to the shared database: each asked again is done once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar, assert_never

from app.base.errors import Conflict, NotFound, Refused
from app.base.forms import from_plain
from app.db import Tx
from app.floor.question import once
from app.floor.work import (
    Answer,
    Ask,
    CloseHandover,
    HandoverClosed,
    HandoverOpened,
    LoadParcel,
    OpenHandover,
    ParcelLoaded,
    ParcelUnloaded,
    Refusal,
    UnloadParcel,
)
from app.shipments import handover
from app.shipments import store as shipments
from app.site import store as site
from app.site.roles import Operator

A = TypeVar("A", HandoverOpened, ParcelLoaded, ParcelUnloaded, HandoverClosed)
_READ: dict[type, Callable[[Any], Any]] = {
    kind: from_plain(kind) for kind in (HandoverOpened, ParcelLoaded, ParcelUnloaded, HandoverClosed)
}


class NotLoaded(Refused):
    """Nothing was done; `refusal` says why in the workflow's words."""

    kind = "not_loaded"

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


def put(tx: Tx, op_id: str, ask: Ask, *, station: str, operator: Operator, now: datetime) -> Answer:
    """The answer. Raises NotLoaded for a refusal, NotAllowed for an operator who may not."""

    def asked(kind: str, answer: type[A], do: Callable[[], A]) -> A:
        read: Callable[[Any], A] = _READ[answer]
        return once(tx, op_id, station, kind, read, do, now)

    try:
        match ask:
            case OpenHandover():
                return asked("handover", HandoverOpened, lambda: _open(tx, ask, station, operator, now))
            case LoadParcel():
                return asked("load", ParcelLoaded, lambda: _load(tx, ask, operator, now))
            case UnloadParcel():
                return asked("unload", ParcelUnloaded, lambda: _unload(tx, ask, operator, now))
            case CloseHandover():
                return asked("close", HandoverClosed, lambda: _close(tx, ask, operator, now))
            case _:
                assert_never(ask)
    except (Conflict, NotFound) as error:
        if error.kind in ("handover_closed", "unknown_handover"):
            raise NotLoaded(Refusal("closed")) from error
        raise


def is_parcel(tx: Tx, code: str) -> bool:
    """Whether a label bears this code."""
    return bool(shipments.parcel_by_code(tx, code))


def _open(tx: Tx, ask: OpenHandover, station: str, operator: Operator, now: datetime) -> HandoverOpened:
    carrier = ask.carrier
    if not carrier:
        parcel = _parcel(tx, "", ask.code)
        shipment = shipments.parcels(tx, [parcel])[parcel].shipment
        carrier = shipments.get(tx, [shipment])[shipment].carrier
    here = site.station(tx, station).warehouse
    opened = handover.open_handover(tx, here, carrier, operator=operator, now=now)
    return HandoverOpened(opened.id, opened.carrier, opened.loaded)


def _load(tx: Tx, ask: LoadParcel, operator: Operator, now: datetime) -> ParcelLoaded:
    done = handover.load(tx, ask.handover, _parcel(tx, ask.parcel, ask.code), operator=operator, now=now)
    return ParcelLoaded(_done(done).parcel)


def _unload(tx: Tx, ask: UnloadParcel, operator: Operator, now: datetime) -> ParcelUnloaded:
    done = handover.unload(tx, ask.handover, _parcel(tx, ask.parcel, ask.code), operator=operator, now=now)
    return ParcelUnloaded(_done(done).parcel)


def _close(tx: Tx, ask: CloseHandover, operator: Operator, now: datetime) -> HandoverClosed:
    closed = handover.close(tx, ask.handover, operator=operator, now=now)
    return HandoverClosed(closed.parcels, closed.to_unload)


def _done(
    done: handover.Loaded | handover.Unloaded | handover.LoadRefused,
) -> handover.Loaded | handover.Unloaded:
    if isinstance(done, handover.LoadRefused):
        values = {name: str(value) for name, value in done.values.items()}
        values["want_carrier"] = values.pop("got", "")
        raise NotLoaded(Refusal(done.message, values.get("parcel", ""), values))
    return done


def _parcel(tx: Tx, parcel: str, code: str) -> str:
    """The one parcel that is meant; a code on several labels means none."""
    found = [parcel] if parcel else shipments.parcel_by_code(tx, code)
    if len(found) != 1:
        raise NotLoaded(Refusal("unknown_parcel", code[:64]))
    return found[0]
