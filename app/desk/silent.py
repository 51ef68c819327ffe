"""Stations gone silent with work in hand become somebody's business, and stop being it when they are heard again."""

from __future__ import annotations

from datetime import datetime

from app.cases import store as cases
from app.cases.case import NewCase
from app.cases.open import open_cases
from app.db import Tx, feed
from app.floor.held import store as holding

BY = "due"
_SOME = 500


def look_after_stations(tx: Tx, now: datetime, *, limit: int = _SOME) -> list[str]:
    """One case for each station whose lease ran out; those heard again, or without work, are settled. The cases' ids.

    Nothing is given away by itself. A silence that somebody has seen and settled is not told again. `now`: the shared
    database's own time.
    """
    opened = open_cases(
        tx,
        [
            NewCase("silent_station", "station", station, None, BY, {"since": since, "claims": claims})
            for station, since, claims in holding.silent(tx, now, limit=limit)
        ],
        now,
    )
    over = holding.no_longer_silent(tx, now, limit=limit)
    for act in sorted({act for _, act in over}):
        cases.settle(tx, [case for case, how in over if how == act], act=act, by=BY, now=now)
    feed.announce(tx, "case", [case for case, _ in over], now)
    return [*opened, *(case for case, _ in over)]
