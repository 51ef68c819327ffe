"""What a bench could do next: work by cut-off, what it holds already, the pace it takes; what waits at the dock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from app.base.clock import from_stamp, stamp
from app.db.plain import Reads, decoded
from app.desk.views.work import store

# A bench that has just begun has no pace yet: less than this is not divided by.
_LEAST = timedelta(minutes=15)
# A bench that finished nothing for so long is not counted on.
_SILENT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class NextCutOff:
    """The first cut-off still to come that something has to be packed for. `carriers`: the one with the most first."""

    leaves_at: datetime
    carriers: tuple[str, ...]
    left: int


@dataclass(frozen=True, slots=True)
class CutOff:
    """One carrier's cut-off. `ready` lie picked, `packing` and `picking` are in work, `to_pick` nobody has begun."""

    leaves_at: datetime
    carrier: str
    name: str
    ready: int = 0
    packing: int = 0
    picking: int = 0
    to_pick: int = 0

    @property
    def left(self) -> int:
        return self.ready + self.packing + self.picking + self.to_pick


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A shipment to be picked or packed. `key`: where a page behind it begins.

    `to_pick` of its `units` are still to be picked. The `n`th of `parts` shipments of its order. `marks`: what its
    goods ask for (fragile, liquid, battery …). `station` holds it since `since`; empty: nobody.
    """

    key: str
    shipment: str
    leaves_at: datetime
    carrier: str
    state: str
    tote: str
    units: int
    to_pick: int
    packed: int
    n: int
    parts: int
    name: str
    city: str
    country: str
    marks: tuple[str, ...] = ()
    station: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A shipment this bench claimed and has not finished: `done` of `units` units are packed, or picked."""

    shipment: str
    kind: str
    state: str
    tote: str
    done: int
    units: int


@dataclass(frozen=True, slots=True)
class Pace:
    """Shipments an hour: what this bench does today (`done`, None before it finished one), and what it should.

    `needed` is its share of what is left until the next cut-off, with the `benches` that are packing; None: none is.
    """

    left: int = 0
    done: float | None = None
    needed: float | None = None
    benches: int = 1

    @property
    def on_time(self) -> bool | None:
        """None: nobody can say yet."""
        return None if self.done is None or self.needed is None else self.done >= self.needed


@dataclass(frozen=True, slots=True)
class WorkList:
    """`rows` is the first page. `totes`, of which `free` hold nothing: without one nothing can be picked."""

    warehouse: str
    cut_offs: tuple[CutOff, ...]
    rows: tuple[WorkRow, ...]
    held: tuple[HeldRow, ...]
    pace: Pace
    totes: int
    free: int


@dataclass(frozen=True, slots=True)
class ParcelRow:
    """A parcel at the dock."""

    parcel: str
    tracking: str
    weight_g: int
    leaves_at: datetime
    country: str


@dataclass(frozen=True, slots=True)
class AtDock:
    """`waiting` are the first of the `count` labelled parcels that still have to be loaded for the carrier."""

    carrier: str
    loaded: Mapping[str, ParcelRow]
    waiting: tuple[ParcelRow, ...]
    count: int


def work_list(read: Reads, station: str, *, now: datetime, today: datetime, limit: int) -> WorkList:
    """As the bench sees it; `today` is when its day began. A handful of statements, each by an index."""
    warehouse = store.warehouse_of(read, station)
    offs = cut_offs(read, warehouse)
    return WorkList(
        warehouse,
        offs,
        page(read, warehouse, limit=limit),
        tuple(
            HeldRow(
                row["id"], row["kind"], row["state"], row["tote"] or "",
                int((row["packed"] if row["kind"] == "pack" else row["picked"]) or 0), int(row["units"] or 0),
            )
            for row in store.held_by(read, station)
        ),
        pace(read, station, offs, now=now, today=today),
        *store.totes(read, warehouse),
    )  # fmt: skip


def page(read: Reads, warehouse: str, *, after: str = "", limit: int) -> tuple[WorkRow, ...]:
    """Behind the row with the key `after`, first to leave first; of one cut-off what lies picked first."""
    rows = store.work(read, warehouse, after=_key(after), limit=limit)
    marks: dict[str, set[str]] = {}
    for row in store.handling_of(read, [row["id"] for row in rows]):
        marks.setdefault(row["shipment_id"], set()).update(_marks(row["handling"], decoded(row["tags"]) or ()))
    return tuple(_row(row, marks.get(row["id"], set())) for row in rows)


