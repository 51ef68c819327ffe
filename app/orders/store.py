"""Orders, customers and timeline: rows ↔ values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update

from app.base.ids import uuid7
from app.db import Row, Tx
from app.orders.entry import Entry, Happened
from app.orders.order import (
    Address,
    Charge,
    OrderLine,
    StoredOrder,
    TaxLine,
)
from app.orders.tables import (
    address,
    order,
    order_charge,
    order_line,
    order_note,
    timeline,
)

_CHUNK = 900  # well below the number of values a statement may bind on either engine


def _chunks(keys: Iterable[str]) -> Iterator[list[str]]:
    unique = list(dict.fromkeys(keys))
    for at in range(0, len(unique), _CHUNK):
        yield unique[at : at + _CHUNK]


# ------------------------------------------------------------------------------------------------- reading


def load(tx: Tx, ids: Sequence[str]) -> list[StoredOrder]:
    """The orders in the order asked for, unknown ids left out. Three statements per 900 ids."""
    found: dict[str, StoredOrder] = {}
    for chunk in _chunks(ids):
        lines: dict[str, list[OrderLine]] = {}
        charges: dict[str, list[Charge]] = {}
        of_lines = select(order_line).where(order_line.c.order_id.in_(chunk))
        for row in tx.execute(of_lines.order_by(order_line.c.line)).mappings():
            lines.setdefault(row["order_id"], []).append(_line(row))
        of_charges = select(order_charge).where(order_charge.c.order_id.in_(chunk))
        for row in tx.execute(of_charges.order_by(order_charge.c.n)).mappings():
            charge = Charge(row["kind"], row["title"], row["amount_minor"], _taxes(row["taxes"]))
            charges.setdefault(row["order_id"], []).append(charge)
        of_orders = (
            select(order, *(column.label(f"to_{column.name}") for column in address.c))
            .join_from(order, address, order.c.ship_to == address.c.id, isouter=True)
            .where(order.c.id.in_(chunk))
        )
        for row in tx.execute(of_orders).mappings():
            key = row["id"]
            found[key] = _stored(row, tuple(lines.get(key, ())), tuple(charges.get(key, ())))
    return [found[key] for key in ids if key in found]


def _stored(row: Row, lines: tuple[OrderLine, ...], charges: tuple[Charge, ...]) -> StoredOrder:
    ship_to: Address | None
    if row["to_id"] is not None:
        ship_to = _address(row, "to_")
    else:  # some shops state no more than the country
        ship_to = Address(country=row["country"]) if row["country"] else None
    return StoredOrder(
        id=row["id"],
        shop=row["shop"],
        number=row["number"],
        state=row["state"],
        payment=row["payment"],
        placed_at=row["placed_at"],
        updated_at=row["updated_at"],
        country=row["country"],
        currency=row["currency"],
        taxes_included=row["taxes_included"],
        lines=lines,
        charges=charges,
        total_minor=row["total_minor"],
        available_from=row["available_from"],
        cancelled_at=row["cancelled_at"],
        tags=tuple(row["tags"]),
        customer_id=row["customer_id"],
        ship_to=ship_to,
        plan_no=row["plan_no"],
    )


def _line(row: Row) -> OrderLine:
    return OrderLine(
        line=row["line"],
        shop_line=row["shop_line"],
        shop_sku=row["shop_sku"],
        title=row["title"],
        qty=row["qty"],
        unit_price=Decimal(row["unit_price"]),
        total_minor=row["total_minor"],
        discount_minor=row["discount_minor"],
        taxes=_taxes(row["taxes"]),
        ships=row["ships"],
        sku=row["sku"],
    )


def _taxes(rows: list[dict[str, Any]]) -> tuple[TaxLine, ...]:
    return tuple(TaxLine(row["title"], Decimal(row["rate"]), row["amount_minor"]) for row in rows)


_ADDRESS_FIELDS = ("name", "company", "street", "city", "region", "postcode", "country", "phone", "email")


def _address(row: Mapping[str, Any], prefix: str = "") -> Address:
    stated = {name: row[prefix + name] for name in _ADDRESS_FIELDS}
    return Address(**stated | {"street": tuple(stated["street"])})


def unplanned(tx: Tx, *, limit: int, after: str = "") -> list[str]:
    """Orders in state `new`, by id, after the id `after`."""
    wanted = select(order.c.id).where(order.c.state == "new", order.c.id > after)
    return list(tx.scalars(wanted.order_by(order.c.id).limit(limit)))


def notes(tx: Tx, order_id: str) -> list[tuple[str, str, str]]:
    """(at, by, body), oldest first."""
    wanted = select(order_note).where(order_note.c.order_id == order_id)
    rows = tx.execute(wanted.order_by(order_note.c.at, order_note.c.id))
    return [(row.at, row.by, row.body) for row in rows]


# ------------------------------------------------------------------------------------- states, corrections


def set_state(tx: Tx, ids: Sequence[str], state: str) -> None:
    for chunk in _chunks(ids):
        tx.execute(update(order).where(order.c.id.in_(chunk)).values(state=state))


def set_plan_no(tx: Tx, order_id: str, no: int) -> None:
    tx.execute(update(order).where(order.c.id == order_id).values(plan_no=no))


def set_address(tx: Tx, order_id: str, to: Address) -> None:
    """The order goes there from now on. An order's address rows are its own: no other order changes."""
    row = tx.execute(select(order.c.ship_to, order.c.customer_id).where(order.c.id == order_id)).one()
    ship_to = row.ship_to or uuid7()
    if row.ship_to:
        tx.execute(update(address).where(address.c.id == ship_to).values(**_address_row(to)))
    else:
        tx.execute(insert(address), {"id": ship_to, "customer_id": row.customer_id, **_address_row(to)})
    tx.execute(update(order).where(order.c.id == order_id).values(ship_to=ship_to, country=to.country))


def _address_row(to: Address) -> dict[str, object]:
    return {name: getattr(to, name) for name in _ADDRESS_FIELDS} | {"street": list(to.street)}


def map_sku(tx: Tx, shop: str, code: str, sku: str) -> list[str]:
    """Every line of the shop that waits for `code` means `sku`; the orders touched, by id."""
    mine = select(order.c.id).where(order.c.shop == shop)
    waiting = (order_line.c.shop_sku == code, order_line.c.sku.is_(None), order_line.c.order_id.in_(mine))
    ids = sorted(set(tx.scalars(select(order_line.c.order_id).where(*waiting))))
    tx.execute(update(order_line).where(*waiting).values(sku=sku))
    return ids


def add_note(tx: Tx, order_id: str, body: str, *, by: str, at: str) -> None:
    tx.execute(insert(order_note), {"id": uuid7(), "order_id": order_id, "at": at, "by": by, "body": body})


# ------------------------------------------------------------------------------------------------ timeline


def add_entries(tx: Tx, entries: Sequence[Entry], at: str) -> None:
    if not entries:
        return
    keys = sorted(uuid7() for _ in entries)  # ids of one millisecond are random among themselves
    tx.execute(
        insert(timeline),
        [
            {"id": key, "at": at, "order_id": e.order_id, "subject": e.subject, "by": e.by, "event": e.event,
             "detail": dict(e.detail), "source": e.source}
            for key, e in zip(keys, entries, strict=True)
        ],
    )  # fmt: skip


def entries(tx: Tx, order_id: str) -> list[Happened]:
    return [
        Happened(r.id, r.at, Entry(r.order_id, r.subject, r.event, r.by, r.detail, r.source))
        for r in tx.execute(select(timeline).where(timeline.c.order_id == order_id).order_by(timeline.c.id))
    ]
