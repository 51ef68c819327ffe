"""Rows of the site to values and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from app.base.clock import stamp
from app.base.errors import Conflict, NotFound
from app.base.ids import uuid7
from app.db import Row, Tx
from app.db.at_once import alter
from app.db.at_once import put as put_row
from app.db.rows import upsert
from app.db.tables import about
from app.site import tables as t
from app.site.pin import Bearer
from app.site.roles import Operator
from app.site.site import Company, Lease, NumberRange, Place, Presence, Shop, Station, Warehouse

# Names in `about` that begin so end with a range's id: its numbers below that one were leased before it was put back.
_RETIRED = "numbers_retired "


def company(tx: Tx) -> Company:
    row = tx.execute(select(t.company)).mappings().first()
    return Company(**{**_company_row(row), "pin_roles": tuple(row["pin_roles"].split())}) if row else Company()


def shops(tx: Tx) -> dict[str, Shop]:
    rows = tx.execute(select(t.shop).order_by(t.shop.c.code)).mappings()
    return {
        row["code"]: Shop(**{**row, "sender": _place(row["sender"]), "returns": _place(row["returns"])}) for row in rows
    }


def warehouses(tx: Tx) -> dict[str, Warehouse]:
    rows = tx.execute(select(t.warehouse).order_by(t.warehouse.c.code)).mappings()
    return {row["code"]: Warehouse(**{**row, "address": _place(row["address"])}) for row in rows}


def station(tx: Tx, name: str) -> Station:
    """NotFound when there is no such station."""
    row = tx.execute(select(t.station).where(t.station.c.name == name)).mappings().first()
    if row is None:
        raise NotFound(f"station {name!r}", what="station", id=name)
    return as_station(row)


def stations(tx: Tx) -> list[Station]:
    return [as_station(row) for row in tx.execute(select(t.station).order_by(t.station.c.name)).mappings()]


def lock_station(tx: Tx, name: str) -> Station:
    """The station's row, held against every other writer until this transaction ends.

    Conflict (kind not_this_bench): it is there, and this login is not the one that may write it.
    """
    row = tx.execute(select(t.station).where(t.station.c.name == name).with_for_update()).mappings().first()
    if row is None:
        station(tx, name)
        raise Conflict(f"this login is not station {name}'s", kind="not_this_bench", station=name)
    return as_station(row)


def set_login(tx: Tx, name: str, login: str) -> None:
    tx.execute(update(t.station).where(t.station.c.name == name).values(login=login))


def advance_station(
    tx: Tx, name: str, *, incarnation: str, last_seq: int, last_hash: str, facts: int | None = None, now: datetime
) -> None:
    """How far its journal's facts are taken in, and how many of its facts there are in all, if that has changed."""
    row: dict[str, Any] = {"name": name, "incarnation": incarnation, "last_seq": last_seq, "last_hash": last_hash}
    row |= {"last_seen": stamp(now)} if facts is None else {"last_seen": stamp(now), "facts": facts}
    alter(tx, t.station, [row], ["name"])


def hear_station(tx: Tx, name: str, *, place: str, now: datetime) -> None:
    """The station was heard just now, from the journal at that place; with none it said goodbye."""
    tx.execute(update(t.station).where(t.station.c.name == name).values(place=place, last_seen=stamp(now)))


def operator(tx: Tx, badge: str) -> Operator | None:
    """The active operator with that badge; case is ignored, as scanners may fold it."""
    row = (
        tx.execute(select(t.operator).where(t.operator.c.badge == badge.upper(), t.operator.c.active))
        .mappings()
        .first()
    )
    return Operator(row["badge"], row["name"], row["role"], row["language"]) if row else None


def operators(tx: Tx) -> list[Operator]:
    rows = tx.execute(select(t.operator).where(t.operator.c.active).order_by(t.operator.c.badge)).mappings()
    return [Operator(row["badge"], row["name"], row["role"], row["language"]) for row in rows]


