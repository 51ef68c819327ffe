"""Shipments, parcels, totes and handovers: rows ↔ values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, and_, bindparam, delete, insert, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from app.base.clock import stamp
from app.base.errors import Conflict, Crossed, NotFound
from app.base.ids import scan_code
from app.cases import store as cases
from app.cases.case import SHORT
from app.db import Row, Tx
from app.db.at_once import Queries, read_at_once
from app.db.feed import announce
from app.db.rows import pieces
from app.orders.timeline import Entry, record
from app.shipments.shipment import (
    LIVE,
    Hop,
    NewShipment,
    Parcel,
    ParcelItem,
    Shipment,
    ShipmentLine,
    ToteItem,
    stands_after,
)
from app.shipments.tables import handover, parcel, parcel_item, print_job, shipment, shipment_line, tote_item

_ids = bindparam("ids", type_=Text, expanding=True)
_WITH_LINES: Queries = (
    select(shipment).where(shipment.c.id.in_(_ids)).order_by(shipment.c.id),
    select(shipment_line)
    .where(shipment_line.c.shipment_id.in_(_ids))
    .order_by(shipment_line.c.shipment_id, shipment_line.c.line),
)


# ---- shipments ------------------------------------------------------------------------------------------


def add(tx: Tx, shipments: Sequence[NewShipment], now: datetime, *, by: str = "planning", source: str = "") -> None:
    """Write new shipments with their lines and a fresh job code each."""
    if not shipments:
        return
    at = stamp(now)
    tx.execute(insert(shipment), [_new_row(s, at) for s in shipments])
    tx.execute(insert(shipment_line), [_line_row(s.id, line) for s in shipments for line in s.lines])
    record(
        tx,
        [Entry(s.order_id, s.id, "state", by, {"from": "", "to": s.state}, source) for s in shipments],
        now,
    )
    announce(tx, "shipment", [s.id for s in shipments], now)


def _new_row(s: NewShipment, at: str) -> dict[str, object]:
    return {
        "id": s.id, "order_id": s.order_id, "n": s.n, "shop": s.shop, "warehouse": s.warehouse, "state": s.state,
        "job_code": scan_code("PBJ"), "carrier": s.carrier, "service": s.service, "incoterm": s.incoterm,
        "country": s.country, "leaves_at": s.leaves_at, "units": sum(line.qty for line in s.lines), "made_at": at,
        "news_at": s.news_at,
    }  # fmt: skip


def _line_row(shipment_id: str, line: ShipmentLine) -> dict[str, object]:
    return {
        "shipment_id": shipment_id, "line": line.line, "order_line": line.order_line, "sku": line.sku, "qty": line.qty,
        "short": line.short, "picked": line.picked, "packed": line.packed,
    }  # fmt: skip


def get(tx: Tx, ids: Iterable[str]) -> dict[str, Shipment]:
    """By id, lines included; unknown ids are left out. A statement per 900 ids, on SQLite two."""
    found: dict[str, Shipment] = {}
    for part in pieces(sorted(set(ids))):
        rows, lines = read_at_once(tx, _WITH_LINES, {"ids": part})
        found |= {s.id: s for s in whole(rows, lines)}
    return found


def of_orders(tx: Tx, order_ids: Iterable[str]) -> dict[str, tuple[Shipment, ...]]:
    """All shipments of each order, cancelled ones too, by number; an order without any has an empty tuple."""
    wanted = sorted(set(order_ids))
    found: dict[str, tuple[Shipment, ...]] = dict.fromkeys(wanted, ())
    for part in pieces(wanted):
        query = select(shipment).where(shipment.c.order_id.in_(part)).order_by(shipment.c.order_id, shipment.c.n)
        for one in _shipments(tx, tx.execute(query).mappings().all()):
            found[one.order_id] += (one,)
    return found


def listing(tx: Tx, *, state: str = "", limit: int = 50, after: str = "") -> list[Shipment]:
    """A page by id."""
    query = select(shipment).where(shipment.c.id > after).order_by(shipment.c.id).limit(limit)
    if state:
        query = query.where(shipment.c.state == state)
    return _shipments(tx, tx.execute(query).mappings().all())


def _shipments(tx: Tx, rows: Sequence[Row]) -> list[Shipment]:
    lines: list[Row] = []
    for part in pieces([row["id"] for row in rows]):
        query = select(shipment_line).where(shipment_line.c.shipment_id.in_(part))
        lines += tx.execute(query.order_by(shipment_line.c.shipment_id, shipment_line.c.line)).mappings()
    return whole(rows, lines)


def whole(rows: Sequence[Mapping[Any, Any]], lines: Sequence[Mapping[Any, Any]]) -> list[Shipment]:
    """The shipments of these rows, and of those of their lines."""
    of: dict[str, list[ShipmentLine]] = {row["id"]: [] for row in rows}
    for line in lines:
        values = dict(line)
        of[values.pop("shipment_id")].append(ShipmentLine(**values))
    return [Shipment(**dict(row), lines=tuple(of[row["id"]])) for row in rows]


def lock(tx: Tx, ids: Iterable[str]) -> None:
    """Nobody else moves these shipments before this transaction ends (SQLite has one writer anyway).

    Their lines, totes, parcels, reservations and cases are whoever's the shipment is: they need no lock of their own.
    """
    for part in pieces(sorted(set(ids))):
        tx.execute(select(shipment.c.id).where(shipment.c.id.in_(part)).order_by(shipment.c.id).with_for_update()).all()


def move_state(tx: Tx, ids: Sequence[str], to: str, *, by: str, source: str, now: datetime) -> None:
    """Move the shipments to `to`. Conflict names the first that may not go there: then roll the transaction back."""
    hops(tx, [Hop(one, to, by, source) for one in ids], now)


def hops(tx: Tx, wanted: Sequence[Hop], now: datetime, *, known: Mapping[str, Shipment] | None = None) -> None:
    """Several moves at once, those of one shipment in the order given; a fixed number of statements, however many.

    `known`: the shipments as they stand, where they were locked and read before.

    `stands_after` says what a move does to a held shipment. One that is picked while nobody has decided on what was
    found short of it is held there: its picker goes on undisturbed, and no packer begins it.
    """
    ids = sorted({hop.shipment for hop in wanted})
    before: Mapping[str, Any] = known or {
        row.id: row
        for part in pieces(ids)
        for row in tx.execute(
            select(shipment.c.id, shipment.c.order_id, shipment.c.state, shipment.c.held_from).where(
                shipment.c.id.in_(part)
            )
        )
    }
    stands = {one: (before[one].state, before[one].held_from) for one in ids if one in before}
    entries: list[Entry] = []
    for hop in wanted:
        if hop.shipment not in stands:
            raise NotFound(f"no shipment {hop.shipment!r}", kind="unknown_shipment", shipment=hop.shipment)
        state, held_from = stands[hop.shipment]
        then = stands_after(state, held_from, hop.to)
        if then is None:
            raise Conflict(
                f"{hop.shipment} is {state}, it can't become {hop.to}",
                kind="shipment_state",
                shipment=hop.shipment,
                state=state,
                to=hop.to,
            )
        stands[hop.shipment] = then
        event, start = ("state_under_hold", held_from) if then[0] == state == "held" else ("state", state)
        detail = {"from": start, "to": hop.to} | ({"station": hop.station} if hop.station else {})
        entries.append(Entry(before[hop.shipment].order_id, hop.shipment, event, hop.by, detail, hop.source))
    by = {hop.shipment: hop for hop in wanted}
    for one in sorted(_undecided(tx, [one for one, now_at in stands.items() if now_at == ("picked", None)])):
        stands[one] = ("held", "picked")
        detail = {"from": "picked", "to": "held"}
        entries.append(Entry(before[one].order_id, one, "state", by[one].by, detail, by[one].source))
    if not ids:
        return
    alike: dict[tuple[str, str, str | None], list[str]] = {}
    for one in ids:
        alike.setdefault((before[one].state, *stands[one]), []).append(one)
    done = 0
    for (state, to, held_from), some in sorted(alike.items(), key=repr):
        for part in pieces(some):
            values = {"k_state": state, "k_ids": part, "to": to, "from": held_from}
            done += tx.execute(_HOP, values).rowcount
    if done != len(ids):
        raise Crossed(f"{', '.join(ids[:5])}: moved by somebody else meanwhile", kind="shipment_moved", shipment=ids[0])
    record(tx, entries, now)
    announce(tx, "shipment", ids, now)


_HOP = (
    update(shipment)
    .where(shipment.c.id.in_(bindparam("k_ids", expanding=True)), shipment.c.state == bindparam("k_state"))
    .values(state=bindparam("to"), held_from=bindparam("from"))
)


def _undecided(tx: Tx, ids: Sequence[str]) -> set[str]:
    return cases.subjects_with_open(tx, ids, SHORT) if ids else set()


def set_news(tx: Tx, ids: Iterable[str], news_at: str, now: datetime) -> None:
    """The shop said something about the order at `news_at`: benches hear of it."""
    wanted = sorted(set(ids))
    tx.execute(update(shipment).where(shipment.c.id.in_(wanted)).values(news_at=news_at))
    announce(tx, "shipment", wanted, now)


# ---- lines and totes ------------------------------------------------------------------------------------


def unpicked(tx: Tx, sku: str, warehouse: str) -> dict[str, dict[int, int]]:
    """{shipment: {line: units}} that live shipments still have to pick of the SKU here."""
    query = (
        select(shipment_line)
        .join(shipment, shipment.c.id == shipment_line.c.shipment_id)
        .where(
            shipment.c.warehouse == warehouse,
            shipment.c.state.in_(sorted(LIVE)),
            shipment_line.c.sku == sku,
            shipment_line.c.qty > shipment_line.c.short + shipment_line.c.picked,
        )
        .order_by(shipment_line.c.shipment_id, shipment_line.c.line)
    )
    found: dict[str, dict[int, int]] = {}
    for row in tx.execute(query):
        found.setdefault(row.shipment_id, {})[row.line] = row.qty - row.short - row.picked
    return found


def raise_short(tx: Tx, units: Mapping[tuple[str, int], int], *, picked: int = 0) -> None:
    """So many units of (shipment, line) will never be packed; `picked` of each line's had been picked already."""
    n = bindparam("n", type_=shipment_line.c.short.type)
    rows = [{"k_id": s, "k_line": line, "n": qty} for (s, line), qty in sorted(units.items())]
    if rows:
        here = and_(shipment_line.c.shipment_id == bindparam("k_id"), shipment_line.c.line == bindparam("k_line"))
        values = {"short": shipment_line.c.short + n, "picked": shipment_line.c.picked - picked}
        tx.execute(update(shipment_line).where(here).values(values), rows)


