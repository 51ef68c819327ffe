"""A paper that stays unprinted becomes somebody's business, and stops being it when it came out."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.cases import store as cases
from app.cases.case import NewCase
from app.cases.open import open_cases
from app.db import Tx, feed
from app.desk import store

BY = "due"
# By then whoever stands at the printer has seen it, and could not help.
PATIENCE = timedelta(minutes=5)
_SOME = 500


def look_after_prints(tx: Tx, now: datetime, *, limit: int = _SOME) -> list[str]:
    """One case for each parcel or list that could not be printed; those printed since are settled. The cases' ids."""
    failed = {one.subject: one for one in store.failed_prints(tx, now - PATIENCE, limit=limit)}
    opened = open_cases(
        tx,
        [
            NewCase(
                "print_failed",
                "print_job",
                one.subject,
                one.order_id,
                BY,
                {"document": one.document, "issue": one.issue, "copy": one.copy, "station": one.station},
            )
            for one in failed.values()
        ],
        now,
    )
    over = store.printed_after_all(tx, limit=limit)
    if over:
        cases.settle(tx, over, act="noted", by=BY, now=now)
        feed.announce(tx, "case", over, now)
    return [*opened, *over]
