"""Every SQL statement of the stock: the ledger with its two balances, reservations, buffers, receipts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, bindparam, case, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ColumnElement

from app.base.clock import stamp
from app.base.errors import Conflict
from app.db import Tx
from app.db.at_once import add
from app.db.rows import pieces, upsert
from app.stock.ledger import (
    PLACED,
    TYPES,
    Balance,
    Key,
    PlaceBalance,
    Reservation,
    Row,
    is_bin,
    sums,
)
from app.stock.tables import balance, buffer, ledger, place_balance, receipt, reservation

_KEY = ("sku", "warehouse")
_PLACE_KEY = ("sku", "warehouse", "place", "lot", "serial")


def post(tx: Tx, rows: Sequence[Row], now: datetime) -> None:
    """Write the rows and move both balances by their sums: the only way stock changes.

    At most seven statements, however many rows. Conflict when a balance would fall below zero: then a part
    may be written, and the caller's transaction or savepoint must be rolled back.
    """
    balances, places = sums(rows)
    at = stamp(now)
    _move(tx, balance, _KEY, TYPES, [dict(zip(_KEY, k, strict=True)) | v for k, v in balances.items()])
    _move(tx, place_balance, _PLACE_KEY, PLACED, [dict(zip(_PLACE_KEY, k, strict=True)) | v for k, v in places.items()])
    # Totes and parcels come and go by the million: an empty one leaves no row behind. Bins keep theirs.
    emptied = [dict(zip(_EMPTIED, k, strict=True)) for k, v in places.items() if v["on_hand"] < 0 and not is_bin(k[2])]
    if emptied:
        tx.execute(_EMPTY, emptied)
    add(tx, ledger, [_ledger_row(row, at) for row in rows])


def _ledger_row(row: Row, at: str) -> dict[str, object]:
    return {
        "sku": row.sku, "warehouse": row.warehouse, "place": row.place, "lot": row.lot, "serial": row.serial,
        "type": row.type, "qty": row.qty, "reason": row.reason, "source": row.source, "at": at,
    }  # fmt: skip


_EMPTIED = tuple(f"k_{name}" for name in _PLACE_KEY)
_EMPTY = delete(place_balance).where(
    *(place_balance.c[name] == bindparam(f"k_{name}") for name in _PLACE_KEY), place_balance.c.on_hand == 0
)


def _guarded(table: Table, key: tuple[str, ...], types: tuple[str, ...]) -> Any:
    """UPDATE … SET n = n + :n WHERE no count falls below zero and the rest covers what is promised or can't be sold."""
    after = {name: table.c[name] + bindparam(f"d_{name}", type_=table.c[name].type) for name in types}
    rest: ColumnElement[int] = after["on_hand"]
    for name in types:
        if name not in {"on_hand", "inbound"}:
            rest = rest - after[name]
    return (
        update(table)
        .where(
            *(table.c[name] == bindparam(f"k_{name}") for name in key),
            *(value >= 0 for value in after.values()),
            rest >= 0,
        )
        .values(after)
    )


_MOVE = {
    balance.name: _guarded(balance, _KEY, TYPES),
    place_balance.name: _guarded(place_balance, _PLACE_KEY, PLACED),
}


def _move(tx: Tx, table: Table, key: tuple[str, ...], types: tuple[str, ...], changes: list[dict[str, Any]]) -> None:
    """Add each change to its row, in the order given; rows that don't exist yet are made where goods arrive."""
    if not changes:
        return
    arriving = [{name: c[name] for name in key} for c in changes if c["on_hand"] > 0 or c.get("inbound", 0) > 0]
    if arriving:
        upsert(tx, table, arriving, key)
    moved = tx.execute(
        _MOVE[table.name],
        [{f"k_{name}": c[name] for name in key} | {f"d_{name}": c[name] for name in types} for c in changes],
    )
    if moved.rowcount != len(changes):
        what = ", ".join(sorted({f"{c['sku']} in {c.get('place') or c['warehouse']}" for c in changes})[:5])
        raise Conflict(f"the stock of {what} does not cover this", kind="stock_not_there", what=what)


