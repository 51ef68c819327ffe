"""Which facts were ever accepted, whatever journal or number they came under: rows ↔ values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, bindparam, func, insert, or_, select, union_all

from app.base.clock import stamp
from app.db import Tx
from app.db.at_once import add, written_at_once
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


KNOWN: Select[Any] = (
    select(
        t.fact_key.c.op_id, t.fact_key.c.station, t.fact_key.c.incarnation, t.fact_key.c.seq, t.fact_key.c.outcome,
        func.coalesce(t.fact.c.reason, "").label("reason"),
    )
    .join(t.fact, t.fact.c.op_id == t.fact_key.c.op_id, isouter=True)
    .where(t.fact_key.c.op_id.in_(bindparam("op_ids", type_=Text, expanding=True)))
)  # fmt: skip


def received(tx: Tx, op_ids: Iterable[str]) -> dict[str, Received]:
    """Those of these facts that are known, archived ones too (whose `reason` lies in the archive)."""
    parts = (tx.execute(KNOWN, {"op_ids": some}).mappings() for some in pieces(list(op_ids)))
    return {row["op_id"]: as_received(row) for part in parts for row in part}


def as_received(row: Mapping[Any, Any]) -> Received:
    return Received(row["station"], row["incarnation"], row["seq"], row["outcome"], row["reason"])


# What a claim's fold is made of: facts that took effect, and those that did not since their order had been cancelled.
IN_THE_FOLD = or_(t.fact.c.outcome == APPLIED, t.fact.c.reason == CANCELLED)


# Of each claim with facts in its fold, how many they are and the greatest of their ids: a sign of which.
MARKS: Select[Any] = (
    select(t.fact.c.claim_id, func.count().label("count"), func.max(t.fact.c.op_id).label("greatest"))
    .where(t.fact.c.claim_id.in_(bindparam("claims", type_=Text, expanding=True)), IN_THE_FOLD)
    .group_by(t.fact.c.claim_id)
)


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
    with written_at_once(tx):
        add(tx, t.fact, rows)
        add(tx, t.fact_key, keys)


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
