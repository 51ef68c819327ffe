"""Leases, the stops of live pick claims, and facts that came too late: rows ↔ values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, exists, func, insert, or_, select, update

from app.base.clock import stamp
from app.cases import tables as cases
from app.db import Row, Tx
from app.db.at_once import add
from app.floor import tables as t
from app.floor.facts import SHORTAGES, Fact
from app.floor.packet import Packet
from app.floor.received.store import IN_THE_FOLD
from app.floor.silence import HEARD
from app.floor.verdict import ACCEPTED, APPLIED, CANCELLED, SET_ASIDE
from app.shipments.tables import shipment_line
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


@dataclass(frozen=True, slots=True)
class Unsent:
    """So many units at most a bench has taken from a bin that the books don't know of. `heard_at`; empty: never."""

    station: str
    heard_at: str
    units: int


# ---- leases ---------------------------------------------------------------------------------------------


def renew(tx: Tx, station: str, until: datetime, *, unless: datetime) -> None:
    """The station's live claims are its own until then; those that are so past `unless` anyway stay as they are."""
    c = t.claim.c
    mine = (c.station == station, c.state == "live", c.lease_until < stamp(unless))
    due = tx.scalars(select(c.id).where(*mine).order_by(c.id).with_for_update()).all()
    if due:
        tx.execute(update(t.claim).where(c.id.in_(due)).values(lease_until=stamp(until)))


def held(
    tx: Tx, *, stations: Iterable[str] = (), claims: Iterable[str] = (), shipments: Iterable[str] | None = None
) -> list[Held]:
    """Live claims: of these stations, or these, or on these shipments, or all; oldest first."""
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
    if shipments is not None:
        on = select(m.claim_id).where(m.live, m.shipment_id.in_(sorted(shipments)))
        query = query.where(c.id.in_(on))
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


def no_longer_silent(tx: Tx, now: datetime, *, limit: int) -> list[tuple[str, str]]:
    """(open case of a silent station that is no longer: heard again, or holding nothing; what settled it)"""
    c, told = t.claim.c, cases.case.c
    holds = exists().where(c.station == told.subject, c.state == "live")
    still = exists().where(c.station == told.subject, c.state == "live", c.lease_until < stamp(now))
    query = select(told.id, holds.label("holds")).where(told.kind == "silent_station", told.state == "open", ~still)
    return [(r.id, "noted" if r.holds else "take_over") for r in tx.execute(query.order_by(told.id).limit(limit))]


# ---- where carts are going --------------------------------------------------------------------------------


def add_stops(tx: Tx, packet: Packet) -> None:
    """Each with how many units of its line will be picked before its own are taken."""
    before = {(job.shipment, line.line): line.picked for job in packet.jobs for line in job.lines}
    rows = []
    for n, s in enumerate(packet.stops):
        own = (s.shipment, s.line)
        rows.append(
            {"claim_id": packet.claim, "n": n, "shipment_id": s.shipment, "line": s.line, "warehouse": packet.warehouse,
             "sku": s.sku, "bin": s.bin, "lot": s.lot, "qty": s.qty, "picked": before[own]}
        )  # fmt: skip
        before[own] += s.qty
    add(tx, t.claim_stop, rows)


def left_at(stop: Any) -> Any:
    """Units of a stop, beside the line of its shipment, that the books don't show as picked."""
    taken = shipment_line.c.picked - stop.picked
    return case((taken <= 0, stop.qty), (taken >= stop.qty, 0), else_=stop.qty - taken)


def unsent(tx: Tx, sku: str, warehouse: str, place: str, now: datetime) -> list[Unsent]:
    """Benches with stops there that may have taken more of it than the books know, by name.

    Those whose last word was that facts wait, and those not heard for longer than a bench at work keeps still. A bench
    that closed with nothing waiting may have been opened again without its line; not where the shared database is a
    file, which lies beside it. `now`: the shared database's own time.
    """
    c, stop, line, s, p = t.claim.c, t.claim_stop.c, shipment_line.c, site.station.c, site.presence.c
    left = left_at(stop)
    query = (
        select(c.station, s.last_seen, p.waiting, p.state, func.sum(left).label("units"))
        .join(t.claim_stop, stop.claim_id == c.id)
        .join(shipment_line, (line.shipment_id == stop.shipment_id) & (line.line == stop.line))
        .join(site.station, s.name == c.station, isouter=True)
        .join(site.presence, p.station == c.station, isouter=True)
        .where(c.state == "live", stop.sku == sku, stop.warehouse == warehouse, stop.bin == place, left > 0)
        .group_by(c.station, s.last_seen, p.waiting, p.state)
        .order_by(c.station)
    )
    beside = tx.dialect.name == "sqlite"
    return [
        Unsent(row.station, row.last_seen or "", int(row.units))
        for row in tx.execute(query)
        if row.waiting or ((row.last_seen or "") <= stamp(now - HEARD) and not (beside and row.state == "closed"))
    ]


