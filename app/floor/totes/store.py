"""Whose goods lie in one tote, and in which lie goods that the books have elsewhere: rows → values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, Select, Text, func, literal, select

from app.cases import tables as cases
from app.db import Tx
from app.db.rows import pieces
from app.shipments import tables as ships
from app.shipments.shipment import LIVE

MIXED = "tote_mixed"  # the kind of case
_FILLING = 6  # apart from what else is locked by a number

_case, _s, _item = cases.case.c, ships.shipment.c, ships.tote_item.c
_LYING = select(_item.tote).join(ships.shipment, _s.id == _item.shipment_id)
_SEVERAL = func.count(_item.shipment_id.distinct()) > 1, func.max(_s.units) > 1
# Cases about goods that lie where the books do not have them; their details name the totes among these places.
SAID: Select[Any] = select(_case.detail).where(_case.state == "open", _case.kind.in_(("late_fact", "bring_back")))


def only_mine(tx: Tx, totes: Sequence[str]) -> None:
    """Nobody else fills these totes before this transaction ends (SQLite has one writer anyway)."""
    if totes and tx.dialect.name != "sqlite":
        each = func.unnest(literal(sorted(totes), ARRAY(Text))).column_valued("tote")
        tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(each, _FILLING)))).all()


def said(rows: Iterable[Mapping[str, Any]]) -> set[str]:
    """Totes in which goods lie by cases that nobody has settled, of the rows of `SAID`: they are busy till then."""
    return {tote for row in rows for tote in row["detail"].get("totes", ())}


def mixed(tx: Tx, totes: Collection[str] | None = None) -> dict[str, dict[str, str]]:
    """{tote: {shipment: order}} where live shipments lie together that were not picked in bulk; of these totes, or all.

    What was picked in bulk are orders of one item: whichever of two alike goes into which parcel is the same.
    """
    live = _LYING.where(_s.state.in_(sorted(LIVE)))
    some = live.group_by(_item.tote).having(*_SEVERAL)
    found: dict[str, dict[str, str]] = {}
    for part in [None] if totes is None else pieces(sorted(totes)):
        here = some if part is None else some.where(_item.tote.in_(part))
        query = live.add_columns(_s.id, _s.order_id).where(_item.tote.in_(here.correlate(None))).distinct()
        for row in tx.execute(query.order_by(_item.tote, _s.id)):
            found.setdefault(row.tote, {})[row.id] = row.order_id
    return found


def sorted_out(tx: Tx, *, limit: int) -> list[str]:
    """Totes that somebody is asked about and that are no longer mixed, be it with goods of a cancelled order."""
    still = _LYING.where(_item.tote == _case.subject).group_by(_item.tote).having(*_SEVERAL)
    query = select(_case.subject).where(_case.kind == MIXED, _case.state == "open", ~still.exists())
    return list(tx.scalars(query.order_by(_case.subject).limit(limit)))


def asked(tx: Tx) -> Mapping[str, list[set[str]]]:
    """{tote: shipments of each case, open or settled, that asked somebody to look into it}"""
    found: dict[str, list[set[str]]] = {}
    for row in tx.execute(select(_case.subject, _case.detail).where(_case.kind == MIXED)):
        found.setdefault(row.subject, []).append(set(row.detail["shipments"]))
    return found
