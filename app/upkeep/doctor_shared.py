"""What `doctor` finds in the shared database beyond that it answers: what is late, what stands still, what is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.base.clock import Clock, from_stamp, stamp
from app.db import Database, Tx, access
from app.db import server as postgres
from app.db.alone import JOBS, holder
from app.db.head import HEAD
from app.floor.held import store as held
from app.upkeep import store
from app.upkeep.archives import store as archives
from app.upkeep.due import first_kept
from app.upkeep.noted import MADE

# What the README asks for, and the tests run on; pg_current_xact_id came with 13.
_OLDEST_SERVER = 150000
# A tenth of all connections is left for what comes; a second is what clocks and lines are apart anyway.
_SPARE, _APART_S = 10, 2.0
# After so many seconds a transaction that writes holds up everybody's news.
_LONG_S = 10
# What our programs call themselves; their transactions end by themselves.
_OURS = "packbench"
_BACKUP_AGE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Found:
    """What `doctor` says of one thing. Without what is `needed` work stops.

    `say` is the wording entry `upkeep.doctor.<say>`, filled with `values`.
    """

    what: str
    ok: bool
    say: str
    values: Mapping[str, object] = field(default_factory=dict)
    needed: bool = True


def examine_shared(database: Database, clock: Clock, archive_months: int) -> Iterator[Found]:
    """Everything that a person can do something about; changes nothing."""
    with database.read() as tx:
        now = database.now(tx, clock)
        if not database.is_sqlite:
            yield from _server(tx, clock)
            yield _feed(tx)
            yield _jobs(tx)
        yield from _benches(tx, now)
        yield _backup(tx, now)
        if database.is_sqlite or access.who(tx).runs_the_house:  # nobody else makes copies
            yield from _archive_files(tx)
        yield _archive(tx, now, archive_months)


def _server(tx: Tx, clock: Clock) -> Iterator[Found]:
    before = clock.now()
    there = postgres.server(tx)
    here = before + (clock.now() - before) / 2
    recent = there.version >= _OLDEST_SERVER
    yield Found("server", recent, "server" if recent else "server_old", {"version": there.spoken})
    roomy = there.left * _SPARE >= there.most
    say = "connections" if roomy else "connections_few"
    yield Found("connections", roomy, say, {"left": there.left, "most": there.most})
    limited = there.idle_timeout_s > 0
    say = "idle_limit" if limited else "idle_limit_none"
    yield Found("idle transactions", limited, say, {"seconds": there.idle_timeout_s}, needed=False)
    apart = (here - there.now).total_seconds()
    close = abs(apart) <= _APART_S
    say = "clocks" if close else "clocks_apart"
    yield Found("clock", close, say, {"seconds": f"{abs(apart):.0f}"}, needed=False)


def _feed(tx: Tx) -> Found:
    stall = postgres.oldest_writer(tx)
    if stall is None or _passing(stall):
        return Found("feed", True, "feed")
    values: dict[str, object] = {"pid": stall.pid, "program": stall.program or "–", "login": stall.login}
    if stall.age_s is None:
        return Found("feed", False, "feed_writing", values, needed=False)
    return Found("feed", False, "feed_stalled", values | {"seconds": stall.age_s, "changes": stall.changes})


def _passing(stall: postgres.Stall) -> bool:
    if stall.age_s is None:
        return stall.program.partition(" ")[0] == _OURS
    return stall.age_s < _LONG_S


def _jobs(tx: Tx) -> Found:
    by = holder(tx, JOBS)
    if by is None:
        return Found("jobs", False, "jobs_nobody", needed=False)
    return Found("jobs", True, "jobs", {"program": by.program, "address": by.address, "pid": by.pid})


def _benches(tx: Tx, now: datetime) -> Iterator[Found]:
    silent = sorted({one.station for one in held.held(tx) if one.silent(now)})
    say = "silent_stations" if silent else "stations_heard"
    yield Found("silent stations", not silent, say, {"stations": ", ".join(silent)}, needed=False)
    older = store.older_programs(tx, HEAD)
    if older:
        yield Found("older benches", False, "benches_older", {"stations": ", ".join(older), "head": HEAD}, needed=False)


def _backup(tx: Tx, now: datetime) -> Found:
    made = [one for one in store.backups(tx) if one.state == MADE]
    if not made:
        return Found("backup", False, "backup_none", needed=False)
    at = from_stamp(made[-1].at)
    fresh, days = at >= now - _BACKUP_AGE, (now - at).days
    values = {"days": days, "file": made[-1].address}
    return Found("backup", fresh, "backup" if fresh else "backup_old", values, needed=False)


def _archive_files(tx: Tx) -> Iterator[Found]:
    lying = archives.folders(tx)
    if lying:
        values = {"files": sum(lying.values()), "folders": ", ".join(lying)}
        yield Found("archive files", True, "archive_files", values, needed=False)


def _archive(tx: Tx, now: datetime, months: int) -> Found:
    """Due when the oldest fact is a month older than what would have left by itself."""
    oldest = archives.oldest_fact(tx)
    due = bool(months) and bool(oldest) and oldest[:7] < first_kept(now - timedelta(days=31), months)
    values = {"oldest": oldest[:7] or stamp(now)[:7], "before": first_kept(now, max(months, 0))}
    return Found("archive", not due, "archive_due" if due else "archive", values, needed=False)
