"""Rows of totes to values and back."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from app.db import Tx
from app.db.rows import upsert
from app.shipments.tables import tote


def totes(tx: Tx) -> dict[str, tuple[str, str]]:
    """{code: (the code printed on it, warehouse)}"""
    return {row.code: (row.scan, row.warehouse) for row in tx.execute(select(tote).order_by(tote.c.code))}


def add_totes(tx: Tx, rows: Iterable[tuple[str, str, str]]) -> None:
    """(code, the code printed on it, warehouse); adds or replaces by code."""
    upsert(tx, tote, [{"code": code, "scan": scan, "warehouse": place} for code, scan, place in rows], ["code"])
