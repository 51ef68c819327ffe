"""Forgetting a customer: no byte of name or address stays where we can reach, and what we can't reach is named.

Runs in two steps: the database's rows in one transaction, then its file and the benches of this machine, which
can be done again at any time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

from app.base.clock import stamp
from app.base.errors import NotFound, Refused
from app.cases import forget as cases
from app.db import Database, Tx
from app.db.feed import announce
from app.db.identity import identity
from app.orders import forget as orders
from app.orders import store as order_store
from app.orders.forget import FORGOTTEN, FORGOTTEN_HERE
from app.shipments.shipment import GONE
from app.site import store as site
from app.site.roles import Operator, require
from app.station.cache import FILE as CACHE
from app.station.cache import Cache
from app.station.journal.journal import FILE as JOURNAL
from app.station.journal.lock import FolderLock
from app.upkeep import noted, store
from app.upkeep.noted import Noted
from app.upkeep.tombstones import Tombstone, remember

_DONE = {"shipped", "cancelled"}
# In a station's folder: label bytes, and papers that nobody told it to put elsewhere.
_PAPERS = ("labels", "papers", "printed")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """`waiting`: benches that have not confirmed yet. `handed_out`: places we gave papers and copies to, by address.

    `unfinished`: where a backup, or a part of one, may lie: it was begun, and of its end nothing is known.
    `erased_files`: papers in the folders of this machine's benches; benches elsewhere erase theirs, and don't count.
    """

    customers: tuple[str, ...]
    orders: tuple[str, ...]
    shipments: tuple[str, ...]
    erased_files: int
    waiting: tuple[str, ...]
    handed_out: tuple[str, ...]
    unfinished: tuple[str, ...]


def forget_customer(
    database: Database,
    said: str,
    *,
    benches: Mapping[str, Path],
    home: Path,
    out: Path,
    operator: Operator,
    now: datetime,
) -> Forgotten:
    """Forgets whom `said` means: our id, one of their orders, the shop's key, or the e-mail address.

    Refused while an order of theirs is still to be shipped. `benches`: folders of this machine's, by name;
    `home` where this machine remembers whom it forgot, `out` the papers of a demo shift. Asked again it does what is
    left to do.
    """
    require(operator, "forget")
    customers, ids, shipments, subjects = database.act(lambda tx: _empty(tx, said, now))
    own = identity(database)
    remember(home, own, [Tombstone(customer, stamp(now)) for customer in customers])
    erased, here = _erase_here(benches, subjects, shipments)
    waiting, papers, backups = database.act(lambda tx: _confirm(tx, here, shipments, subjects, now))
    scrub_file(database)
    made, unfinished = noted.places(noted.merged([*noted.recall(home, own), *backups]))
    printed = {place for place in papers | _sent_to(benches, shipments) if place.startswith("file:")}
    return Forgotten(
        tuple(customers),
        tuple(ids),
        tuple(shipments),
        erased,
        tuple(waiting),
        tuple(sorted(printed | made | set(_copies(_file_of(database), out)))),
        tuple(sorted(unfinished)),
    )


def _empty(tx: Tx, said: str, now: datetime) -> tuple[list[str], list[str], list[str], list[str]]:
    """Nothing of a person stands in the database: (customers, orders, shipments, what papers of theirs are about)."""
    customers = _meant(tx, said)
    theirs = sorted({one for customer in customers for one in orders.orders_of(tx, customer)})
    ids = [order for order, _ in theirs]
    _all_gone(theirs, store.shipments_of(tx, ids))
    shipments = forget_rows(tx, customers, now)
    return customers, ids, shipments, [*shipments, *store.parcels_of(tx, shipments)]


def _confirm(
    tx: Tx, here: Iterable[str], shipments: Sequence[str], subjects: Sequence[str], now: datetime
) -> tuple[list[str], set[str], list[Noted]]:
    """Says `here` that nothing is left: (benches that have not said so yet, where papers went, backups we know)."""
    announce(tx, FORGOTTEN_HERE, [f"{name} {one}" for name in here for one in shipments], now)
    stations = site.stations(tx)
    confirmed, printers = store.confirmed(tx, shipments), {one.name: one.printer for one in stations}
    waiting = [one.name for one in stations if one.incarnation and shipments and one.name not in confirmed]
    papers = {address or printers.get(station, "") for station, address in store.printed_on(tx, subjects)}
    return waiting, papers, store.backups(tx)


def forget_rows(tx: Tx, customers: Sequence[str], now: datetime) -> list[str]:
    """Empties what stands of them in every room and tells the benches: (their shipments, whose papers are to go)."""
    ids = orders_of(tx, customers)
    shipments = [shipment for shipment, _ in store.shipments_of(tx, ids)]
    for customer in customers:
        orders.forget(tx, customer, now)
    cases.forget(tx, ids)
    announce(tx, FORGOTTEN, shipments, now)
    return shipments


def orders_of(tx: Tx, customers: Iterable[str]) -> list[str]:
    """Ids of all their orders."""
    return sorted({order for customer in customers for order, _ in orders.orders_of(tx, customer)})


def _meant(tx: Tx, said: str) -> list[str]:
    """One customer; several only where they share the e-mail address that was said."""
    order = order_store.load(tx, [said.strip().upper()])
    if order:
        if order[0].customer_id is None:
            raise NotFound(f"{order[0].id} has no customer", kind="customer_not_one", found=0)
        return [order[0].customer_id]
    found = order_store.find_customers(tx, said.strip())
    return found if found and "@" in said else [orders.find(tx, said.strip())]


def _all_gone(theirs: Sequence[tuple[str, str]], standing: Sequence[tuple[str, str]]) -> None:
    open_ = [order for order, state in theirs if state not in _DONE]
    open_ += [shipment for shipment, state in standing if state not in GONE and state != "cancelled"]
    if open_:
        named = ", ".join(open_[:10])
        raise Refused(f"{named} still to be shipped", kind="still_to_ship", orders=named)


def _erase_here(
    benches: Mapping[str, Path], subjects: Sequence[str], shipments: Sequence[str]
) -> tuple[int, list[str]]:
    """Takes papers and cached addresses off this machine's benches: (files erased, benches where nothing is left).

    A bench that is open holds its cache; it erases what it has when it hears of this by the feed.
    """
    erased, clean = 0, []
    for name, folder in benches.items():
        erased += sum(_erased(folder / papers, subjects) for papers in _PAPERS)
        if not (folder / CACHE).exists():
            clean.append(name)
            continue
        lock = FolderLock(folder / "journal.lock")
        if lock.take():
            try:
                with closing(Cache(folder / CACHE)) as cache:
                    cache.forget(shipments)
            finally:
                lock.release()
            clean.append(name)
    return erased, clean


def _sent_to(benches: Mapping[str, Path], shipments: Sequence[str]) -> set[str]:
    """Where this machine's benches sent papers of these shipments, by their own journals."""
    wanted, found = set(shipments), set[str]()
    for file in (folder / JOURNAL for folder in benches.values()):
        if not file.exists():
            continue
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as db:
            sent = db.execute("SELECT DISTINCT shipment, printer FROM print_job").fetchall()
        found |= {url for shipment, url in sent if shipment in wanted}
    return found


def _erased(folder: Path, subjects: Iterable[str]) -> int:
    """Files are named by their job: subject, document, issue, copy."""
    wanted = set(subjects)
    files = [f for f in folder.glob("*") if f.is_file() and unquote(f.name).partition(" ")[0] in wanted]
    for file in files:
        file.unlink()
    return len(files)


def _file_of(database: Database) -> Path | None:
    name = database.engine.url.database
    return Path(name) if database.is_sqlite and name and name != ":memory:" else None


def scrub_file(database: Database) -> None:
    """SQLite: nothing deleted lingers in the file or its WAL. PostgreSQL's own vacuum sees to that."""
    file = _file_of(database)
    if file is not None:
        _scrub(file)


def _scrub(file: Path) -> None:
    """Nothing deleted lingers in the file or beside it: the write-ahead log is emptied and the file written anew."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as db:
        db.execute("PRAGMA secure_delete = ON")
        for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            db.execute(statement).fetchall()


def _copies(file: Path | None, out: Path) -> list[str]:
    """Copies of the data that lie about: backups beside the database, papers of a demo shift."""
    backups = sorted(file.parent.glob(f"{file.name}*.bak")) if file is not None else []
    return [f.resolve().as_uri() for f in (*backups, out) if f.exists()]
