"""Hundreds of benches at one PostgreSQL, each with a scan every two seconds: how old a fact is when it is applied.

They are whole benches: journal on disk, printing, sync, the threads of each; only there are many in a process, which
share its connections. With 200 it has to hold; and there are more and more until it doesn't.
"""

from __future__ import annotations

import heapq
import os
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from time import monotonic

from app.bench import crowd, shop
from app.bench.asked import Asked
from app.bench.figures import Figures, percentile, spread
from app.bench.server import Processor, connections, own_database
from app.db import open_database
from app.db.engine import PATIENCE_S
from app.settings import Settings
from app.station.answer import Answer
from app.station.station import Pending, Station

_BENCHES, _SCAN_EVERY_S, _RUN_S = 200, 2.0, 60.0
# Where it breaks: so many more at a time, each for so long, at most so often beyond what has to hold.
_MORE, _MORE_S, _MOST = 50, 30.0, 8
_LAG_MS = 1000
# Orders that a bench picks at a time, and those it holds: as many again ahead, and some that nobody has begun.
_CART, _HELD = 6, 18
_SKUS = 900  # so many that seldom two benches stand before one bin
_PROCESSES = 4
_LOOK_S = 0.02
_NEXT = "PBNEXT"
# After opening benches claim work ahead, fetch numbers and the catalogue: a floor does not do that all at once.
_READY_S, _CALM_S = 600.0, 12.0
_SETTINGS = Settings(confirm_after_s=0.0, question_timeout_s=30.0)


@dataclass(slots=True)
class Ran:
    """What benches went through: ms from answer to applied by bench, ms from scan to answer, processor seconds."""

    lags: dict[int, list[float]] = field(default_factory=dict)
    answers: list[float] = field(default_factory=list)
    late: int = 0  # scans that could not be made on time: the answer before was not there
    used: float = 0.0
    waiting: int = 0


def run(asked: Asked) -> Figures:
    wanted, seconds = asked.many(_BENCHES), max(5.0, _RUN_S * asked.size)
    most = wanted + _MORE * _MOST if asked.size >= 1 else wanted
    with own_database(asked) as template:
        shop_ = asked.fresh("shop")
        crowd.furnish(template, shop_, most, lines=3, units=2, orders=most * _HELD, totes=_HELD, skus=_SKUS)
        totes = crowd.totes(shop_, _HELD)
        held = _measured(asked, template, totes[:wanted], seconds)
        others: list[Figures] = []
        for count in range(_MORE, most + 1, _MORE) if asked.size >= 1 else ():
            found = held if count == wanted else _measured(asked, template, totes[:count], _MORE_S)
            others += [found] if count != wanted else []
            if not found["push_lag"]["held"]:
                break
    return {
        "what": f"benches in the midst of picking carts of {_CART} orders, of which each scans every "
        f"{_SCAN_EVERY_S:.0f} s, in {_PROCESSES} processes on the machine of the server; lag is from the answer to the "
        "fact applied, clocks of one machine",
        **held,
        "others": others,
    }


def _measured(asked: Asked, template: str, totes: Sequence[Sequence[str]], seconds: float) -> Figures:
    """With a bench for each of these `totes`."""
    benches = len(totes)
    with own_database(asked, template) as url:
        context = get_context("spawn")
        folder = asked.fresh(f"benches-{benches}")
        answers, gate = context.Queue(), context.Barrier(_PROCESSES + 1)
        crew = [
            context.Process(
                target=_crew,
                args=(url, folder, {i: totes[i] for i in range(n, benches, _PROCESSES)}, seconds, gate, answers),
                daemon=True,
            )
            for n in range(_PROCESSES)
        ]
        for one in crew:
            one.start()
        gate.wait(_READY_S)
        processor, started = Processor(url), monotonic()
        time.sleep(seconds)
        took, used, open_ = monotonic() - started, processor.used(), connections(url)
        ran = [answers.get() for _ in crew]
        for one in crew:
            one.join()
    lags = {n: lag for one in ran for n, lag in one.lags.items()}
    every = [lag for one in lags.values() for lag in one]
    worst = [percentile(one, 99) for one in lags.values() if one]
    return {
        "benches": benches,
        "scans_per_second": round(len(every) / took, 1),
        "push_lag": spread([every], "ms", at_most=_LAG_MS),
        # Nobody starves: the worst of the benches beside all of them, and those that got nothing through.
        "push_lag_worst_bench_p99": round(max(worst, default=0.0)),
        "benches_without_a_fact_applied": sum(1 for one in lags.values() if not one),
        "answer": spread([[ms for one in ran for ms in one.answers]], "ms"),
        "scans_too_late_to_be_made": sum(one.late for one in ran),
        "not_applied_at_the_end": sum(one.waiting for one in ran),
        "server_processors": None if used is None else round(used / took, 2),
        "bench_processors": round(sum(one.used for one in ran) / took, 2),
        "connections": open_,
        # What it runs short of first, where all of it is one machine.
        "machine_in_use": round(((used or 0.0) + sum(one.used for one in ran)) / took / (os.cpu_count() or 1), 2),
    }


