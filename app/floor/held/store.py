"""Leases, the stops of live pick claims, and facts that came too late: rows ↔ values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, insert, select, update

from app.base.clock import stamp
from app.cases import tables as cases
from app.db import Tx
from app.db.rows import pieces
from app.floor import tables as t
from app.floor.packet import Packet
from app.shipments import tables as ships
from app.site import tables as site


@dataclass(frozen=True, slots=True)
class Held:
    """A live claim as people see it. `heard_at`: when its station was last heard; empty: never."""

    claim: str
    kind: str
    station: str
    operator: str
    since: str
    lease_until: str
    heard_at: str
    shipments: tuple[str, ...]

    def silent(self, now: datetime) -> bool:
        return self.lease_until < stamp(now)


# ---- leases ---------------------------------------------------------------------------------------------


def renew(tx: Tx, station: str, until: datetime, *, unless: datetime) -> None:
    """The station's live claims are its own until then; those that are so past `unless` anyway stay as they are."""
    c = t.claim.c
    mine = (c.station == station, c.state == "live", c.lease_until < stamp(unless))
    tx.execute(update(t.claim).where(*mine).values(lease_until=stamp(until)))


def held(tx: Tx, *, stations: Iterable[str] = (), claims: Iterable[str] = ()) -> list[Held]:
    """Live claims: of these stations, or these, or all; oldest first."""
    c, m, s = t.claim.c, t.claim_shipment.c, site.station.c
    query = (
        select(c.id, c.kind, c.station, c.operator, c.made_at, c.lease_until, s.last_seen, m.shipment_id)
        .join(t.claim_shipment, m.claim_id == c.id)
        .join(site.station, s.name == c.station, isouter=True)
        .where(c.state == "live")
        .order_by(c.made_at, c.id, m.shipment_id)
    )
    if wanted := sorted(stations):
        query = query.where(c.station.in_(wanted))
    if ids := sorted(claims):
        query = query.where(c.id.in_(ids))
    found: dict[str, list[str]] = {}
    rows = tx.execute(query).all()
    for row in rows:
        found.setdefault(row.id, []).append(row.shipment_id)
    firsts = {row.id: row for row in reversed(rows)}
    return [
        Held(id_, r.kind, r.station, r.operator, r.made_at, r.lease_until, r.last_seen or "", tuple(some))
        for id_, some in found.items()
        for r in (firsts[id_],)
    ]


def silent(tx: Tx, now: datetime, *, limit: int) -> list[tuple[str, str, int]]:
    """(station, when its lease ran out, its live claims) of those nobody opened a case for since then."""
    c, told = t.claim.c, cases.case.c
    out = func.min(c.lease_until)
    query = (
        select(c.station, out.label("out"), func.count().label("n"))
        .where(c.state == "live", c.lease_until < stamp(now))
        .group_by(c.station)
        .order_by(c.station)
    ).subquery()
    known = exists().where(
        told.kind == "silent_station", told.subject == query.c.station, told.opened_at >= query.c.out
    )
    rows = tx.execute(select(query.c.station, query.c.out, query.c.n).where(~known).limit(limit))
    return [tuple(row) for row in rows]


def heard_again(tx: Tx, now: datetime, *, limit: int) -> list[str]:
    """Open cases of silent stations that are heard again, or hold nothing any more."""
    c, told = t.claim.c, cases.case.c
    still = exists().where(c.station == told.subject, c.state == "live", c.lease_until < stamp(now))
    query = select(told.id).where(told.kind == "silent_station", told.state == "open", ~still)
    return list(tx.execute(query.order_by(told.id).limit(limit)).scalars())


# ---- where carts are going --------------------------------------------------------------------------------


def add_stops(tx: Tx, packet: Packet) -> None:
    picked = {(job.shipment, line.line): line.picked for job in packet.jobs for line in job.lines}
    rows = [
        {"claim_id": packet.claim, "n": n, "shipment_id": s.shipment, "line": s.line, "warehouse": packet.warehouse,
         "sku": s.sku, "bin": s.bin, "lot": s.lot, "qty": s.qty, "picked": picked[s.shipment, s.line]}
        for n, s in enumerate(packet.stops)
    ]  # fmt: skip
    if rows:
        tx.execute(insert(t.claim_stop), rows)


def drop_stops(tx: Tx, claims: Sequence[str]) -> None:
    tx.execute(delete(t.claim_stop).where(t.claim_stop.c.claim_id.in_(claims)))


def on_their_way(tx: Tx, warehouse: str, skus: Iterable[str]) -> dict[tuple[str, str, str], int]:
    """(sku, bin, lot) → units that live pick claims are still to take there."""
    stop, line = t.claim_stop.c, ships.shipment_line.c
    done: dict[tuple[str, int], int] = {}
    left: dict[tuple[str, str, str], int] = {}
    for part in pieces(sorted(set(skus))):
        query = (
            select(t.claim_stop, line.picked.label("now_picked"))
            .join(ships.shipment_line, (line.shipment_id == stop.shipment_id) & (line.line == stop.line))
            .where(stop.warehouse == warehouse, stop.sku.in_(part))
            .order_by(stop.claim_id, stop.n)
        )
        for row in tx.execute(query):
            own = (row.shipment_id, row.line)
            taken = min(row.qty, done.setdefault(own, row.now_picked - row.picked))
            done[own] -= taken
            place = (row.sku, row.bin, row.lot)
            left[place] = left.get(place, 0) + row.qty - taken
    return left