def bearers(tx: Tx) -> list[Bearer]:
    """All active operators with what a bench asks of them besides the badge."""
    needing = company(tx).pin_roles
    rows = tx.execute(select(t.operator).where(t.operator.c.active).order_by(t.operator.c.badge)).mappings()
    return [
        Bearer(
            Operator(row["badge"], row["name"], row["role"], row["language"]), row["pin_hash"], row["role"] in needing
        )
        for row in rows
    ]


def put_pin(tx: Tx, badge: str, pin_hash: str) -> None:
    tx.execute(update(t.operator).where(t.operator.c.badge == badge).values(pin_hash=pin_hash))


def add_pin_tries(tx: Tx, tries: Sequence[tuple[str, str, str, str]]) -> None:
    """(id, badge, station, at): `at` by the bench's clock."""
    rows = [dict(zip(("id", "badge", "station", "at"), one, strict=True)) for one in tries]
    if rows:
        tx.execute(insert(t.pin_try), rows)


def pin_tries(tx: Tx, badge: str, since: str, until: str) -> int:
    """How often that badge's PIN was mistaken from one stamp to another, at any bench."""
    p = t.pin_try.c
    return tx.execute(select(func.count()).where(p.badge == badge, p.at >= since, p.at <= until)).scalar_one()


def pin_mistakes(tx: Tx, badge: str, since: str) -> tuple[int, str]:
    """How often that badge's PIN was mistaken since that stamp, and when last; empty: never."""
    p = t.pin_try.c
    row = tx.execute(select(func.count(), func.max(p.at)).where(p.badge == badge, p.at >= since)).one()
    return row[0], row[1] or ""


def put(
    tx: Tx,
    *,
    company: Company,
    shops: Sequence[Shop],
    warehouses: Sequence[Warehouse],
    stations: Sequence[Station],
    operators: Sequence[Operator],
    ranges: Sequence[NumberRange],
) -> None:
    """Adds or replaces by key; what the file doesn't name stays. A number range never moves back."""
    tx.execute(delete(t.company))
    tx.execute(insert(t.company).values(id=1, **{**asdict(company), "pin_roles": " ".join(company.pin_roles)}))
    upsert(tx, t.shop, [asdict(s) for s in shops], ["code"])
    upsert(tx, t.warehouse, [asdict(w) for w in warehouses], ["code"])
    upsert(
        tx,
        t.station,
        [{"name": s.name, "warehouse": s.warehouse, "printer": s.printer} for s in stations],
        ["name"],
    )
    upsert(tx, t.operator, [{**asdict(o), "active": True} for o in operators], ["badge"])
    known = set(
        tx.execute(
            select(t.number_range.c.kind, t.number_range.c.owner, t.number_range.c.prefix, t.number_range.c.first)
        )
    )
    fresh = [asdict(r) | {"next": r.first} for r in ranges if (r.kind, r.owner, r.prefix, r.first) not in known]
    if fresh:
        tx.execute(insert(t.number_range), fresh)


def lease_numbers(tx: Tx, kind: str, owner: str, station: str, size: int, now: datetime) -> Lease:
    """`size` numbers (fewer at a range's end) that no other station will ever get; Conflict when all are used up."""
    r = t.number_range
    row = (
        tx.execute(
            select(r)
            .where(r.c.kind == kind, r.c.owner == owner, r.c.next <= r.c.last)
            .order_by(r.c.id)
            .limit(1)
            .with_for_update()
        )
        .mappings()
        .first()
    )
    if row is None:
        raise Conflict(f"no {kind} numbers left of {owner}", kind="numbers_used_up", numbers=kind, owner=owner)
    first, last = row["next"], min(row["next"] + size - 1, row["last"])
    tx.execute(update(r).where(r.c.id == row["id"]).values(next=last + 1))
    lease = Lease(uuid7(), kind, owner, row["prefix"], first, last, row["demo"])
    tx.execute(
        insert(t.number_lease).values(
            id=lease.id, range_id=row["id"], station=station, first=first, last=last, leased_at=stamp(now)
        )
    )
    return lease