# ---- reading --------------------------------------------------------------------------------------------


def chunks(values: Iterable[str]) -> Iterator[Sequence[str]]:
    """The distinct values in lists short enough for one IN."""
    return pieces(sorted(set(values)))


def balances(tx: Tx, skus: Iterable[str], *, to_change: bool = False) -> dict[Key, Balance]:
    """The balance per (SKU, warehouse); what was never here is not in the answer. `to_change` locks what it answers."""
    found: dict[Key, Balance] = {}
    for part in chunks(skus):
        query = select(balance).where(balance.c.sku.in_(part)).order_by(balance.c.sku, balance.c.warehouse)
        for row in tx.execute(query.with_for_update() if to_change else query):
            found[row.sku, row.warehouse] = Balance(*row)
    return found


def available(tx: Tx, skus: Iterable[str], *, shop: str = "") -> dict[Key, int]:
    """Units that may be promised, per (SKU, warehouse); for a shop, less its buffer there, never below zero."""
    wanted = list(skus)
    free = {key: b.available for key, b in balances(tx, wanted).items()}
    if not shop:
        return free
    kept = buffers(tx, shop, wanted)
    return {key: max(0, n - kept.get(key, 0)) for key, n in free.items()}


def places(tx: Tx, keys: Iterable[Key]) -> list[PlaceBalance]:
    """What lies where, bins, totes and parcels alike, in the order of the key."""
    wanted = set(keys)
    found: list[PlaceBalance] = []
    for part in chunks(sku for sku, _ in wanted):
        rows = tx.execute(
            select(place_balance)
            .where(place_balance.c.sku.in_(part), place_balance.c.on_hand > 0)
            .order_by(*(place_balance.c[name] for name in _PLACE_KEY))
        )
        found += [PlaceBalance(*row) for row in rows if (row.sku, row.warehouse) in wanted]
    return found


def at_place(tx: Tx, warehouse: str, place: str) -> list[PlaceBalance]:
    """All that lies at one place."""
    rows = tx.execute(
        select(place_balance)
        .where(place_balance.c.warehouse == warehouse, place_balance.c.place == place, place_balance.c.on_hand > 0)
        .order_by(place_balance.c.sku, place_balance.c.lot, place_balance.c.serial)
    )
    return [PlaceBalance(*row) for row in rows]


def home_bins(tx: Tx, warehouse: str, skus: Iterable[str], bins: Collection[str]) -> dict[str, str]:
    """{SKU: the one of these bins where most of it lies}; a bin that has run empty counts when no other holds any."""
    p = place_balance.c
    lying = func.sum(p.on_hand - p.damaged - p.hold)
    found: dict[str, str] = {}
    for part in chunks(skus):
        rows = tx.execute(
            select(p.sku, p.place)
            .where(p.sku.in_(part), p.warehouse == warehouse)
            .group_by(p.sku, p.place)
            .order_by(p.sku, lying.desc(), p.place)
        )
        for row in rows:
            if row.place in bins:
                found.setdefault(row.sku, row.place)
    return found


# ---- reservations ---------------------------------------------------------------------------------------


def add_reservations(tx: Tx, wanted: Mapping[tuple[str, str, str], int], expires_at: str | None, now: datetime) -> None:
    """`wanted`: units by (shipment, SKU, warehouse); added to what the shipment already has."""
    insertion = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(reservation)
    added = insertion.on_conflict_do_update(
        index_elements=["shipment_id", "sku"],
        set_={"qty": reservation.c.qty + insertion.excluded.qty, "expires_at": insertion.excluded.expires_at},
    )
    tx.execute(
        added,
        [
            {"shipment_id": s, "sku": k, "warehouse": w, "qty": n, "made_at": stamp(now), "expires_at": expires_at}
            for (s, k, w), n in sorted(wanted.items())
        ],
    )


