"""What a bench pulled from the shared database so that a scan never has to ask it.

May be deleted at any time: all of it is pulled anew. Addresses lie here and nowhere else at the station, so what is
deleted is overwritten. A disk that takes nothing more costs memory of the past, never a scan.
"""

from __future__ import annotations

import os
import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import msgspec

from app.base.forms import from_json
from app.base.ids import SCAN_LETTERS
from app.floor.facts import Fact
from app.floor.packet import Packet
from app.floor.recipient import Recipient
from app.site.pin import Bearer
from app.site.roles import Operator

SCHEMA = 3
FILE = "cache.db"
T = TypeVar("T")

# Our own ids tell what they are even for work that lies elsewhere.
_JOB = re.compile(rf"[A-Z0-9]+-[A-Z0-9.]+-[0-9]+|PBJ[{SCAN_LETTERS}]{{8}}")
_PARCEL = re.compile(r"([A-Z0-9]+-[A-Z0-9.]+-[0-9]+)/([0-9]{1,6})")

_packet, _facts = from_json(Packet), from_json(tuple[Fact, ...])
_recipient, _bearer = from_json(Recipient), from_json(Bearer)

_TABLES = """
CREATE TABLE packet (claim TEXT PRIMARY KEY, opened INTEGER NOT NULL, body BLOB NOT NULL, before BLOB NOT NULL);
CREATE TABLE recipient (claim TEXT, shipment TEXT, body BLOB NOT NULL, PRIMARY KEY (claim, shipment));
CREATE TABLE barcode (code TEXT NOT NULL, sku TEXT NOT NULL, units INTEGER NOT NULL,
    PRIMARY KEY (code, sku)) WITHOUT ROWID;
CREATE TABLE product (sku TEXT PRIMARY KEY, title TEXT NOT NULL, variant TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE named (kind TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (kind, code)) WITHOUT ROWID;
CREATE TABLE operator (badge TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE news (shipment TEXT PRIMARY KEY, state TEXT NOT NULL);
CREATE TABLE position (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE set_aside (op_id TEXT PRIMARY KEY, reason TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Work:
    """A packet held here. `before`: what was applied for its claim already when it was pulled.

    `opened`: somebody works on it; else it is held ahead.
    """

    packet: Packet
    before: tuple[Fact, ...] = ()
    opened: bool = field(default=True, compare=False)


class Cache:
    """Safe from any thread. Reading a thing that is not there says so; writing never fails a caller.

    To a scan it is what lies beyond the job in hand. Who or where a job or a parcel of other work is, only the shared
    database knows.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._db = _opened(path)
        self._held: list[Work] | None = None  # what `work` read last
        self.births = 0  # how often it had to begin again, empty

    def work(self) -> list[Work]:
        """In the order in which it was opened."""
        held = self._held
        if held is None:
            rows = self._ask("SELECT body, before, opened FROM packet ORDER BY opened, claim")
            try:
                held = [Work(_packet(body), _facts(before), opened > 0) for body, before, opened in rows]
            except msgspec.MsgspecError:  # a page that SQLite takes for whole, and is not
                self._with(_spoilt)
                held = []
            self._held = held
        return list(held)

    def keep_work(self, work: Work) -> None:
        """This is what is worked on from now on; or, not opened, what is held ahead as long as nobody opens it."""
        row = (work.packet.claim, msgspec.json.encode(work.packet), msgspec.json.encode(work.before))
        if work.opened:
            last = "coalesce(max(opened), 0) + 1"
            self._tell(f"INSERT OR REPLACE INTO packet SELECT ?, {last}, ?, ? FROM packet", [row])
        else:
            self._tell("INSERT OR IGNORE INTO packet VALUES (?, 0, ?, ?)", [row])
        self._held = None

    def mark_opened(self, claim: str) -> None:
        """It is what is worked on from now on."""
        last = "(SELECT coalesce(max(opened), 0) + 1 FROM packet)"
        self._tell(f"UPDATE packet SET opened = {last} WHERE claim = ?", [(claim,)])
        self._held = None

    def keep_busy(self, claim: str, totes: Sequence[str]) -> None:
        """In these totes goods of other work lie by now."""
        packet = next((work.packet for work in self.work() if work.packet.claim == claim), None)
        if packet and packet.busy != tuple(totes):
            body = msgspec.json.encode(replace(packet, busy=tuple(totes)))
            self._tell("UPDATE packet SET body = ? WHERE claim = ?", [(body, claim)])
            self._held = None

    def drop_work(self, claims: Iterable[str]) -> None:
        """With whom it was for; a later claim of the same shipment has its own."""
        gone = [(claim,) for claim in claims]
        self._tell("DELETE FROM recipient WHERE claim = ?", gone)
        self._tell("DELETE FROM packet WHERE claim = ?", gone)
        self._held = None

    def forget_work(self) -> None:
        """What is held here is to be pulled anew; which of it somebody worked on is still known then."""
        held = self.work()
        self.keep_position("opened", " ".join(work.packet.claim for work in held if work.opened))
        self.drop_work(work.packet.claim for work in held)

    def recipient(self, shipment: str) -> Recipient | None:
        rows = self._ask("SELECT body FROM recipient WHERE shipment = ?", shipment)
        return _recipient(rows[0][0]) if rows else None

    def keep_recipients(self, claim: str, recipients: Iterable[Recipient]) -> None:
        rows = [(claim, r.shipment, msgspec.json.encode(r)) for r in recipients]
        self._tell("INSERT OR REPLACE INTO recipient VALUES (?,?,?)", rows)

    def correct_recipients(self, recipients: Iterable[Recipient]) -> None:
        """What is held of these shipments says this now."""
        rows = [(msgspec.json.encode(r), r.shipment) for r in recipients]
        self._tell("UPDATE recipient SET body = ? WHERE shipment = ?", rows)

    def drop_recipients(self, shipments: Iterable[str]) -> None:
        self._tell("DELETE FROM recipient WHERE shipment = ?", [(s,) for s in shipments])

    def addressed(self) -> list[str]:
        """Shipments whose recipient lies here."""
        return [row[0] for row in self._ask("SELECT DISTINCT shipment FROM recipient ORDER BY shipment")]

    def products(self, codes: Sequence[str]) -> tuple[tuple[str, int], ...]:
        """(SKU, units a scan) of every product in the catalogue that bears one of these codes."""
        marks = ",".join("?" * len(codes))
        return tuple(self._ask(f"SELECT DISTINCT sku, units FROM barcode WHERE code IN ({marks}) ORDER BY sku", *codes))

    def keep_barcodes(self, rows: Sequence[tuple[str, str, int]], *, anew: bool = False) -> None:
        """(code, SKU, units); `anew` empties the table first."""
        if anew:
            self._tell("DELETE FROM barcode", [()])
            self._tell("DELETE FROM product", [()])
        self._tell("INSERT OR REPLACE INTO barcode VALUES (?,?,?)", rows)

    def name(self, sku: str) -> tuple[str, str]:
        """Title and variant of an article of the catalogue; empty for one that isn't known."""
        rows = self._ask("SELECT title, variant FROM product WHERE sku = ?", sku)
        return (rows[0][0], rows[0][1]) if rows else ("", "")

    def keep_names(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """(SKU, title, variant)"""
        self._tell("INSERT OR REPLACE INTO product VALUES (?,?,?)", rows)

    def named(self, kind: str, code: str) -> str | None:
        """What bears this code: of kind bin, tote or carrier."""
        rows = self._ask("SELECT name FROM named WHERE kind = ? AND code = ?", kind, code)
        return rows[0][0] if rows else None

    def keep_named(self, kind: str, names: Mapping[str, str]) -> None:
        """All codes of that kind there are, as `scan.key` writes them."""
        self._tell("DELETE FROM named WHERE kind = ?", [(kind,)])
        self._tell("INSERT OR REPLACE INTO named VALUES (?,?,?)", [(kind, code, name) for code, name in names.items()])

    def operator(self, badge: str) -> Operator | None:
        found = self.bearer(badge)
        return found.operator if found else None

    def badge(self, code: str) -> str | None:
        found = self.operator(code)
        return found.badge if found else None

    def bearer(self, badge: str) -> Bearer | None:
        rows = self._ask("SELECT body FROM operator WHERE badge = ?", badge.upper())
        return _bearer(rows[0][0]) if rows else None

    def bearers(self) -> int:
        """How many operators this bench knows."""
        return int(self._ask("SELECT count(*) FROM operator")[0][0])

    def keep_bearers(self, bearers: Iterable[Bearer]) -> None:
        """All there are: whoever is not among them can't sign in here any more."""
        self._tell("DELETE FROM operator", [()])
        rows = [(one.operator.badge, msgspec.json.encode(one)) for one in bearers]
        self._tell("INSERT OR REPLACE INTO operator VALUES (?,?)", rows)

    def job(self, code: str) -> str | None:
        """The shipment of a job held here; of any other the code itself, if it has a job's form and nothing else's."""
        for work in self.work():
            for job in work.packet.jobs:
                if code in (job.shipment, job.job_code):
                    return job.shipment
        return code if _JOB.fullmatch(code) and not self.products((code,)) and not self.named("bin", code) else None

    def label(self, code: str) -> tuple[str, int] | None:
        """(shipment, parcel) that a readable parcel id names."""
        found = _PARCEL.fullmatch(code)
        return (found[1], int(found[2])) if found else None

    def news(self) -> dict[str, str]:
        """What was last heard of each shipment held here: live | cancelled | held | taken_over."""
        return dict(self._ask("SELECT shipment, state FROM news"))

    def keep_news(self, news: Mapping[str, str]) -> None:
        """All that is held here; what is not named is no longer of interest."""
        self._tell("DELETE FROM news", [()])
        self._tell("INSERT OR REPLACE INTO news VALUES (?,?)", list(news.items()))

    def position(self, name: str, default: str = "") -> str:
        rows = self._ask("SELECT value FROM position WHERE name = ?", name)
        return str(rows[0][0]) if rows else default

    def keep_position(self, name: str, value: str) -> None:
        self._tell("INSERT OR REPLACE INTO position VALUES (?,?)", [(name, value)])

    def set_aside(self) -> dict[str, str]:
        """Facts of this bench that could not take effect, and why; each has a case of its own."""
        return dict(self._ask("SELECT op_id, reason FROM set_aside"))

    def keep_set_aside(self, reasons: Mapping[str, str]) -> None:
        self._tell("INSERT OR REPLACE INTO set_aside VALUES (?,?)", list(reasons.items()))

    def forget(self, shipments: Iterable[str]) -> None:
        """No byte of these shipments' recipients is left in the file or its WAL."""
        self.drop_recipients(shipments)
        self.scrub()

    def scrub(self) -> None:
        """Empties the WAL and writes the file anew, so that nothing deleted lingers in either."""

        def scrubbed(db: sqlite3.Connection) -> None:
            db.execute("VACUUM")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        self._with(scrubbed)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _ask(self, statement: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]
        return self._with(lambda db: db.execute(statement, values).fetchall()) or []

    def _tell(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        def told(db: sqlite3.Connection) -> None:
            with db:
                db.execute("BEGIN IMMEDIATE")
                db.executemany(statement, rows)

        if rows:
            self._with(told)

    def _with(self, do: Callable[[sqlite3.Connection], T]) -> T | None:
        """A cache that broke under the program starts again empty; what was in it is pulled anew."""
        with self._lock:
            try:
                return do(self._db)
            except sqlite3.OperationalError:
                return None  # no room, or the file is locked by an onlooker
            except sqlite3.DatabaseError:
                self._db.close()
                for suffix in ("", "-wal", "-shm"):
                    self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
                self._db = _opened(self.path)
                self._held = None
                self.births += 1
                return None


def _spoilt(_db: sqlite3.Connection) -> None:
    raise sqlite3.DatabaseError("what is in it can't be read")


def _opened(path: Path) -> sqlite3.Connection:
    """The cache at `path`; a spoilt one is replaced, and where no file can be had it lives in memory."""
    for place in (path, path, None):
        with suppress(sqlite3.Error, OSError):
            return _connected(place)
        with suppress(OSError):
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
    return _connected(None)


def _connected(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Addresses and what is kept of PINs: nobody else's to read. SQLite gives its WAL the same rights.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
    db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False, timeout=5)
    try:
        for pragma in ("secure_delete = ON", "journal_mode = WAL", "synchronous = NORMAL"):
            db.execute(f"PRAGMA {pragma}")
        schema = db.execute("PRAGMA user_version").fetchone()[0]
        if schema not in (0, SCHEMA):
            raise sqlite3.DatabaseError(f"form {schema}, expected {SCHEMA}")
        if schema == 0:
            db.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {SCHEMA}; COMMIT;")
        db.execute("SELECT count(*) FROM packet")
    except sqlite3.Error:
        db.close()
        raise
    return db