def leases_of(tx: Tx, station: str) -> list[Lease]:
    """Every block of numbers the station was ever given, as far as this database knows."""
    r, lease = t.number_range.c, t.number_lease.c
    query = select(lease.id, r.kind, r.owner, r.prefix, lease.first, lease.last, r.demo)
    rows = tx.execute(query.join(t.number_range, r.id == lease.range_id).where(lease.station == station))
    return [Lease(*row) for row in rows]


def retire_leases(tx: Tx) -> None:
    """The database was put back to before: no block that was leased until now is used any further.

    If a bench's journal was put back as well, nobody knows which of its numbers are on labels.
    """
    r = t.number_range.c
    rows = [{"name": f"{_RETIRED}{row.id}", "value": str(row.next)} for row in tx.execute(select(r.id, r.next))]
    upsert(tx, about, rows, ["name"])


def hold_leases(tx: Tx, station: str, held: Sequence[Lease], now: datetime) -> tuple[list[str], list[str]]:
    """These are the station's, though a database put back to before may not know: its ranges move on behind them.

    Gives the ids of those in which it has given numbers to others since, and of those from before it was put back.
    """
    r, lease = t.number_range, t.number_lease
    theirs = tx.execute(select(lease.c.id, lease.c.range_id).where(lease.c.station == station))
    known = {row.id: row.range_id for row in theirs}
    until = _retired(tx)
    before = [one.id for one in held if one.id not in known or one.first < until.get(known[one.id], 0)]
    given = []
    for one in sorted((one for one in held if one.id not in known), key=lambda one: (one.kind, one.owner, one.first)):
        within = (r.c.kind == one.kind, r.c.owner == one.owner, r.c.prefix == one.prefix, r.c.first <= one.first)
        found = tx.execute(select(r.c.id, r.c.next).where(*within, r.c.last >= one.last).with_for_update()).first()
        if found is None:
            continue
        others = (lease.c.range_id == found.id, lease.c.first <= one.last, lease.c.last >= one.first)
        if tx.execute(select(lease.c.id).where(*others).limit(1)).first():
            given.append(one.id)
        else:
            row = {"id": one.id, "range_id": found.id, "station": station, "first": one.first, "last": one.last}
            tx.execute(insert(lease).values(**row, leased_at=stamp(now)))
        if found.next <= one.last:
            tx.execute(update(r).where(r.c.id == found.id).values(next=one.last + 1))
    return given, before


def _retired(tx: Tx) -> dict[int, int]:
    """{range: where it went on when the database was put back last}"""
    rows = tx.execute(select(about).where(about.c.name.like(f"{_RETIRED}%")))
    return {int(row.name.removeprefix(_RETIRED)): int(row.value) for row in rows}


def put_presence(tx: Tx, presence: Presence, now: datetime) -> None:
    """What a bench says of itself, in place of what it said before."""
    put_row(tx, t.presence, [{**asdict(presence), "at": stamp(now)}], ["station"])


def leases(tx: Tx) -> list[tuple[int, int, int, int]]:
    """(range id, first, last, the range's next) of every lease, for the check that none overlap."""
    rows = tx.execute(
        select(t.number_lease.c.range_id, t.number_lease.c.first, t.number_lease.c.last, t.number_range.c.next)
        .join(t.number_range, t.number_range.c.id == t.number_lease.c.range_id)
        .order_by(t.number_lease.c.range_id, t.number_lease.c.first)
    )
    return [tuple(row) for row in rows]


def _company_row(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in Company.__dataclass_fields__}


def _place(value: dict[str, Any]) -> Place:
    return Place(**{**value, "street": tuple(value.get("street", ()))})


def as_station(row: Mapping[Any, Any]) -> Station:
    return Station(**{name: row[name] for name in Station.__dataclass_fields__})
