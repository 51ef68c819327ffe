"""The picker's cart: what is still to be taken, what is in the hand, what lies in which tote. Values, their algebra."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

from app.floor import facts as fact
from app.floor.facts import Event
from app.floor.packet import Item, Packet, Stop
from app.floor.resolve import index
from app.floor.workflows import waiting

K = TypeVar("K")
BULK = ""  # whose tote it is when one-item orders are picked together


class Held(NamedTuple):
    """In the hand, for the stop of that number."""

    stop: int
    qty: int
    lot: str
    serial: str


class Key(NamedTuple):
    """One kind of unit in one tote."""

    shipment: str
    line: int
    tote: str
    sku: str
    lot: str
    serial: str


@dataclass(frozen=True, slots=True)
class Cart(waiting.Work):
    """`queue`: stops with units still to take, in the order they will be walked. `to_take`: units per stop.

    `at`: the bin where the picker stands. `totes`: per shipment (BULK: for all). `missing`: found short or broken here.
    """

    queue: tuple[int, ...] = ()
    to_take: tuple[int, ...] = ()
    at: str = ""
    hand: tuple[Held, ...] = ()
    totes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    placed: Mapping[Key, int] = field(default_factory=dict)
    short: Mapping[tuple[str, int], int] = field(default_factory=dict)
    broken: Mapping[tuple[str, int], int] = field(default_factory=dict)
    dropped: Mapping[str, str] = field(default_factory=dict)  # shipment → held | cancelled | taken_over
    finished: frozenset[str] = frozenset()


def load(packet: Packet) -> Cart:
    """The cart as it stands when the packet is claimed."""
    placed: dict[Key, int] = {}
    totes: dict[str, tuple[str, ...]] = {}
    for job in packet.jobs:
        for unit in job.totes:
            kind = Key(job.shipment, unit.line, unit.tote, unit.sku, unit.lot, unit.serial)
            placed[kind] = placed.get(kind, 0) + unit.qty
            mine = BULK if packet.bulk else job.shipment
            if unit.tote not in totes.get(mine, ()):
                totes[mine] = (*totes.get(mine, ()), unit.tote)
    return Cart(
        packet=packet,
        index=index(packet),
        queue=tuple(i for i, stop in enumerate(packet.stops) if stop.qty > 0),
        to_take=tuple(stop.qty for stop in packet.stops),
        totes=totes,
        placed=placed,
    )


def target(cart: Cart, stop: int) -> str:
    """Whose tote the units of this stop go into."""
    return BULK if cart.packet.bulk else cart.packet.stops[stop].shipment


def held_for(cart: Cart) -> str | None:
    """Whose tote the hand's units go into; None when it is empty."""
    return target(cart, cart.hand[0].stop) if cart.hand else None


def open_jobs(cart: Cart) -> Iterator[str]:
    """Shipments still worked on."""
    for job in cart.packet.jobs:
        if job.shipment not in cart.dropped and job.shipment not in cart.finished:
            yield job.shipment


def stops_here(cart: Cart, sku: str) -> tuple[int, ...]:
    """Open stops for the SKU at the bin where the picker stands, in walking order; a full hand: its tote's only."""
    stops, holds = cart.packet.stops, held_for(cart)
    return tuple(
        i
        for i in cart.queue
        if stops[i].bin == cart.at and stops[i].sku == sku and (holds is None or target(cart, i) == holds)
    )


def one_target(cart: Cart, stops: tuple[int, ...]) -> tuple[int, ...]:
    """Those that go into the same tote as the first."""
    return tuple(i for i in stops if target(cart, i) == target(cart, stops[0])) if stops else ()


def allot(cart: Cart, stops: tuple[int, ...], qty: int) -> tuple[tuple[int, int], ...]:
    """Spread `qty` units over the stops, first come first served; ValueError when there are too many."""
    shares: list[tuple[int, int]] = []
    for i in stops:
        share = min(qty, cart.to_take[i])
        if share:
            shares.append((i, share))
            qty -= share
    if qty:
        raise ValueError(f"{qty} units more than the stops ask for")
    return tuple(shares)