def in_totes(tx: Tx, shipments: Iterable[str]) -> list[ToteItem]:
    found: list[ToteItem] = []
    for part in pieces(sorted(set(shipments))):
        rows = tx.execute(
            select(tote_item).where(tote_item.c.shipment_id.in_(part)).order_by(tote_item.c.tote, tote_item.c.line)
        )
        found += [ToteItem(r.tote, r.shipment_id, r.line, r.sku, r.qty, r.lot, r.serial) for r in rows]
    return found


def take_from_tote(tx: Tx, items: Sequence[ToteItem]) -> None:
    """So many units no longer lie in the tote for their shipment."""
    rows: list[dict[str, Any]] = [
        {"k_tote": i.tote, "k_shipment": i.shipment, "k_line": i.line, "k_lot": i.lot, "k_serial": i.serial, "n": i.qty}
        for i in items
    ]
    if not rows:
        return
    c = tote_item.c
    here = and_(
        c.tote == bindparam("k_tote"), c.shipment_id == bindparam("k_shipment"), c.line == bindparam("k_line"),
        c.lot == bindparam("k_lot"), c.serial == bindparam("k_serial"),
    )  # fmt: skip
    n = bindparam("n", type_=c.qty.type)
    tx.execute(delete(tote_item).where(here, c.qty == n), rows)
    tx.execute(update(tote_item).where(here, c.qty > n).values(qty=c.qty - n), rows)


