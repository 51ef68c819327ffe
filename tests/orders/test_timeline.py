"""An order's timeline: what happened to it, by one clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.db import Database
from app.orders import timeline
from app.orders.timeline import Entry
from tests.small_site import build


def test_it_is_in_the_order_of_the_times_that_stand_in_it_and_within_one_act_as_that_did(
    database: Database, now: datetime
) -> None:
    """Ids are made by the clock of whoever writes, which may be a day off."""
    with database.write() as tx:
        build(tx, now)
        timeline.record(tx, [Entry("DE-1", "DE-1", f"later {n}", "test") for n in range(3)], now + timedelta(hours=1))
        timeline.record(tx, [Entry("DE-1", "DE-1", f"before {n}", "test") for n in range(3)], now)
    with database.read() as tx:
        told = [one.entry.event for one in timeline.read(tx, "DE-1")]
    assert told == ["before 0", "before 1", "before 2", "later 0", "later 1", "later 2"]
