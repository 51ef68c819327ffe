"""Questions to the shared database: asked again after a lost answer, they are answered again and done once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from app.db import Tx
from app.db.at_once import written_at_once
from app.floor import store

T = TypeVar("T")


def once(
    tx: Tx, op_id: str, station: str, kind: str, read: Callable[[Any], T], do: Callable[[], T], now: datetime
) -> T:
    """What `do` answers, or did when this `op_id` was asked before: `read` makes that of plain values again.

    A refusal is an exception and keeps nothing.
    """
    before = store.answer(tx, op_id)
    if before is not None:
        return read(before)
    with written_at_once(tx):
        given = do()
        store.keep_answer(tx, op_id, station, kind, msgspec.to_builtins(given), now)
    return given
