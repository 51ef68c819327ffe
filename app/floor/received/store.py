"""Which facts were ever accepted, whatever journal or number they came under: rows ↔ values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, or_, select, union_all

from app.base.clock import stamp
from app.db import Tx
from app.db.rows import pieces
from app.floor import tables as t
from app.floor.facts import Fact
from app.floor.verdict import APPLIED, CANCELLED
from app.site import tables as site


@dataclass(frozen=True, slots=True)
class Received:
    """Under which number of which journal a fact came first, and what became of it."""

    station: str
    incarnation: str
    seq: int
    outcome: str
    reason: str


def received(tx: Tx, op_ids: Iterable[str]) -> dict[str, Received]:
    """Those of these facts that are known, archived ones too (whose `reason` lies in the archive)."""
    k, f = t.fact_key.c, t.fact.c
    query = select(k.op_id, k.station, k.incarnation, k.seq, k.outcome, func.coalesce(f.reason, "")).join(
        t.fact, f.op_id == k.op_id, isouter=True
    )
    return {
        row[0]: Received(*row[1:])
        for some in pieces(list(op_ids))
        for row in tx.execute(query.where(k.op_id.in_(some)))
    }


# What a claim's fold is made of: facts that took effect, and those that did not since their order had been cancelled.
IN_THE_FOLD = or_(t.fact.c.outcome == APPLIED, t.fact.c.reason == CANCELLED)


def folded_marks(tx: Tx, claims: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Of each claim with facts in its fold, how many they are and the greatest of their ids: a sign of which."""
    f = t.fact.c
    query = select(f.claim_id, func.count(), func.max(f.op_id)).where(f.claim_id.in_(claims), IN_THE_FOLD)
    return {row[0]: (row[1], row[2]) for row in tx.execute(query.group_by(f.claim_id))}


def last_of(tx: Tx, station: str, incarnation: str) -> tuple[int, str]:
    """(number, op id) of the last fact taken in from that journal; (0, ""): none."""
    found = []
    for table in (t.fact_key, t.fact_again):
        c = table.c
        query = select(c.seq, c.op_id).where(c.station == station, c.incarnation == incarnation)
        found += [(row.seq, row.op_id) for row in tx.execute(query.order_by(c.seq.desc()).limit(1))]
    return max(found, default=(0, ""))


def add_facts(
    tx: Tx,
    station: str,
    incarnation: str,
    facts: Sequence[Fact],
    outcomes: Mapping[str, tuple[str, str]],
    now: datetime,
    before: int,
) -> None:
    """A fact's place in the order of all that the station ever sent is its number and `before`."""
    at = stamp(now)
    rows = [
        {
            "op_id": fact.op_id,
            "station": station,
            "incarnation": incarnation,
            "seq": fact.seq,
            "kind": fact.kind,
            "version": fact.version,
            "claim_id": fact.claim,
            "epoch": fact.epoch,
            "operator": fact.operator,
            "made_at": fact.made_at,
            "body": fact.body,
            "outcome": outcomes[fact.op_id][0],
            "reason": outcomes[fact.op_id][1],
            "applied_at": at,
            "n": fact.seq + before,
        }
        for fact in facts
    ]
    keys = [{name: row[name] for name in ("op_id", "station", "incarnation", "seq", "outcome")} for row in rows]
    if rows:
        tx.execute(insert(t.fact), rows)
        tx.execute(insert(t.fact_key), keys)


def add_again(tx: Tx, station: str, incarnation: str, facts: Sequence[Fact]) -> None:
    """These came before, under another number: they are passed over, and counted."""
    rows = [{"station": station, "incarnation": incarnation, "seq": fact.seq, "op_id": fact.op_id} for fact in facts]
    if rows:
        tx.execute(insert(t.fact_again), rows)


def sequences(tx: Tx) -> list[tuple[str, str, int, int, int]]:
    """(station, incarnation, number of facts taken in, first seq, last seq), archived ones too."""
    some = [select(table.c.station, table.c.incarnation, table.c.seq) for table in (t.fact_key, t.fact_again)]
    every = union_all(*some).subquery().c
    query = select(every.station, every.incarnation, func.count(), func.min(every.seq), func.max(every.seq))
    grouped = query.group_by(every.station, every.incarnation).order_by(every.station, every.incarnation)
    return [tuple(row) for row in tx.execute(grouped)]


def positions(tx: Tx) -> list[tuple[str, str, int, int, int]]:
    """(station, its present journal, how far it says that is taken in, places it says it gave out, the last in use).

    The last place of facts that lie in no archive; 0 when there are none.
    """
    f, s = t.fact.c, site.station.c
    last = select(func.coalesce(func.max(f.n), 0)).where(f.station == s.name).scalar_subquery()
    query = select(s.name, s.incarnation, s.last_seq, s.facts, last).order_by(s.name)
    return [tuple(row) for row in tx.execute(query)]


def chains(tx: Tx) -> list[tuple[str, str, int | None, str]]:
    """(station, journal, how far its station says it is taken in, with which link; None: another is its own)."""
    s = site.station.c
    stand = tx.execute(select(s.name, s.incarnation, s.last_seq, s.last_hash))
    now = {(row.name, row.incarnation): row for row in stand}
    found = []
    for station, incarnation, *_ in sequences(tx):
        row = now.get((station, incarnation))
        found.append((station, incarnation, row.last_seq if row else None, row.last_hash if row else ""))
    return found
