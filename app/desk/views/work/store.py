"""Every SQL statement behind the bench's work list and its dock, in plain text so that reading loads nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.db.plain import Reads, decoded

Row = Mapping[str, Any]

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
