"""`memory://name`: a printer in this process, for tests and the demo; it keeps its jobs and misbehaves when told to."""

import threading
from collections.abc import Callable, Sequence
from typing import Literal

from printers.errors import FaultKind, PrinterFault, UnknownPrinter
from printers.transport import Address, PrintJob

Mood = Literal["working", "refusing", "stalling", "unplugged"]
"""What the next jobs meet: `stalling` takes half a job and no more, `unplugged` goes away in the middle of it."""

_REFUSALS: dict[Mood, FaultKind] = {"refusing": "refused", "stalling": "stalled", "unplugged": "unplugged"}


class MemoryPrinter:
    """The machine that every transport of the same name talks to."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.mood: Mood = "working"
        self.answers: dict[bytes, bytes] = {}
        """What it answers to which query."""
        self._lock = threading.Lock()
        self._jobs: list[PrintJob] = []
        self._halves: list[PrintJob] = []

    @property
    def jobs(self) -> Sequence[PrintJob]:
        """Whole jobs, in the order they came."""
        with self._lock:
            return tuple(self._jobs)

    @property
    def halves(self) -> Sequence[PrintJob]:
        """What arrived of jobs that broke off."""
        with self._lock:
            return tuple(self._halves)

    def clear(self) -> None:
        """Forget all jobs and work again."""
        with self._lock:
            self._jobs.clear()
            self._halves.clear()
            self.mood = "working"

    def take(self, job: PrintJob, url: str) -> None:
        """One job in, as the mood allows."""
        with self._lock:
            if self.mood == "working":
                self._jobs.append(job)
                return
            broke_off = self.mood != "refusing"
            half = len(job.data) // 2
            if broke_off:
                self._halves.append(PrintJob(job.id, job.data[:half], job.kind))
            raise PrinterFault(
                url,
                _REFUSALS[self.mood],
                expected="a printer that takes the whole job",
                got=f"{half} of {len(job.data)} bytes taken" if broke_off else "a refusal",
                may_have_left=broke_off,
            )


_printers: dict[str, MemoryPrinter] = {}
_printers_lock = threading.Lock()


def memory_printer(name: str) -> MemoryPrinter:
    """The printer of that name, made when first named; it lives as long as the process."""
    with _printers_lock:
        return _printers.setdefault(name, MemoryPrinter(name))


class MemoryTransport:
    """The way to one memory printer."""

    def __init__(self, url: str, printer: MemoryPrinter) -> None:
        self.url = url
        self.printer = printer

    @classmethod
    def from_address(cls, address: Address) -> "MemoryTransport":
        """Raises UnknownPrinter without a name."""
        if not address.host:
            raise UnknownPrinter(address.url, expected="memory://name", got="no name")
        return cls(address.url, memory_printer(address.host))

    def send(self, job: PrintJob) -> None:
        """Into the printer's list, or PrinterFault as its mood says."""
        self.printer.take(job, self.url)

    def ask(self, query: bytes, complete: Callable[[bytes], bool]) -> bytes | None:
        """What the printer was told to answer to this query."""
        answer = self.printer.answers.get(query)
        return answer if answer is not None and complete(answer) else None

    def close(self) -> None:
        """Nothing is held open."""
