"""PINs mistaken at a bench, online or not: each is noted, and many of one badge are a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.base.clock import from_stamp, stamp
from app.cases.case import NewCase
from app.cases.open import open_cases
from app.db import Tx
from app.floor.facts import Fact, PinFailed, decode
from app.site import store as site
from app.site.pin import REMEMBERED_S, TOLD


def note_mistakes(tx: Tx, facts: Sequence[Fact], station: str, now: datetime) -> None:
    """Takes the PinFailed among a bench's facts. They are counted by when they happened, whenever they arrive."""
    tries = [
        (fact.op_id, event.badge, station, fact.made_at)
        for fact in facts
        if fact.kind == PinFailed.__name__ and isinstance(event := decode(fact.kind, fact.body), PinFailed)
    ]
    site.add_pin_tries(tx, tries)
    for op_id, badge, _, at in {badge: one for one in tries for badge in one[1:2]}.values():
        since = stamp(from_stamp(at) - timedelta(seconds=REMEMBERED_S))
        count = site.pin_tries(tx, badge, since, at)
        if count >= TOLD:
            detail = {"station": station, "tries": count}
            open_cases(tx, [NewCase("pin_failed", "operator", badge, None, op_id, detail)], now)
