"""What falls due in upkeep: changes that have had their day leave the feed, months the database for the archive."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.base.errors import Conflict
from app.db import Database, feed
from app.db.engine import unhurried
from app.hub.due import Job
from app.orders.forget import FORGOTTEN, FORGOTTEN_HERE
from app.settings import Settings
from app.site.roles import SYSTEM
from app.upkeep.archive import archive_before


def jobs_of(settings: Settings) -> tuple[Job, ...]:
    """Each once a day; the archive only where something is ever to leave."""

    def old_months(database: Database, now: datetime) -> int:
        try:
            with unhurried():
                month = first_kept(now, settings.archive_months)
                done = archive_before(database, month, home=settings.home_folder, operator=SYSTEM, now=now)
        except Conflict:  # somebody does it by hand
            return 0
        return done.facts + done.claims + done.entries

    feed_job = Job("feed", timedelta(days=1), old_changes)
    return (feed_job, Job("archive", timedelta(days=1), old_months)) if settings.archive_months > 0 else (feed_job,)


def old_changes(database: Database, now: datetime) -> int:
    """Who was forgotten, and where that was done, stays told: `forget` waits for every bench."""
    done = 0
    after: int | None = 0
    while after is not None:
        with database.write() as tx:
            some, after = feed.prune(tx, now, {FORGOTTEN, FORGOTTEN_HERE}, after)
        done += some
    return done


def first_kept(now: datetime, months: int) -> str:
    """The month before which all may leave, when so many whole months are to stay beside this one: "2026-08"."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return f"{year:04}-{month + 1:02}"
