"""Writing something to a case."""

from __future__ import annotations

from datetime import datetime

from app.base.errors import BadInput, NotFound
from app.cases import store
from app.db import Tx
from app.db.feed import announce
from app.site.roles import Operator, require


def note(tx: Tx, case_id: str, body: str, *, operator: Operator, now: datetime) -> None:
    """Free text, kept where it can be erased."""
    require(operator, "case.open")
    if store.get(tx, case_id) is None:
        raise NotFound(f"no case {case_id!r:.60}", kind="unknown_case", case=case_id[:60])
    if not body.strip():
        raise BadInput("got nothing, expected some words", field="note")
    store.add_note(tx, case_id, body.strip(), by=operator.badge, now=now)
    announce(tx, "case", [case_id], now)
