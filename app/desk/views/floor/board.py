"""The floor as its supervisor needs it: a row a bench, worst first where somebody is needed, and the next cut-off.

Benches say as they work how they stand (`presence`), by their own word; how old that is, the shared database's clock
tells. All times here are its.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from app.base.clock import Clock, from_stamp, stamp
from app.base.errors import NotFound
from app.db.head import HEAD
from app.db.plain import Reads
from app.desk.views import work_list
from app.desk.views.floor import store
from app.floor.silence import HEARD, SILENT

_HOUR, _LEAST = timedelta(hours=1), timedelta(minutes=15)
_CURVE = timedelta(hours=4)

Sync = Literal["free", "in_step", "sending", "offline", "silent"]
SYNCS: tuple[Sync, ...] = ("free", "in_step", "sending", "offline", "silent")
Need = Literal["silent", "offline", "printer", "help", "update"]
_WORST: tuple[Need, ...] = ("silent", "offline", "printer", "help", "update")


@dataclass(frozen=True, slots=True)
class Help:
    """Somebody at the bench raised a case about what lies there."""

    case: str
    shipment: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Bench:
    """As it said itself at `heard_at`: who works on what, `done` of `of` units since `since`, `waiting` facts unsent.

    `claims` with `shipments` are held there, the first of them has to leave at `leaves_at`; `lease_until`: its claims'.
    `printer`: why the label printer takes nothing. `old`: its program knows an older schema than this one.
    """

    station: str
    warehouse: str
    sync: Sync
    badge: str = ""
    person: str = ""
    workflow: str = ""
    job: str = ""
    state: str = ""
    done: int = 0
    of: int = 0
    since: datetime | None = None
    waiting: int = 0
    scans_hour: int = 0
    parcels_today: int = 0
    printer: str = ""
    heard_at: datetime | None = None
    claims: int = 0
    shipments: int = 0
    lease_until: datetime | None = None
    leaves_at: datetime | None = None
    help: Help | None = None
    old: bool = False

    @property
    def need(self) -> Need | None:
        """The worst of what somebody should see to."""
        if self.sync == "silent":
            return "silent"
        if self.sync == "offline":
            return "offline"
        if self.printer and self.badge:
            return "printer"
        if self.help is not None:
            return "help"
        return "update" if self.old and self.badge else None


@dataclass(frozen=True, slots=True)
class BurnDown:
    """The next cut-off: `left` of `total` shipments are to be packed until it. `done_at`: at this pace.

    `curve`: how many were left when, the last one now.
    """

    leaves_at: datetime
    carriers: tuple[str, ...]
    left: int
    total: int
    needed: float
    done_at: datetime | None
    curve: tuple[tuple[datetime, int], ...]

    @property
    def on_time(self) -> bool | None:
        """None: nobody packs, and nobody can say."""
        return None if self.done_at is None else self.done_at <= self.leaves_at


@dataclass(frozen=True, slots=True)
class Floor:
    """`benches` in the order of their names; `rest`: how many more there are. `packed_hour`: shipments in the last."""

    warehouse: str
    now: datetime
    benches: tuple[Bench, ...]
    rest: int
    burn: BurnDown | None
    packed_hour: float | None
    told: tuple[tuple[str, str], ...] = ()  # (station, when it last said how it is)

    @property
    def waiting(self) -> tuple[int, int]:
        """(facts not yet sent, at how many benches), by each bench's last word."""
        some = [one.waiting for one in self.benches if one.waiting]
        return sum(some), len(some)

    @property
    def needs(self) -> tuple[Bench, ...]:
        """Where somebody is needed: the worst first, and of two alike the one with more work in hand."""
        some = [(_WORST.index(one.need), -one.shipments, n) for n, one in enumerate(self.benches) if one.need]
        return tuple(self.benches[n] for *_, n in sorted(some))


def now(read: Reads, here: Clock) -> datetime:
    """The shared database's own time, as `Database.now` has it."""
    return store.now(read) or here.now()


def house_of(read: Reads, station: str) -> str:
    """The warehouse that a bench stands in; empty for one nobody has set up."""
    rows = store.benches(read, "", after="", limit=1, one=station)
    return str(rows[0]["warehouse"]) if rows else ""


def floor(read: Reads, warehouse: str, *, now: datetime, limit: int = 500) -> Floor:
    """The warehouse's benches; a fixed handful of statements, however many there are."""
    rows = store.benches(read, warehouse, after="", limit=limit)
    rest = store.count(read, warehouse) - len(rows) if len(rows) == limit else 0
    burn, hour = _packing(read, warehouse, now)
    return Floor(warehouse, now, _standing(read, rows, now), rest, burn, hour, _told(rows))


def looked_at(read: Reads, before: Floor, *, now: datetime, limit: int = 500) -> Floor:
    """`before` itself if no bench said anything since; else with its benches as they stand now.

    For a look several times a second: benches tell how they are in a row of their own, not in the feed that all read.
    """
    rows = store.benches(read, before.warehouse, after="", limit=limit)
    told = _told(rows)
    if told == before.told:
        return before
    return replace(before, now=now, benches=_standing(read, rows, now), told=told)


