"""How long a transaction may keep its thread waiting, seen from our side of the connection.

The server's limits end a statement that is slow, TCP's own a cable that was cut. Against a machine that accepts and
never answers neither helps: then the socket is shut here, and the call that waited ends as if the server had gone.
"""

from __future__ import annotations

import math
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic

# Under this name a connection of the pool carries our handle on its socket.
LINE = "line"


@dataclass(eq=False, slots=True)
class Limit:
    """`line`: a handle of our own on the connection's socket. `over`: the time was up, and it was shut."""

    until: float
    line: socket.socket | None = None
    over: bool = False


class Deadlines:
    """One thread for all transactions of a process; it sleeps until the nearest deadline. Safe from any thread."""

    def __init__(self) -> None:
        self._limits: set[Limit] = set()
        self._nearest = math.inf
        self._changed = threading.Condition()
        self._mine = threading.local()
        self._thread: threading.Thread | None = None
        self._closed = False

    @contextmanager
    def within(self, seconds: float) -> Iterator[Limit]:
        """What this thread asks of a connection it is given in the block has so many seconds, all together."""
        limit, around = Limit(monotonic() + seconds), getattr(self._mine, "limit", None)
        with self._changed:
            self._limits.add(limit)
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="deadlines", daemon=True)
                self._thread.start()
            if limit.until < self._nearest:
                self._changed.notify()
        self._mine.limit = limit
        try:
            yield limit
        finally:
            self._mine.limit = around
            with self._changed:
                self._limits.discard(limit)

    def hold_to(self, line: socket.socket) -> None:
        """The block around gets its answers through this socket from now on."""
        limit: Limit | None = getattr(self._mine, "limit", None)
        if limit is not None:
            with self._changed:
                limit.line = line
                if limit.over:
                    _shut(line)

    def let_go(self, line: socket.socket) -> None:
        """The connection is closed: so is our handle on it."""
        with self._changed:
            line.close()

    def cut(self, line: socket.socket) -> None:
        """Whoever waits for an answer from there has an error for it."""
        with self._changed:
            _shut(line)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread:
            self._thread.join()

    def _watch(self) -> None:
        with self._changed:
            while not self._closed:
                now = monotonic()
                for limit in self._limits:
                    if limit.until <= now and not limit.over:
                        limit.over = True
                        if limit.line is not None:
                            _shut(limit.line)
                self._nearest = min((one.until for one in self._limits if not one.over), default=math.inf)
                self._changed.wait(None if self._nearest == math.inf else self._nearest - now)


def handle_on(file: int) -> socket.socket:
    """A second handle on an open socket: whatever becomes of the first, no other connection can get its number."""
    return socket.fromfd(file, socket.AF_INET, socket.SOCK_STREAM)


def _shut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
