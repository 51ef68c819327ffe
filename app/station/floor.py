"""`packbench floor`: a bench without a screen. Scans in, one a line; a line of JSON out for each, once kept."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from types import FrameType
from typing import BinaryIO

from app.station.station import Pending, Station

# With Python's own 5 ms a busy sync thread would hold up a scan's answer for as long, at each of the four threads the
# scan passes through. At 0.1 ms one scan in a hundred takes 3.7 ms beside it, at 0.5 ms 4.8 (measured 2026-11).
SWITCH_S = 0.0001
# At the end, how long to wait for papers and for the shared database. What is left then waits on disk.
SETTLE_S = 10.0
# The longest piece taken as one line: a scanner that never sends its Enter must not fill the memory.
LONGEST_LINE = 64 * 1024


class _Ended(Exception):  # named for what happened
    """The terminal, or whoever reads us, has gone."""


def run_floor(station: Station, stdin: BinaryIO, stdout: BinaryIO, hints: bool = False) -> int:
    """Answers each line of `stdin` on `stdout` until its end; then prints and sends what waits, and gives 0.

    Reading never waits for answers. A closed `stdout` or SIGTERM end it the same way: the job in hand stays held.
    """
    answers: SimpleQueue[Pending | None] = SimpleQueue()
    gone = threading.Event()
    writer = threading.Thread(target=_write, args=(answers, stdout, hints, gone), name="answers", daemon=True)
    with _quick():
        writer.start()
        try:
            with _ending_on(signal.SIGTERM), suppress(_Ended):
                for line in _lines(stdin):
                    if gone.is_set():
                        break
                    answers.put(station.submit(line))
        finally:
            answers.put(None)
            writer.join()
            station.settle(SETTLE_S)
    return 0


@contextmanager
def _quick() -> Iterator[None]:
    """Threads take turns quickly, and what the program is made of is not searched for garbage again and again.

    A full search of all modules and tables holds up whatever scan it falls upon for 60 ms.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        sys.setswitchinterval(before)


def _lines(stdin: BinaryIO) -> Iterator[bytes]:
    """Lines without their ends; an empty one is a scan too (of nothing). Of one too long the beginning has to do."""
    while line := stdin.readline(LONGEST_LINE):
        rest = line
        while len(rest) == LONGEST_LINE and not rest.endswith(b"\n"):
            rest = stdin.readline(LONGEST_LINE)
        yield line.rstrip(b"\r\n")


def _write(answers: SimpleQueue[Pending | None], stdout: BinaryIO, hints: bool, gone: threading.Event) -> None:
    while (pending := answers.get()) is not None:
        line = pending.result().line(hints=hints)
        if not gone.is_set():
            try:
                stdout.write(line)
                stdout.flush()
            except (OSError, ValueError):  # a broken pipe, or a stream already closed
                gone.set()
                _silence(stdout)


def _silence(stdout: BinaryIO) -> None:
    """What is still in the stream's buffer goes nowhere: else Python fails on it once more when it ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stdout.fileno())
        os.close(nowhere)


@contextmanager
def _ending_on(number: signal.Signals) -> Iterator[None]:
    """The signal ends the loop like the end of input; elsewhere than in the main thread signals are not ours."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_number: int, _frame: FrameType | None) -> None:
        raise _Ended

    before = signal.signal(number, end)
    try:
        yield
    finally:
        signal.signal(number, before)