def drop_reservations(tx: Tx, shipments: Iterable[str]) -> list[Reservation]:
    """Delete all that the shipments hold; the answer is what was deleted here, by nobody else."""
    gone: list[Reservation] = []
    for part in chunks(shipments):
        rows = tx.execute(delete(reservation).where(reservation.c.shipment_id.in_(part)).returning(*_RESERVED))
        gone += [Reservation(*row) for row in rows]
    return gone


def lower_reservations(tx: Tx, parts: Mapping[tuple[str, str], int]) -> None:
    """Take units off (shipment, SKU); Conflict when one holds less, and the caller must roll back."""
    rows = [{"k_shipment": s, "k_sku": k, "n": n} for (s, k), n in sorted(parts.items())]
    if not rows:
        return
    here = and_(reservation.c.shipment_id == bindparam("k_shipment"), reservation.c.sku == bindparam("k_sku"))
    n = bindparam("n", type_=reservation.c.qty.type)
    # Whole ones first: after the subtraction a rest could equal `n`.
    done = tx.execute(delete(reservation).where(here, reservation.c.qty == n), rows).rowcount
    done += tx.execute(
        update(reservation).where(here, reservation.c.qty > n).values(qty=reservation.c.qty - n), rows
    ).rowcount
    if done != len(rows):
        raise Conflict(
            f"{rows[0]['k_shipment']} and others hold less than was to be taken back", kind="reservation_not_there"
        )


def firm_reservations(tx: Tx, shipments: Iterable[str]) -> None:
    for part in chunks(shipments):
        tx.execute(update(reservation).where(reservation.c.shipment_id.in_(part)).values(expires_at=None))


def reservations(tx: Tx, *, shipments: Iterable[str] = (), sku: str = "", warehouse: str = "") -> list[Reservation]:
    """What the shipments hold, or who holds this SKU in this warehouse."""
    query = select(*_RESERVED).order_by(reservation.c.shipment_id, reservation.c.sku)
    if sku:
        rows = tx.execute(query.where(reservation.c.sku == sku, reservation.c.warehouse == warehouse))
        return [Reservation(*row) for row in rows]
    return [
        Reservation(*row)
        for part in chunks(shipments)
        for row in tx.execute(query.where(reservation.c.shipment_id.in_(part)))
    ]


def expired(tx: Tx, now: datetime) -> list[str]:
    """Shipments whose reservation has run out, the longest overdue first."""
    rows = tx.execute(
        select(reservation.c.shipment_id, func.min(reservation.c.expires_at))
        .where(reservation.c.expires_at <= stamp(now))
        .group_by(reservation.c.shipment_id)
        .order_by(func.min(reservation.c.expires_at), reservation.c.shipment_id)
    )
    return [row[0] for row in rows]


_RESERVED = (
    reservation.c.shipment_id, reservation.c.sku, reservation.c.warehouse, reservation.c.qty, reservation.c.expires_at,
)  # fmt: skip


# ---- buffers, receipts ----------------------------------------------------------------------------------


