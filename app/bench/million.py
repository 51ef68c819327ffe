"""A warehouse of some years: the orders there are, many times over, for lists and searches that must stay quick."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from app.base.clock import Clock, stamp
from app.db import Database, Tx

# Of so many copies one is still in work, with its cases open; all others have long left the house.
_LIVE_OF = 50
_COPY = "|| '.' || k.n"  # DE-1042 is DE-1042.7 in its seventh copy
_IN_WORK = "CASE WHEN k.live = 1 THEN {} ELSE {} END"
# Of each table, children first: what differs in a copy. `t` is the row, `k` the copy, `s` the row's shipment.
_DIFFERS = {
    "customer": {"id": f"t.id {_COPY}", "shop_key": f"t.shop_key {_COPY}", "email": "k.n || '.' || t.email"},
    "address": {"id": f"t.id {_COPY}", "customer_id": f"t.customer_id {_COPY}"},
    "order_line": {"order_id": f"t.order_id {_COPY}"},
    "order_charge": {"order_id": f"t.order_id {_COPY}"},
    "order_note": {"id": f"t.id {_COPY}", "order_id": f"t.order_id {_COPY}"},
    "timeline": {"id": f"t.id {_COPY}", "order_id": f"t.order_id {_COPY}", "subject": f"t.subject {_COPY}"},
    "case_": {
        "id": f"t.id {_COPY}",
        "order_id": f"t.order_id {_COPY}",
        "subject": f"t.subject {_COPY}",
        "opened_at": "k.at",
        "state": _IN_WORK.format("t.state", "'settled'"),
        "settled_at": _IN_WORK.format("t.settled_at", "k.at"),
        "settled_by": _IN_WORK.format("t.settled_by", "'SYSTEM'"),
        "act": _IN_WORK.format("t.act", "'noted'"),
    },
    "shipment_line": {"shipment_id": f"s.order_id {_COPY} || substr(s.id, length(s.order_id) + 1)"},
    "shipment": {
        "id": f"t.order_id {_COPY} || substr(t.id, length(t.order_id) + 1)",
        "order_id": f"t.order_id {_COPY}",
        "job_code": f"t.job_code {_COPY}",
        "state": _IN_WORK.format("t.state", "'dispatched'"),
        "held_from": _IN_WORK.format("t.held_from", "NULL"),
        "leaves_at": "substr(k.at, 1, 11) || substr(t.leaves_at, 12)",
        "made_at": "k.at",
    },
    "order_": {
        "id": f"t.id {_COPY}",
        "number": f"t.number {_COPY}",
        "state": _IN_WORK.format("t.state", "CASE WHEN t.state = 'cancelled' THEN t.state ELSE 'shipped' END"),
        "placed_at": "substr(k.at, 1, 17) || substr(t.placed_at, 18)",
        "customer_id": f"t.customer_id {_COPY}",
        "ship_to": f"t.ship_to {_COPY}",
        "bill_to": f"t.bill_to {_COPY}",
    },
}
_PARCELS = """
    INSERT INTO parcel (id, shipment_id, n, state, carton, weight_g, sscc, tracking, issue)
    SELECT id || '/1', id, 1, 'dispatched', 'M1', 900, CAST(340123450000000000 + r AS text), 'DEMO' || r, 1
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS r FROM shipment WHERE state = 'dispatched') gone
"""


def multiply(database: Database, orders: int, clock: Clock) -> int:
    """Copies all orders until there are at least so many, each round of copies placed ten minutes before the last.

    How many there are then. Persons, lines, shipments, cases and timelines are copied with them, and what has left has
    a parcel; stock isn't, so `check` finds fault with such a database.
    """
    with database.write() as tx:
        there = int(tx.exec_driver_sql("SELECT count(*) FROM order_").scalar_one())
        rounds = max(0, ceil(orders / there) - 1)
        _rounds(tx, rounds, clock)
        for table in _DIFFERS:
            _copy(tx, table)
        tx.exec_driver_sql(_PARCELS)
        tx.exec_driver_sql("DROP TABLE round")
        tx.exec_driver_sql("ANALYZE")
    return there * (rounds + 1)


def _rounds(tx: Tx, rounds: int, clock: Clock) -> None:
    tx.exec_driver_sql("CREATE TEMPORARY TABLE round (n integer PRIMARY KEY, at text, live integer)")
    now = clock.now()
    for n in range(1, rounds + 1):
        at = stamp(now - timedelta(minutes=10 * n))
        tx.exec_driver_sql(f"INSERT INTO round VALUES ({n}, '{at}', {int(n <= rounds // _LIVE_OF)})")


def _copy(tx: Tx, table: str) -> None:
    differs = _DIFFERS[table]
    names = list(tx.exec_driver_sql(f"SELECT * FROM {table} LIMIT 1").one()._fields)
    columns = [f'"{name}"' for name in names]
    values = ", ".join(differs.get(name, f't."{name}"') for name in names)
    shipment = "JOIN shipment s ON s.id = t.shipment_id" if table == "shipment_line" else ""
    tx.exec_driver_sql(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM round k CROSS JOIN {table} t {shipment}"
    )
