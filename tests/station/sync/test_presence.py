"""What a bench says of its hours is the same whatever the clock on its wall says, and whoever sets that."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.base.clock import SystemClock, from_stamp, stamp
from app.db import Database
from app.desk.views.floor import board
from app.station.journal.journal import Journal
from app.station.journal.records import Entry
from app.station.station import Station
from app.station.sync.presence import Tally
from tests.logins import as_bench
from tests.station.benches import BADGE, SETTINGS, furnish
from tests.station.making import fact

DAY = timedelta(days=1)


class WrongClock(SystemClock):
    """The machine's own, whose wall is `wrong` by so much."""

    def __init__(self, wrong: timedelta) -> None:
        self.wrong = wrong

    def now(self) -> datetime:
        return super().now() + self.wrong


@dataclass
class Clocks:
    """A wall and a stopwatch, each moved by hand."""

    wall: datetime
    watch: float = 1000.0

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.watch

    def passes(self, some: timedelta) -> None:
        self.wall += some
        self.watch += some.total_seconds()


@pytest.mark.parametrize("wrong", [-DAY, timedelta(0), DAY])
def test_since_when_somebody_works_and_when_that_was_heard_are_of_one_clock(
    database: Database, now: datetime, tmp_path: Path, wrong: timedelta
) -> None:
    furnish(database, now, DE_1=[("CUP", 3)])
    clock = WrongClock(wrong)

    def told(station: Station) -> board.Bench:
        station._sync.beat._said_at -= 25
        station._sync._pause_until = 0.0
        station._sync.step()
        with database.reading() as read:
            floor = board.floor(read, "LEJ", now=board.now(read, clock))
        return next(one for one in floor.benches if one.station == "S1")

    with (
        as_bench(database) as own,
        closing(Station.open(tmp_path, own, "S1", settings=SETTINGS, clock=clock)) as station,
    ):
        station._sync.close()
        for code in (BADGE, "DE-1-1", "A-01"):
            station.scan(code)
        first = told(station)
        assert first.since is not None
        assert first.heard_at is not None
        assert timedelta(0) <= first.heard_at - first.since < timedelta(minutes=1)
        if not database.is_sqlite:  # whose clock is the machine's, and here that is the wrong one
            assert abs(first.heard_at - SystemClock().now()) < timedelta(minutes=1)
            clock.wrong = -wrong
            later = told(station)
            assert later.since is not None
            assert abs(later.since - first.since) < timedelta(seconds=1)
            assert later.scans_hour == first.scans_hour > 0


@pytest.mark.parametrize("set_by", [-DAY, timedelta(0), DAY])
def test_an_hours_scans_leave_the_count_an_hour_later_whatever_the_wall_was_set_to(
    now: datetime, tmp_path: Path, set_by: timedelta
) -> None:
    clock, tally = Clocks(now), Tally()
    with closing(Journal.open(tmp_path, "S1", clock)) as journal:

        def counted(*kinds: str) -> tuple[int, int]:
            for kind in kinds:
                journal.append(Entry((replace(fact(), kind=kind, made_at=stamp(clock.now())),))).result()
                clock.passes(timedelta(milliseconds=1))
            return tally.count(journal, clock, timedelta(hours=3))

        assert counted("ItemPacked", "ParcelClosed") == (2, 1)
        clock.wall += set_by
        assert counted() == (2, 1)
        clock.passes(timedelta(minutes=59))
        assert counted("ItemPacked") == (3, 1)
        clock.passes(timedelta(minutes=2))
        assert counted() == (1, 1)
        clock.passes(timedelta(hours=2))
        assert counted() == (0, 0)
    with closing(Journal.open(tmp_path, "S1", clock)) as journal:
        anew = Tally().count(journal, replace(clock, wall=from_stamp(journal.latest(2)[0][2])), timedelta(hours=3))
        assert anew[0] >= 1, "a bench that was opened anew goes by the stamps it finds"
