"""A simulated label printer behind a spool that keeps the real one's marks: sending on disk first, then sent.

It fails before anything came out, jams in the middle so that nobody knows, or is caught by its bench's death.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.base.errors import JournalBroken
from app.station.journal.journal import Journal
from app.station.journal.records import Entry, Mark, PrintJob, PrintKey
from app.station.printing.spool import PrinterState

if TYPE_CHECKING:
    from collections.abc import Callable

# What may befall one paper.
REFUSED, JAMMED, JAMMED_BLANK = "printer_refused", "printer_jammed", "printer_jammed_blank"


@dataclass(slots=True)
class Papers:
    """What lies on one bench's table: how often each paper came out. Outlives the program and its disk.

    By its claim too: what a restored database lost, or somebody took over, is packed anew under the same name.
    """

    out: Counter[tuple[PrintKey, str]] = field(default_factory=Counter)

    def forget(self, which: Callable[[PrintKey, str], bool]) -> None:
        """Of these by key and claim nobody knows any more that they came out."""
        for paper in [one for one in self.out if which(*one)]:
            del self.out[paper]


class SimulatedSpool:
    """What a Desk asks of a Spool, without threads: `work` prints what waits."""

    def __init__(self, journal: Journal, papers: Papers, fate: Callable[[], str]) -> None:
        self._journal, self._papers, self._fate = journal, papers, fate
        self._trouble = ""
        self._owed: list[Mark] = []

    def start(self) -> None:
        """As the real one: what a crash left in doubt is asked about."""
        left = self._journal.print_jobs("sending")
        if left:
            self._journal.append(Entry(marks=tuple(Mark(*job.key, "unknown", detail="crash") for job in left))).result()

    def states(self) -> list[PrinterState]:
        return [PrinterState("memory://", self._trouble)]

    def trouble(self, document: str) -> str:
        return self._trouble

    def ready(self, document: str) -> bool:
        return not self._trouble

    def erase(self, shipments: object) -> list[object]:
        """Papers lie in nobody's files here."""
        return []

    def work(self, *, dies: bool = False) -> None:
        """Prints what waits, in order. `dies`: the program ends while the first of them is with the printer."""
        try:
            while self._owed:
                self._journal.append(Entry(marks=(self._owed[0],))).result()
                self._owed.pop(0)
            for job in self._journal.print_jobs("queued", "failed"):
                if not self._print(job, dies=dies) or dies:
                    return
        except JournalBroken:
            self._trouble = "journal"

    def _print(self, job: PrintJob, *, dies: bool) -> bool:
        if self._journal.append(Entry(marks=(Mark(*job.key, "sending", "memory://"),))).result().moved == 0:
            return True
        fate = self._fate()
        if dies:
            self._papers.out[job.key, job.claim] += fate != JAMMED_BLANK
            return False
        if fate == REFUSED:
            self._mark(Mark(*job.key, "failed", detail="refused"))
            self._trouble = "refused"
            return False
        self._papers.out[job.key, job.claim] += fate != JAMMED_BLANK
        if fate in (JAMMED, JAMMED_BLANK):
            self._mark(Mark(*job.key, "unknown", detail="closed"))
            self._trouble = "closed"
            return False
        self._trouble = ""
        self._mark(Mark(*job.key, "sent"))
        return True

    def _mark(self, mark: Mark) -> None:
        try:
            self._journal.append(Entry(marks=(mark,))).result()
        except JournalBroken:
            self._owed.append(mark)
            raise
