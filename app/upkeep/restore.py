"""A backup becomes the shared database again: in one transaction, and nothing of it before the whole file was read.

What a backup can't know is asked of the database it replaces, and else kept safe from: who was forgotten since
(tombstones), which backups were made since (forgetting names them), which numbers benches were given since (ranges go
on far behind), what benches have read and sent since (a new feed epoch: they read everything again, and send what is
missing).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from app.base.clock import from_stamp, stamp
from app.base.errors import Broken, NotAllowed, Refused
from app.base.ids import uuid7
from app.db import Database, Tx, access, copy, feed
from app.db.head import HEAD
from app.db.identity import identity_in
from app.db.migrate import hold_alone, run_in, version_in
from app.db.schema import MetaData
from app.desk.hold import hold_forgotten
from app.floor.claim import LEASE
from app.site import store as site
from app.site.roles import Operator, require
from app.upkeep import bundle, noted, store, tombstones
from app.upkeep.bundle import Manifest, TableFile
from app.upkeep.forget import forget_rows, orders_of, scrub_file
from app.upkeep.noted import MADE, Noted
from app.upkeep.store import Range
from app.upkeep.tombstones import Tombstone

Progress = Callable[[int, int], None]
T = TypeVar("T")
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a restore would replace. `heard`: benches heard within a lease."""

    database: str
    orders: int
    heard: tuple[str, ...]
    forgotten: Mapping[str, str]
    backups: Sequence[Noted]
    ranges: Sequence[Range]


@dataclass(frozen=True, slots=True)
class Restored:
    """`replaced`: orders of the database that stood there. `forgotten`: customers forgotten again.

    `held`: orders of theirs that were over then and are not in the backup: what becomes of them is asked by a case.
    `told_by`: who said what happened after the backup: "replaced", the same database further on; "here", this machine's
    lists alone; or "nobody": then who was forgotten since is back.
    `numbers`: ranges with nothing left after they were moved on: a new one is needed before the next label.
    """

    database: str
    made_at: str
    schema: str
    rows: int
    replaced: int
    forgotten: tuple[str, ...]
    held: tuple[str, ...]
    told_by: str
    numbers: tuple[str, ...]


def restore_backup(
    database: Database,
    file: Path,
    metadata: MetaData,
    *,
    home: Path,
    over: bool,
    force: bool,
    block: int,
    operator: Operator,
    now: datetime,
    progress: Progress | None = None,
) -> Restored:
    """What `file` holds, brought to this program's schema; all of it or nothing.

    `over`: also where a database stands already; `force`: even if its benches were heard just now. `block`: how many
    numbers a station leases at a time. NotAllowed (kind not_the_owner): on PostgreSQL only whoever owns the tables puts
    others in their place. Refused: restore_over_what_is, benches_attached, restore_foreign. Broken: not_a_backup,
    backup_damaged, backup_newer.
    """
    require(operator, "restore")
    _require_owner(database)
    manifest = bundle.verify(file)
    if manifest.schema > HEAD:
        raise Broken(f"schema {manifest.schema}, this program knows {HEAD}", kind="backup_newer", file=file)
    with database.write() as tx:
        hold_alone(tx)
        standing = _standing(tx, now)
        _allow(standing, over=over, force=force)
        copy.drop_all(tx)
        _load(tx, file, manifest, metadata, progress)
        feed.begin_anew(tx)
        store.nobody_is_here(tx)
        used_up = _move_numbers(tx, manifest, standing, block, now)
        told_by, stones = _carry_over(tx, file, manifest, standing, home)
        forgotten = store.still_known(tx, stones)
        forget_rows(tx, forgotten, now)
        held = hold_forgotten(tx, orders_of(tx, forgotten), now)
    if forgotten or standing:
        scrub_file(database)
    return Restored(
        manifest.database,
        manifest.made_at,
        manifest.schema,
        manifest.rows,
        standing.orders if standing else 0,
        tuple(forgotten),
        tuple(held),
        told_by,
        tuple(used_up),
    )


def _require_owner(database: Database) -> None:
    if database.is_sqlite:
        return
    with database.read() as tx:
        login = access.who(tx)
    if not login.owner:
        raise NotAllowed(f"login {login.name} owns no tables", kind="not_the_owner", login=login.name)


