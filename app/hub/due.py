"""Jobs that fall due by the clock: each a name, how often it is looked at, and what it does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event

from app.base.clock import Clock, FixedClock
from app.base.errors import DatabaseAway, NotAllowed
from app.db import Database, Tx, access
from app.db.alone import JOBS, Alone, Holder, holder
from app.db.identity import identity
from app.desk.due import begin_presales, expire_unpaid
from app.desk.failed_prints import look_after_prints
from app.desk.mixed_totes import look_after_totes
from app.desk.silent import look_after_stations
from app.hub.places import benches, stations_folder
from app.hub.retention import retain
from app.settings import Settings

_LOG = logging.getLogger(__name__)
_SOME = 500
# Whoever does what is due and looks at none of it for so long has hung, or is at long work: another one goes on.
SILENT_S = 60.0


@dataclass(frozen=True, slots=True)
class Job:
    """`every`: how long after one look the next is due. `do` says how much it did; 0 when nothing was."""

    name: str
    every: timedelta
    do: Callable[[Database, datetime], int]


@dataclass(slots=True)
class Rounds:
    """When each job was last looked at; a job never looked at is due."""

    last: dict[str, datetime] = field(default_factory=dict)

    def due(self, jobs: Sequence[Job], now: datetime) -> list[Job]:
        return [job for job in jobs if job.name not in self.last or now - self.last[job.name] >= job.every]


def jobs_of(settings: Settings) -> tuple[Job, ...]:
    """All jobs there are, on this machine."""
    stations, kept = stations_folder(settings), timedelta(days=settings.label_days)

    def old_papers(database: Database, now: datetime) -> int:
        return retain(database, benches(stations, identity(database)).values(), now - kept)

    return (
        Job("unpaid", timedelta(minutes=1), unpaid),
        Job("presale", timedelta(minutes=1), presale),
        Job("prints", timedelta(minutes=1), prints),
        Job("silent", timedelta(minutes=1), silent),
        Job("totes", timedelta(minutes=1), mixed_totes),
        Job("retention", timedelta(hours=6), old_papers),
    )


def unpaid(database: Database, now: datetime) -> int:
    """Stock kept for orders that were not paid in time comes free."""
    return _all_of(database, expire_unpaid, now)


def presale(database: Database, now: datetime) -> int:
    """Shipments whose sale has begun become claimable."""
    return _all_of(database, begin_presales, now)


def prints(database: Database, now: datetime) -> int:
    """What could not be printed for minutes has a case, as long as that is so."""
    return _all_of(database, look_after_prints, now)


def mixed_totes(database: Database, now: datetime) -> int:
    """Totes in which several orders lay have a case, as long as that is so."""
    return _all_of(database, look_after_totes, now)


def silent(database: Database, now: datetime) -> int:
    """Stations that nobody hears and that hold work have a case. Leases run on the shared database's clock."""

    def look(tx: Tx, here: datetime, *, limit: int) -> list[str]:
        return look_after_stations(tx, database.now(tx, FixedClock(here)), limit=limit)

    return _all_of(database, look, now)


def run_due(
    database: Database, jobs: Sequence[Job], clock: Clock, rounds: Rounds, ours: Callable[[], bool] = lambda: True
) -> dict[str, int]:
    """Does what is due now, each job in transactions of its own: {job: how much it did}. `ours` is asked before each.

    One that fails keeps none of the others from being done; then its error is raised. It is due again in its time.
    """
    done: dict[str, int] = {}
    failed: list[Exception] = []
    for job in rounds.due(jobs, clock.now()):
        if not ours():
            break
        rounds.last[job.name] = clock.now()
        try:
            done[job.name] = job.do(database, clock.now())
        except DatabaseAway:
            del rounds.last[job.name]
            raise
        except Exception as error:  # noqa: BLE001  # raised below
            _LOG.getChild(job.name).warning("failed", exc_info=True)
            failed.append(error)
    if failed:
        raise failed[0]
    return done


def run_once(database: Database, jobs: Sequence[Job], clock: Clock) -> tuple[dict[str, int], Holder | None]:
    """All that is due, unless somebody sees to it already: then nothing, and who that is."""
    turn = Alone(database, JOBS, SILENT_S)
    try:
        if not turn.take():
            return {}, held_by(database)
        return run_due(database, jobs, clock, Rounds(), turn.take), None
    finally:
        turn.give_back()


def require_hub(database: Database) -> None:
    """NotAllowed for a login that may not do what falls due: as the one holder it would keep it from being done."""
    if database.is_sqlite:
        return
    with database.read() as tx:
        login = access.who(tx)
    if not login.runs_the_house:
        raise NotAllowed(f"login {login.name} is not the hub's", kind="not_the_hub", login=login.name)


def held_by(database: Database) -> Holder | None:
    """Who does what is due, on PostgreSQL, where it is one for all."""
    with database.read() as tx:
        return holder(tx, JOBS)


def run_forever(
    database: Database,
    jobs: Sequence[Job],
    clock: Clock,
    stop: Event,
    tell: Callable[[dict[str, int]], None],
    pause_s: float = 5.0,
    wait: Callable[[Holder | None], None] = lambda _: None,
    begin: Callable[[], None] = lambda: None,
) -> None:
    """Does what is due, again and again, until `stop`. A database that is away is waited for.

    Of several on one PostgreSQL one does it; the others wait, each told once by `wait` for whom, and one of them goes
    on as soon as that one is gone, told so by `begin`.
    """
    rounds, turn, waiting = Rounds(), Alone(database, JOBS, SILENT_S), False

    def ours() -> bool:
        return not stop.is_set() and turn.take()

    try:
        while not stop.is_set():
            done: dict[str, int] = {}
            try:
                if turn.take():
                    if waiting:
                        begin()
                    waiting = False
                    done = run_due(database, jobs, clock, rounds, ours)
                elif not waiting:
                    waiting = True
                    wait(held_by(database))
            except Exception as error:  # noqa: BLE001  # what falls due goes on falling due
                if not isinstance(error, DatabaseAway):
                    _LOG.warning("jobs", exc_info=True)
            if any(done.values()):
                tell(done)
            stop.wait(pause_s)
    finally:
        turn.give_back()


def _all_of(database: Database, act: Callable[..., list[str]], now: datetime) -> int:
    """Some hundred at a time, each time in a transaction of its own, until fewer came back than asked for."""
    done = 0
    while True:
        some = database.act(lambda tx: len(act(tx, now, limit=_SOME)))
        done += some
        if some < _SOME:
            return done
