"""All work off the UI thread: two lanes, one signal back, one way to end.

The database lane has one worker, so that what screens ask of the shared database comes in the order it was asked. The
free lane is for long work and for what touches no database.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

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

    __slots__ = ("_done", "_failed", "_owner")

    def __init__(
        self, done: Callable[[Any], None], failed: Callable[[BaseException], None] | None, owner: object | None
    ) -> None:
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
        lane = self._free if free else self._database
        lane.submit(self._work, work, _Task(done, failed, owner))

    def _work(self, work: Callable[[], object], task: _Task) -> None:
        """On a worker's thread."""
        if not task.alive():
            return
        try:
            came = _Came(task, work())
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
