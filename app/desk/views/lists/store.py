"""Every SQL statement behind the desk's lists and its search. Each reads some rows by an index, however many there are.

Texts are compared with a beginning as a range and as a beginning: the range finds the place in the index, whatever the
database's sorting, and the beginning is what was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.db.plain import Reads

Row = Mapping[str, Any]
_LAST = "\uffff"  # sorts behind every letter

_ORDER = """
    SELECT o.id, o.shop, o.number, o.state, o.payment, o.country, o.placed_at, o.currency, o.total_minor,
           a.name, a.company, a.city,
           (SELECT sum(l.qty) FROM order_line l WHERE l.order_id = o.id AND l.ships) AS units,
           (SELECT count(*) FROM shipment s WHERE s.order_id = o.id AND s.state <> 'cancelled') AS shipments,
           (SELECT count(*) FROM case_ c WHERE c.order_id = o.id AND c.state = 'open') AS cases
    FROM order_ o LEFT JOIN address a ON a.id = o.ship_to
"""


def orders(read: Reads, *, state: str, after: tuple[str, str] | None, limit: int) -> list[Row]:
    """Newest first, behind the order (placed at, id); all states for an empty one."""
    where = ["o.state = :state"] if state else []
    where += ["(o.placed_at, o.id) < (:at, :id)"] if after else []
    values = {name: value for name, value in (("state", state),) if value}
    values |= {"at": after[0], "id": after[1]} if after else {}
    condition = f"WHERE {' AND '.join(where)}" if where else ""
    return read(f"{_ORDER} {condition} ORDER BY o.placed_at DESC, o.id DESC LIMIT :limit", limit=limit, **values)


def orders_named(read: Reads, ids: Sequence[str]) -> list[Row]:
    """These orders, in any order."""
    names, values = _named(ids)
    return read(f"{_ORDER} WHERE o.id IN ({names})", **values) if ids else []


def count_orders(read: Reads, states: Sequence[str]) -> dict[str, int]:
    """How many orders are in each of these states; meant for those that few orders stay in."""
    names, values = _named(states)
    sql = f"SELECT state, count(*) AS n FROM order_ WHERE state IN ({names}) GROUP BY state"
    return {row["state"]: row["n"] for row in read(sql, **values)}


# ------------------------------------------------------------------------------------------------------ cases


def case_kinds(read: Reads, overdue_before: Mapping[str, str]) -> list[Row]:
    """Of each kind with open cases: how many, the oldest, and how many were opened before the kind's own time."""
    whens = " ".join(f"WHEN :k{n} THEN :t{n}" for n in range(len(overdue_before)))
    values: dict[str, object] = {}
    for n, (kind, before) in enumerate(overdue_before.items()):
        values |= {f"k{n}": kind, f"t{n}": before}
    return read(
        f"""SELECT kind, count(*) AS n, min(opened_at) AS oldest,
                   sum(CASE WHEN opened_at < CASE kind {whens} ELSE '' END THEN 1 ELSE 0 END) AS overdue
            FROM case_ WHERE state = 'open' GROUP BY kind""",
        **values,
    )


_CASE = """
    SELECT c.id, c.kind, c.state, c.subject_kind, c.subject, c.order_id, c.detail, c.opened_at,
           o.country, a.city,
           (SELECT sum(l.qty) FROM order_line l WHERE l.order_id = c.order_id AND l.ships) AS units
    FROM case_ c LEFT JOIN order_ o ON o.id = c.order_id LEFT JOIN address a ON a.id = o.ship_to
"""


def cases(read: Reads, *, kind: str, after: str | None, limit: int) -> list[Row]:
    """Open cases of a kind (all for an empty one), oldest first, behind the case `after`."""
    where = ["c.state = 'open'"] + (["c.kind = :kind"] if kind else []) + (["c.id > :after"] if after else [])
    values = {name: value for name, value in (("kind", kind), ("after", after)) if value}
    return read(f"{_CASE} WHERE {' AND '.join(where)} ORDER BY c.id LIMIT :limit", limit=limit, **values)


def open_cases_of(read: Reads, order_ids: Sequence[str]) -> list[Row]:
    """Open cases of these orders, oldest first."""
    names, values = _named(order_ids)
    sql = f"{_CASE} WHERE c.state = 'open' AND c.order_id IN ({names}) ORDER BY c.id"
    return read(sql, **values) if order_ids else []


# ----------------------------------------------------------------------------------------------------- search

