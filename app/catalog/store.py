"""Rows of the catalogue to values and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, delete, select

from app.base.measures import Size
from app.catalog import tables as t
from app.catalog.product import REQUIRED, Carton, Product
from app.db import Row, Tx
from app.db.rows import pieces, upsert


def products(tx: Tx, skus: Iterable[str]) -> dict[str, Product]:
    """The products there are among `skus`, with their barcodes and parts."""
    wanted = sorted(set(skus))
    rows = [row for some in pieces(wanted) for row in tx.execute(select(t.sku).where(t.sku.c.sku.in_(some))).mappings()]
    codes = _grouped(tx, t.barcode, "sku", wanted, ("code", "units"))
    made_of = parts(tx, wanted)
    return {row["sku"]: _product(row, codes.get(row["sku"], ()), made_of.get(row["sku"], ())) for row in rows}


def parts(tx: Tx, skus: Iterable[str]) -> dict[str, tuple[tuple[str, int], ...]]:
    """What each bundle among `skus` is made of; SKUs that are no bundle are absent."""
    return _grouped(tx, t.bundle_part, "bundle", sorted(set(skus)), ("sku", "qty"))


def known(tx: Tx, skus: Iterable[str]) -> set[str]:
    return {
        row.sku
        for some in pieces(sorted(set(skus)))
        for row in tx.execute(select(t.sku.c.sku).where(t.sku.c.sku.in_(some)))
    }


def aliases(tx: Tx, shop: str, codes: Iterable[str]) -> dict[str, str]:
    """Our SKU for each of the shop's codes that a person has mapped."""
    return {
        row.code: row.sku
        for some in pieces(sorted(set(codes)))
        for row in tx.execute(
            select(t.sku_alias.c.code, t.sku_alias.c.sku).where(
                t.sku_alias.c.shop == shop, t.sku_alias.c.code.in_(some)
            )
        )
    }


def add_alias(tx: Tx, shop: str, code: str, sku: str) -> None:
    upsert(tx, t.sku_alias, [{"shop": shop, "code": code, "sku": sku}], ["shop", "code"])


def add_products(tx: Tx, products: Sequence[Product]) -> None:
    """Adds or replaces by SKU; barcodes and parts are replaced whole. `missing` is worked out here."""
    if not products:
        return
    upsert(tx, t.sku, [_row(p) for p in products], ["sku"])
    for some in pieces([p.sku for p in products]):
        tx.execute(delete(t.barcode).where(t.barcode.c.sku.in_(some)))
        tx.execute(delete(t.bundle_part).where(t.bundle_part.c.bundle.in_(some)))
    upsert(
        tx,
        t.barcode,
        [{"code": c, "sku": p.sku, "units": u} for p in products for c, u in p.barcodes],
        ["code", "sku"],
    )
    upsert(
        tx,
        t.bundle_part,
        [{"bundle": p.sku, "sku": s, "qty": q} for p in products for s, q in p.parts],
        ["bundle", "sku"],
    )


def cartons(tx: Tx) -> tuple[Carton, ...]:
    """Smallest first."""
    rows = tx.execute(select(t.carton)).mappings()
    found = (
        Carton(
            r["code"],
            r["scan"],
            r["name"],
            r["kind"],
            Size(r["length_mm"], r["width_mm"], r["height_mm"]),
            r["tare_g"],
            r["max_g"],
        )
        for r in rows
    )
    return tuple(sorted(found, key=lambda c: (c.size.volume, c.code)))


def add_cartons(tx: Tx, cartons: Sequence[Carton]) -> None:
    rows = [
        {
            "code": c.code,
            "scan": c.scan,
            "name": c.name,
            "kind": c.kind,
            "length_mm": c.size.length,
            "width_mm": c.size.width,
            "height_mm": c.size.height,
            "tare_g": c.tare_g,
            "max_g": c.max_g,
        }
        for c in cartons
    ]
    upsert(tx, t.carton, rows, ["code"])


def bins(tx: Tx, warehouse: str) -> dict[str, tuple[int, str]]:
    """{bin: (walk order, kind)}"""
    rows = tx.execute(select(t.bin).where(t.bin.c.warehouse == warehouse)).mappings()
    return {row["bin"]: (row["walk_order"], row["kind"]) for row in rows}


def add_bins(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Each with warehouse, bin, walk_order, kind."""
    upsert(tx, t.bin, [dict(r) for r in rows], ["warehouse", "bin"])


def bundles(tx: Tx) -> list[tuple[str, str, bool]]:
    """(bundle, part, whether the part is a SKU), for the check."""
    rows = tx.execute(
        select(t.bundle_part.c.bundle, t.bundle_part.c.sku, t.sku.c.sku.is_not(None)).outerjoin(
            t.sku, t.sku.c.sku == t.bundle_part.c.sku
        )
    )
    return [tuple(row) for row in rows]


def orphan_barcodes(tx: Tx) -> list[str]:
    rows = tx.execute(
        select(t.barcode.c.code).outerjoin(t.sku, t.sku.c.sku == t.barcode.c.sku).where(t.sku.c.sku.is_(None))
    )
    return [row.code for row in rows]


def _row(p: Product) -> dict[str, Any]:
    size = p.size
    row: dict[str, Any] = {
        "sku": p.sku,
        "title": p.title,
        "titles": dict(p.titles),
        "colour": p.colour,
        "size": p.size_name,
        "handling": p.handling,
        "weight_g": p.weight_g,
        "length_mm": size and size.length,
        "width_mm": size and size.width,
        "height_mm": size and size.height,
        "hs_code": p.hs_code,
        "origin": p.origin,
        "customs_description": p.customs_description,
        "tags": list(p.tags),
        "lot_tracked": p.lot_tracked,
        "serial_tracked": p.serial_tracked,
        "m_pid": p.m_pid,
        "ns_pid": p.ns_pid,
        "s_pid": p.s_pid,
        "value_minor": p.value_minor,
        "value_currency": p.value_currency,
    }
    row["missing"] = [] if p.parts else [name for name in REQUIRED if not row[name]]
    return row


def _product(row: Row, codes: Sequence[tuple[str, int]], made_of: Sequence[tuple[str, int]]) -> Product:
    sides = (row["length_mm"], row["width_mm"], row["height_mm"])
    return Product(
        sku=row["sku"],
        title=row["title"],
        titles=row["titles"],
        colour=row["colour"],
        size_name=row["size"],
        handling=row["handling"],
        weight_g=row["weight_g"],
        size=Size(*sides) if all(sides) else None,
        hs_code=row["hs_code"],
        origin=row["origin"],
        customs_description=row["customs_description"],
        tags=tuple(row["tags"]),
        lot_tracked=row["lot_tracked"],
        serial_tracked=row["serial_tracked"],
        m_pid=row["m_pid"],
        ns_pid=row["ns_pid"],
        s_pid=row["s_pid"],
        value_minor=row["value_minor"],
        value_currency=row["value_currency"],
        missing=tuple(row["missing"]),
        barcodes=tuple(codes),
        parts=tuple(made_of),
    )


def _grouped(
    tx: Tx, table: Table, by: str, keys: Sequence[str], columns: tuple[str, str]
) -> dict[str, tuple[tuple[str, int], ...]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for some in pieces(keys):
        query = select(table.c[by], *(table.c[c] for c in columns)).where(table.c[by].in_(some)).order_by(*columns)
        for key, name, number in tx.execute(query):
            found.setdefault(key, []).append((name, number))
    return {key: tuple(pairs) for key, pairs in found.items()}