def drop_stops(tx: Tx, claims: Sequence[str]) -> None:
    tx.execute(delete(t.claim_stop).where(t.claim_stop.c.claim_id.in_(claims)))


# ---- facts that came too late -----------------------------------------------------------------------------


def late_facts(tx: Tx, claim: str) -> list[tuple[Fact, str]]:
    """Facts of the claim (or the one of that id) that were set aside and that nobody has settled, each with why."""
    f, s = t.fact.c, t.settled_fact.c
    said = select(s.op_id).where(s.op_id == f.op_id)
    why = case((said.where(s.outcome == CANCELLED).exists(), CANCELLED), else_=f.reason).label("why")
    query = select(t.fact, why).where(or_(f.claim_id == claim, f.op_id == claim), f.outcome == SET_ASIDE)
    rows = tx.execute(query.where(~said.where(s.outcome != CANCELLED).exists()).order_by(f.n)).mappings()
    return [(fact_of(row), row["why"]) for row in rows]


def apart(tx: Tx, claims: Iterable[str]) -> set[str]:
    """Those of these claims of which facts could not be folded in, and nobody has said what is to become of them."""
    f, s = t.fact.c, t.settled_fact.c
    settled = select(s.op_id).where(s.op_id == f.op_id)
    aside = (f.claim_id.in_(sorted(claims)), f.outcome == SET_ASIDE, f.reason != CANCELLED)
    return set(tx.execute(select(f.claim_id).distinct().where(*aside, ~settled.exists())).scalars())


def came_too_late(tx: Tx, claim: str) -> bool:
    """Whether facts of the claim were set aside here, settled or not."""
    f = t.fact.c
    return bool(tx.execute(select(exists().where(f.claim_id == claim, f.outcome == SET_ASIDE))).scalar())


def effective(tx: Tx, claim: str) -> list[Fact]:
    """What took effect of the claim: its applied facts, and late ones that were accepted, as they happened."""
    return _of(tx, claim, t.fact.c.outcome == APPLIED, (ACCEPTED,))


def folded(tx: Tx, claim: str) -> list[Fact]:
    """What the fold of an ended claim is made of: late facts too that were accepted, for a cancelled order or not."""
    return _of(tx, claim, IN_THE_FOLD, (ACCEPTED, CANCELLED))


def _of(tx: Tx, claim: str, counts: Any, settled: Sequence[str]) -> list[Fact]:
    f, s = t.fact.c, t.settled_fact.c
    besides = select(s.op_id).where(s.claim_id == claim, s.outcome.in_(settled))
    query = select(t.fact).where(f.claim_id == claim, or_(counts, f.op_id.in_(besides)))
    return [fact_of(row) for row in tx.execute(query.order_by(f.n)).mappings()]


def settle_facts(tx: Tx, facts: Sequence[Fact], outcome: str, case: str, now: datetime) -> None:
    """accepted | discarded | noted: what a person made of them; cancelled: accepted, and asked about once more."""
    rows = [
        {"op_id": fact.op_id, "claim_id": fact.claim, "outcome": outcome, "case_id": case, "at": stamp(now)}
        for fact in facts
    ]
    if rows:
        tx.execute(insert(t.settled_fact), rows)


def shortages_of(tx: Tx, claims: Iterable[str]) -> list[Fact]:
    """What these claims' facts tell of shortages, whatever became of them: set aside, they are a person's to book."""
    f = t.fact.c
    query = select(t.fact).where(f.claim_id.in_(sorted(claims)), f.kind.in_(SHORTAGES))
    return [fact_of(row) for row in tx.execute(query.order_by(f.claim_id, f.n)).mappings()]


def claimed_since(tx: Tx, epochs: Mapping[str, int]) -> list[tuple[str, str, str, str]]:
    """(shipment, claim, its station, its state) of later claims than those of these epochs."""
    m, c = t.claim_shipment.c, t.claim.c
    query = select(m.shipment_id, m.claim_id, c.station, c.state, m.epoch).join(t.claim, c.id == m.claim_id)
    rows = tx.execute(query.where(m.shipment_id.in_(sorted(epochs))).order_by(m.shipment_id, m.epoch))
    return [(r.shipment_id, r.claim_id, r.station, r.state) for r in rows if r.epoch > epochs[r.shipment_id]]


def begun(tx: Tx, claims: Iterable[str]) -> set[str]:
    """Those of the claims under which something was done."""
    f = t.fact.c
    query = select(f.claim_id).distinct().where(f.claim_id.in_(sorted(claims)), f.outcome == "applied")
    return set(tx.execute(query).scalars())


def fact_of(row: Row | Mapping[str, Any]) -> Fact:
    return Fact(
        op_id=row["op_id"],
        seq=row["seq"],
        kind=row["kind"],
        claim=row["claim_id"],
        epoch=row["epoch"],
        operator=row["operator"],
        made_at=row["made_at"],
        body=row["body"],
        version=row["version"],
    )