# What a code or number may be, and the orders it leads to: `:code` as typed and in capitals, `:gtin` with all its
# forms in the catalogue. Each finds (order_id, subject).
_EXACT = {
    "order": "SELECT id AS order_id, id AS subject FROM order_ WHERE id IN (:code, :capitals)",
    "number": """SELECT o.id AS order_id, o.number AS subject FROM shop s
                 JOIN order_ o ON o.shop = s.code AND o.number IN (:code, :capitals, :hashed)""",
    "shipment": "SELECT order_id, id AS subject FROM shipment WHERE id = :capitals",
    "job": "SELECT order_id, id AS subject FROM shipment WHERE job_code = :capitals",
    "tote": "SELECT order_id, tote AS subject FROM shipment WHERE tote = :capitals AND tote IS NOT NULL",
    "parcel": """SELECT s.order_id, p.id AS subject FROM parcel p
                 JOIN shipment s ON s.id = p.shipment_id WHERE p.id = :capitals""",
    "sscc": """SELECT s.order_id, p.id AS subject FROM parcel p
               JOIN shipment s ON s.id = p.shipment_id WHERE p.sscc = :sscc""",
    "tracking": """SELECT s.order_id, p.id AS subject FROM parcel p
                   JOIN shipment s ON s.id = p.shipment_id WHERE p.tracking IN (:code, :capitals)""",
    "email": """SELECT o.id AS order_id, o.id AS subject FROM customer c
                JOIN order_ o ON o.customer_id = c.id WHERE c.email IN (:code, :small)""",
}  # fmt: skip
SAID = tuple(_EXACT)


def exactly(read: Reads, what: str, *, limit: int, **values: str) -> list[Row]:
    """(order_id, subject) of orders that the code means when it is a `what`."""
    sql = _EXACT[what]
    used = {name: value for name, value in values.items() if f":{name}" in sql}
    return read(f"{sql} ORDER BY 1 LIMIT :limit", limit=limit, **used)


def tote_scanned(read: Reads, code: str) -> str:
    """The tote with this barcode on it; empty when there is none."""
    rows = read("SELECT code FROM tote WHERE scan = :code LIMIT 1", code=code)
    return str(rows[0]["code"]) if rows else ""


def skus_of(read: Reads, codes: Sequence[str]) -> list[str]:
    """SKUs that one of these codes means: their own, or a barcode's."""
    names, values = _named(codes)
    own = f"SELECT sku FROM sku WHERE sku IN ({names})"
    return [row["sku"] for row in read(f"{own} UNION SELECT sku FROM barcode WHERE code IN ({names})", **values)]


def orders_waiting_for(read: Reads, sku: str, limit: int) -> list[Row]:
    """(order_id, subject) of orders that units of the SKU are reserved for: what is still to be sent."""
    return read(
        """SELECT s.order_id, r.sku AS subject FROM reservation r JOIN shipment s ON s.id = r.shipment_id
           WHERE r.sku = :sku ORDER BY s.order_id LIMIT :limit""",
        sku=sku,
        limit=limit,
    )


def orders_beginning(read: Reads, begins: str, limit: int) -> list[Row]:
    """(order_id, subject) of orders whose id begins so."""
    return read(
        f"""SELECT id AS order_id, id AS subject FROM order_
            WHERE id >= :begins AND id < :end AND {_BEGINS.format("id")} ORDER BY id LIMIT :limit""",
        **_range(begins, limit),
    )


def orders_of_people(read: Reads, begins: str, limit: int) -> list[Row]:
    """(order_id, subject) of orders whose customer's name begins so."""
    return read(
        f"""SELECT o.id AS order_id, o.id AS subject
            FROM (SELECT id FROM customer WHERE name >= :begins AND name < :end AND {_BEGINS.format("name")}
                  ORDER BY name LIMIT :limit) c
            JOIN order_ o ON o.customer_id = c.id ORDER BY 1 LIMIT :limit""",
        **_range(begins, limit),
    )


_BEGINS = "substr({}, 1, length(:begins)) = :begins"


def _range(begins: str, limit: int) -> dict[str, Any]:
    return {"begins": begins, "end": begins + _LAST, "limit": limit}


def _named(some: Sequence[str]) -> tuple[str, dict[str, str]]:
    """`:n0, :n1` and their values."""
    values = {f"n{i}": one for i, one in enumerate(some)}
    return ", ".join(f":{name}" for name in values), values
