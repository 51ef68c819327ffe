"""Every SQL statement of the read models, in plain text so that reading loads nothing else."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from app.base.money import Money
from app.db.plain import Reads, decoded

Row = Mapping[str, Any]


def _first(rows: list[Row], *json_columns: str) -> dict[str, Any] | None:
    return _plain(rows[0], *json_columns) if rows else None


def _plain(row: Row, *json_columns: str) -> dict[str, Any]:
    return {**row, **{name: decoded(row[name]) for name in json_columns}}


# Of an order, besides words and ids of people.
_ORDER = """o.id, o.shop, o.number, o.state, o.payment, o.placed_at, o.updated_at, o.country, o.currency,
            o.paid_currency, o.taxes_included, o.goods_minor, o.discount_minor, o.shipping_minor, o.tax_minor,
            o.duty_minor, o.fees_minor, o.total_minor, o.available_from, o.cancelled_at, o.source, o.medium,
            o.campaign"""


def order(read: Reads, id_: str, unseen: Container[str] = ()) -> dict[str, Any] | None:
    columns = ", ".join(
        f"NULL AS {column}" if part in unseen else f"{table}.{column}"
        for part, table, column in (
            ("tags", "o", "tags"),
            ("address", "o", "ship_to"),
            ("forgotten_at", "c", "forgotten_at"),
        )
    )
    customer = "" if "forgotten_at" in unseen else "LEFT JOIN customer c ON c.id = o.customer_id"
    return _first(read(f"SELECT {_ORDER}, {columns} FROM order_ o {customer} WHERE o.id = :id", id=id_), "tags")


def order_lines(read: Reads, id_: str, currency: str, unseen: Container[str] = ()) -> list[dict[str, Any]]:
    rows = read(
        f"""SELECT line, sku, shop_sku, {_title(unseen)}, qty, unit_price, total_minor, discount_minor, taxes, ships
            FROM order_line WHERE order_id = :id ORDER BY line""",
        id=id_,
    )
    return [
        {
            "line": row["line"],
            "sku": row["sku"],
            "shop_sku": row["shop_sku"],
            "title": row["title"],
            "qty": row["qty"],
            "unit_price": row["unit_price"],
            "total": str(Money(row["total_minor"], currency).decimal),
            "discount": str(Money(row["discount_minor"], currency).decimal),
            "taxes": decoded(row["taxes"]),
            "ships": bool(row["ships"]),
        }
        for row in rows
    ]


def order_charges(read: Reads, id_: str, currency: str, unseen: Container[str] = ()) -> list[dict[str, Any]]:
    sql = f"SELECT kind, {_title(unseen)}, amount_minor FROM order_charge WHERE order_id = :id ORDER BY n"
    return [
        {"kind": r["kind"], "title": r["title"], "amount": str(Money(r["amount_minor"], currency).decimal)}
        for r in read(sql, id=id_)
    ]


def _title(unseen: Container[str]) -> str:
    return "NULL AS title" if "titles" in unseen else "title"


def address(read: Reads, id_: str | None) -> dict[str, Any] | None:
    sql = "SELECT name, company, street, city, region, postcode, country, phone, email FROM address WHERE id = :id"
    return _first(read(sql, id=id_), "street") if id_ else None


def shipment_ids(read: Reads, order_id: str) -> list[str]:
    return [r["id"] for r in read("SELECT id FROM shipment WHERE order_id = :id ORDER BY n", id=order_id)]


def cases_of_order(read: Reads, id_: str) -> list[dict[str, Any]]:
    sql = "SELECT id, kind, state, subject, opened_at FROM case_ WHERE order_id = :id ORDER BY opened_at, id"
    return [dict(r) for r in read(sql, id=id_)]


def notes(read: Reads, id_: str) -> list[dict[str, Any]]:
    return [dict(r) for r in read('SELECT at, "by", body FROM order_note WHERE order_id = :id ORDER BY at, id', id=id_)]


def plan(read: Reads, id_: str) -> list[dict[str, Any]]:
    """Why the newest plan is as it is, line by line."""
    sql = """SELECT t.stage, t.rule, t.version, t.inputs, t.reason FROM plan_trace t JOIN order_ o
             ON o.id = t.order_id AND o.plan_no = t.plan_no WHERE t.order_id = :id ORDER BY t.n"""
    return [_plain(r, "inputs") for r in read(sql, id=id_)]


def timeline(read: Reads, order_id: str) -> list[dict[str, Any]]:
    """Oldest first. What lies in the archive is one line that says where."""
    sql = 'SELECT at, subject, event, "by", detail FROM timeline WHERE order_id = :id ORDER BY at, id'
    filed = read("SELECT id, imported_at, archived FROM order_ WHERE id = :id AND archived <> ''", id=order_id)
    earlier = [{"subject": r["id"], **_filed(r)} for r in filed]
    return [*earlier, *(_plain(r, "detail") for r in read(sql, id=order_id))]


def _filed(order: Mapping[str, Any]) -> dict[str, Any]:
    return {"at": order["imported_at"], "event": "archived", "by": "SYSTEM", "detail": {"file": order["archived"]}}


def timeline_of(read: Reads, parcel: str) -> list[dict[str, Any]]:
    """The parcel's own lines, as above."""
    sql = 'SELECT at, event, "by", detail FROM timeline WHERE subject = :id ORDER BY at, id'
    filed = read(
        """SELECT o.imported_at, o.archived FROM parcel p JOIN shipment s ON s.id = p.shipment_id
           JOIN order_ o ON o.id = s.order_id WHERE p.id = :id AND o.archived <> ''""",
        id=parcel,
    )
    return [*map(_filed, filed), *(_plain(r, "detail") for r in read(sql, id=parcel))]


