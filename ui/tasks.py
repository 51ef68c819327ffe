"""All work off the UI thread: two lanes, one signal back, one way to end.

The database lane has one worker, so that what screens ask of the shared database comes in the order it was asked. When
it does not answer one of them, those that were waiting behind are told so at once: each would only wait as long again,
and whoever comes later would wait for all of them. The free lane is for long work and for what touches no database.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.base.errors import DatabaseAway

T = TypeVar("T")
FREE_WORKERS = 3


@dataclass(frozen=True, slots=True)
class _Came:
    """What a worker sends back: one object, whatever it is."""

    task: _Task
    value: object = None
    error: BaseException | None = None


class _Task:
    """Whom to tell. A method of the owner is held as weakly as the owner itself."""

    __slots__ = ("_done", "_failed", "_owner", "n")

    def __init__(
        self, n: int, done: Callable[[Any], None], failed: Callable[[BaseException], None] | None, owner: object | None
    ) -> None:
        self.n = n  # of those the lane was ever given; 0: of the free lane
        self._owner = weakref.ref(owner) if owner is not None else None
        self._done = _held(done, owner)
        self._failed = _held(failed, owner) if failed is not None else None

    def alive(self) -> bool:
        if self._owner is None:
            return True
        owner = self._owner()
        return owner is not None and (not isinstance(owner, QObject) or shiboken6.isValid(owner))

    def done(self, value: object) -> None:
        if (tell := self._done()) is not None:
            tell(value)

    def failed(self, error: BaseException, otherwise: Callable[[BaseException], None]) -> None:
        tell = otherwise if self._failed is None else self._failed()
        if tell is not None:
            tell(error)


def _held(tell: Callable[[Any], None], owner: object | None) -> Callable[[], Callable[[Any], None] | None]:
    if owner is not None and getattr(tell, "__self__", None) is owner:
        return weakref.WeakMethod(tell)
    return lambda: tell


class TaskRunner(QObject):
    """Made on the UI thread; implements `ui.context.Runner`. `unhandled` shows an error that nobody asked for."""

    _came = Signal(object)

    def __init__(self, unhandled: Callable[[BaseException], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._unhandled = unhandled
        self._database = ThreadPoolExecutor(1, thread_name_prefix="database lane")
        self._free = ThreadPoolExecutor(FREE_WORKERS, thread_name_prefix="free lane")
        self._ended = False
        self._asked = 0
        self._silence: tuple[int, DatabaseAway] | None = None  # what was asked up to here has no answer
        self._came.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[BaseException], None] | None = None,
        *,
        owner: object | None = None,
        free: bool = False,
    ) -> None:
        """As `ui.context.Runner` says. After `shut_down` nothing is begun and nobody is told."""
        if self._ended:
            return
        if free:
            self._free.submit(self._work, work, _Task(0, done, failed, owner))
            return
        self._asked += 1
        self._database.submit(self._work, work, _Task(self._asked, done, failed, owner))

    def _work(self, work: Callable[[], object], task: _Task) -> None:
        """On a worker's thread."""
        if not task.alive():
            return
        try:
            if self._silence is not None and 0 < task.n <= self._silence[0]:
                raise self._silence[1]
            came = _Came(task, work())
        except DatabaseAway as error:
            if task.n and (self._silence is None or task.n > self._silence[0]):
                self._silence = (self._asked, error)
            came = _Came(task, error=error)
        except BaseException as error:  # noqa: BLE001  # whatever it is, its place is the UI thread
            came = _Came(task, error=error)
        if not self._ended:
            self._came.emit(came)

    @Slot(object)
    def _deliver(self, came: _Came) -> None:
        if self._ended or not came.task.alive():
            return
        if came.error is None:
            came.task.done(came.value)
        else:
            came.task.failed(came.error, self._unhandled)

    def shut_down(self) -> None:
        """Cancels what waits, lets what runs come to its end, tells nobody any more. Twice is once."""
        self._ended = True
        for lane in (self._database, self._free):
            lane.shutdown(wait=True, cancel_futures=True)