def cut_offs(read: Reads, warehouse: str) -> tuple[CutOff, ...]:
    """All that has to leave, earliest first."""
    found: dict[tuple[str, str], CutOff] = {}
    for row in store.work_counts(read, warehouse):
        at = (row["leaves_at"], row["carrier"])
        one = found.get(at) or CutOff(from_stamp(at[0]), at[1], row["name"])
        heap = _HEAP[row["state"]]
        found[at] = replace(one, **{heap: getattr(one, heap) + int(row["n"])})
    return tuple(found.values())


_HEAP = {"packed": "ready", "picked": "ready", "packing": "packing", "picking": "picking", "ready": "to_pick"}


def next_cut_off(read: Reads, warehouse: str, now: datetime) -> NextCutOff | None:
    """For the top bar; None when nothing is left to pack for any cut-off to come."""
    rows = store.first_to_leave(read, warehouse, stamp(now))
    if not rows:
        return None
    names = tuple(row["name"] for row in rows)
    return NextCutOff(from_stamp(rows[0]["leaves_at"]), names, sum(int(row["n"]) for row in rows))


def pace(read: Reads, station: str, offs: Iterable[CutOff], *, now: datetime, today: datetime) -> Pace:
    """What is overdue counts towards the next cut-off: it has to go with the next truck there is."""
    known = list(offs)
    ahead = min((one.leaves_at for one in known if one.leaves_at > now), default=None)
    benches, done = {station}, None
    for row in store.packed_since(read, stamp(today)):
        if now - from_stamp(row["last"]) <= _SILENT:
            benches.add(row["station"])
        if row["station"] == station:
            done = int(row["n"]) / (max(now - from_stamp(row["first"]), _LEAST) / timedelta(hours=1))
    if ahead is None:
        return Pace(sum(one.left for one in known), done, None, len(benches))
    left = sum(one.left for one in known if one.leaves_at <= ahead)
    needed = left / (max(ahead - now, _LEAST) / timedelta(hours=1)) / len(benches)
    return Pace(left, done, needed, len(benches))


def at_dock(read: Reads, station: str, carrier: str, handover: str, *, limit: int) -> AtDock:
    """What lies in the handover, and what of the carrier's still stands in the house."""
    waiting, count = store.leaving(read, store.warehouse_of(read, station), carrier, limit)
    loaded = {row["id"]: _parcel(row) for row in store.in_handover(read, handover)} if handover else {}
    return AtDock(store.carrier_name(read, carrier), loaded, tuple(_parcel(row) for row in waiting), count)


def _key(after: str) -> tuple[str, str, int, str] | None:
    if not after:
        return None
    leaves_at, carrier, rank, id_ = after.split("|", 3)
    return leaves_at, carrier, int(rank), id_


def _row(row: Mapping[str, Any], marks: set[str]) -> WorkRow:
    return WorkRow(
        key="|".join((row["leaves_at"], row["carrier"], str(row["rank"]), row["id"])),
        shipment=row["id"],
        leaves_at=from_stamp(row["leaves_at"]),
        carrier=row["carrier"],
        state=row["state"],
        tote=row["tote"] or "",
        units=int(row["units"]),
        to_pick=int(row["to_pick"] or 0),
        packed=int(row["packed"] or 0),
        n=int(row["n"]),
        parts=int(row["parts"]),
        name=row["name"] or "",
        city=row["city"] or "",
        country=row["country"],
        marks=tuple(mark for mark in MARKS if mark in marks),
        station=row["station"] or "",
        since=from_stamp(row["made_at"]) if row["made_at"] else None,
    )


# What hands must know before they open a job, the most telling first.
MARKS = ("fragile", "battery", "aerosol", "sharp", "liquid", "food", "magnet")
_TAGS = {"battery_contained": "battery", "battery_alone": "battery"}


def _marks(handling: str, tags: Iterable[str]) -> set[str]:
    return {handling, *(_TAGS.get(tag, tag) for tag in tags)}


def _parcel(row: Mapping[str, Any]) -> ParcelRow:
    return ParcelRow(
        row["id"], row["tracking"] or "", int(row["weight_g"]), from_stamp(row["leaves_at"]), row["country"]
    )
