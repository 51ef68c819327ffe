"""What is not right with the bench itself, in words; the job goes on as far as it can."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from app.base.clock import from_stamp
from app.base.wording import word
from app.station.cache import Cache
from app.station.printing.spool import Spool
from app.station.sync.sync import Sync


def trouble(spool: Spool, sync: Sync, cache: Cache, language: str) -> tuple[str, ...]:
    found = []
    for document, what in (("parcel_label", "labels"), ("packing_slip", "papers")):
        if why := spool.trouble(document):
            reason = word(f"station.printer.{why}", language)
            found.append(word(f"station.trouble.{what}", language, why=reason))
    if sync.trouble:
        state = sync.state()
        words = ("away" if state.trouble == "away" else "unsent") + ("" if state.waiting else "_nothing")
        since = local(cache, state.since)
        found.append(word(f"station.trouble.{words}", language, n=state.waiting, since=since))
    return tuple(dict.fromkeys(found))


def local(cache: Cache, moment: str) -> str:
    """The time of day in the warehouse; a dash while nothing waits."""
    zone = cache.position("time_zone") or "UTC"
    return from_stamp(moment).astimezone(ZoneInfo(zone)).strftime("%H:%M") if moment else "–"
