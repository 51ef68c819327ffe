"""Times as a supervisor reads them: in the warehouse's zone, how long ago, how long still. Plain Python."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from app.base.clock import from_stamp
from ui.context import Words

_SOON_MINUTES = 60


def at(stamp: str, now: datetime, zone: ZoneInfo, words: Words) -> str:
    """`13:30` today, `21 Nov` in this year, else with the year."""
    then, here = from_stamp(stamp).astimezone(zone), now.astimezone(zone)
    if then.date() == here.date():
        return then.strftime("%H:%M")
    key = "day" if then.year == here.year else "day_of_year"
    month = words(f"screens_desk.month.{then.month}")
    return words(f"screens_desk.time.{key}", day=then.day, month=month, year=then.year)


def at_length(stamp: str, zone: ZoneInfo, words: Words) -> str:
    """Day and time, whatever today is."""
    then = from_stamp(stamp).astimezone(zone)
    month = words(f"screens_desk.month.{then.month}")
    return words("screens_desk.time.whole", day=then.day, month=month, year=then.year, clock=then.strftime("%H:%M"))


def span(minutes: float, words: Words) -> str:
    """`35 min`, `3 h 10`, `4 days`."""
    whole = max(0, int(minutes))
    if whole < 60:
        return words("screens_desk.time.minutes", n=whole)
    if whole < 48 * 60:
        return words("screens_desk.time.hours", h=whole // 60, m=f"{whole % 60:02}")
    return words("screens_desk.time.days", n=whole // (24 * 60))


def due(due_at: str, now: datetime, words: Words) -> tuple[str, str]:
    """(`over by 3 h 10`, stop), (`due in 35 min`, warn), (`due in 1 h 50`, ok)."""
    left = (from_stamp(due_at) - now).total_seconds() / 60
    if left < 0:
        return words("screens_desk.time.over", span=span(-left, words)), "stop"
    return words("screens_desk.time.due", span=span(left, words)), "warn" if left < _SOON_MINUTES else "ok"


def since(stamp: str, now: datetime, words: Words) -> str:
    return span((now - from_stamp(stamp)).total_seconds() / 60, words)
