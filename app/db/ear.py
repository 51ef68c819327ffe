"""Hearing that something changed, and saying it: whoever waits for news need not ask again and again.

    leave = database.ear().subscribe(wake)  # wake(rumour) sets an event, no more
    …
    leave()

`wake` is called on the ear's thread soon after a transaction that announced something (app/db/feed.py) was committed,
wherever that was, with what is said to have changed, so that whoever is not concerned need not look; once more a moment
later, because a change may stand in the feed behind a transaction still open; and every second or two in any case, of
nothing in particular: a connection may be lost, a pooler passes no notifications. So a subscriber needs no clock of its
own. Those that are many spread their own reading. A rumour is no more than that: what is true stands in the feed.

On PostgreSQL an announcement is a NOTIFY. It is sent after the commit and several are one: inside the transaction it
would let only one commit at a time pass (two thirds of the throughput, measured 2026-11).
"""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec
from sqlalchemy import Engine
from sqlalchemy.pool import PoolProxiedConnection

from app.base.forms import from_json
from app.db.deadline import LINE, Deadlines

_LOG = logging.getLogger(__name__)
CHANNEL = "packbench"
# Announcements of so long are one. Subscribers are called so often in any case, spread by this share.
_TOGETHER_S, _IN_ANY_CASE_S, _SPREAD = 0.1, 1.5, 0.3
# How much later they are called once more.
_ONCE_MORE_S = 0.4
# How often a file is looked at; how long a silent connection is believed in, and how long it may take to answer.
_LOOK_S, _BELIEVED_S, _PATIENCE_S = 0.2, 30.0, 5.0

# What NOTIFY takes is less than 8,000 bytes.
_WORDS = 7000

# Keys said to have changed, by topic; a topic without keys: any of it. None: nothing is said, anything may have.
Rumour = Mapping[str, Collection[str]] | None
Wake = Callable[[Rumour], None]
_SOMETHING: Mapping[str, Collection[str]] = {"": ()}
_read_rumour = from_json(dict[str, list[str]])


