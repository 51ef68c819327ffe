"""What a bench pulls that no other room asks for in this shape."""

from __future__ import annotations

from sqlalchemy import select

from app.catalog import tables as catalog
from app.db import Tx


def barcodes(tx: Tx, after: str, limit: int) -> list[tuple[str, str, int, str]]:
    """(code, SKU, units, title) of the whole catalogue, in pages by code; a code's rows are never parted."""
    code = catalog.barcode.c.code
    page = select(code).where(code > after).distinct().order_by(code).limit(limit).subquery()
    rows = tx.execute(
        select(code, catalog.barcode.c.sku, catalog.barcode.c.units, catalog.sku.c.title)
        .join(catalog.sku, catalog.sku.c.sku == catalog.barcode.c.sku)
        .where(code.in_(select(page.c.code)))
        .order_by(code, catalog.barcode.c.sku)
    )
    return [tuple(row) for row in rows]
