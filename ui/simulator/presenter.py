"""The simulator's doings: which codes to offer, which trouble is made, which labels came out. No Qt."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.bench.simulated import Simulated
from app.station.answer import Answer
from app.station.printing.spool import Paper, sending
from printers.label import Label
from ui.context import Context
from ui.simulator.codes import Offered, helpful, strange
from ui.simulator.neighbourhood import Neighbourhood, look_around

# So many of the labels that came out are shown; all are counted.
LABELS = 2


@dataclass(frozen=True, slots=True)
class DockShown:
    """`unplugged`, `full`, `cut`: the trouble that is made now. `labels`: the newest first, of `out` so far."""

    helpful: tuple[Offered, ...] = ()
    strange: tuple[Offered, ...] = ()
    unplugged: bool = False
    full: bool = False
    cut: bool = False
    labels: tuple[Label, ...] = ()
    out: int = 0


class View(Protocol):
    def show_(self, shown: DockShown) -> None: ...


class Presenter:
    def __init__(self, context: Context, view: View, simulated: Simulated) -> None:
        self._context, self._view, self._simulated = context, view, simulated
        self.around = Neighbourhood()
        self._answer: Answer | None = None
        self.labels: deque[Label] = deque(maxlen=LABELS)
        self.out = 0
        self._look_around()

    def entered(self, subject: str = "") -> None:
        self._show()

    def answered(self, answer: Answer) -> None:
        before, self._answer = self._answer, answer
        if answer.state in ("idle", "finished") and (before is None or before.state != answer.state):
            self._look_around()
        self._show()

    def scan(self, code: str) -> None:
        """As if it had been under a scanner."""
        self._context.scan(code)

    # Trouble ------------------------------------------------------------------------------------------------

    def pull_plug(self) -> None:
        """Or puts it back in."""
        printer = self._simulated.printer
        if printer.plugged:
            printer.unplug()
        else:
            printer.plug()
            self._context.station.retry_printing()
        self._troubled()

    def fill_buffer(self) -> None:
        """Or empties it."""
        printer = self._simulated.printer
        if printer.full:
            printer.empty()
        else:
            printer.fill()
        self._troubled()

    def cut_line(self) -> None:
        """Or mends it."""
        line = self._simulated.line
        if line.is_cut:
            line.mend()
            self._look_around()
        else:
            line.cut()
        self._troubled()

    def _troubled(self) -> None:
        self._context.station.ask_printers()
        self._show()

    # Labels -------------------------------------------------------------------------------------------------

    def came_out(self, data: bytes) -> None:
        """The printer gave a label out: which one it is shows in the bench's own copies."""
        self.out += 1
        self._context.runner.run(lambda: self._which(data), self._came, self._nothing, owner=self._view)
        self._show()

    def _which(self, data: bytes) -> Label | None:
        station, folder = self._context.station, self._context.folder / "labels"
        for job in reversed(station.print_jobs()):
            if job.document == "parcel_label" and _bytes(folder / sending(job, Paper(b"", "zpl")).file_name) == data:
                return station.label(job.key)
        return None

    def _came(self, label: Label | None) -> None:
        if label is not None:
            self.labels.appendleft(label)
            self._show()

    # Who and what is around -----------------------------------------------------------------------------------

    def _look_around(self) -> None:
        database, name = self._context.database, self._context.station.status().station
        self._context.runner.run(lambda: look_around(database, name), self._looked, self._nothing, owner=self._view)

    def _looked(self, around: Neighbourhood) -> None:
        self.around = around
        self._show()

    def _nothing(self, error: BaseException) -> None:
        """The line is cut, or a label's address is gone: what was known before is shown on."""

    def _show(self) -> None:
        context, made = self._context, self._simulated
        signed_in = context.station.operator is not None
        self._view.show_(
            DockShown(
                helpful(self._answer, self.around, signed_in, context.words),
                strange(self._answer, self.around, context.words),
                not made.printer.plugged,
                made.printer.full,
                made.line.is_cut,
                tuple(self.labels),
                self.out,
            )
        )


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
