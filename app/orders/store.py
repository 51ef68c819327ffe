"""Orders, customers and timeline: rows ↔ values."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import String, cast, delete, func, insert, or_, select, update

from app.base.ids import uuid7
from app.db import Row, Tx
from app.db.at_once import add as add_rows
from app.db.rows import pieces
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
    customer,
    order,
    order_charge,
    order_line,
    order_note,
    payload,
    raw_document,
    timeline,
)

# ------------------------------------------------------------------------------------------------- reading


def load(tx: Tx, ids: Sequence[str]) -> list[StoredOrder]:
    """The orders in the order asked for, unknown ids left out. Three statements per 900 ids."""
    found: dict[str, StoredOrder] = {}
    for chunk in pieces(list(dict.fromkeys(ids))):
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


def _address(row: Row, prefix: str = "") -> Address:
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
    for chunk in pieces(list(dict.fromkeys(ids))):
        tx.execute(update(order).where(order.c.id.in_(chunk)).values(state=state))


def set_plan_no(tx: Tx, order_id: str, no: int) -> None:
    tx.execute(update(order).where(order.c.id == order_id).values(plan_no=no))


def set_address(tx: Tx, order_id: str, to: Address) -> None:
    """The order goes there from now on. An order's address rows are its own: no other order changes.

    Who was forgotten stays forgotten: the address is somebody new's, and can be forgotten once more.
    """
    found = select(order.c.shop, order.c.ship_to, order.c.customer_id, customer.c.forgotten_at)
    whose = found.join_from(order, customer, order.c.customer_id == customer.c.id, isouter=True)
    row = tx.execute(whose.where(order.c.id == order_id)).one()
    if row.ship_to and row.forgotten_at is None:
        tx.execute(update(address).where(address.c.id == row.ship_to).values(**address_row(to)))
        tx.execute(update(order).where(order.c.id == order_id).values(country=to.country))
        return
    known = row.customer_id if row.forgotten_at is None else None
    who, ship_to = known or uuid7(), uuid7()
    if not known:  # whoever has an address here can be forgotten
        tx.execute(insert(customer), {"id": who, "shop": row.shop})
    tx.execute(insert(address), {"id": ship_to, "customer_id": who, **address_row(to)})
    values = {"ship_to": ship_to, "customer_id": who, "country": to.country}
    tx.execute(update(order).where(order.c.id == order_id).values(**values))


def address_row(to: Address) -> dict[str, object]:
    return {name: getattr(to, name) for name in _ADDRESS_FIELDS} | {"street": list(to.street)}


def waiting_for(tx: Tx, shop: str, code: str) -> list[str]:
    """The shop's orders with a line of which nobody knows yet what `code` means, by id."""
    mine = select(order.c.id).where(order.c.shop == shop)
    waiting = (order_line.c.shop_sku == code, order_line.c.sku.is_(None), order_line.c.order_id.in_(mine))
    return sorted(set(tx.scalars(select(order_line.c.order_id).where(*waiting))))


def map_sku(tx: Tx, ids: Sequence[str], code: str, sku: str) -> None:
    """Lines of these orders that wait for `code` mean `sku`."""
    waiting = (order_line.c.shop_sku == code, order_line.c.sku.is_(None))
    for some in pieces(ids):
        tx.execute(update(order_line).where(*waiting, order_line.c.order_id.in_(some)).values(sku=sku))


def add_note(tx: Tx, order_id: str, body: str, *, by: str, at: str) -> None:
    """Of a forgotten customer's order nothing is noted any more: free text may say anything of a person."""
    whose = select(customer.c.forgotten_at).join(order, order.c.customer_id == customer.c.id)
    if tx.execute(whose.where(order.c.id == order_id)).scalar() is None:
        tx.execute(insert(order_note), note_row(order_id, by, body, at))


def note_row(order_id: str, by: str, body: str, at: str) -> dict[str, object]:
    return {"id": uuid7(), "order_id": order_id, "at": at, "by": by, "body": body}


# ------------------------------------------------------------------------------------------------ timeline


