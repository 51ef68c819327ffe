"""What a bench pulls that no other room asks for in this shape."""

from __future__ import annotations

from sqlalchemy import select

from app.catalog import tables as catalog
from app.db import Tx


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
