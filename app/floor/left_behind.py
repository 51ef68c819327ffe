"""What facts that did not take effect left behind: goods where the books do not have them, and labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from app.base.ids import parcel_id
from app.floor import bench
from app.floor import facts as f
from app.floor.facts import Event, Fact, decode
from app.floor.packet import Packet
from app.stock.ledger import in_tote


@dataclass(frozen=True, slots=True)
class Goods:
    """So many units lie at one place, and the books have them at the other."""

    sku: str
    qty: int
    lies: str
    belongs: str
    lot: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Left:
    """What late facts left behind that is no part of the books: goods, and labels as (parcel, issue, SSCC)."""

    goods: tuple[Goods, ...]
    labels: tuple[tuple[str, int, str], ...]

    @property
    def totes(self) -> list[str]:
        """Those in which goods lie."""
        return sorted({tote for one in self.goods if (tote := in_tote(one.lies))})


def left_behind(packet: Packet | None, earlier: Sequence[Fact], late: Sequence[Fact]) -> Left:
    """Where goods lie by the late facts, against where the books have them; and the labels these facts made."""
    before, new = dict(readable(earlier)), dict(readable(late))
    known = before | new
    # An undo of a fact that nobody can read undoes nothing that is known.
    told = [(op_id, e) for op_id, e in new.items() if not isinstance(e, f.Undone) or e.of in known]
    net: dict[tuple[str, str, str], dict[str, int]] = {}
    for _, m in bench.moves(packet, list(before.items()), told) if packet else ():
        places = net.setdefault((m.sku, m.lot, m.serial), {})
        places[m.from_place] = places.get(m.from_place, 0) - m.qty
        places[m.to_place] = places.get(m.to_place, 0) + m.qty
    goods = [Goods(sku, *one, lot, serial) for (sku, lot, serial), places in net.items() for one in _pairs(places)]
    labels = [
        (parcel_id(event.shipment, event.parcel), event.issue, event.sscc)
        for event in new.values()
        if isinstance(event, f.ParcelClosed | f.LabelRecreated)
    ]
    return Left(tuple(goods), tuple(labels))


def _pairs(places: Mapping[str, int]) -> Iterable[tuple[int, str, str]]:
    """(units, where they lie, where they belong)"""
    lacking = {place: -n for place, n in sorted(places.items()) if n < 0}
    for place, lying in sorted(places.items()):
        left = max(0, lying)
        for belongs, units in lacking.items():
            some = min(left, units)
            lacking[belongs] = units - some
            left -= some
            if some:
                yield some, place, belongs


def readable(facts: Iterable[Fact]) -> Iterator[tuple[str, Event]]:
    """Those that can be read, each with its id."""
    for fact in facts:
        with suppress(ValueError):
            yield fact.op_id, decode(fact.kind, fact.body)
