"""Every SQL statement of the floor's read model, in plain text so that reading loads nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app.base.clock import stamp
from app.db.plain import Reads

Row = Mapping[str, Any]
# So far behind may a bench's clock be.
_WRONG = timedelta(days=2)
_PACKED = "('labelled', 'dispatched', 'delivered')"


def now(read: Reads) -> datetime | None:
    """The shared database's own time; None where that is the time of the machine it lies on."""
    (row,) = read("SELECT CURRENT_TIMESTAMP AS now")
    return row["now"] if isinstance(row["now"], datetime) else None


def benches(read: Reads, warehouse: str, *, after: str, limit: int, one: str = "") -> list[Row]:
    """With what each said of itself last. An empty warehouse: of all; `one`: that bench alone."""
    return read(
        """SELECT s.name, s.warehouse, s.last_seen, p.at, p.operator, p.workflow, p.job, p.state,
                  p.done, p."of" AS "of", p.since, p.waiting, p.scans_hour, p.parcels_today, p.printer, p.program
           FROM station s LEFT JOIN presence p ON p.station = s.name
           WHERE (:warehouse = '' OR s.warehouse = :warehouse) AND (:one = '' OR s.name = :one) AND s.name > :after
           ORDER BY s.name LIMIT :limit""",
        warehouse=warehouse,
        one=one,
        after=after,
        limit=limit,
    )


def names(read: Reads) -> dict[str, str]:
    """{badge: name}. Whoever only reads figures has no right to it."""
    return {row["badge"]: row["name"] for row in read("SELECT badge, name FROM operator")}


def count(read: Reads, warehouse: str) -> int:
    return int(read("SELECT count(*) AS n FROM station WHERE warehouse = :warehouse", warehouse=warehouse)[0]["n"])


def held(read: Reads) -> list[Row]:
    """(station, claims, shipments, when the first lease runs out, when the first of them has to leave)."""
    return read(
        """SELECT c.station, count(DISTINCT c.id) AS claims, count(*) AS shipments, min(c.lease_until) AS lease_until,
                  min(s.leaves_at) AS leaves_at
           FROM claim c JOIN claim_shipment m ON m.claim_id = c.id AND m.live JOIN shipment s ON s.id = m.shipment_id
           WHERE c.state = 'live' GROUP BY c.station"""
    )


def claims_of(read: Reads, station: str) -> list[Row]:
    """A row a shipment that the bench holds, oldest claim first."""
    return read(
        """SELECT c.id, c.kind, c.operator, c.made_at, c.lease_until, m.shipment_id, m.epoch
           FROM claim c JOIN claim_shipment m ON m.claim_id = c.id AND m.live
           WHERE c.state = 'live' AND c.station = :station ORDER BY c.made_at, c.id, m.shipment_id""",
        station=station,
    )


def calls_for_help(read: Reads) -> list[Row]:
    """Open cases that somebody raised at the bench which holds their shipment now, oldest first."""
    return read(
        """SELECT c.station, k.id, k.subject, k.opened_at
           FROM case_ k JOIN claim_shipment m ON m.shipment_id = k.subject AND m.live
           JOIN claim c ON c.id = m.claim_id AND c.state = 'live'
           WHERE k.state = 'open' AND k.kind = 'raised_at_bench' ORDER BY k.id"""
    )


def packed_of(read: Reads, warehouse: str, leaves_at: str) -> int:
    """How many shipments of this cut-off are packed already."""
    (row,) = read(
        f"""SELECT count(*) AS n FROM shipment
            WHERE warehouse = :warehouse AND leaves_at = :leaves_at AND state IN {_PACKED}""",
        warehouse=warehouse,
        leaves_at=leaves_at,
    )
    return int(row["n"])


def packed_by_time(read: Reads, warehouse: str, since: datetime, leaves_at: str) -> list[Row]:
    """(ten minutes as the first 15 signs of a stamp, n packed in them, n of this cut-off) since then.

    By when it was heard of. The index knows the bench's own time of it: it is looked through further back.
    """
    return read(
        """SELECT substr(f.applied_at, 1, 15) AS ten, count(*) AS n,
                  sum(CASE WHEN EXISTS (SELECT 1 FROM claim_shipment m JOIN shipment h ON h.id = m.shipment_id
                                        WHERE m.claim_id = f.claim_id AND h.leaves_at = :leaves_at)
                      THEN 1 ELSE 0 END) AS ours
           FROM fact f JOIN station s ON s.name = f.station AND s.warehouse = :warehouse
           WHERE f.kind = 'PackFinished' AND f.made_at >= :made AND f.applied_at >= :since
           GROUP BY substr(f.applied_at, 1, 15) ORDER BY 1""",
        warehouse=warehouse,
        made=stamp(since - _WRONG),
        since=stamp(since),
        leaves_at=leaves_at,
    )