# By the shared database's clock; an id is made by the clock of a bench, and tells the order within one transaction.
_HAPPENED = (timeline.c.at, timeline.c.id)


def add_entries(tx: Tx, entries: Sequence[Entry], at: str) -> None:
    keys = sorted(uuid7() for _ in entries)  # ids of one millisecond are random among themselves
    rows = [
        {"id": key, "at": at, "order_id": e.order_id, "subject": e.subject, "by": e.by, "event": e.event,
         "detail": dict(e.detail), "source": e.source}
        for key, e in zip(keys, entries, strict=True)
    ]  # fmt: skip
    add_rows(tx, timeline, rows)


def entries(tx: Tx, order_id: str) -> list[Happened]:
    return [
        Happened(r.id, r.at, Entry(r.order_id, r.subject, r.event, r.by, r.detail, r.source))
        for r in tx.execute(select(timeline).where(timeline.c.order_id == order_id).order_by(*_HAPPENED))
    ]


def entries_of(tx: Tx, subject: str, event: str) -> list[Entry]:
    some = select(timeline).where(timeline.c.subject == subject, timeline.c.event == event).order_by(*_HAPPENED)
    return [Entry(r.order_id, r.subject, r.event, r.by, r.detail, r.source) for r in tx.execute(some)]


def is_filed(tx: Tx, order_id: str) -> bool:
    """Whether older entries of its timeline left for an archive."""
    return bool(tx.scalar(select(order.c.archived).where(order.c.id == order_id)))


# ------------------------------------------------------------------------------------------ forget, check


def find_customers(tx: Tx, said: str) -> list[str]:
    """Ids of those that `said` may mean: our id, the shop's key, or the e-mail address in any case."""
    same = or_(customer.c.id == said, customer.c.shop_key == said, func.lower(customer.c.email) == said.lower())
    return list(tx.scalars(select(customer.c.id).where(same).order_by(customer.c.id)))


def orders_of(tx: Tx, customer_id: str) -> list[tuple[str, str]]:
    """(order id, state) of one customer."""
    wanted = select(order.c.id, order.c.state).where(order.c.customer_id == customer_id).order_by(order.c.id)
    return [(row.id, row.state) for row in tx.execute(wanted)]


_NOBODY: dict[str, Any] = dict.fromkeys(_ADDRESS_FIELDS, "") | {"street": []}
_UNTAGGED: dict[str, Any] = {"tags": [], "source": "", "medium": "", "campaign": ""}


def forget(tx: Tx, customer_id: str, at: str) -> int:
    """Empty all that says who the customer is, and leave the row as a tombstone; how many orders were theirs."""
    who = tx.execute(select(customer).where(customer.c.id == customer_id)).one()
    ids = [order_id for order_id, _ in orders_of(tx, customer_id)]
    for some in pieces(ids):
        tx.execute(delete(order_note).where(order_note.c.order_id.in_(some)))
        blank = {"digest": "", "address_digest": "", "body": ""}
        tx.execute(update(payload).where(payload.c.order_id.in_(some)).values(**blank))
        # A shop may put anything into these, a name on a cup too. What was sold stays known by our own SKU.
        tx.execute(update(order).where(order.c.id.in_(some)).values(**_UNTAGGED))
        ours = {"title": "", "shop_sku": func.coalesce(order_line.c.sku, "")}
        tx.execute(update(order_line).where(order_line.c.order_id.in_(some)).values(**ours))
        tx.execute(update(order_charge).where(order_charge.c.order_id.in_(some)).values(title=""))
    tx.execute(update(address).where(address.c.customer_id == customer_id).values(**_NOBODY))
    if who.shop_key:
        theirs = (raw_document.c.shop == who.shop, raw_document.c.customer_key == who.shop_key)
        tx.execute(update(raw_document).where(*theirs).values(customer_key="", digest="", body=""))
    nobody = {"shop_key": None, "name": None, "email": None, "phone": None}
    gone = update(customer).where(customer.c.id == customer_id)
    tx.execute(gone.values(**nobody, forgotten_at=who.forgotten_at or at))
    return len(ids)


