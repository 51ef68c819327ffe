"""New and newer orders: values → rows, a constant number of statements whatever their number."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from operator import itemgetter

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.sql.compiler import SQLCompiler

from app.base.ids import uuid7
from app.db import Tx
from app.db.rows import pieces
from app.orders.order import (
    Address,
    Customer,
    KnownOrder,
    NewOrder,
    Order,
    RawDocument,
    TaxLine,
    digest_of,
    tax_of,
)
from app.orders.store import address_row, note_row
from app.orders.tables import (
    address,
    customer,
    order,
    order_charge,
    order_line,
    order_note,
    payload,
    raw_document,
)


def one_at_a_time(tx: Tx, shop: str) -> None:
    """Until this transaction ends no other takes orders of this shop: two imports of one file keep each order once."""
    if tx.dialect.name == "postgresql":  # on SQLite there is one writer anyway
        tx.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"intake {shop}"))))


def known_orders(tx: Tx, shop: str, numbers: Iterable[str]) -> dict[str, KnownOrder]:
    """The shop's orders we have, by its own number."""
    found: dict[str, KnownOrder] = {}
    for some in pieces(sorted(set(numbers))):
        wanted = (
            select(
                order.c.id, order.c.number, order.c.state, order.c.payment, order.c.updated_at, order.c.cancelled_at,
                order.c.customer_id, payload.c.digest, payload.c.address_digest, customer.c.forgotten_at,
            )
            .join_from(order, payload, payload.c.order_id == order.c.id, isouter=True)
            .join(customer, customer.c.id == order.c.customer_id, isouter=True)
            .where(order.c.shop == shop, order.c.number.in_(some))
        )  # fmt: skip
        for r in tx.execute(wanted):
            found[r.number] = KnownOrder(
                r.id, r.number, r.state, r.payment, r.updated_at, r.cancelled_at, r.customer_id,
                r.digest or "", r.address_digest or "", r.forgotten_at is not None or r.digest == "",
            )  # fmt: skip
    return found


def taken_ids(tx: Tx, ids: Iterable[str]) -> set[str]:
    """Those of the order ids that are given already."""
    found: set[str] = set()
    for some in pieces(sorted(set(ids))):
        found.update(tx.scalars(select(order.c.id).where(order.c.id.in_(some))))
    return found


def customers(tx: Tx, shop: str, keys: Iterable[str]) -> dict[str, str]:
    """Our id for each of the shop's keys of people that we have; the forgotten have no key any more."""
    found: dict[str, str] = {}
    for some in pieces(sorted(set(keys))):
        wanted = select(customer.c.shop_key, customer.c.id)
        rows = tx.execute(wanted.where(customer.c.shop == shop, customer.c.shop_key.in_(some)))
        found |= {row.shop_key: row.id for row in rows}
    return found


def add_customers(tx: Tx, shop: str, people: Sequence[tuple[str, Customer]]) -> None:
    """(our id, who). One without a key of the shop's is known by this order alone."""
    rows = [
        {"id": key, "shop": shop, "shop_key": who.key or None, "name": who.name, "email": who.email, "phone": who.phone}
        for key, who in people
    ]
    if rows:
        tx.execute(insert(customer), rows)


def add(tx: Tx, orders: Sequence[NewOrder], at: str) -> None:
    """Keep new orders with everything of theirs: a constant number of statements whatever their number."""
    addresses: list[dict[str, object]] = []
    rows = [_order_row(new, at, addresses) for new in orders]
    tables = (
        (address, addresses),
        (order, rows),
        (order_charge, [row for new in orders for row in _charge_rows(new)]),
        (order_note, [note_row(new.id, new.order.shop, note, at) for new in orders for note in new.order.notes]),
        (payload, [_payload_row(new.id, new.order) for new in orders]),
    )
    for table, values in tables:
        if values:
            tx.execute(insert(table), values)
    _add_lines(tx, [row for new in orders for row in _line_rows(new)])


def _add_lines(tx: Tx, rows: list[dict[str, object]]) -> None:
    """Straight to the driver: a year has half a million, and SQLAlchemy's turn on each costs more than theirs."""
    statement = insert(order_line).compile(dialect=tx.dialect, column_keys=list(rows[0]))
    assert isinstance(statement, SQLCompiler)
    in_order = itemgetter(*statement.positiontup) if statement.positiontup else None
    tx.exec_driver_sql(str(statement), [in_order(row) for row in rows] if in_order else rows)


def revise(tx: Tx, order_id: str, to: Order) -> None:
    """The shop's newer word on state and money owed; persons and goods are told apart from it."""
    values = {"payment": to.payment, "cancelled_at": to.cancelled_at, "updated_at": to.updated_at}
    tx.execute(update(order).where(order.c.id == order_id).values(**values))


def revise_payload(tx: Tx, order_id: str, to: Order) -> None:
    row = _payload_row(order_id, to)
    tx.execute(update(payload).where(payload.c.order_id == order_id).values(**row))