# ---- parcels --------------------------------------------------------------------------------------------


def parcels(tx: Tx, ids: Iterable[str]) -> dict[str, Parcel]:
    return {p.id: p for part in pieces(sorted(set(ids))) for p in _parcels(tx, parcel.c.id.in_(part))}


def parcels_of(tx: Tx, shipments: Iterable[str]) -> dict[str, tuple[Parcel, ...]]:
    """All parcels of each shipment, void ones too, by number."""
    wanted = sorted(set(shipments))
    found: dict[str, tuple[Parcel, ...]] = dict.fromkeys(wanted, ())
    for part in pieces(wanted):
        for one in _parcels(tx, parcel.c.shipment_id.in_(part)):
            found[one.shipment] += (one,)
    return found


def parcels_on(tx: Tx, handover_id: str) -> list[Parcel]:
    """What was loaded on the handover, whatever became of it since."""
    return _parcels(tx, parcel.c.handover_id == handover_id)


def parcel_by_code(tx: Tx, code: str) -> list[str]:
    """Parcels that a label's code stands for: readable id, SSCC or tracking number."""
    query = select(parcel.c.id).where(or_(parcel.c.id == code, parcel.c.sscc == code, parcel.c.tracking == code))
    return sorted(tx.execute(query).scalars())


def _parcels(tx: Tx, which: Any) -> list[Parcel]:
    rows = tx.execute(select(parcel).where(which).order_by(parcel.c.shipment_id, parcel.c.n)).all()
    inside: dict[str, list[ParcelItem]] = {row.id: [] for row in rows}
    for part in pieces(list(inside)):
        query = select(parcel_item).where(parcel_item.c.parcel_id.in_(part))
        order = (parcel_item.c.parcel_id, parcel_item.c.line, parcel_item.c.lot, parcel_item.c.serial)
        for i in tx.execute(query.order_by(*order)):
            inside[i.parcel_id].append(ParcelItem(i.line, i.sku, i.qty, i.lot, i.serial))
    return [
        Parcel(
            r.id, r.shipment_id, r.n, r.state, r.carton, r.weight_g, r.sscc, r.tracking, r.issue, r.handover_id,
            tuple(inside[r.id]),
        )
        for r in rows
    ]  # fmt: skip


