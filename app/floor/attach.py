"""A station's journal meets the shared database: the two must know each other before a fact travels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from app.base.clock import from_stamp
from app.base.errors import Conflict
from app.db import Tx
from app.db.migrate import still_fits
from app.floor.received import store as received
from app.site import store as site
from app.site.site import Station

# A journal that was heard within this time is at work, wherever it lies.
AT_WORK = timedelta(minutes=2)


class Journal(Protocol):
    """What a journal says of itself. `link_at(0)` is its incarnation; None: there is no such fact in it."""

    @property
    def incarnation(self) -> str: ...

    def link_at(self, seq: int) -> str | None: ...

    def op_at(self, seq: int) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Attached:
    """`last_seq`: the journal's last fact that is taken in already: what follows is to be sent.

    `takes_over`: what was sent before came from another journal, `before` facts of it; the station was `heard` last.
    """

    last_seq: int
    takes_over: bool
    before: int = 0
    heard: str = ""


def attach(tx: Tx, *, station: str, journal: Journal, place: str, now: datetime) -> Attached:
    """The two know each other from here on.

    A journal never seen here takes the station over, with every fact it has: those known are passed over by their ids.
    Conflict: journal_copied, another one works as this station, at another `place` (machine and folder), and this one
    has to wait; journal_restored, this one is older than what was sent from it, or tells another story.
    """
    row = site.lock_station(tx, station)
    still_fits(tx)
    _alone(row, place, now)
    if row.incarnation == journal.incarnation:
        last, agrees = row.last_seq, journal.link_at(row.last_seq) == row.last_hash
    else:
        last, op_id = received.last_of(tx, station, journal.incarnation)
        agrees = last == 0 or journal.op_at(last) == op_id
    link = journal.link_at(last)
    if not agrees or link is None:
        raise Conflict(
            f"{station}: {last} facts were sent, this journal's differ", kind="journal_restored", station=station
        )
    site.advance_station(tx, station, incarnation=journal.incarnation, last_seq=last, last_hash=link, now=now)
    site.hear_station(tx, station, place=place, now=now)
    takes_over = row.incarnation not in ("", journal.incarnation)
    return Attached(last, takes_over, row.last_seq, row.last_seen or "")


def heard(tx: Tx, *, station: str, place: str, now: datetime) -> None:
    """The station is at work, there. Conflict (journal_copied): another one is, elsewhere."""
    _alone(site.lock_station(tx, station), place, now)
    site.hear_station(tx, station, place=place, now=now)


def goodbye(tx: Tx, *, station: str, place: str, now: datetime) -> None:
    """Its journal may be opened at another place from now on, at once."""
    if site.lock_station(tx, station).place == place:
        site.hear_station(tx, station, place="", now=now)


def _alone(row: Station, place: str, now: datetime) -> None:
    """Two journals of one station would print the same numbers on two labels."""
    if row.place in ("", place) or not row.last_seen or now - from_stamp(row.last_seen) >= AT_WORK:
        return
    raise Conflict(f"{row.name}: another journal of it is at work", kind="journal_copied", station=row.name)
