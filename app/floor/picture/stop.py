"""What the stop that waits says: what was scanned beside what was needed, what counts still, how it is acknowledged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.floor import bench
from app.floor.packet import Packet
from app.floor.picture.pack import of_pack
from app.floor.picture.pick import of_pick
from app.floor.picture.values import Side, StopPicture, Thing, thing
from app.floor.work import Message
from app.floor.workflows import dispatch, pack, pick, waiting

# What is compared where two names of one kind stand against each other: the value scanned, and the one wanted.
_PAIRS = {
    "wrong_tote": ("tote", "want_tote"),
    "other_label": ("parcel", "want_parcel"),
    "load_wrong_carrier": ("carrier", "want_carrier"),
}
_ABOUT = ("parcel", "job", "tote", "code")
# These came with whatever was scanned next: to scan that once more would be no answer to them.
_NEWS = ("order_", "taken_over", "cancelled_", "held_", "handover_")


def of_stop(state: bench.State | dispatch.State | None) -> StopPicture | None:
    """The stop that waits in this state; None when none does."""
    match state:
        case None:
            return None
        case dispatch.Stopped(message=message):
            return _plain(message)
        case pick.PickState() | pack.PackState():
            return _of_bench(state)
        case _:
            return None


def _of_bench(state: bench.State) -> StopPicture | None:
    work = state.work
    if work.stop is None:
        return None
    message = waiting.say(work.packet, work.stop.message, work.stop.values)
    done, of = _still(state)
    picture = _drawn(work.packet, message, work.stop.code)
    if message.id == "unknown_code" and picture.about is not None:
        wanted = _wanted(state)
        if wanted is not None:
            picture = replace(picture, about=None, scanned=picture.about, needed=wanted)
    return replace(picture, done=done, of=of)


def _wanted(state: bench.State) -> Side | None:
    """What the hands were at when the stop came: an article, or the bin to walk to."""
    if isinstance(state, pick.PickState):
        cart = of_pick(state)
        if cart.act == "bin" and cart.bin:
            return Side("", cart.bin)
        goods = cart.thing if cart.act == "item" else None
    else:
        goods = of_pack(state).next.thing
    return _side(goods, goods.name) if goods is not None else None


def _drawn(packet: Packet, message: Message, code: str) -> StopPicture:
    values = message.values
    match message.id:
        case "wrong_item":
            scanned = _known(packet, values, "", code)
            if not values.get("want"):
                return StopPicture(message, about=_side(scanned, scanned.name))
            needed = _known(packet, values, "want_", "")
            mine, theirs = differing(scanned.name, needed.name)
            return StopPicture(message, _side(scanned, *mine), _side(needed, *theirs))
        case "wrong_lot":
            goods = _known(packet, values, "", code)
            return StopPicture(
                message,
                _side(goods, goods.name, str(values["lot"]), code=""),
                _side(goods, goods.name, str(values["want_lot"]), code=""),
            )
        case "restricted":
            goods = _known(packet, values, "", code)
            return StopPicture(message, about=_side(goods, goods.name))
        case _:
            return _plain(message)


def _plain(message: Message) -> StopPicture:
    values = message.values
    again = not message.id.startswith(_NEWS)
    pair = _PAIRS.get(message.id)
    if pair and all(values.get(name) for name in pair):
        mine, theirs = differing(*(str(values[name]) for name in pair))
        return StopPicture(message, Side(*mine), Side(*theirs), again=again)
    about = next((str(values[name]) for name in _ABOUT if isinstance(values.get(name), str) and values[name]), "")
    return StopPicture(message, about=Side("", about) if about else None, again=again)


def _known(packet: Packet, values: Mapping[str, object], prefix: str, code: str) -> Thing:
    """The article that the message names: the job's own, or one that only its title is known of."""
    sku = str(values.get("want" if prefix else "sku", ""))
    found = thing(packet, sku, str(values.get(f"{prefix}title", "")), str(values.get(f"{prefix}variant", "")))
    return replace(found, code=code or found.code)


def _side(goods: Thing, same: str, differs: str = "", *, code: str | None = None) -> Side:
    return Side(same, differs, goods.code if code is None else code, goods.drawing)


def _still(state: bench.State) -> tuple[int, int]:
    """What counts for the article at hand, else for the whole job."""
    if isinstance(state, pick.PickState):
        seen = bench.view(state)
        return seen.done, seen.of
    picture = of_pack(state)
    return (picture.next.done, picture.next.of) if picture.next.of else (picture.done, picture.of)


def differing(mine: str, theirs: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """Each name as what it shares with the other from its beginning, and what not; by pieces, then by words.

    "Stoneware cup, slate" and "Stoneware cup, sand": ("Stoneware cup,", "slate") and ("Stoneware cup,", "sand").
    """
    for mark in (", ", " ", "-", "/"):
        a, b = mine.split(mark), theirs.split(mark)
        shared = 0
        while shared < min(len(a), len(b)) - 1 and a[shared] == b[shared]:
            shared += 1
        if shared:
            same = mark.join(a[:shared]) + mark.rstrip()
            return (same, mark.join(a[shared:])), (same, mark.join(b[shared:]))
    return ("", mine), ("", theirs)
