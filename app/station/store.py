"""What a bench pulls that no other room asks for in this shape."""

from __future__ import annotations

from sqlalchemy import func, select

from app.catalog import tables as catalog
from app.db import Tx
from app.db import tables as db


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


def last_change(tx: Tx) -> int:
    """Where the change feed stands now."""
    return int(tx.execute(select(func.coalesce(func.max(db.change.c.id), 0))).scalar_one())