def _crew(
    url: str, folder: Path, benches: Mapping[int, Sequence[str]], seconds: float, gate: Barrier, answers: Queue[Ran]
) -> None:
    """One process with its benches: all open and in a job, then scanning for so long."""
    with ExitStack() as stack:
        database = stack.enter_context(closing(open_database(url, who="fleet", patience=PATIENCE_S)))
        crew = []
        for n, totes in benches.items():
            bench = Station.open(folder / str(n), database, crowd.station(n), settings=_SETTINGS)
            stack.enter_context(closing(bench))
            assert bench.sign_in(shop.BADGE).message == "signed_in"
            crew.append(_Bench(n, bench, totes))
            crew[-1].open()
        for one in crew:
            one.station.settle(_READY_S)
        time.sleep(_CALM_S)
        gate.wait(_READY_S)
        ran = _scanning(crew, seconds)
        for one in crew:
            one.station.settle(30.0)
            applied, kept = one.station.applied
            ran.waiting += kept - applied
    answers.put(ran)


class _Bench:
    """Somebody who scans what the bench asks for. `unapplied`: (fact, when it was answered) of each scan that waits."""

    def __init__(self, n: int, station: Station, totes: Sequence[str]) -> None:
        self.n, self.station, self.totes = n, station, totes
        self.empty = list(totes)
        self.answer: Answer | None = None
        self.pending: Pending | None = None
        self.asked_at, self.kept = 0.0, 0
        self.unapplied: deque[tuple[int, float]] = deque()

    def open(self) -> None:
        """A floor at work does not begin all its jobs in one moment."""
        self.answer = self.station.submit(_NEXT).result(_READY_S)
        self.kept = self.station.applied[1]

    def scan(self) -> None:
        going_on = self.answer is not None and self.answer.next and self.answer.state not in ("idle", "finished")
        code = self.answer.next[0] if self.answer and going_on else _NEXT
        if code.startswith("PBT") and code not in self.totes:  # any will do
            code = self.empty.pop()
        self.asked_at = monotonic()
        self.pending = self.station.submit(code)


def _scanning(crew: Sequence[_Bench], seconds: float) -> Ran:
    ran = Ran(lags={one.n: [] for one in crew})
    over = threading.Event()
    watching = threading.Thread(target=_watch, args=(crew, ran, over))
    watching.start()
    used, started = time.process_time(), monotonic()
    # Spread over the two seconds, as people are.
    due = [(started + _SCAN_EVERY_S * i / len(crew), i) for i in range(len(crew))]
    heapq.heapify(due)
    for at, i in _until(due, started + seconds):
        one = crew[i]
        time.sleep(max(0.0, at - monotonic()))
        if one.pending is None or one.pending.done():
            one.scan()
        else:
            ran.late += 1
    ran.used = time.process_time() - used
    over.set()
    watching.join()
    return ran


def _until(due: list[tuple[float, int]], end: float) -> Iterator[tuple[float, int]]:
    """Each bench again and again, always the one whose turn is next."""
    while due[0][0] < end:
        at, i = due[0]
        yield at, i
        heapq.heapreplace(due, (at + _SCAN_EVERY_S, i))


def _watch(crew: Sequence[_Bench], ran: Ran, over: threading.Event) -> None:
    """Notes when answers come and when their facts are applied, a fiftieth of a second apart."""
    while not over.wait(_LOOK_S):
        now = monotonic()
        for one in crew:
            pending = one.pending
            if pending is not None and pending.done() and pending.result() is not one.answer:
                one.answer = pending.result()
                if one.kept < (kept := one.station.applied[1]):  # some scans leave no fact
                    one.kept = kept
                    one.unapplied.append((kept, now))
                ran.answers.append((now - one.asked_at) * 1000)
            applied = one.station.applied[0]
            while one.unapplied and one.unapplied[0][0] <= applied:
                ran.lags[one.n].append((now - one.unapplied.popleft()[1]) * 1000)