def shipment(read: Reads, id_: str) -> dict[str, Any] | None:
    sql = """SELECT s.*, c.station, c.operator, c.made_at AS claimed_at FROM shipment s
             LEFT JOIN claim_shipment m ON m.shipment_id = s.id AND m.live
             LEFT JOIN claim c ON c.id = m.claim_id WHERE s.id = :id"""
    return _first(read(sql, id=id_))


def shipment_lines(read: Reads, id_: str, warehouse: str) -> list[dict[str, Any]]:
    """`bin` is where the most of it lies, of the bins one may pick from."""
    rows = read(
        """SELECT l.line, l.order_line, l.sku, p.title, l.qty, l.short, l.picked, l.packed,
                  (SELECT b.place FROM stock_place b JOIN bin n ON n.warehouse = b.warehouse AND n.bin = b.place
                   WHERE b.sku = l.sku AND b.warehouse = :warehouse AND b.on_hand > 0 AND n.kind IN ('shelf', 'bulk')
                   ORDER BY b.on_hand DESC, b.place LIMIT 1) AS bin
           FROM shipment_line l LEFT JOIN sku p ON p.sku = l.sku WHERE l.shipment_id = :id ORDER BY l.line""",
        id=id_,
        warehouse=warehouse,
    )
    return [{**row, "barcodes": barcodes(read, row["sku"])} for row in rows]


def parcels(read: Reads, shipment_id: str) -> list[Row]:
    return read("SELECT * FROM parcel WHERE shipment_id = :id ORDER BY n", id=shipment_id)


def parcel(read: Reads, code: str) -> dict[str, Any] | None:
    return _first(read("SELECT * FROM parcel WHERE id = :c OR sscc = :c OR tracking = :c", c=code))


def parcel_items(read: Reads, id_: str) -> list[dict[str, Any]]:
    rows = read(
        "SELECT sku, qty, line, lot, serial FROM parcel_item WHERE parcel_id = :id ORDER BY line, lot, serial", id=id_
    )
    return [dict(r) for r in rows]


def reserved(read: Reads, shipment_id: str) -> list[dict[str, Any]]:
    sql = "SELECT sku, warehouse, qty, expires_at FROM reservation WHERE shipment_id = :id ORDER BY sku"
    return [dict(r) for r in read(sql, id=shipment_id)]


