"""What falls due in upkeep: months that have had their day leave for the archive."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.base.errors import Conflict
from app.db import Database
from app.hub.due import Job
from app.settings import Settings
from app.site.roles import SYSTEM
from app.upkeep.archive import archive_before


def jobs_of(settings: Settings) -> tuple[Job, ...]:
    """Once a day; none where nothing is ever to leave."""

    def old_months(database: Database, now: datetime) -> int:
        try:
            done = archive_before(
                database, first_kept(now, settings.archive_months), home=settings.home_folder, operator=SYSTEM, now=now
            )
        except Conflict:  # somebody does it by hand
            return 0
        return done.facts + done.claims + done.entries

    return (Job("archive", timedelta(days=1), old_months),) if settings.archive_months > 0 else ()


def first_kept(now: datetime, months: int) -> str:
    """The month before which all may leave, when so many whole months are to stay beside this one: "2026-08"."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return f"{year:04}-{month + 1:02}"