def replace_goods(tx: Tx, new: NewOrder) -> None:
    """Lines, charges and sums as the shop states them now; only for an order that nothing was planned for."""
    tx.execute(delete(order_line).where(order_line.c.order_id == new.id))
    tx.execute(delete(order_charge).where(order_charge.c.order_id == new.id))
    _add_lines(tx, _line_rows(new))
    if charges := _charge_rows(new):
        tx.execute(insert(order_charge), charges)
    values = _sums(new.order) | {"available_from": new.order.available_from, "tags": list(new.order.tags)}
    tx.execute(update(order).where(order.c.id == new.id).values(**values))


def raw_digests(tx: Tx, shop: str, numbers: Iterable[str]) -> dict[str, str]:
    """Digest of each raw document there is, by the shop's number."""
    found: dict[str, str] = {}
    for some in pieces(sorted(set(numbers))):
        wanted = select(raw_document.c.number, raw_document.c.digest)
        rows = tx.execute(wanted.where(raw_document.c.shop == shop, raw_document.c.number.in_(some)))
        found |= {row.number: row.digest for row in rows}
    return found


def add_raw(tx: Tx, documents: Sequence[RawDocument]) -> None:
    rows = [
        {"shop": d.shop, "number": d.number, "kind": d.kind, "customer_key": d.customer_key,
         "digest": digest_of(d.body), "body": d.body}
        for d in documents
    ]  # fmt: skip
    if rows:
        tx.execute(insert(raw_document), rows)


def _order_row(new: NewOrder, at: str, addresses: list[dict[str, object]]) -> dict[str, object]:
    """The order's row; the rows of its addresses are added to `addresses`."""
    stated = new.order
    keys: list[str | None] = []
    for to in (stated.ship_to, stated.bill_to):
        key = uuid7() if to is not None and to != Address(country=to.country) else None
        if to is not None and key is not None:
            addresses.append({"id": key, "customer_id": new.customer_id, **address_row(to)})
        keys.append(key)
    return _sums(stated) | {
        "id": new.id,
        "shop": stated.shop,
        "number": stated.number,
        "state": new.state,
        "payment": stated.payment,
        "placed_at": stated.placed_at,
        "updated_at": stated.updated_at,
        "imported_at": at,
        "country": stated.ship_to.country if stated.ship_to else "",
        "currency": stated.currency,
        "paid_currency": stated.paid_currency or stated.currency,
        "taxes_included": stated.taxes_included,
        "paid_total_minor": stated.paid_total_minor,
        "available_from": stated.available_from,
        "cancelled_at": stated.cancelled_at,
        "tags": list(stated.tags),
        "source": stated.source,
        "medium": stated.medium,
        "campaign": stated.campaign,
        "customer_id": new.customer_id,
        "ship_to": keys[0],
        "bill_to": keys[1],
    }


def _sums(stated: Order) -> dict[str, object]:
    """Total = goods - discount + shipping + duty + fees (differences too), + tax where prices are without it."""
    charged = {
        kind: sum(charge.minor for charge in stated.charges if charge.kind == kind)
        for kind in ("discount", "shipping", "duty", "fee", "difference")
    }
    return {
        "goods_minor": sum(line.total_minor for line in stated.lines),
        "discount_minor": sum(line.discount_minor for line in stated.lines) - charged["discount"],
        "shipping_minor": charged["shipping"],
        "tax_minor": tax_of(stated.lines, stated.charges),
        "duty_minor": charged["duty"],
        "fees_minor": charged["fee"] + charged["difference"],
        "total_minor": stated.total_minor,
    }


def _line_rows(new: NewOrder) -> list[dict[str, object]]:
    """As the driver takes them: taxes are JSON text already."""
    skus = new.skus
    return [
        {
            "order_id": new.id, "line": line.line, "shop_line": line.shop_line, "shop_sku": line.shop_sku,
            "sku": skus.get(line.shop_sku), "title": line.title, "qty": line.qty, "unit_price": str(line.unit_price),
            "total_minor": line.total_minor, "discount_minor": line.discount_minor, "ships": line.ships,
            "taxes": json.dumps(_tax_rows(line.taxes), ensure_ascii=False) if line.taxes else "[]",
        }
        for line in new.order.lines
    ]  # fmt: skip


def _charge_rows(new: NewOrder) -> list[dict[str, object]]:
    return [
        {"order_id": new.id, "n": n, "kind": charge.kind, "title": charge.title, "amount_minor": charge.minor,
         "taxes": _tax_rows(charge.taxes)}
        for n, charge in enumerate(new.order.charges, start=1)
    ]  # fmt: skip


def _tax_rows(taxes: tuple[TaxLine, ...]) -> list[dict[str, object]]:
    return [{"title": tax.title, "rate": str(tax.rate), "amount_minor": tax.minor} for tax in taxes]


def _payload_row(order_id: str, stated: Order) -> dict[str, object]:
    return {
        "order_id": order_id,
        "digest": digest_of(stated.body),
        "address_digest": digest_of(repr(stated.ship_to)),
        "body": stated.body,
    }
