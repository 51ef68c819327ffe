"""Opening the shared database, and the two kinds of transaction there are: `write` and `read`.

On PostgreSQL nothing waits for ever: TCP finds a dead peer, the server ends a statement and a transaction that lingers
(the feed stands still behind one), and what answers nothing at all is left (`deadline`). A connection is not asked
whether it still lives before each use, which would cost a round trip: it shows at BEGIN, and then another is taken.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import URL, Connection, Dialect, Engine, RootTransaction, RowMapping, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.pool import ConnectionPoolEntry

from app.base.clock import Clock
from app.base.errors import Conflict, Crossed, DatabaseAway
from app.base.forms import from_json
from app.base.turns import give_way
from app.db.blame import meaning
from app.db.deadline import LINE, Deadlines, Limit, handle_on
from app.db.password import Password
from app.db.plain import Reads, everybody_may
from app.db.pool import InTurn
from app.db.refusal import plain

if TYPE_CHECKING:
    from app.db.ear import Ear

T = TypeVar("T")
Tx = Connection
Row = RowMapping

_BUSY_MS = 10_000
# Seconds that one statement of a bench may take, and its transaction half as long again.
PATIENCE_S = 10.0
_WHOLE = 1.5
# A transaction nobody goes on with holds up the feed for all; long work computes between its statements.
_IDLE_MS = 60_000
# What a connection may take to come about, and how many a process opens at most, of which one listens: more at once
# only slow each other. Of 200 benches in four processes the p99 of the lag was 160 ms with these, and up to 4.5 s with
# twice as many (`bench fleet`, 2026-11).
_CONNECT_S, _CONNECTIONS = 5, 4
# Seconds until TCP first asks a silent peer, between two such questions, how many; then milliseconds for what was sent.
_TCP = {"keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
        "tcp_user_timeout": 10_000}  # fmt: skip
# Under this name a connection carries what its transaction announced: {topic: keys}.
ANNOUNCED = "announced"
# … what it is still to write (app/db/at_once.py), …
GATHERED = "gathered"
# … and what time it was in the database when it began, and on this machine's monotonic clock.
_BEGAN = "began"
_unhurried: ContextVar[bool] = ContextVar("unhurried", default=False)
# How often an act is begun that met another's each time: whoever is hurt by a third has waited long enough to be told.
_TRIES = 5
_loads = from_json(object)


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@contextmanager
def unhurried() -> Iterator[None]:
    """What is begun in the block may take as long as it takes: a migration, a backup, an archive."""
    before = _unhurried.set(True)
    try:
        yield
    finally:
        _unhurried.reset(before)


class Database:
    """The shared database, SQLite or PostgreSQL. Safe to use from several threads.

    `patience`: how many seconds one statement may take on PostgreSQL, 0: as long as it takes.
    """

    def __init__(self, engine: Engine, patience: float = 0.0) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self.patience = patience
        self.deadlines = Deadlines()
        self._ear: Ear | None = None
        self._opening = Lock()
        self._file = Path(engine.url.database or "") if self.is_sqlite else None
        self._seen: tuple[int, int] | None = None  # which file that was
        if not self.is_sqlite:
            event.listen(engine, "begin", self._say_begin)

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """One transaction that may write: committed when the block ends well, else nothing of it stays.

        On SQLite the write lock is taken at the start, so a check and the act it allows cannot be parted.
        """
        with self._begin(write=True) as tx:
            yield tx

    def act(self, do: Callable[[Tx], T]) -> T:
        """What `do` gives, done in one transaction that may write; begun anew, a few times, where it met another's.

        `do` must bear to be called again. Crossed: it met others each time, and nothing was done.
        """
        for _ in range(_TRIES - 1):
            with suppress(Crossed), self.write() as tx:
                return do(tx)
        with self.write() as tx:
            return do(tx)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """One consistent view; nothing written in it is kept."""
        with self._begin(write=False) as tx:
            yield tx

    @contextmanager
    def _begin(self, *, write: bool) -> Iterator[Tx]:
        limit = Limit(0)
        try:
            with self._limited() as limit:
                tx, transaction = self._begun(write)
                with tx, transaction:
                    tx.info.pop(ANNOUNCED, None)
                    yield tx
                    announced = tx.info.pop(ANNOUNCED, {}) if write else {}
                    if not write:
                        transaction.rollback()
        except (DBAPIError, NoneFree) as error:
            if limit.over:
                raise DatabaseAway("no answer in time") from error
            if isinstance(error, NoneFree):
                raise DatabaseAway("every connection is in use") from error
            if (meant := meaning(error)) is not None:
                raise meant from error
            raise
        if announced:
            self.ear().tell(announced)

    def _look_at_file(self, file: Path) -> None:
        """A file that was taken away is away: what has it open would go on writing where nobody reads it."""
        try:
            found = file.stat()
        except OSError as error:
            if self._seen is not None:
                raise DatabaseAway("its file is gone") from error
            return
        seen = (found.st_dev, found.st_ino)
        if self._seen not in (None, seen):
            self.engine.dispose()  # another was put in its place
        self._seen = seen

    def _begun(self, write: bool) -> tuple[Tx, RootTransaction]:
        """A connection that lay idle may be dead: that shows when it says BEGIN, and nothing was done with it yet."""
        if self._file is not None:
            self._look_at_file(self._file)
        for again in (True, False):
            tx = self.engine.connect().execution_options(packbench_write=write)
            if self._file is not None and self._seen is None:
                self._look_at_file(self._file)  # connecting made it
            try:
                return tx, tx.begin()
            except BaseException as error:
                tx.close()
                if not (again and isinstance(error, DBAPIError) and error.connection_invalidated):
                    raise
        raise AssertionError

    def _limited(self) -> AbstractContextManager[Limit]:
        if self.patience and not self.is_sqlite and not _unhurried.get():
            return self.deadlines.within(self.patience * _WHOLE)
        return nullcontext(Limit(0))

    def _say_begin(self, connection: Connection) -> None:
        """BEGIN, its limits and the time, in one round trip. What one transaction reads is seen as of one moment."""
        patience = 0 if _unhurried.get() else int(self.patience * 1000)
        limits = (
            f"SET LOCAL statement_timeout = {patience};"
            f" SET LOCAL idle_in_transaction_session_timeout = {patience or _IDLE_MS}"
        )
        if connection.get_execution_options().get("packbench_write"):
            moment = connection.exec_driver_sql(f"SELECT clock_timestamp(); BEGIN; {limits}").scalar()
            connection.info[_BEGAN] = moment, monotonic()
        else:  # a SELECT would take the view before its kind is said
            connection.info.pop(_BEGAN, None)
            connection.exec_driver_sql(f"BEGIN ISOLATION LEVEL REPEATABLE READ; {limits}")

    def ear(self) -> Ear:
        """Who hears of changes, made when first asked for: one a process."""
        with self._opening:
            if self._ear is None:
                from app.db.ear import Ear

                self._ear = Ear(self.engine, self.deadlines)
            return self._ear

    @contextmanager
    def reading(self) -> Iterator[Reads]:
        """One consistent view for plain SQL: what the read models of screens ask for."""
        with self.read() as tx:

            def read(sql: str, **values: object) -> list[Mapping[str, Any]]:
                return [dict(row) for row in tx.execute(text(sql), values).mappings()]

            yield read

    def now(self, tx: Tx, here: Clock) -> datetime:
        """The shared database's own time, which leases and records go by: no bench's clock can move it.

        PostgreSQL's, whose clock many benches share; with a SQLite file that of the one machine it lies on, `here`.
        """
        if self.is_sqlite:
            return here.now()
        if began := tx.info.get(_BEGAN):
            there, then = began
            moment: datetime = there + timedelta(seconds=monotonic() - then)
        else:
            moment = tx.execute(text("SELECT clock_timestamp()")).scalar_one()
        return moment

    def close(self) -> None:
        """Says what is still to be said, and gives every connection back."""
        if self._ear:
            self._ear.close()
        self.engine.dispose()
        self.deadlines.close()


@contextmanager
def savepoint(tx: Tx) -> Iterator[None]:
    """All of the block or nothing of it, the transaction around it going on. A broken constraint is a Conflict."""
    try:
        with written_singly(tx), tx.begin_nested():
            yield
    except IntegrityError as error:
        raise Conflict(plain(error.orig), kind="constraint") from error


@contextmanager
def written_singly(tx: Tx) -> Iterator[None]:
    """In the block all is written when it is said, whatever is gathered around it (app/db/at_once.py)."""
    gathered = tx.info.pop(GATHERED, None)
    try:
        yield
    finally:
        if gathered is not None:
            tx.info[GATHERED] = gathered


def open_database(url: str, *, who: str = "", patience: float = 0.0) -> Database:
    """A database at `url`. Makes the folder of a SQLite file, not the tables: that is `init`.

    `who` uses it, for those who look at the server: a station, a command. `patience` as in Database: a bench must not
    wait for ever, a command that a person started may.
    """
    parsed = make_url(url)
    options: dict[str, Any] = {
        "json_serializer": _dumps, "json_deserializer": _loads, "hide_parameters": True, "poolclass": InTurn,
    }  # fmt: skip
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        options |= {"connect_args": {"timeout": _BUSY_MS / 1000, "check_same_thread": False}}
    else:
        options |= {
            "connect_args": _connecting(parsed, who),
            "pool_size": _CONNECTIONS,
            "max_overflow": 0,
            "pool_timeout": _CONNECT_S,
            "pool_use_lifo": True,  # so no more than are needed stay in use
        }
    engine = create_engine(parsed, **options)
    database = Database(engine, patience)
    if database.is_sqlite:
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
        event.listen(engine, "before_cursor_execute", _before_statement)  # who waits for a server gives way in any case
    else:
        event.listen(engine, "do_connect", partial(_with_password, Password(url)))
        # First of all listeners: SQLAlchemy's own asks a new connection a few things.
        event.listen(engine, "connect", partial(_postgres_connect, database.deadlines), insert=True)
        event.listen(engine, "checkout", partial(_postgres_checkout, database.deadlines))
        event.listen(engine, "close", partial(_postgres_close, database.deadlines))
    return database


def _connecting(url: URL, who: str) -> dict[str, Any]:
    """What libpq is told beside the address; what the address says itself stands."""
    ours = {"connect_timeout": _CONNECT_S, "application_name": f"packbench {who}".strip()} | _TCP
    return {name: value for name, value in ours.items() if name not in url.query}


def _with_password(
    password: Password, dialect: Dialect, _record: ConnectionPoolEntry, said: list[Any], named: dict[str, Any]
) -> DBAPIConnection:
    return password.connected(
        lambda found: dialect.connect(*said, **named if found is None else named | {"password": found})
    )


def _postgres_connect(deadlines: Deadlines, connection: Any, record: ConnectionPoolEntry) -> None:
    connection.autocommit = True  # we say BEGIN ourselves, so that its limits go with it
    record.info[LINE] = handle_on(connection.pgconn.socket)
    deadlines.hold_to(record.info[LINE])


def _postgres_checkout(deadlines: Deadlines, _connection: Any, record: ConnectionPoolEntry, _used: object) -> None:
    deadlines.hold_to(record.info[LINE])


def _postgres_close(deadlines: Deadlines, _connection: Any, record: ConnectionPoolEntry) -> None:
    line = record.info.pop(LINE, None)
    if line is not None:
        deadlines.let_go(line)


def _before_statement(*_: object) -> None:
    give_way()


def _sqlite_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, so that a writer can say IMMEDIATE
    everybody_may(connection)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what was forgotten is overwritten, not only unlinked
        "cache_size=-65536",
        f"busy_timeout={_BUSY_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("packbench_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
