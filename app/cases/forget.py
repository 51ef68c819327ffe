"""What of a person stands in cases: what people wrote about them, and codes that their shop wrote."""

from __future__ import annotations

from collections.abc import Iterable

from app.cases import store
from app.db import Tx


def forget(tx: Tx, order_ids: Iterable[str]) -> int:
    """Erase the notes on these orders' cases, and the codes that nobody knew; the cases stay. How many notes went."""
    ids = list(order_ids)
    store.empty_detail(tx, ids, "unknown_sku")
    return store.erase_notes(tx, ids)