def prints(read: Reads, subject: str) -> list[dict[str, Any]]:
    sql = """SELECT document, issue, copy, state, station, at, "by", news_at FROM print_job
             WHERE subject = :id ORDER BY document, issue, copy"""
    return [dict(r) for r in read(sql, id=subject)]


def sku(read: Reads, id_: str) -> dict[str, Any] | None:
    return _first(read("SELECT * FROM sku WHERE sku = :id", id=id_), "tags", "missing", "titles")


def barcodes(read: Reads, sku: str) -> list[dict[str, Any]]:
    return [dict(r) for r in read("SELECT code, units FROM barcode WHERE sku = :id ORDER BY units, code", id=sku)]


def parts(read: Reads, sku: str) -> list[dict[str, Any]]:
    return [dict(r) for r in read("SELECT sku, qty FROM bundle_part WHERE bundle = :id ORDER BY sku", id=sku)]


def buffers(read: Reads, sku: str) -> list[dict[str, Any]]:
    sql = "SELECT shop, warehouse, qty FROM stock_buffer WHERE sku = :id AND qty > 0 ORDER BY shop, warehouse"
    return [dict(r) for r in read(sql, id=sku)]


def balances(read: Reads, sku: str) -> list[dict[str, Any]]:
    sql = """SELECT warehouse, on_hand, damaged, hold, reserved, inbound,
                    on_hand - damaged - hold - reserved AS available
             FROM stock_balance WHERE sku = :id ORDER BY warehouse"""
    return [dict(r) for r in read(sql, id=sku)]


def places(read: Reads, sku: str) -> list[dict[str, Any]]:
    sql = """SELECT warehouse, place, lot, serial, on_hand, damaged, hold FROM stock_place
             WHERE sku = :id AND on_hand > 0 ORDER BY warehouse, place, lot, serial"""
    return [dict(r) for r in read(sql, id=sku)]


def case(read: Reads, id_: str) -> dict[str, Any] | None:
    return _first(read("SELECT * FROM case_ WHERE id = :id", id=id_), "detail")


def case_notes(read: Reads, id_: str) -> list[dict[str, Any]]:
    return [dict(r) for r in read('SELECT at, "by", body FROM case_note WHERE case_id = :id ORDER BY at, id', id=id_)]


def set_aside(read: Reads, claim: str) -> list[dict[str, Any]]:
    """Facts of that claim that did not take effect when they came, in that order."""
    sql = """SELECT op_id, station, kind, operator, made_at, outcome, reason FROM fact
             WHERE claim_id = :claim AND outcome <> 'applied' ORDER BY n"""
    return [dict(r) for r in read(sql, claim=claim)]


# What `list` pages through: a table, its key as one text, and the columns shown.
_LISTS = {
    "orders": ("order_", "id", "id, state, payment, shop, country, placed_at, currency, total_minor, plan_no"),
    "shipments": (
        "shipment",
        "id",
        "id, state, order_id, warehouse, carrier, service, leaves_at, units, job_code, tote",
    ),
    "parcels": ("parcel", "id", "id, state, shipment_id, carton, weight_g, sscc, tracking, handover_id"),
    "cases": ("case_", "id", "id, state, kind, subject_kind, subject, order_id, opened_at, act"),
    "print-jobs": (
        "print_job",
        "subject || '|' || document || '|' || issue || '|' || copy",
        "subject || '|' || document || '|' || issue || '|' || copy AS id, state, station, printer, at",
    ),
}
LISTS = (*_LISTS, "returns", "stations")


def listing(read: Reads, what: str, *, state: str | None, limit: int, after: str | None) -> list[dict[str, Any]]:
    """At most `limit` rows with a key above `after`, in key order."""
    if what not in _LISTS:
        return []
    table, key, columns = _LISTS[what]
    where = [clause for clause, wanted in ((f"{key} > :after", after), ("state = :state", state)) if wanted is not None]
    sql = f"SELECT {columns} FROM {table}{' WHERE ' + ' AND '.join(where) if where else ''} ORDER BY {key} LIMIT :limit"
    values = {k: v for k, v in (("after", after), ("state", state)) if v is not None}
    return [dict(r) for r in read(sql, limit=limit, **values)]
