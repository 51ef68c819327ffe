"""What must hold in the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from app.base.finding import Finding
from app.catalog import store
from app.db import Tx


def check(tx: Tx) -> Iterator[Finding]:
    """Barcodes and bundle parts belong to SKUs there are; no bundle is part of a bundle."""
    rows = store.bundles(tx)
    made = {bundle for bundle, _, _ in rows}
    for bundle, part, there in rows:
        if not there:
            yield Finding("bundle_parts_exist", bundle, f"part {part} is no SKU")
        if part in made:
            yield Finding("bundles_are_flat", bundle, f"part {part} is a bundle itself")
    for code in store.orphan_barcodes(tx):
        yield Finding("barcodes_belong_to_skus", code, "no such SKU")
