"""What of a person stands in cases: only what people wrote about them."""

from __future__ import annotations

from collections.abc import Iterable

from app.cases import store
from app.db import Tx


def forget(tx: Tx, order_ids: Iterable[str]) -> int:
    """Erase the notes on these orders' cases; the cases stay, they hold ids and numbers only. How many notes went."""
    return store.erase_notes(tx, order_ids)
