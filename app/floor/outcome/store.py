"""Progress, boxes, totes and prints as the applier's fold found them: each in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, select, update

from app.base.clock import stamp
from app.base.ids import parcel_id
from app.db import Tx
from app.db.at_once import alter
from app.db.rows import upsert
from app.floor.packet import Box, Lying
from app.floor.printing import Printed, PrintKey
from app.shipments import tables as t
from app.shipments.shipment import GONE

_LABEL = "parcel_label"
_AWAY = ("loaded", *sorted(GONE))
_NO_LABEL = ("open", "void")


@dataclass(frozen=True, slots=True, order=True)
class Progress:
    shipment: str
    line: int
    picked: int
    packed: int


def set_progress(tx: Tx, progress: Sequence[Progress]) -> None:
    rows = [{"shipment_id": p.shipment, "line": p.line, "picked": p.picked, "packed": p.packed} for p in progress]
    alter(tx, t.shipment_line, rows, ["shipment_id", "line"])


def put_boxes(tx: Tx, boxes: Mapping[str, Sequence[Box]]) -> None:
    """The parcels of these shipments are these; one that is no longer there (its start was undone) is void.

    One that was loaded meanwhile is the dock's: it stays as it is while others of its claim are still packed.
    """
    if not boxes:
        return
    rows: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    away = set(tx.scalars(select(t.parcel.c.id).where(t.parcel.c.shipment_id.in_(boxes), t.parcel.c.state.in_(_AWAY))))
    for shipment, some in boxes.items():
        for box in some:
            own = parcel_id(shipment, box.n)
            if own in away:
                continue
            rows.append(
                {
                    "id": own,
                    "shipment_id": shipment,
                    "n": box.n,
                    "state": box.state,
                    "carton": box.carton,
                    "weight_g": box.weight_g,
                    "sscc": box.sscc or None,
                    "tracking": box.tracking or None,
                    "issue": box.issue,
                }
            )
            items += [_item("parcel_id", own, lying) for lying in box.items]
    p, inside = t.parcel, t.parcel_item
    before = select(p.c.id).where(p.c.shipment_id.in_(boxes), p.c.state.in_(("open", "closed", "labelled")))
    tx.execute(delete(inside).where(inside.c.parcel_id.in_(before)))
    gone = and_(p.c.id.in_(before), p.c.id.not_in([row["id"] for row in rows]))
    tx.execute(update(p).where(gone).values(state="void", sscc=None, tracking=None))
    upsert(tx, p, rows, ["id"])
    if items:
        tx.execute(insert(inside), items)


def put_totes(tx: Tx, lying: Mapping[str, Sequence[Lying]], before: Mapping[str, str | None]) -> None:
    """What of these shipments lies in totes is this; `before`: the tote each of them stood in."""
    lying = {shipment: some for shipment, some in lying.items() if some or before[shipment]}
    if not lying:
        return
    rows = [_item("tote", i.tote, i) | {"shipment_id": shipment} for shipment, some in lying.items() for i in some]
    tx.execute(delete(t.tote_item).where(t.tote_item.c.shipment_id.in_(lying)))
    if rows:
        tx.execute(insert(t.tote_item), rows)
    stands = {shipment: some[0].tote if some else None for shipment, some in lying.items()}
    moved = [{"id": shipment, "tote": tote} for shipment, tote in stands.items() if tote != before[shipment]]
    alter(tx, t.shipment, moved, ["id"])


def put_prints(tx: Tx, station: str, prints: Sequence[Printed], now: datetime) -> None:
    """Adds print jobs or moves them on; who asked for one first stays, and where it was sent."""
    newest: dict[PrintKey, Printed] = {}
    for one in prints:
        first = newest.get(one.key, one)
        newest[one.key] = replace(
            one, by=first.by, detail=first.detail or one.detail, printer=one.printer or first.printer
        )
    if not newest:
        return
    news = _news(tx, {key[0] for key in newest})
    rows = [
        {
            "subject": key[0],
            "document": key[1],
            "issue": key[2],
            "copy": key[3],
            "state": one.state,
            "station": station,
            "printer": one.printer,
            "detail": dict(one.detail),
            "at": stamp(now),
            "by": one.by,
            "news_at": news.get(key[0], ""),
        }
        for key, one in newest.items()
    ]
    keys, keep = ["subject", "document", "issue", "copy"], ("station", "detail", "at", "by", "news_at")
    upsert(tx, t.print_job, [row for row in rows if row["printer"]], keys, keep=keep)
    upsert(tx, t.print_job, [row for row in rows if not row["printer"]], keys, keep=(*keep, "printer"))


def tell_prints(tx: Tx, station: str, told: Sequence[Printed], now: datetime) -> None:
    """What became of papers at this station's printers.

    A label's job is made by its fact. Where that came too late there is none, or it is another bench's by now. By its
    fact alone a label that stands on a parcel is void altogether: one set aside has made no other in its place.
    """
    labels = sorted({one.key[0] for one in told if one.key[1] == _LABEL})
    job, box = t.print_job.c, t.parcel.c
    query = select(
        job.subject, job.document, job.issue, job.copy, job.station, job.state, box.issue.label("now"),
        box.state.label("stands"),
    ).join(t.parcel, box.id == job.subject)  # fmt: skip
    rows = tx.execute(query.where(job.subject.in_(labels), job.document == _LABEL)).all() if labels else ()
    known = {tuple(row[:4]) for row in rows if row.station == station}
    then = {one.key: one.state for one in told}
    alive = {(row.subject, row.issue) for row in rows if then.get(tuple(row[:4]), row.state) != "void"}
    stand = {(row.subject, row.issue) for row in rows if row.issue == row.now and row.stands not in _NO_LABEL}

    def believed(one: Printed) -> bool:
        subject, document, issue, _ = one.key
        return document != _LABEL or (
            one.key in known and (one.state != "void" or (subject, issue) not in stand - alive)
        )

    put_prints(tx, station, [one for one in told if believed(one)], now)


def _news(tx: Tx, subjects: set[str]) -> dict[str, str]:
    """Since when the order of each parcel was last heard of."""
    p, s = t.parcel, t.shipment
    query = select(p.c.id, s.c.news_at).join(s, s.c.id == p.c.shipment_id).where(p.c.id.in_(subjects))
    return {row.id: row.news_at for row in tx.execute(query)}


def _item(owner: str, id_: str, lying: Lying) -> dict[str, Any]:
    return {
        owner: id_,
        "line": lying.line,
        "sku": lying.sku,
        "lot": lying.lot,
        "serial": lying.serial,
        "qty": lying.qty,
    }
