"""What forgetting, backups and restores ask across the rooms."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, inspect, select, update

from app.db import Tx
from app.db.rows import pieces, upsert
from app.db.tables import about, change
from app.orders.forget import FORGOTTEN_HERE
from app.orders.tables import customer, order
from app.shipments.tables import parcel, print_job, shipment
from app.site.tables import number_lease, number_range, presence, station
from app.upkeep.noted import MADE, Noted

# Names in `about` that begin so end with a backup's id, and hold when it was begun, its address and its state. Where no
# state stands, the program that wrote it knew of none.
_BACKUP = "backup "


@dataclass(frozen=True, slots=True)
class Range:
    """A number range; `next` is the first number that no station was given."""

    id: int
    kind: str
    owner: str
    prefix: str
    first: int
    last: int
    next: int


def parcels_of(tx: Tx, shipments: Sequence[str]) -> list[str]:
    return [
        row.id
        for some in pieces(shipments)
        for row in tx.execute(select(parcel.c.id).where(parcel.c.shipment_id.in_(some)).order_by(parcel.c.id))
    ]


def shipments_of(tx: Tx, orders: Sequence[str]) -> list[tuple[str, str]]:
    """(shipment, state)"""
    return [
        (row.id, row.state)
        for some in pieces(orders)
        for row in tx.execute(
            select(shipment.c.id, shipment.c.state).where(shipment.c.order_id.in_(some)).order_by(shipment.c.id)
        )
    ]


def printed_on(tx: Tx, subjects: Sequence[str]) -> list[tuple[str, str]]:
    """(station, printer) of every paper about these parcels and shipments."""
    return sorted(
        {
            (row.station, row.printer)
            for some in pieces(subjects)
            for row in tx.execute(
                select(print_job.c.station, print_job.c.printer).where(print_job.c.subject.in_(some)).distinct()
            )
        }
    )


def confirmed(tx: Tx, shipments: Sequence[str]) -> set[str]:
    """Stations that have erased all of these shipments."""
    wanted = set(shipments)
    told: dict[str, set[str]] = {}
    query = select(change.c.key).where(change.c.topic == FORGOTTEN_HERE).execution_options(yield_per=1000)
    for row in tx.execute(query):
        station, _, one = row.key.partition(" ")
        if one in wanted:
            told.setdefault(station, set()).add(one)
    return {station for station, some in told.items() if some == wanted}


def note_backups(tx: Tx, some: Iterable[Noted]) -> None:
    """What is known of each from now on."""
    rows = [{"name": f"{_BACKUP}{one.id}", "value": f"{one.at} {one.address} {one.state}"} for one in some]
    upsert(tx, about, rows, ["name"])


def older_programs(tx: Tx, head: str) -> list[str]:
    """Benches that were last heard with a program that knows less than `head`."""
    p = presence.c
    return list(tx.execute(select(p.station).where(p.program != "", p.program < head).order_by(p.station)).scalars())


# What follows is asked of a database that may have an earlier schema: only columns that were always there.


def orders(tx: Tx) -> int:
    return tx.execute(select(func.count(order.c.id))).scalar_one()


def heard_since(tx: Tx, moment: str) -> list[str]:
    """Benches that sent or said something since."""
    seen = set(tx.execute(select(station.c.name).where(station.c.last_seen >= moment)).scalars())
    if inspect(tx).has_table(presence.name):
        seen |= set(tx.execute(select(presence.c.station).where(presence.c.at >= moment)).scalars())
    return sorted(seen)


def backups(tx: Tx) -> list[Noted]:
    """Every backup that was ever begun, oldest first."""
    query = select(about.c.name, about.c.value).where(about.c.name.like(f"{_BACKUP}%")).order_by(about.c.value)
    return [_noted(*row) for row in tx.execute(query)]


def _noted(name: str, value: str) -> Noted:
    at, address, state = [*value.split(" "), MADE][:3]
    return Noted(name.removeprefix(_BACKUP), at, address, state)


def forgotten(tx: Tx) -> dict[str, str]:
    """{customer: when they were forgotten}"""
    c = customer.c
    return {row.id: row.forgotten_at for row in tx.execute(select(c.id, c.forgotten_at).where(c.forgotten_at != ""))}


def still_known(tx: Tx, stones: Collection[str]) -> list[str]:
    """Those of these customers about whom something stands here."""
    c = customer.c
    return sorted(
        key
        for some in pieces(list(stones))
        for key in tx.execute(select(c.id).where(c.id.in_(some), c.forgotten_at.is_(None))).scalars()
    )


def ranges(tx: Tx) -> list[Range]:
    r = number_range.c
    rows = tx.execute(select(r.id, r.kind, r.owner, r.prefix, r.first, r.last, r.next).order_by(r.id))
    return [Range(*row) for row in rows]


def leased_since(tx: Tx, moment: str) -> dict[int, int]:
    """{range: how many numbers stations were given since}"""
    r = number_lease.c
    query = select(r.range_id, func.sum(r.last - r.first + 1)).where(r.leased_at >= moment).group_by(r.range_id)
    return {row[0]: int(row[1]) for row in tx.execute(query)}


def stations(tx: Tx) -> int:
    return tx.execute(select(func.count(station.c.name))).scalar_one()


def move_ranges(tx: Tx, following: Mapping[int, int]) -> None:
    """{range: its next number}"""
    here = update(number_range).where(number_range.c.id == bindparam("k")).values(next=bindparam("following"))
    if following:
        tx.execute(here, [{"k": key, "following": n} for key, n in following.items()])


def nobody_is_here(tx: Tx) -> None:
    """What benches said of themselves was another day's."""
    tx.execute(delete(presence))
    tx.execute(update(station).values(last_seen=None))
