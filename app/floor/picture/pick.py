"""What the picker's screen shows of a cart: the bin, the item, the tote; what lies in which tote; the walk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from app.floor.picture.values import Thing, thing
from app.floor.work import Message
from app.floor.workflows import cart as cargo
from app.floor.workflows import parcels, pick, waiting, walk
from app.floor.workflows.cart import BULK, Cart

Act = Literal["bin", "item", "tote", "number", "broken", "hold", "lacking", "finished"]
BinStanding = Literal["here", "open", "done", "skipped"]
ToteStanding = Literal["current", "open", "full", "gone"]


@dataclass(frozen=True, slots=True)
class BinPicture:
    """A bin of the walk. *skipped*: passed by, to be come back to. `aisle` is empty where its name has none."""

    bin: str
    aisle: str
    standing: BinStanding = "open"


@dataclass(frozen=True, slots=True)
class TotePicture:
    """What lies for a shipment: `done` of `of` units in `totes`, the newest last; none yet: any free one will do.

    `shipment` is empty when one-item orders share a tote. *current*: the item at hand goes there; *gone*: the shipment
    was held, cancelled or taken over (`why`), and nothing more is picked for it.
    """

    shipment: str
    totes: tuple[str, ...]
    done: int
    of: int
    standing: ToteStanding = "open"
    why: str = ""


@dataclass(frozen=True, slots=True)
class PickPicture:
    """`act` is what the hands do now; `bin`, `thing`, `tote` are what it is about, as far as there is anything to pick.

    `take` units of the thing are to be taken here in all, `in_hand` of them are; `lot` where it matters. `tote` is
    empty when any free one will do. `stops_done` of `stops` bins. `done` of `of` units are placed. `lacking`: units
    that no bin is known for. *hold*: the article must not travel this way, and stays where it lies.
    """

    act: Act
    claim: str
    bin: str = ""
    aisle: str = ""
    thing: Thing | None = None
    take: int = 0
    in_hand: int = 0
    lot: str = ""
    serials: tuple[str, ...] = ()
    shipment: str = ""
    tote: str = ""
    bulk: bool = False
    totes: tuple[TotePicture, ...] = ()
    walk: tuple[BinPicture, ...] = ()
    stops_done: int = 0
    stops: int = 0
    done: int = 0
    of: int = 0
    shipments: int = 0
    lacking: int = 0
    count: int = 0
    question: Message | None = None


def of_pick(state: pick.State) -> PickPicture:
    """The whole cart; under a stop or a question the cart as it stands beneath."""
    cart = state.work
    calm = pick.state_of(replace(cart, stop=None, question=None))
    totes = _totes(cart)
    way = _walk(cart)
    asked = cart.question
    picture = PickPicture(
        act=_act(calm),
        claim=cart.packet.claim,
        bulk=cart.packet.bulk,
        totes=totes,
        walk=way,
        stops_done=sum(bin_.standing == "done" for bin_ in way),
        stops=len(way),
        done=sum(tote.done for tote in totes if tote.standing != "gone"),
        of=sum(tote.of for tote in totes if tote.standing != "gone"),
        shipments=len(cart.packet.jobs) - len(cart.dropped),
        lacking=walk.lacking(cart),
        count=cart.count,
        question=waiting.say(cart.packet, asked.act, asked.values) if asked else None,
    )
    return _at_hand(picture, cart)


def _act(state: pick.State) -> Act:
    cart = state.work
    if isinstance(state, pick.Finished):
        return "finished"
    if cart.counting:
        return "number"
    if cart.mode == "broken":
        return "broken"
    if cart.hand:
        return "tote"
    if not cart.queue:
        return "lacking"
    stop = cart.packet.stops[cart.queue[0]]
    if stop.bin != cart.at:
        return "bin"
    job = next(job for job in cart.packet.jobs if job.shipment == stop.shipment)
    return "hold" if stop.sku in job.restricted else "item"


def _at_hand(picture: PickPicture, cart: Cart) -> PickPicture:
    """The stop that the hands are at: the one whose goods they hold, else the first to come."""
    i = cart.hand[-1].stop if cart.hand else cart.queue[0] if cart.queue else None
    if i is None:
        return picture
    stop = cart.packet.stops[i]
    mine = cargo.target(cart, i)
    left = sum(cart.to_take[j] for j in cart.queue if _alike(cart, i, j))
    held = sum(h.qty for h in cart.hand if cart.packet.stops[h.stop].sku == stop.sku)
    bound = cart.totes.get(mine, ())
    serials = cargo.serials_left(cart, stop) if cargo.needs_serial(cart.packet.items.get(stop.sku), stop) else ()
    return replace(
        picture,
        bin=stop.bin,
        aisle=aisle(stop.bin),
        thing=thing(cart.packet, stop.sku),
        take=left + held,
        in_hand=held,
        lot=stop.lot,
        serials=serials,
        shipment=stop.shipment,
        tote=bound[-1] if bound else "",
    )


def _alike(cart: Cart, i: int, j: int) -> bool:
    """The same article out of the same bin into the same tote: taken in one go."""
    one, other = cart.packet.stops[i], cart.packet.stops[j]
    return (one.bin, one.sku) == (other.bin, other.sku) and cargo.target(cart, i) == cargo.target(cart, j)


def _totes(cart: Cart) -> tuple[TotePicture, ...]:
    """One place a shipment, in the packet's order; one for all when they share a tote."""
    at = cart.hand[-1].stop if cart.hand else cart.queue[0] if cart.queue else None
    current = cargo.target(cart, at) if at is not None else None
    jobs = cart.packet.jobs
    asked, there = dict.fromkeys((job.shipment for job in jobs), 0), dict.fromkeys((job.shipment for job in jobs), 0)
    for job in jobs:
        asked[job.shipment] += sum(line.qty for line in job.lines)
        there[job.shipment] += sum(parcels.units(box.items) for box in job.boxes)
    for (shipment, _), qty in (*cart.short.items(), *cart.broken.items()):
        asked[shipment] -= qty
    for kind, qty in cart.placed.items():
        there[kind.shipment] += qty
    if cart.packet.bulk:
        live = [job.shipment for job in jobs if job.shipment not in cart.dropped]
        done, of = sum(there[s] for s in live), sum(asked[s] for s in live)
        return (TotePicture("", cart.totes.get(BULK, ()), done, of, _standing(done, of, current == BULK)),)
    return tuple(
        TotePicture(
            job.shipment,
            cart.totes.get(job.shipment, ()),
            there[job.shipment],
            asked[job.shipment],
            "gone"
            if job.shipment in cart.dropped
            else _standing(there[job.shipment], asked[job.shipment], current == job.shipment),
            cart.dropped.get(job.shipment, ""),
        )
        for job in jobs
    )


def _standing(done: int, of: int, current: bool) -> ToteStanding:
    return "current" if current else "full" if done >= of else "open"


def _walk(cart: Cart) -> tuple[BinPicture, ...]:
    """Every bin once, in walk order; it keeps its place when it is passed by, or when its shipment is dropped."""
    stops = cart.packet.stops
    bins = list(dict.fromkeys(stop.bin for stop in stops))
    here = stops[cart.hand[-1].stop].bin if cart.hand else stops[cart.queue[0]].bin if cart.queue else ""
    waits = {stops[i].bin for i in cart.queue}
    passed = bins.index(here) if here else len(bins)

    def standing(n: int, bin_: str) -> BinStanding:
        if bin_ == here:
            return "here"
        if bin_ not in waits:
            return "done"
        return "skipped" if n < passed else "open"

    return tuple(BinPicture(bin_, aisle(bin_), standing(n, bin_)) for n, bin_ in enumerate(bins))


def aisle(bin_: str) -> str:
    """The aisle as the bin's name begins with it: C of C-14-03; empty for a name that isn't made so."""
    head, dash, _ = bin_.partition("-")
    return head if dash else ""
