"""Who has waited longest for a connection is given the next."""

from __future__ import annotations

from collections import deque
from threading import Event, Lock
from typing import Any

from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool


class InTurn(QueuePool):
    """A pool whose connections are given in the order in which they were asked for.

    The pool itself wakes who waits, and gives what he was woken for to whoever asks just then. Of eight threads that
    asked four connections again and again, three or four waited for more than five seconds (`packbench bench claims`,
    2026-11). Here who gives one back hands his turn to who waits longest. As many as there may be are opened at once.
    """

    def __init__(self, *args: Any, **how: Any) -> None:
        super().__init__(*args, **how)
        self._turns = self.size() + self._max_overflow
        self._line: deque[Event] = deque()
        self._guard = Lock()

    def _do_get(self) -> ConnectionPoolEntry:
        self._wait()
        try:
            return super()._do_get()
        except BaseException:
            self._pass_on()
            raise

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        try:
            super()._do_return_conn(record)
        finally:
            self._pass_on()

    def _wait(self) -> None:
        mine = Event()
        with self._guard:
            if self._turns:
                self._turns -= 1
                return
            self._line.append(mine)
        if not mine.wait(self._timeout):
            with self._guard:
                if mine in self._line:  # else it was handed over just now
                    self._line.remove(mine)
                    raise NoneFree(f"{self.size()} connections are in use")

    def _pass_on(self) -> None:
        with self._guard:
            if self._line:
                self._line.popleft().set()
            else:
                self._turns += 1