class Ear:
    """One a process, by `Database.ear`. Its threads start when they are needed. Safe from any thread."""

    def __init__(self, engine: Engine, deadlines: Deadlines) -> None:
        self._engine, self._deadlines = engine, deadlines
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._subscribers: list[Wake] = []
        self._lock = threading.Lock()
        self._threads: dict[str, threading.Thread] = {}
        self._told, self._closing = threading.Event(), threading.Event()
        self._owed: dict[str, set[str]] = {}
        self._line: Any = None  # of the connection that listens
        self._chance = random.Random()  # noqa: S311  # spreads processes' questions; no secret

    def subscribe(self, wake: Wake) -> Callable[[], None]:
        """`wake` is called as said above until what is given back is called."""
        with self._lock:
            self._subscribers.append(wake)
        self._run(self._watch_file if self._is_sqlite else self._listen)

        def leave() -> None:
            with self._lock, suppress(ValueError):
                self._subscribers.remove(wake)

        return leave

    def tell(self, announced: Mapping[str, Collection[str]]) -> None:
        """A committed transaction announced this. Comes back at once."""
        with self._lock:
            self._owed = _joined((self._owed, announced))
        self._told.set()
        if not self._is_sqlite:
            self._run(self._speak)

    def close(self) -> None:
        """Says what is still to be said, and ends."""
        with self._lock:
            self._closing.set()
            threads = list(self._threads.values())
            if self._line is not None:
                self._deadlines.cut(self._line)
        self._told.set()
        for thread in threads:
            thread.join()

    def _run(self, work: Callable[[], None]) -> None:
        with self._lock:
            name = work.__name__.strip("_")
            if name not in self._threads and not self._closing.is_set():
                self._threads[name] = threading.Thread(target=work, name=f"ear {name}", daemon=True)
                self._threads[name].start()

    def _wake_all(self, rumour: Rumour = None) -> None:
        with self._lock:
            some = list(self._subscribers)
        for wake in some:
            wake(rumour)

    def _pause(self) -> float:
        return _IN_ANY_CASE_S * self._chance.uniform(1 - _SPREAD, 1 + _SPREAD)

    # PostgreSQL --------------------------------------------------------------------------------------------

    def _speak(self) -> None:
        while not self._closing.is_set() or self._owed:
            self._told.wait()
            self._told.clear()
            with self._lock:
                owed, self._owed = self._owed, {}
            if owed:
                self._notify(_said(owed))
            self._closing.wait(_TOGETHER_S)

    def _notify(self, said: str) -> None:
        """Once more where the connection had died meanwhile. Then it stays unsaid: listeners look in any case."""
        for _ in range(2):
            with suppress(Exception), self._connected() as raw, self._deadlines.within(_PATIENCE_S):
                self._deadlines.hold_to(raw.info[LINE])
                _driver(raw).execute("SELECT pg_notify(%s, %s)", (CHANNEL, said))
                return

    def _listen(self) -> None:
        while not self._closing.is_set():
            try:
                with self._connected() as raw:
                    self._hear(raw)
            except Exception as error:  # noqa: BLE001  # whatever ends a connection, another one is tried for
                if not self._closing.is_set():
                    _LOG.info("nothing is heard of changes for a while: %s", type(error).__name__)
            self._wake_all()
            self._closing.wait(self._pause())

    def _hear(self, raw: PoolProxiedConnection) -> None:
        """Until the connection fails or the ear is closed, which fails it."""
        line = raw.info[LINE]
        with self._lock:
            if self._closing.is_set():
                return
            self._line = line
        try:
            believed = 0.0
            rumour: Rumour = None
            fresh: dict[str, set[str]] = {}  # heard last, and said but once
            while True:
                if monotonic() > believed:
                    with self._deadlines.within(_PATIENCE_S):
                        self._deadlines.hold_to(line)
                        _driver(raw).execute(f"LISTEN {CHANNEL}")  # saying it again asks: is anybody there?
                    believed = monotonic() + _BELIEVED_S
                self._wake_all(rumour)
                self._closing.wait(_TOGETHER_S)
                pause = _ONCE_MORE_S if fresh else self._pause()
                words = [one.payload for one in _driver(raw).notifies(timeout=pause, stop_after=1)]
                said, fresh = fresh, _joined(map(_understood, words))
                if words:
                    believed = monotonic() + _BELIEVED_S
                rumour = _joined((said, fresh)) or None
        finally:
            with self._lock:
                self._line = None

    @contextmanager
    def _connected(self) -> Iterator[PoolProxiedConnection]:
        """One of the pool's connections, which is thrown away unless all went well."""
        raw = self._engine.raw_connection()
        try:
            yield raw
        except BaseException:
            raw.invalidate()
            raise
        raw.close()

    # SQLite ------------------------------------------------------------------------------------------------

    def _watch_file(self) -> None:
        """A file says when others wrote to it; whether it was news, its feed does."""
        file = Path(self._engine.url.database or "").resolve()
        while not self._closing.is_set():
            with (
                suppress(sqlite3.Error, ValueError),
                closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=1.0)) as db,
            ):
                self._look_at(db)
            self._wake_all()
            self._closing.wait(self._pause())

    def _look_at(self, db: sqlite3.Connection) -> None:
        seen, newest, due = -1, -1, 0.0
        while not self._closing.is_set():
            rumour: Rumour = {}
            if seen != (seen := db.execute("PRAGMA data_version").fetchone()[0]):
                before, newest = newest, db.execute("SELECT coalesce(max(id), 0) FROM change").fetchone()[0]
                rows = db.execute("SELECT topic, key FROM change WHERE id > ?", [before]) if before >= 0 else ()
                rumour = _SOMETHING if newest < before else _joined({topic: [key]} for topic, key in rows)
            if rumour or monotonic() > due:
                due = monotonic() + self._pause()
                self._wake_all(rumour or None)
            self._told.wait(_LOOK_S)
            self._told.clear()


def _joined(some: Iterable[Mapping[str, Collection[str]]]) -> dict[str, set[str]]:
    """All of them as one; where one says "any", so does this."""
    joined: dict[str, set[str]] = {}
    for rumour in some:
        for topic, keys in rumour.items():
            known = joined.get(topic)
            joined[topic] = set(keys) if known is None else known | set(keys) if known and keys else set()
    return joined


def _said(announced: Mapping[str, Collection[str]]) -> str:
    """As words of a NOTIFY; where these are too many, only which topics."""
    said = msgspec.json.encode({topic: sorted(keys) for topic, keys in announced.items()})
    return (said if len(said) <= _WORDS else msgspec.json.encode({topic: [] for topic in announced})).decode()


def _understood(words: str) -> Mapping[str, Collection[str]]:
    """Earlier programs say no more than that there is something."""
    try:
        return _read_rumour(words)
    except msgspec.MsgspecError:
        return _SOMETHING


def _driver(raw: PoolProxiedConnection) -> Any:
    return raw.driver_connection