def wrong_sums(tx: Tx) -> list[tuple[str, str]]:
    """(order id, what does not add up)"""
    lines = (
        select(
            order_line.c.order_id,
            func.sum(order_line.c.total_minor).label("goods"),
            func.min(order_line.c.line).label("first"),
            func.max(order_line.c.line).label("last"),
            func.count().label("count"),
        )
        .group_by(order_line.c.order_id)
        .subquery()
    )
    o = order.c
    parts = o.goods_minor - o.discount_minor + o.shipping_minor + o.duty_minor + o.fees_minor
    untaxed = select(o.id).where(o.taxes_included.is_(False), o.total_minor != parts + o.tax_minor)
    taxed = select(o.id).where(o.taxes_included.is_(True), o.total_minor != parts)
    joined = select(o.id).join_from(order, lines, lines.c.order_id == o.id, isouter=True)
    goods = joined.where(func.coalesce(lines.c.goods, 0) != o.goods_minor)
    numbered = joined.where(or_(lines.c.first.is_(None), lines.c.first != 1, lines.c.last != lines.c.count))
    queries = (("total", untaxed), ("total", taxed), ("goods", goods), ("lines", numbered))
    return [(key, what) for what, query in queries for key in tx.scalars(query.order_by(o.id))]


def strays(tx: Tx) -> list[tuple[str, str]]:
    """(table, key) of rows whose order there is not."""
    tables = ((timeline, timeline.c.id), (payload, payload.c.order_id), (order_note, order_note.c.id),
              (order_line, order_line.c.order_id), (order_charge, order_charge.c.order_id))  # fmt: skip
    return [
        (table.name, key)
        for table, column in tables
        for key in tx.scalars(select(column).where(table.c.order_id.not_in(select(order.c.id))).distinct())
    ]


def ownerless(tx: Tx) -> list[str]:
    """Addresses that no customer's forgetting would reach."""
    wanted = select(address.c.id).where(
        or_(address.c.customer_id.is_(None), address.c.customer_id.not_in(select(customer.c.id)))
    )
    return list(tx.scalars(wanted.order_by(address.c.id)))


def remembered(tx: Tx) -> list[tuple[str, str]]:
    """(customer id, where something of a forgotten customer still stands)"""
    gone = select(customer.c.id).where(customer.c.forgotten_at.is_not(None))
    c, a = customer.c, address.c
    theirs = select(order.c.customer_id.label("who"), order.c.id.label("order_id")).where(order.c.customer_id.in_(gone))
    orders = theirs.subquery()
    said = or_(*(a[name] != "" for name in _ADDRESS_FIELDS if name != "street"))
    known = or_(c.shop_key.is_not(None), c.name.is_not(None), c.email.is_not(None), c.phone.is_not(None))
    bodies = select(orders.c.who).join(payload, payload.c.order_id == orders.c.order_id)
    lines = select(orders.c.who).join(order_line, order_line.c.order_id == orders.c.order_id)
    charges = select(orders.c.who).join(order_charge, order_charge.c.order_id == orders.c.order_id)
    o, sold = order.c, order_line.c
    tagged = or_(cast(o.tags, String) != "[]", o.source != "", o.medium != "", o.campaign != "")
    queries = (
        ("customer", select(c.id).where(c.forgotten_at.is_not(None), known)),
        ("address", select(a.customer_id).where(a.customer_id.in_(gone), said)),
        ("order", select(o.customer_id).where(o.customer_id.in_(gone), tagged)),
        ("order_line", lines.where(or_(sold.title != "", sold.shop_sku != func.coalesce(sold.sku, "")))),
        ("order_charge", charges.where(order_charge.c.title != "")),
        ("payload", bodies.where(or_(payload.c.body != "", payload.c.digest != ""))),
        ("order_note", select(orders.c.who).join(order_note, order_note.c.order_id == orders.c.order_id)),
    )
    return [(key, where) for where, query in queries for key in tx.scalars(query.distinct())]
