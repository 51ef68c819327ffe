"""Every SQL statement of the read models, in plain text so that reading loads nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.base.money import Money
from app.db.plain import Reads, decoded

Row = Mapping[str, Any]


def _first(rows: list[Row], *json_columns: str) -> dict[str, Any] | None:
    return _plain(rows[0], *json_columns) if rows else None


def _plain(row: Row, *json_columns: str) -> dict[str, Any]:
    return {**row, **{name: decoded(row[name]) for name in json_columns}}


def order(read: Reads, id_: str) -> dict[str, Any] | None:
    return _first(
        read(
            "SELECT o.*, c.forgotten_at FROM order_ o LEFT JOIN customer c ON c.id = o.customer_id WHERE o.id = :id",
            id=id_,
        ),
        "tags",
    )


def order_lines(read: Reads, id_: str, currency: str) -> list[dict[str, Any]]:
    rows = read("SELECT * FROM order_line WHERE order_id = :id ORDER BY line", id=id_)
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


def order_charges(read: Reads, id_: str, currency: str) -> list[dict[str, Any]]:
    rows = read("SELECT kind, title, amount_minor FROM order_charge WHERE order_id = :id ORDER BY n", id=id_)
    return [
        {"kind": r["kind"], "title": r["title"], "amount": str(Money(r["amount_minor"], currency).decimal)}
        for r in rows
    ]


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


# ------------------------------------------------------------------------------------------- the bench's work list

# In this order within one cut-off: what lies picked first, then what is being packed, being picked, still to be picked.
_IN_WORK = ("packed", "picked", "packing", "picking", "ready")


def warehouse_of(read: Reads, station: str) -> str:
    """Where the bench stands; empty for a bench nobody has set up."""
    rows = read("SELECT warehouse FROM station WHERE name = :name", name=station)
    return rows[0]["warehouse"] if rows else ""


def work_counts(read: Reads, warehouse: str) -> list[Row]:
    """(leaves_at, carrier, its name, state, n) of all that is to be picked or packed, by the index alone."""
    return read(
        f"""SELECT w.leaves_at, w.carrier, coalesce(c.name, w.carrier) AS name, w.state, w.n
            FROM (SELECT leaves_at, carrier, state, count(*) AS n FROM shipment
                  WHERE warehouse = :warehouse AND state IN ({_quoted(_IN_WORK)})
                  GROUP BY leaves_at, carrier, state) w
            LEFT JOIN carrier c ON c.code = w.carrier ORDER BY w.leaves_at, w.carrier""",
        warehouse=warehouse,
    )


def first_to_leave(read: Reads, warehouse: str, since: str) -> list[Row]:
    """(leaves_at, carrier's name, n) of the first cut-off from `since` on that something must still be packed for."""
    first = " UNION ALL ".join(
        f"""SELECT min(leaves_at) AS at FROM shipment
            WHERE warehouse = :warehouse AND state = '{state}' AND leaves_at >= :since"""
        for state in _IN_WORK
    )
    return read(
        f"""SELECT s.leaves_at, coalesce(c.name, s.carrier) AS name, count(*) AS n FROM shipment s
            LEFT JOIN carrier c ON c.code = s.carrier
            WHERE s.warehouse = :warehouse AND s.state IN ({_quoted(_IN_WORK)})
              AND s.leaves_at = (SELECT min(at) FROM ({first}) firsts)
            GROUP BY s.leaves_at, coalesce(c.name, s.carrier) ORDER BY n DESC""",
        warehouse=warehouse,
        since=since,
    )


def work(read: Reads, warehouse: str, *, after: tuple[str, str, int, str] | None, limit: int) -> list[Row]:
    """Shipments to be picked or packed behind (leaves_at, carrier, rank, id), in that order; one seek a state."""
    values: dict[str, object] = {}
    if after:
        values = {"at": after[0], "carrier": after[1], "id": after[3]}
    some = " UNION ALL ".join(
        f"""SELECT * FROM (SELECT {rank} AS rank, id, leaves_at, carrier FROM shipment
            WHERE warehouse = :warehouse AND state = '{state}'{_behind(rank, after)}
            ORDER BY leaves_at, carrier, id LIMIT :limit) {state}_"""
        for rank, state in enumerate(_IN_WORK)
    )
    # The address is looked up only for the rows that are shown.
    return read(
        f"""SELECT w.rank, s.id, s.leaves_at, s.carrier, s.state, s.tote, s.units, s.n, s.country, a.name, a.city,
                   c.station, c.made_at,
                   (SELECT count(*) FROM shipment o WHERE o.order_id = s.order_id AND o.state <> 'cancelled') AS parts,
                   (SELECT sum(l.qty - l.short - l.picked) FROM shipment_line l WHERE l.shipment_id = s.id) AS to_pick,
                   (SELECT sum(l.packed) FROM shipment_line l WHERE l.shipment_id = s.id) AS packed
            FROM (SELECT * FROM ({some}) every ORDER BY leaves_at, carrier, rank, id LIMIT :limit) w
            JOIN shipment s ON s.id = w.id
            LEFT JOIN order_ o ON o.id = s.order_id LEFT JOIN address a ON a.id = o.ship_to
            LEFT JOIN claim_shipment m ON m.shipment_id = s.id AND m.live
            LEFT JOIN claim c ON c.id = m.claim_id
            ORDER BY w.leaves_at, w.carrier, w.rank, w.id""",
        warehouse=warehouse,
        limit=limit,
        **values,
    )


def _behind(rank: int, after: tuple[str, str, int, str] | None) -> str:
    if after is None:
        return ""
    if rank == after[2]:
        return " AND (leaves_at, carrier, id) > (:at, :carrier, :id)"
    return f" AND (leaves_at, carrier) {'>=' if rank > after[2] else '>'} (:at, :carrier)"


def handling_of(read: Reads, shipments: Sequence[str]) -> list[Row]:
    """(shipment_id, handling, tags) of the articles in these shipments."""
    names, values = _named(shipments)
    if not shipments:
        return []
    return read(
        f"""SELECT DISTINCT l.shipment_id, k.handling, CAST(k.tags AS text) AS tags FROM shipment_line l
            JOIN sku k ON k.sku = l.sku WHERE l.shipment_id IN ({names})""",
        **values,
    )


def held_by(read: Reads, station: str) -> list[Row]:
    """What the bench has claimed and not finished, oldest first."""
    # Live claims are few whoever made them; a bench's claims are all it ever made: the first way in is the short one.
    return read(
        """SELECT c.kind, c.made_at, s.id, s.state, s.tote,
                  (SELECT sum(l.qty - l.short) FROM shipment_line l WHERE l.shipment_id = s.id) AS units,
                  (SELECT sum(l.picked) FROM shipment_line l WHERE l.shipment_id = s.id) AS picked,
                  (SELECT sum(l.packed) FROM shipment_line l WHERE l.shipment_id = s.id) AS packed
           FROM claim_shipment m JOIN claim c ON c.id = m.claim_id JOIN shipment s ON s.id = m.shipment_id
           WHERE m.live AND c.station || '' = :station ORDER BY c.made_at, s.id""",
        station=station,
    )


def packed_since(read: Reads, since: str) -> list[Row]:
    """(station, n, first, last) of the shipments that each bench has finished since then."""
    return read(
        """SELECT station, count(*) AS n, min(made_at) AS first, max(made_at) AS last FROM fact
           WHERE kind = 'PackFinished' AND made_at >= :since GROUP BY station ORDER BY station""",
        since=since,
    )


def totes(read: Reads, warehouse: str) -> tuple[int, int]:
    """(all, free) of the warehouse: free are those in which nothing lies, by the books or by an open case."""
    details = read("SELECT detail FROM case_ WHERE state = 'open' AND kind IN ('late_fact', 'bring_back')")
    said = sorted({tote for row in details for tote in decoded(row["detail"]).get("totes", ())})
    names, values = _named(said or [""])
    rows = read(
        f"""SELECT count(*) AS n,
                   sum(CASE WHEN code IN (SELECT tote FROM tote_item) OR code IN ({names}) THEN 0 ELSE 1 END) AS free
            FROM tote WHERE warehouse = :warehouse""",
        warehouse=warehouse,
        **values,
    )
    return int(rows[0]["n"]), int(rows[0]["free"] or 0)


_WITH = """FROM shipment s JOIN parcel p ON p.shipment_id = s.id
           WHERE s.warehouse = :warehouse AND s.state = 'labelled' AND s.carrier = :carrier AND p.state = 'labelled'"""


def leaving(read: Reads, warehouse: str, carrier: str, limit: int) -> tuple[list[Row], int]:
    """Labelled parcels that wait to be loaded for the carrier, first to leave first, and how many there are."""
    rows = read(
        f"""SELECT p.id, p.tracking, p.weight_g, s.leaves_at, s.country {_WITH}
            ORDER BY s.leaves_at, p.id LIMIT :limit""",
        warehouse=warehouse,
        carrier=carrier,
        limit=limit,
    )
    if len(rows) < limit:
        return rows, len(rows)
    return rows, int(read(f"SELECT count(*) AS n {_WITH}", warehouse=warehouse, carrier=carrier)[0]["n"])


def in_handover(read: Reads, handover: str) -> list[Row]:
    return read(
        """SELECT p.id, p.tracking, p.weight_g, s.leaves_at, s.country FROM parcel p
           JOIN shipment s ON s.id = p.shipment_id WHERE p.handover_id = :handover AND p.state = 'loaded'""",
        handover=handover,
    )


def carrier_name(read: Reads, code: str) -> str:
    rows = read("SELECT name FROM carrier WHERE code = :code", code=code)
    return rows[0]["name"] if rows else code


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _named(values: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Placeholders for a list of values, and the values."""
    named = {f"v{n}": value for n, value in enumerate(values)}
    return ", ".join(f":{name}" for name in named), named