def _told(rows: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple((row["name"], row["at"] or "") for row in rows)


def _standing(read: Reads, rows: Sequence[Mapping[str, Any]], now: datetime) -> tuple[Bench, ...]:
    some = _benches(read, rows, now, store.names(read))
    return tuple(sorted(some, key=lambda one: _natural(one.station)))


def listed(
    read: Reads, *, now: datetime, state: str | None = None, after: str | None = None, limit: int
) -> list[dict[str, Any]]:
    """Of all warehouses, by name, behind the station `after`; `state`: as it is in step with the shared database."""
    found: list[dict[str, Any]] = []
    last = after or ""
    while len(found) < limit:
        rows = store.benches(read, "", after=last, limit=limit)
        found += [said(one) for one in _benches(read, rows, now) if state in (None, one.sync)]
        if len(rows) < limit:
            break
        last = rows[-1]["name"]
    return found[:limit]


def shown(read: Reads, station: str, *, now: datetime) -> dict[str, Any]:
    """One bench with what it holds, since when. NotFound."""
    rows = store.benches(read, "", after="", limit=1, one=station)
    if not rows:
        raise NotFound(f"no station {station!r:.60}", kind="nothing_of_that_id", what="station", id=station[:60])
    claims: dict[str, dict[str, Any]] = {}
    for row in store.claims_of(read, station):
        claim = claims.setdefault(
            row["id"],
            {"id": row["id"], "kind": row["kind"], "operator": row["operator"], "since": row["made_at"],
             "lease_until": row["lease_until"], "shipments": []},
        )  # fmt: skip
        claim["shipments"].append({"shipment": row["shipment_id"], "epoch": row["epoch"]})
    return {**said(_benches(read, rows, now)[0]), "claims": list(claims.values())}


def said(one: Bench) -> dict[str, Any]:
    """For machines."""
    return {
        "id": one.station,
        "state": one.sync,
        "warehouse": one.warehouse,
        "operator": one.badge,
        "workflow": one.workflow,
        "job": one.job,
        "progress": {"done": one.done, "of": one.of},
        "since": stamp(one.since) if one.since else None,
        "heard_at": stamp(one.heard_at) if one.heard_at else None,
        "waiting": one.waiting,
        "scans_hour": one.scans_hour,
        "parcels_today": one.parcels_today,
        "printer": one.printer,
        "claims": one.claims,
        "shipments": one.shipments,
        "lease_until": stamp(one.lease_until) if one.lease_until else None,
        "help": one.help.case if one.help else None,
    }


def _benches(
    read: Reads, rows: Sequence[Mapping[str, Any]], now: datetime, people: Mapping[str, str] | None = None
) -> list[Bench]:
    held = {row["station"]: row for row in store.held(read)}
    calls = {row["station"]: row for row in reversed(store.calls_for_help(read))}
    return [_bench(row, people or {}, held.get(row["name"]), calls.get(row["name"]), now) for row in rows]


def _bench(
    row: Mapping[str, Any],
    people: Mapping[str, str],
    held: Mapping[str, Any] | None,
    call: Mapping[str, Any] | None,
    now: datetime,
) -> Bench:
    heard_at = _time(max(row["at"] or "", row["last_seen"] or ""))
    lease = _time(held["lease_until"]) if held else None
    return Bench(
        station=row["name"],
        warehouse=row["warehouse"],
        sync=_sync(row, heard_at, lease, now),
        badge=row["operator"] or "",
        person=people.get(row["operator"] or "", row["operator"] or ""),
        workflow=row["workflow"] or "",
        job=row["job"] or "",
        state=row["state"] or "",
        done=int(row["done"] or 0),
        of=int(row["of"] or 0),
        since=_time(row["since"]),
        waiting=int(row["waiting"] or 0),
        scans_hour=int(row["scans_hour"] or 0),
        parcels_today=int(row["parcels_today"] or 0),
        printer=row["printer"] or "",
        heard_at=heard_at,
        claims=int(held["claims"]) if held else 0,
        shipments=int(held["shipments"]) if held else 0,
        lease_until=lease,
        leaves_at=_time(held["leaves_at"]) if held else None,
        help=Help(call["id"], call["subject"], from_stamp(call["opened_at"])) if call else None,
        old=bool(row["program"]) and row["program"] < HEAD,
    )


def _sync(row: Mapping[str, Any], heard_at: datetime | None, lease: datetime | None, now: datetime) -> Sync:
    """A bench that was closed said so: it is free, until the lease of what it left behind runs out."""
    quiet = now - heard_at if heard_at else SILENT
    if (lease is not None and lease < now) or (row["operator"] and quiet >= SILENT):
        return "silent"
    if not row["operator"]:
        return "free"
    if quiet >= HEARD:
        return "offline"
    return "sending" if row["waiting"] else "in_step"


def _packing(read: Reads, warehouse: str, now: datetime) -> tuple[BurnDown | None, float | None]:
    """What is left until the next cut-off, and shipments an hour; a pace that began just now is no whole hour's."""
    following = work_list.next_cut_off(read, warehouse, now)
    leaves = stamp(following.leaves_at) if following else ""
    tens = [
        (from_stamp(row["ten"] + "0:00.000Z"), int(row["n"]), int(row["ours"] or 0))
        for row in store.packed_by_time(read, warehouse, now - _CURVE, leaves)
    ]
    begun = min((at for at, _, _ in tens), default=now)
    hour = [(at, n) for at, n, _ in tens if at > now - _HOUR]
    pace = None
    if hour:
        pace = sum(n for _, n in hour) / (min(_HOUR, max(now - max(begun, now - _HOUR), _LEAST)) / _HOUR)
    if following is None:
        return None, pace
    total = following.left + store.packed_of(read, warehouse, leaves)
    needed = following.left / (max(following.leaves_at - now, _LEAST) / _HOUR)
    done_at = now + _HOUR * (following.left / pace) if pace else None
    curve, left = [(now, following.left)], following.left
    for at, _, ours in reversed(tens):
        left += ours
        curve.append((at, left))
    return BurnDown(
        following.leaves_at, following.carriers, following.left, total, needed, done_at, tuple(reversed(curve))
    ), pace


def _time(said: str | None) -> datetime | None:
    return from_stamp(said) if said else None


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """S2 before S10."""
    return tuple((int(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", name))