def needs_serial(item: Item | None, stop: Stop) -> bool:
    """Serial-tracked, and the ledger knows which serial numbers lie there."""
    return bool(item and item.serial_tracked and stop.serials)


def serials_left(cart: Cart, stop: Stop) -> tuple[str, ...]:
    """Serial numbers at the stop that nobody took yet in this claim."""
    taken = {held.serial for held in cart.hand} | {kind.serial for kind in cart.placed}
    return tuple(serial for serial in stop.serials if serial not in taken)


def lacking(cart: Cart, shipment: str) -> int:
    """Units of the shipment for which the packet knows no bin: somebody must look for them."""
    job = next(job for job in cart.packet.jobs if job.shipment == shipment)
    asked = sum(line.qty for line in job.lines)
    packed = sum(unit.qty for box in job.boxes for unit in box.items)
    placed = sum(qty for kind, qty in cart.placed.items() if kind.shipment == shipment)
    gone = sum(qty for (whose, _), qty in (*cart.short.items(), *cart.broken.items()) if whose == shipment)
    waits = sum(n for i, n in enumerate(cart.to_take) if cart.packet.stops[i].shipment == shipment)
    return asked - packed - placed - gone - waits


def apply(cart: Cart, event: Event) -> Cart:
    """The cart after a fact of its own; ValueError when it doesn't fit."""
    match event:
        case fact.StopReached():
            if cart.hand:
                raise ValueError(f"at bin {event.bin} with goods in the hand")
            here = _at_bin(cart, event.bin)
            return replace(cart, at=event.bin, queue=here + tuple(i for i in cart.queue if i not in here))
        case fact.StopSkipped():
            here = _at_bin(cart, event.bin)
            return replace(cart, at="", queue=tuple(i for i in cart.queue if i not in here) + here)
        case fact.ItemTaken():
            return _taken(cart, event)
        case fact.ToteBound():
            if event.tote in cart.totes.get(event.shipment, ()):
                raise ValueError(f"tote {event.tote} is bound already")
            return replace(
                cart, totes={**cart.totes, event.shipment: (*cart.totes.get(event.shipment, ()), event.tote)}
            )
        case fact.ItemPlaced():
            return _placed(cart, event)
        case fact.ItemPutBack():
            return _put_back(cart, event)
        case fact.ShortFound() | fact.BrokenFound():
            return _gone(cart, event)
        case fact.PickFinished():
            if event.shipment not in open_jobs(cart) or _waits(cart, event.shipment):
                raise ValueError(f"{event.shipment} is not ready to be finished")
            return replace(cart, finished=cart.finished | {event.shipment})
        case fact.JobDropped() | fact.JobHeld():
            if event.shipment not in open_jobs(cart):
                raise ValueError(f"{event.shipment} is not worked on")
            why = event.news if isinstance(event, fact.JobDropped) else "held"
            return replace(_without(cart, event.shipment), dropped={**cart.dropped, event.shipment: why})
        case _:
            raise ValueError(f"{type(event).__name__} is no fact of picking")


def _at_bin(cart: Cart, bin_: str) -> tuple[int, ...]:
    here = tuple(i for i in cart.queue if cart.packet.stops[i].bin == bin_)
    if not here:
        raise ValueError(f"nothing is left to take from bin {bin_}")
    return here


def _taken(cart: Cart, event: fact.ItemTaken) -> Cart:
    if event.bin != cart.at or event.qty < 1:
        raise ValueError(f"{event.qty} of {event.sku} taken from {event.bin}, but the picker stands at {cart.at!r}")
    stops = tuple(i for i in stops_here(cart, event.sku) if cart.packet.stops[i].lot == event.lot)
    to_take, hand = list(cart.to_take), list(cart.hand)
    for i, share in allot(cart, one_target(cart, stops), event.qty):
        to_take[i] -= share
        at = next((n for n, h in enumerate(hand) if (h.stop, h.lot, h.serial) == (i, event.lot, event.serial)), None)
        if at is None:
            hand.append(Held(i, share, event.lot, event.serial))
        else:
            hand[at] = hand[at]._replace(qty=hand[at].qty + share)
    return _queued(replace(cart, to_take=tuple(to_take), hand=tuple(hand)))