def buffers(tx: Tx, shop: str, skus: Iterable[str]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for part in chunks(skus):
        rows = tx.execute(select(buffer).where(buffer.c.shop == shop, buffer.c.sku.in_(part)))
        found |= {(row.sku, row.warehouse): row.qty for row in rows}
    return found


def set_buffer(tx: Tx, shop: str, sku: str, warehouse: str, qty: int) -> None:
    row = {"shop": shop, "sku": sku, "warehouse": warehouse, "qty": qty}
    upsert(tx, buffer, [row], ("shop", "sku", "warehouse"))


def add_receipt(tx: Tx, receipt_id: str, warehouse: str, by: str, now: datetime) -> bool:
    """Whether this receipt is new."""
    row = {"id": receipt_id, "warehouse": warehouse, "at": stamp(now), "by": by}
    insertion = (sqlite if tx.dialect.name == "sqlite" else postgresql).insert(receipt)
    return tx.execute(insertion.on_conflict_do_nothing().returning(receipt.c.id), row).first() is not None


# ---- what the ledger says, for check --------------------------------------------------------------------


def wrong_balances(tx: Tx) -> list[tuple[Balance, Balance]]:
    """(as it stands, as the ledger sums it) wherever the two differ."""
    rows = tx.execute(
        select(ledger.c.sku, ledger.c.warehouse, *(_sum(name) for name in TYPES)).group_by(
            ledger.c.sku, ledger.c.warehouse
        )
    )
    ought = {(row[0], row[1]): Balance(*row) for row in rows}
    stands = {(row.sku, row.warehouse): Balance(*row) for row in tx.execute(select(balance))}
    return _differences(stands, ought, Balance)


def wrong_places(tx: Tx) -> list[tuple[PlaceBalance, PlaceBalance]]:
    """The same per place."""
    key = [ledger.c[name] for name in _PLACE_KEY]
    rows = tx.execute(select(*key, *(_sum(name) for name in PLACED)).where(ledger.c.place != "").group_by(*key))
    ought = {tuple(row[:5]): PlaceBalance(*row) for row in rows}
    stands = {tuple(row[:5]): PlaceBalance(*row) for row in tx.execute(select(place_balance))}
    return _differences(stands, ought, PlaceBalance)


def _sum(name: str) -> ColumnElement[int]:
    return func.sum(case((ledger.c.type == name, ledger.c.qty), else_=0))


def _differences(stands: dict[Any, Any], ought: dict[Any, Any], nothing: Any) -> list[tuple[Any, Any]]:
    pairs = [(stands.get(k) or nothing(*k), ought.get(k) or nothing(*k)) for k in sorted(stands.keys() | ought.keys())]
    return [(is_, should) for is_, should in pairs if is_ != should]


def wrong_reserved(tx: Tx) -> list[tuple[Key, int, int]]:
    """((SKU, warehouse), reserved by the balance, by the reservations) wherever the two differ."""
    held = select(reservation.c.sku, reservation.c.warehouse, func.sum(reservation.c.qty))
    ought = {(r[0], r[1]): r[2] for r in tx.execute(held.group_by(reservation.c.sku, reservation.c.warehouse))}
    stands = {(r.sku, r.warehouse): r.reserved for r in tx.execute(select(balance).where(balance.c.reserved != 0))}
    both = [(key, stands.get(key, 0), ought.get(key, 0)) for key in sorted(stands.keys() | ought.keys())]
    return [one for one in both if one[1] != one[2]]


def below_zero(tx: Tx) -> list[Balance]:
    """Balances that promise more than is there. CHECKs stand behind this; a copied database may lack them."""
    rest = balance.c.on_hand - balance.c.damaged - balance.c.hold - balance.c.reserved
    rows = tx.execute(select(balance).where(or_(rest < 0, *(balance.c[name] < 0 for name in TYPES))))
    return [Balance(*row) for row in rows]


def misplaced(tx: Tx) -> list[tuple[str, str, int, int]]:
    """(SKU, warehouse, on hand, lying in places) wherever the two differ."""
    lying = select(place_balance.c.sku, place_balance.c.warehouse, func.sum(place_balance.c.on_hand))
    ought = {(r[0], r[1]): r[2] for r in tx.execute(lying.group_by(place_balance.c.sku, place_balance.c.warehouse))}
    stands = {(r.sku, r.warehouse): r.on_hand for r in tx.execute(select(balance))}
    both = [(*key, stands.get(key, 0), ought.get(key, 0)) for key in sorted(stands.keys() | ought.keys())]
    return [one for one in both if one[2] != one[3]]


def reasons(tx: Tx) -> list[str]:
    """Every reason the ledger knows."""
    return list(tx.execute(select(ledger.c.reason).distinct()).scalars())
