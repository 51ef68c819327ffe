"""What a batch of facts stands on, locked first and read then: two round trips, for a bench may be far away.

Locked in the order that ARCHITECTURE.md has: the station, its facts' claims, the shipments of these. Each part asks for
what the one before it found, so that PostgreSQL takes them in that order; what is locked by none of them is read behind
all, as it stands then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Text, bindparam, exists, func, literal_column, select

from app.db import Tx
from app.db.at_once import Queries, Rows, read_at_once
from app.db.migrate import VERSION, still_fits
from app.floor import store
from app.floor import tables as t
from app.floor.facts import Fact
from app.floor.packet import Packet
from app.floor.received import store as received
from app.floor.received.store import Received
from app.floor.store import Claim
from app.shipments import store as shipments
from app.shipments import tables as ships
from app.shipments.shipment import Shipment
from app.site import store as site
from app.site import tables as sites
from app.site.site import Station

Mark = tuple[int, str]

_station, _claims = bindparam("station", type_=Text), bindparam("claims", type_=Text, expanding=True)
_members = select(t.claim_shipment.c.shipment_id).where(t.claim_shipment.c.claim_id.in_(_claims))
_STATION = select(sites.station).where(sites.station.c.name == _station)
# But for the packet, which is the most of it and never changes.
_CLAIMS = (
    select(*(c for c in t.claim.c if c is not t.claim.c.packet)).where(t.claim.c.id.in_(_claims)).order_by(t.claim.c.id)
)
_SHIPMENTS = select(ships.shipment).where(ships.shipment.c.id.in_(_members)).order_by(ships.shipment.c.id)


def _locking(*, shipments_too: bool) -> Select[Any]:
    """PostgreSQL's, all in one: an EXISTS is asked before any row is read, and a sort takes all before it gives one."""
    mine = _STATION.with_for_update().cte("mine")
    held = _CLAIMS.where(exists(select(mine.c.name))).with_for_update().cte("held")
    of_held = select(t.claim_shipment.c.shipment_id).where(t.claim_shipment.c.claim_id.in_(select(held.c.id)))
    goods = select(ships.shipment).where(ships.shipment.c.id.in_(of_held)).order_by(ships.shipment.c.id)
    some = (mine, held, goods.with_for_update().cte("goods")) if shipments_too else (mine, held)
    return select(*(select(func.json_agg(literal_column(c.name))).select_from(c).scalar_subquery() for c in some))


_LOCKING = {shipments_too: _locking(shipments_too=shipments_too) for shipments_too in (True, False)}
_BEHIND: Queries = (
    VERSION,
    received.KNOWN,
    select(t.claim_shipment).where(t.claim_shipment.c.claim_id.in_(_claims)),
    received.MARKS,
    select(t.claim.c.id, t.claim.c.packet).where(t.claim.c.id.in_(bindparam("strange", type_=Text, expanding=True))),
    select(ships.shipment_line)
    .where(ships.shipment_line.c.shipment_id.in_(_members))
    .order_by(ships.shipment_line.c.shipment_id, ships.shipment_line.c.line),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """`known`: those of the facts that came before. `claims`: each with how many facts are in its fold, and the
    greatest of their ids. `shipments`: of the claims; None: they are not locked.
    """

    station: Station
    known: Mapping[str, Received]
    claims: Mapping[str, tuple[Claim, Mark]]
    shipments: Mapping[str, Shipment] | None


def standing(
    tx: Tx, station: str, facts: Sequence[Fact], *, packets: Mapping[str, Packet], shipments_too: bool
) -> Standing:
    """Nobody changes any of it before this transaction ends: a claim is taken over before its facts are judged, or
    after they took effect. Without `shipments_too` the shipments are the caller's to lock, beside others. `packets`: of
    the claims, those that needn't be read.

    NotFound, Conflict (not_this_bench): as `site.lock_station`. SchemaMismatch: this program may write here no more.
    """
    ids = _ids(fact.claim for fact in facts)
    values: dict[str, object] = {"station": station, "claims": ids}
    mine, held, goods = _locked(tx, values, shipments_too=shipments_too)
    if not mine:
        site.lock_station(tx, station)  # says why
    asked: dict[str, object] = {
        "op_ids": _ids(fact.op_id for fact in facts),
        "strange": [id_ for id_ in ids if id_ not in packets],
    }
    version, known, members, marks, strange, lines = read_at_once(tx, _BEHIND, values | asked)
    still_fits(tx, version[0]["version_num"])
    marked = {mark["claim_id"]: (mark["count"], mark["greatest"]) for mark in marks}
    every = {**packets, **{row["id"]: store.as_packet(row["packet"]) for row in strange}}
    claims = {one.id: (one, marked.get(one.id, (0, ""))) for one in store.whole(held, members, every)}
    return Standing(
        site.as_station(mine[0]),
        {row["op_id"]: received.as_received(row) for row in known},
        claims,
        {one.id: one for one in shipments.whole(goods, lines)} if shipments_too else None,
    )


def _ids(said: Iterable[str]) -> list[str]:
    """A spoilt disk may have put signs among them that no id has, and no database takes."""
    return sorted({one for one in said if one and one.isascii() and one.isprintable()})


def _locked(tx: Tx, values: Mapping[str, object], *, shipments_too: bool) -> tuple[Rows, Rows, Rows]:
    """(the station, claims, shipments)"""
    if tx.dialect.name == "sqlite":  # one writer: all of it is locked
        mine, held, goods = read_at_once(tx, (_STATION, _CLAIMS, _SHIPMENTS), values)
    else:
        mine, held, goods = (*(rows or [] for rows in tx.execute(_LOCKING[shipments_too], values).one()), [])[:3]
    return mine, held, goods