def _held(cart: Cart, event: fact.ItemPlaced | fact.ItemPutBack) -> Held:
    """What of the hand the fact speaks of."""
    for held in cart.hand:
        stop = cart.packet.stops[held.stop]
        if (stop.shipment, stop.line, stop.bin, stop.sku, held.qty, held.lot, held.serial) == (
            event.shipment, event.line, event.bin, event.sku, event.qty, event.lot, event.serial,
        ):  # fmt: skip
            return held
    raise ValueError(f"{event.qty} of {event.sku} for {event.shipment} are not in the hand")


def _placed(cart: Cart, event: fact.ItemPlaced) -> Cart:
    held = _held(cart, event)
    if event.tote not in cart.totes.get(target(cart, held.stop), ()):
        raise ValueError(f"tote {event.tote} is not {event.shipment}'s")
    kind = Key(event.shipment, event.line, event.tote, event.sku, event.lot, event.serial)
    hand = tuple(h for h in cart.hand if h is not held)
    return replace(cart, hand=hand, placed=_add(cart.placed, kind, event.qty))


def _put_back(cart: Cart, event: fact.ItemPutBack) -> Cart:
    held = _held(cart, event)
    to_take = tuple(n + held.qty if i == held.stop else n for i, n in enumerate(cart.to_take))
    queue = cart.queue if held.stop in cart.queue else (held.stop, *cart.queue)
    return replace(cart, hand=tuple(h for h in cart.hand if h is not held), to_take=to_take, queue=queue)


def _gone(cart: Cart, event: fact.ShortFound | fact.BrokenFound) -> Cart:
    at, less = (event.shipment, event.line), _less(cart, event)
    if isinstance(event, fact.ShortFound):
        return replace(less, short=_add(cart.short, at, event.qty))
    return replace(less, broken=_add(cart.broken, at, event.qty))


def _less(cart: Cart, event: fact.ShortFound | fact.BrokenFound) -> Cart:
    """So many fewer to take from the stop the fact speaks of."""
    for i in cart.queue:
        stop = cart.packet.stops[i]
        if (stop.shipment, stop.line, stop.bin, stop.sku, stop.lot) == (
            event.shipment, event.line, event.place, event.sku, event.lot,
        ) and 0 < event.qty <= cart.to_take[i]:  # fmt: skip
            to_take = tuple(n - event.qty if j == i else n for j, n in enumerate(cart.to_take))
            return _queued(replace(cart, to_take=to_take))
    raise ValueError(f"{event.qty} of {event.sku} are not asked from {event.place} for {event.shipment}")


def _without(cart: Cart, shipment: str) -> Cart:
    """The cart without the shipment's stops; what the hand holds for it goes back into its bin."""
    mine = {i for i, stop in enumerate(cart.packet.stops) if stop.shipment == shipment}
    to_take = tuple(0 if i in mine else n for i, n in enumerate(cart.to_take))
    hand = tuple(held for held in cart.hand if held.stop not in mine)
    return _queued(replace(cart, to_take=to_take, hand=hand))


def _waits(cart: Cart, shipment: str) -> bool:
    stops = cart.packet.stops
    return any(stops[i].shipment == shipment for i in (*cart.queue, *(held.stop for held in cart.hand)))


def _queued(cart: Cart) -> Cart:
    return replace(cart, queue=tuple(i for i in cart.queue if cart.to_take[i]))


def _add(old: Mapping[K, int], key: K, qty: int) -> dict[K, int]:
    return {**old, key: old.get(key, 0) + qty}