def _standing(tx: Tx, now: datetime) -> Standing | None:
    """What is there; None for an empty database. Refused (kind restore_foreign): tables, but not ours."""
    schema = version_in(tx)
    there = copy.names(tx)
    if schema is None:
        if there:
            raise Refused(f"{len(there)} tables of somebody else", kind="restore_foreign", tables=len(there))
        return None
    heard = store.heard_since(tx, stamp(now - LEASE))
    return Standing(
        identity_in(tx), store.orders(tx), tuple(heard), store.forgotten(tx), store.backups(tx), store.ranges(tx)
    )


def _allow(standing: Standing | None, *, over: bool, force: bool) -> None:
    if standing is None:
        return
    if not over and standing.orders:
        raise Refused(f"{standing.orders} orders stand there", kind="restore_over_what_is", orders=standing.orders)
    if standing.heard and not force:
        named = ", ".join(standing.heard)
        raise Refused(f"{named} heard just now", kind="benches_attached", stations=named)


def _load(tx: Tx, file: Path, manifest: Manifest, metadata: MetaData, progress: Progress | None) -> None:
    """Tables as they were then, their rows, and the way from there to today."""
    run_in(tx, metadata, manifest.schema)
    copy.empty(tx)  # a migration may have put in what the backup holds too
    there = {kept.name: kept for kept in copy.tables(tx)}
    done = 0
    for table in _in_order(list(there), manifest.tables):
        kept = there.get(table.name)
        if kept is None or set(kept.columns) != set(table.columns):
            raise Broken(f"{table.name} is unknown", kind="backup_damaged", file=file, table=table.name)
        done += copy.put(tx, copy.Kept(table.name, table.columns), bundle.read_table(file, table))
        if progress:
            progress(done, manifest.rows)
    copy.count_on(tx)
    run_in(tx, metadata)


def _carry_over(
    tx: Tx, file: Path, manifest: Manifest, standing: Standing | None, home: Path
) -> tuple[str, Mapping[str, str]]:
    """Who and what backups are known stays known, here and on this machine: (who told, {customer: when forgotten}).

    A database of another id that is replaced knows nothing of these people.
    """
    own = manifest.database
    same = standing if standing and standing.database == own else None
    here = tombstones.read(home, own)
    stones = {**(here or {}), **(same.forgotten if same else {})}
    known = [*store.backups(tx), *noted.recall(home, own), *(same.backups if same else ())]
    address = noted.address_of(file)
    if (address, MADE) not in {(one.address, one.state) for one in known}:  # brought here
        known.append(Noted(uuid7(), manifest.made_at, address, MADE))
    store.note_backups(tx, noted.merged(known))
    noted.remember(home, own, noted.merged(known))
    tombstones.remember(home, own, [Tombstone(customer, at) for customer, at in stones.items()])
    return "replaced" if same else "nobody" if here is None else "here", stones


def _in_order(names: Sequence[str], tables: Sequence[TableFile]) -> list[TableFile]:
    """Each table behind those it points to; unknown ones last."""
    order = {name: n for n, name in enumerate(names)}
    return sorted(tables, key=lambda table: order.get(table.name, len(order)))


def _move_numbers(tx: Tx, manifest: Manifest, standing: Standing | None, block: int, now: datetime) -> list[str]:
    """No number is given out a second time: (ranges that have none left).

    The replaced database knows how far its ranges were used. Without it (its server is gone) that is estimated: what
    went in the week before the backup, for each week since and one more, twice; and two blocks for each station. A
    million numbers wasted are a thousandth of a GS1 prefix; an SSCC on two parcels is two parcels lost.
    """
    made = from_stamp(manifest.made_at)
    used = store.leased_since(tx, stamp(made - _WEEK))
    weeks = max(0.0, (now - made) / _WEEK) + 1
    stations = store.stations(tx)
    before = {(r.kind, r.owner, r.prefix, r.first): r.next for r in (standing.ranges if standing else ())}
    moved, empty = dict[int, int](), list[str]()
    for r in store.ranges(tx):
        margin = math.ceil(used.get(r.id, 0) * weeks) * 2 + 2 * block * stations
        known = before.get((r.kind, r.owner, r.prefix, r.first))
        following = max(r.next, known) if known is not None else r.next + margin
        moved[r.id] = min(following, r.last + 1)
        if moved[r.id] > r.last >= r.next:
            empty.append(f"{r.kind} {r.owner} {r.prefix}")
    store.move_ranges(tx, moved)
    site.retire_leases(tx)
    return empty