_STAY = object()


def set_parcels(tx: Tx, ids: Iterable[str], *, state: str | None = None, on: object = _STAY) -> None:
    """Set the state of the parcels, and (`on`) the handover they stand on."""
    values: dict[str, object] = {"state": state} if state else {}
    if on is not _STAY:
        values["handover_id"] = on
    for part in pieces(sorted(set(ids))):
        tx.execute(update(parcel).where(parcel.c.id.in_(part)).values(values))


def empty_parcels(tx: Tx, ids: Iterable[str]) -> None:
    """Nothing lies in these parcels any more."""
    for part in pieces(sorted(set(ids))):
        tx.execute(delete(parcel_item).where(parcel_item.c.parcel_id.in_(part)))


def open_again(tx: Tx, boxes: Sequence[Parcel]) -> None:
    """The parcels are open, with what lies in them and without numbers; the prints of their present labels are void."""
    if not boxes:
        return
    shut = update(parcel).where(parcel.c.id == bindparam("k"))
    tx.execute(shut.values(state="open", sscc=None, tracking=None, weight_g=0), [{"k": p.id} for p in boxes])
    printed = update(print_job).where(
        print_job.c.subject == bindparam("k"),
        print_job.c.document == "parcel_label",
        print_job.c.issue == bindparam("n"),
    )
    tx.execute(printed.values(state="void"), [{"k": p.id, "n": p.issue} for p in boxes])


def labels_made(tx: Tx, labels: Iterable[tuple[str, int]]) -> dict[str, tuple[str, int]]:
    """{parcel: (when its label of this issue was made, how many seconds old the bench's news was then)}"""
    issues = dict(labels)
    job, found = print_job.c, {}
    for part in pieces(sorted(issues)):
        query = select(print_job).where(job.subject.in_(part), job.document == "parcel_label", job.copy == 1)
        for row in tx.execute(query):
            if row.issue == issues[row.subject]:
                found[row.subject] = (row.at, int(row.detail.get("news_age_s", 0)))
    return found


# ---- handovers ------------------------------------------------------------------------------------------


def add_handover(tx: Tx, new: str, warehouse: str, carrier: str, *, at: str, by: str) -> bool:
    """False: one of that carrier is open there; whoever is just opening it is waited for."""
    insertion = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(handover)
    once = insertion.on_conflict_do_nothing(index_elements=["warehouse", "carrier"], index_where=text("state = 'open'"))
    row = {"id": new, "warehouse": warehouse, "carrier": carrier, "state": "open", "opened_at": at, "opened_by": by}
    return tx.execute(once.values(row)).rowcount == 1


def handover_row(tx: Tx, handover_id: str, *, to_change: bool = False) -> Row | None:
    """`to_change` locks it: nothing is loaded while it is being closed."""
    query = select(handover).where(handover.c.id == handover_id)
    return tx.execute(query.with_for_update() if to_change else query).mappings().first()


def open_handover_of(tx: Tx, warehouse: str, carrier: str) -> str | None:
    query = select(handover.c.id).where(
        handover.c.warehouse == warehouse, handover.c.carrier == carrier, handover.c.state == "open"
    )
    return tx.execute(query).scalar()


def set_handover_closed(tx: Tx, handover_id: str, *, at: str, by: str) -> None:
    tx.execute(update(handover).where(handover.c.id == handover_id).values(state="closed", closed_at=at, closed_by=by))
