"""Each bench's way to the shared database: requests that never arrive, answers that get lost, lines that hang.

What travels is a transaction. It is lost before it begins, cut in its middle (and rolled back), or committed with its
answer lost; all of it takes time, in which the world goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from app.base.clock import Clock
from app.base.errors import DatabaseAway
from app.bench.simulation.world import World
from app.db import Database, Tx
from app.db.line import Line

if TYPE_CHECKING:
    from collections.abc import Callable

# What may befall one transaction.
LOST, CUT, UNANSWERED, SLOW, HUNG = "request_lost", "cut_midway", "answer_lost", "slow", "hung"
STRUCK = "partition"


class Killed(BaseException):
    """The process that waited is no more. No `except Exception` of its own may hear of it."""


class Server:
    """The one shared database. `world` is its clock; `line` cuts a transaction in its middle."""

    def __init__(self, world: World, database: Database) -> None:
        self.world, self.database = world, database
        self.line = Line(database)


class Way(Database):
    """One bench's connection. `draw` says what befalls the next transaction; `wait` lets time pass, or is Killed."""

    def __init__(self, server: Server, draw: Callable[[bool], str], wait: Callable[[float], None]) -> None:
        super().__init__(server.database.engine)
        self._server, self._draw, self._wait = server, draw, wait
        self.latency = 0.002

    def now(self, tx: Tx, here: Clock) -> datetime:
        """The server's own clock, whatever the bench believes."""
        return self._server.world.time()

    @contextmanager
    def _begin(self, *, write: bool) -> Iterator[Tx]:
        fate = self._draw(write)
        self._wait(self._server.world.chance.uniform(1, 40) if fate == SLOW else self.latency)
        if fate == HUNG:
            self._wait(self._server.world.chance.uniform(20, 180))
            raise DatabaseAway("the line hung")
        if fate in (LOST, STRUCK):
            raise DatabaseAway("nobody answers")
        try:
            with super()._begin(write=write) as tx:
                if fate == CUT:
                    self._server.line.cut(after=self._server.world.chance.randrange(6))
                yield tx
                if fate == CUT:
                    self._server.line.cut()  # if it was not yet: at the commit
        finally:
            self._server.line.mend()
        if fate == UNANSWERED:
            self._wait(self._server.world.chance.uniform(0.1, 5))
            raise DatabaseAway("the answer was lost")
