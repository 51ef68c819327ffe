"""Facts as they were taken in, page by page, and the runs of them that lie in the archive: rows ↔ values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, exists, insert, literal, or_, select, union_all, update

from app.cases import tables as cases
from app.db import Tx
from app.db.rows import pieces
from app.floor import tables as t
from app.floor.facts import Fact
from app.floor.held.store import fact_of
from app.shipments import tables as ships
from app.shipments.shipment import GONE

_OVER = (*sorted(GONE), "cancelled")


@dataclass(frozen=True, slots=True)
class Stored:
    """A fact under its number in one journal. `own`: its row bears this number; else it came once more, under this."""

    seq: int
    fact: Fact
    own: bool
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """Facts `first`…`last` of a journal lie in the archive; `hash`: the chain's link behind the last."""

    first: int
    last: int
    hash: str


def journals(tx: Tx) -> list[tuple[str, str]]:
    """(station, incarnation) of every journal with facts that stand here."""
    some = [select(table.c.station, table.c.incarnation).distinct() for table in (t.fact, t.fact_again)]
    every = union_all(*some).subquery().c
    return [tuple(row) for row in tx.execute(select(every.station, every.incarnation).distinct().order_by(*every))]


def page(tx: Tx, station: str, incarnation: str, after: int, limit: int) -> list[Stored]:
    """The journal's next facts that stand here, behind number `after`."""
    f, a = t.fact.c, t.fact_again.c
    own = select(t.fact, f.seq.label("number"), literal(1).label("own")).where(
        f.station == station, f.incarnation == incarnation, f.seq > after
    )
    again = (
        select(t.fact, a.seq.label("number"), literal(0).label("own"))
        .join(t.fact_again, a.op_id == f.op_id)
        .where(a.station == station, a.incarnation == incarnation, a.seq > after)
    )
    found = [
        row
        for query, number in ((own, f.seq), (again, a.seq))
        for row in tx.execute(query.order_by(number).limit(limit)).mappings()
    ]
    found.sort(key=lambda row: int(row["number"]))
    return [Stored(row["number"], fact_of(row), bool(row["own"]), dict(row)) for row in found[:limit]]


def runs(tx: Tx, station: str, incarnation: str) -> dict[int, Run]:
    """{first: run} of what lies in the archive."""
    link = t.fact_link.c
    query = select(link.first, link.last, link.hash).where(link.station == station, link.incarnation == incarnation)
    return {row.first: Run(*row) for row in tx.execute(query)}


def add_run(tx: Tx, station: str, incarnation: str, run: Run) -> None:
    """Joined to the one it follows, so that they stay few."""
    link = t.fact_link
    before = (link.c.station == station, link.c.incarnation == incarnation, link.c.last == run.first - 1)
    done = tx.execute(update(link).where(*before).values(last=run.last, hash=run.hash))
    if not done.rowcount:
        values = {"station": station, "incarnation": incarnation, "first": run.first, "last": run.last}
        tx.execute(insert(link).values(**values, hash=run.hash))


def drop(tx: Tx, op_ids: Sequence[str]) -> int:
    """Facts that lie in the archive now leave the table; which they were stays known (fact_key)."""
    return sum(
        tx.execute(delete(t.fact).where(t.fact.c.op_id.in_(some))).rowcount for some in pieces(sorted(op_ids), 500)
    )


def kept_back(tx: Tx, some: Collection[Stored]) -> set[str]:
    """Op ids of those that must stay: work not over yet, a case still open, or they came once more and that stays."""
    ops, claims = [one.fact.op_id for one in some], sorted({one.fact.claim for one in some if one.fact.claim})
    busy = _busy(tx, claims)
    c = cases.case.c
    asked = set(
        tx.execute(select(c.subject).where(c.state == "open", or_(c.subject.in_(ops), c.subject.in_(claims)))).scalars()
    )
    a, link = t.fact_again.c, t.fact_link.c
    filed = exists().where(
        link.station == a.station, link.incarnation == a.incarnation, link.first <= a.seq, link.last >= a.seq
    )
    again = set(tx.execute(select(a.op_id).where(a.op_id.in_(ops), ~filed)).scalars())
    return {one.fact.op_id for one in some if one.fact.op_id in asked | again or one.fact.claim in busy | asked}


def _busy(tx: Tx, claims: Sequence[str]) -> set[str]:
    """Claims that are live, or of which a shipment is still to go."""
    c, m, s = t.claim.c, t.claim_shipment.c, ships.shipment.c
    live = select(c.id).where(c.id.in_(claims), c.state == "live")
    going = (
        select(m.claim_id)
        .join(ships.shipment, s.id == m.shipment_id)
        .where(m.claim_id.in_(claims), s.state.not_in(_OVER))
    )
    return set(tx.execute(live).scalars()) | set(tx.execute(going).scalars())


def old_claims(tx: Tx, before: str, after: str, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """(claims made before then that are over and of which no fact stands here, where to go on); None: that was all."""
    c = t.claim.c
    query = select(t.claim).where(c.id > after, c.made_at < before, c.state != "live").order_by(c.id).limit(limit)
    some = tx.execute(query).mappings().all()
    ids = [row["id"] for row in some]
    busy = _busy(tx, ids) | set(tx.execute(select(t.fact.c.claim_id).where(t.fact.c.claim_id.in_(ids))).scalars())
    members: dict[str, list[tuple[str, int]]] = {}
    m = t.claim_shipment.c
    for row in tx.execute(
        select(m.claim_id, m.shipment_id, m.epoch).where(m.claim_id.in_(ids)).order_by(m.shipment_id)
    ):
        members.setdefault(row.claim_id, []).append((row.shipment_id, row.epoch))
    found = [{**row, "shipments": members.get(row["id"], [])} for row in some if row["id"] not in busy]
    return found, ids[-1] if len(ids) == limit else None


def drop_claims(tx: Tx, claims: Sequence[str]) -> None:
    for some in pieces(sorted(claims), 500):
        tx.execute(delete(t.claim_shipment).where(t.claim_shipment.c.claim_id.in_(some)))
        tx.execute(delete(t.claim).where(t.claim.c.id.in_(some)))
