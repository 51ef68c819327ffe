"""What a bench pulls that no other room asks for in this shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Text, bindparam, select

from app.catalog import tables as catalog
from app.db import Tx
from app.db.at_once import Queries, read_at_once
from app.floor.tables import claim, claim_shipment
from app.shipments.tables import shipment


@dataclass(frozen=True, slots=True)
class Stands:
    """States by id, of those there are; and which claims (claim, shipment) are still on which shipments."""

    claims: Mapping[str, str]
    shipments: Mapping[str, str]
    live: frozenset[tuple[str, str]]


_claims, _shipments = (bindparam(name, type_=Text, expanding=True) for name in ("claims", "shipments"))
_STANDS: Queries = (
    select(claim.c.id, claim.c.state).where(claim.c.id.in_(_claims)),
    select(shipment.c.id, shipment.c.state).where(shipment.c.id.in_(_shipments)),
    select(claim_shipment.c.claim_id, claim_shipment.c.shipment_id).where(
        claim_shipment.c.claim_id.in_(_claims), claim_shipment.c.live
    ),
)


def stands(tx: Tx, claims: Iterable[str], shipments: Iterable[str]) -> Stands:
    """How the work a bench holds stands, in one round trip."""
    held, some, live = read_at_once(tx, _STANDS, {"claims": sorted(claims), "shipments": sorted(shipments)})
    return Stands(
        {row["id"]: row["state"] for row in held},
        {row["id"]: row["state"] for row in some},
        frozenset((row["claim_id"], row["shipment_id"]) for row in live),
    )


def barcodes(tx: Tx, after: str, limit: int) -> list[tuple[str, str, int]]:
    """(code, SKU, units) of the whole catalogue, in pages by code; a code's rows are never parted."""
    table = catalog.barcode
    page = select(table.c.code).where(table.c.code > after).distinct().order_by(table.c.code).limit(limit).subquery()
    rows = tx.execute(
        select(table.c.code, table.c.sku, table.c.units)
        .where(table.c.code.in_(select(page.c.code)))
        .order_by(table.c.code, table.c.sku)
    )
    return [(row.code, row.sku, row.units) for row in rows]


def names(tx: Tx, first: str, last: str) -> list[tuple[str, str, str]]:
    """(SKU, title, variant) of all that bears a code from `first` to `last`."""
    bearing = select(catalog.barcode.c.sku).where(catalog.barcode.c.code.between(first, last))
    table = catalog.sku
    rows = tx.execute(select(table.c.sku, table.c.title, table.c.colour, table.c.size).where(table.c.sku.in_(bearing)))
    return [(row.sku, row.title, ", ".join(part for part in (row.colour, row.size) if part)) for row in rows]
