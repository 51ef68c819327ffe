"""Many benches that ask for work at once: packets a second, and no shipment given out twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from time import perf_counter, process_time

from app.base.clock import SystemClock
from app.bench import crowd
from app.bench.asked import Asked
from app.bench.figures import Figures, runs, spread
from app.bench.server import Processor, own_database
from app.db import open_database
from app.floor.claim import claim_ahead
from app.site.roles import SYSTEM

_BENCHES, _ORDERS = 200, 6_000
# So many processes ask, each for so many benches at a time.
_PROCESSES, _THREADS = 2, 8

Claimed = tuple[list[tuple[float, float, tuple[str, ...]]], float]
"""(when asked, when answered, shipments) of each packet; processor seconds of the process that asked"""


def run(asked: Asked) -> Figures:
    """200 benches take all the work there is: 6,000 orders of one item, which are picked in bulk."""
    benches, orders = asked.many(_BENCHES), asked.many(_ORDERS)
    rates, packets, waits, used = [], [], [], []
    doubled, claimed, asking = 0, 0, []
    with own_database(asked) as template:
        crowd.furnish(template, asked.fresh("shop"), benches, lines=1, units=1, orders=orders)
        for _ in range(asked.runs):
            with own_database(asked, template) as url:
                processor = Processor(url)
                ran = _race(url, benches)
                found = [packet for some, _ in ran for packet in some]
                asking.append(sum(used for _, used in ran) * 1000 / len(found))
                took = max(end for _, end, _ in found) - min(start for start, _, _ in found)
                given = Counter(shipment for _, _, some in found for shipment in some)
                doubled += sum(1 for times in given.values() if times > 1)
                claimed = len(given)
                rates.append(len(given) / took)
                packets.append(len(found) / took)
                waits.append([(end - start) * 1000 for start, end, _ in found])
                used.append((processor.used() or 0.0) / took)
    return {
        "what": f"{benches} benches in {_PROCESSES} processes ask for work, {_THREADS} at a time in each",
        "shipments": orders,
        "claimed": runs(rates, "shipments/s", at_least=1000),
        "packets": runs(packets, "packets/s"),
        "waited": spread(waits, "ms"),
        "claimed_in_all": claimed,
        "claimed_twice": doubled,
        "server_processors": runs(used, "cores"),
        # What a packet costs whoever asks, however busy the machine is.
        "processor_of_a_packet": runs(asking, "ms"),
    }


def _race(url: str, benches: int) -> list[Claimed]:
    """All benches ask again and again until nothing is left."""
    context = get_context("spawn")
    answers, gate = context.Queue(), context.Barrier(_PROCESSES)
    crew = [
        context.Process(target=_crew, args=(url, range(n, benches, _PROCESSES), gate, answers))
        for n in range(_PROCESSES)
    ]
    for one in crew:
        one.start()
    found = [answers.get() for _ in crew]
    for one in crew:
        one.join()
    return found


def _crew(url: str, benches: Sequence[int], gate: Barrier, answers: Queue[Claimed]) -> None:
    """One process: its benches ask in turn, on a few threads, until nothing is left."""
    found: list[tuple[float, float, tuple[str, ...]]] = []
    turns, clock = cycle(benches), SystemClock()
    with closing(open_database(url)) as database:

        def ask() -> None:
            for bench in turns:
                started = perf_counter()
                with database.write() as tx:
                    now = database.now(tx, clock)
                    packet = claim_ahead(tx, station=crowd.station(bench), operator=SYSTEM, kind="pick", now=now)
                if packet is None:
                    return
                found.append((started, perf_counter(), tuple(job.shipment for job in packet.jobs)))

        with database.read():
            gate.wait()
        used = process_time()
        threads = [threading.Thread(target=ask) for _ in range(_THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    answers.put((found, process_time() - used))
