"""What there is to claim, and what a code means: each in one round trip."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BindParameter,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
    union_all,
)

from app.base.errors import NotFound
from app.db import Tx
from app.db.at_once import Queries, Rows, read_at_once
from app.floor import tables as t
from app.floor.totes.store import SAID, said
from app.shipments import tables as ships
from app.site import tables as site

_PLENTY = 12  # totes: more than any claim asks for
_CHOOSING = 4  # apart from what else is locked by a number

s, m, c = ships.shipment.c, t.claim_shipment.c, t.claim.c
tote, item = ships.tote.c, ships.tote_item.c
own = ships.shipment.alias("own").c  # where a query asks twice of one table

# The parameters that several of the queries below share.
_station, _code = bindparam("station", type_=Text), bindparam("code", type_=Text)
_of_station = select(site.station.c.warehouse).where(site.station.c.name == _station)
_warehouse = _of_station.scalar_subquery()


# ---- choosing -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """A shipment nobody holds that can be picked or packed now. `lot`: itself, or the tote it is packed from."""

    id: str
    units: int
    leaves_at: str
    lot: str = ""


@dataclass(frozen=True, slots=True)
class Chance:
    """What there is for a station at `here`: the first of what is begun, and of what nobody has begun.

    `totes`: so many are free, when all that live claims have still to put into one has found its own.
    """

    here: str
    begun: Waiting | None
    fresh: Waiting | None
    totes: int


def _needed() -> Select[Any]:
    """Totes that live pick claims have still to fill: one for each shipment without any, in bulk one for all."""
    empty = func.sum(case((s.tote.is_(None), 1), else_=0))
    bulk = case((func.count(s.tote) > 0, 0), else_=1)
    each = (
        select(case((func.max(s.units) == 1, bulk), else_=empty).label("n"))
        .select_from(ships.shipment)
        .join(t.claim_shipment, and_(m.shipment_id == s.id, m.live))
        .where(s.warehouse == _warehouse, s.state == "picking")
        .group_by(m.claim_id)
    ).subquery()
    return select(func.coalesce(func.sum(each.c.n), 0))


_holds = exists().where(item.tote == tote.code)
_empty = select(func.count()).select_from(ships.tote).where(tote.warehouse == _warehouse, ~_holds)
# Where goods lie in some totes that the books have elsewhere: how many others are free.
_but_said = tote.code.not_in(bindparam("said", expanding=True))
_BUT_SAID = select(_empty.where(_but_said).scalar_subquery() - _needed().scalar_subquery())


def _free_totes() -> Select[Any]:
    """How many hold nothing and are not needed; where there are plenty, at least so many: that costs less to say."""
    empty = _empty.scalar_subquery()
    most = select(func.coalesce(func.sum(c.totes), 0)).where(c.state == "live").scalar_subquery()
    known = select(empty.label("empty"), most.label("most")).cte("known")
    left, n = known.c.empty - known.c.most, known.c.empty - _needed().scalar_subquery()
    return select(case((left >= _PLENTY, left), else_=n).label("n"))


_totes = _free_totes()


def _begun(*, own_first: bool) -> Select[Any]:
    """Begun work nobody holds, first to leave first; of two that leave together that of the station first.

    `own_first`: what the station has done itself before all else, for it stands there.
    """
    held = exists().where(m.shipment_id == s.id, m.live)
    mine = exists().where(m.shipment_id == s.id, c.id == m.claim_id, c.station == _station)
    by_us = case((mine, 0), else_=1)
    # What was picked in bulk is packed in bulk: by its tote.
    lot = case((and_(s.state == "picked", s.tote.is_not(None), s.units == 1), s.tote), else_=s.id)
    wanted = s.state.in_(bindparam("states", expanding=True)), lot.not_in(bindparam("besides", expanding=True))
    order = (by_us, s.leaves_at, s.id) if own_first else (s.leaves_at, by_us, s.id)
    query = select(s.id, s.units, s.leaves_at, lot.label("lot")).where(s.warehouse == _warehouse, *wanted, ~held)
    return query.order_by(*order).limit(1)


def _ready(*, single: bool | None, most: int | BindParameter[int]) -> Select[Any]:
    """Work nobody has begun, first to leave first; locked, and what others are just claiming is passed over."""
    query = select(s.id, s.units, s.leaves_at).where(s.warehouse == _warehouse, s.state == "ready")
    if single is not None:
        query = query.where(s.units == 1 if single else s.units > 1)
    return query.order_by(s.leaves_at, s.carrier, s.id).limit(most).with_for_update(skip_locked=True)


_FIRST, _NONE = _ready(single=None, most=1), _of_station.where(false())
_OF_ALL: Queries = (_of_station, _begun(own_first=False), _FIRST, _totes, SAID)
_FRESH: Queries = (_of_station, _NONE, _FIRST, _totes, SAID)
_OWN: Queries = (_of_station, _begun(own_first=True), _NONE, _NONE, _NONE)
_SOME = {single: _ready(single=single, most=bindparam("most", type_=Integer)) for single in (True, False)}


def chance(tx: Tx, station: str, states: Sequence[str] = (), *, fresh: bool, besides: Collection[str] = ()) -> Chance:
    """For who works at `station`: begun work in one of these `states`, but not `besides` (lots), and `fresh` work.

    Without `fresh` what the station has begun itself comes first.
    """
    queries = _OWN if not fresh else _OF_ALL if states else _FRESH
    values = {"station": station, "states": sorted(states), "besides": sorted(besides)}
    where, begun, ready, totes, cases = read_at_once(tx, queries, values)
    return Chance(
        _here_of(where, station),
        Waiting(**begun[0]) if begun else None,
        Waiting(**ready[0]) if ready else None,
        _free(tx, station, totes, said(cases)),
    )


def _free(tx: Tx, station: str, rows: Rows, besides: Collection[str]) -> int:
    if rows and besides:
        return int(tx.execute(_BUT_SAID, {"station": station, "said": sorted(besides)}).scalar_one())
    return int(rows[0]["n"]) if rows else 0


def ready(tx: Tx, station: str, *, single: bool, most: int) -> list[str]:
    """So many shipments nobody has begun, of one item or of several, first to leave first; locked."""
    return [row.id for row in tx.execute(_SOME[single], {"station": station, "most": most})]


def only_me(tx: Tx, lot: str) -> bool:
    """Whether nobody else is just choosing this lot of work; until the end of this transaction nobody can."""
    if tx.dialect.name == "sqlite":
        return True
    return bool(tx.execute(select(func.pg_try_advisory_xact_lock(func.hashtextextended(lot, _CHOOSING)))).scalar())


# ---- what a code means ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Meant:
    """The shipments a code stands for, locked, with their units. `tote`: it is the one they lie in; else empty.

    `totes`: so many are free, as in Chance.
    """

    here: str
    shipments: Mapping[str, int]
    totes: int
    tote: str = ""

    @property
    def mixed(self) -> bool:
        """Orders of several items in one tote: who packs has to say which."""
        return bool(self.tote) and len(self.shipments) > 1 and max(self.shipments.values()) > 1


_named = select(tote.code).where(tote.warehouse == _warehouse, or_(tote.code == _code, tote.scan == _code))
_meant = union_all(
    select(own.id).where(own.id == _code),
    select(own.id).where(own.job_code == _code),
    select(own.id)
    .join(ships.tote_item, item.shipment_id == own.id)
    .where(item.tote.in_(_named), own.state.in_(("picked", "packing", "picking"))),
)
_by_code = select(s.id, s.job_code, s.units).where(s.id.in_(_meant)).order_by(s.id)
_MEANT: Queries = (
    _of_station,
    _by_code.with_for_update(of=ships.shipment),
    _named,
    _totes,
    SAID,
)


def meant(tx: Tx, station: str, code: str) -> Meant:
    """By its id, its job code, or the tote they lie in, in this order. Nothing is loaded while it is opened."""
    wanted = code.strip().upper()
    where, rows, totes, free, cases = read_at_once(tx, _MEANT, {"station": station, "code": wanted})
    direct = {row["id"]: row["units"] for row in rows if wanted in (row["id"], row["job_code"])}
    shipments = direct or {row["id"]: row["units"] for row in rows}
    left = _free(tx, station, free, said(cases))
    return Meant(_here_of(where, station), shipments, left, "" if direct else _first(totes, "code"))


def named(tx: Tx, station: str, code: str) -> list[str]:
    """The shipments of `meant`, not locked: for who has to lock claims before them."""
    wanted = code.strip().upper()
    rows = tx.execute(_by_code, {"station": station, "code": wanted}).all()
    return [row.id for row in rows if wanted in (row.id, row.job_code)] or [row.id for row in rows]


def _here_of(rows: Rows, station: str) -> str:
    if not rows:
        raise NotFound(f"station {station!r}", what="station", id=station)
    return _first(rows, "warehouse")


def _first(rows: Rows, column: str) -> str:
    return str(rows[0][column]) if rows else ""
