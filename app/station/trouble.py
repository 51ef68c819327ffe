"""What is not right with the bench itself, in words; the job goes on as far as it can."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from app.base.clock import from_stamp
from app.base.wording import known, word
from app.station.cache import Cache
from app.station.journal.journal import Journal
from app.station.printing.spool import Spool
from app.station.sync.sync import Sync


def trouble(spool: Spool, sync: Sync, cache: Cache, journal: Journal, language: str) -> tuple[str, ...]:
    found = []
    for document, what in (("parcel_label", "labels"), ("packing_slip", "papers")):
        if fault := spool.trouble(document):
            reason = word(f"station.printer.{fault}", language)
            found.append(word(f"station.trouble.{what}", language, why=reason))
    if journal.begun:
        found.append(word(f"station.trouble.journal_{journal.begun}", language))
    if sync.trouble:
        state = sync.state()
        said = {"why": why(state.trouble, language), "n": state.waiting, "since": local(cache, state.since)}
        found.append(word(f"station.trouble.{'waits' if state.waiting else 'nothing_waits'}", language, **said))
    return tuple(dict.fromkeys(found))


def why(trouble: str, language: str) -> str:
    """Why nothing can be sent, and what to do: `trouble` as SyncState has it."""
    key = f"station.why.{trouble}"
    return word(key if known(key) else "station.why.broken", language)


def why_nobody(sync: Sync, language: str) -> str:
    """Why the bench knows of nobody who could work at it."""
    return why(sync.trouble or ("nobody" if sync.heard_at else "unheard"), language)


def local(cache: Cache, moment: str) -> str:
    """The time of day in the warehouse; a dash while nothing waits."""
    zone = cache.position("time_zone") or "UTC"
    return from_stamp(moment).astimezone(ZoneInfo(zone)).strftime("%H:%M") if moment else "–"
