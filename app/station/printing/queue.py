"""What the print queue shows: every paper of this bench that is not over, and what left it today.

The acts are names; `Station` does them. What concerns a label goes through the bench's own workflow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.station.journal.records import PrintJob, PrintKey

LABEL = "parcel_label"


@dataclass(frozen=True, slots=True)
class QueuedPrint:
    """`job` is the shipment, empty for lists. `why`: what went wrong, as a code. `copies`: of this issue so far.

    `acts`: retry | came_out | scan_it | reprint | recreate; a label whose parcel waits for it comes out by its scan.
    """

    key: PrintKey
    state: str
    job: str
    why: str
    reason: str
    printer: str
    operator: str
    at: str
    copies: int
    acts: tuple[str, ...]

    @property
    def subject(self) -> str:
        return self.key[0]

    @property
    def document(self) -> str:
        return self.key[1]

    @property
    def issue(self) -> int:
        return self.key[2]

    @property
    def copy(self) -> int:
        return self.key[3]


@dataclass(frozen=True, slots=True)
class PrintQueue:
    """`unknown`, `failed`, `waiting` (queued and sending) oldest first; `today`: what came to an end, newest first."""

    unknown: tuple[QueuedPrint, ...]
    failed: tuple[QueuedPrint, ...]
    waiting: tuple[QueuedPrint, ...]
    today: tuple[QueuedPrint, ...]


def print_queue(jobs: Sequence[PrintJob]) -> PrintQueue:
    """The papers of this bench that matter today, in their order."""
    copies = Counter(job.key[:3] for job in jobs)
    seen = {job.key[:3] for job in jobs if job.document == LABEL and job.state == "confirmed"}
    rows = [_row(job, max(copies[job.key[:3]], job.copy), job.key[:3] in seen) for job in jobs]
    return PrintQueue(
        unknown=tuple(r for r in rows if r.state == "unknown"),
        failed=tuple(r for r in rows if r.state == "failed"),
        waiting=tuple(r for r in rows if r.state in ("queued", "sending")),
        today=tuple(sorted((r for r in rows if r.state in ("sent", "confirmed", "void")), key=_when, reverse=True)),
    )


def _row(job: PrintJob, copies: int, confirmed: bool) -> QueuedPrint:
    return QueuedPrint(
        job.key, job.state, job.shipment, job.detail, job.reason, job.printer, job.operator, job.at, copies,
        _acts(job, confirmed),
    )  # fmt: skip


def _acts(job: PrintJob, confirmed: bool) -> tuple[str, ...]:
    """`confirmed`: a label of this issue was scanned already."""
    label = job.document == LABEL
    match job.state:
        case "queued":
            return ("retry",)
        case "failed":
            return ("retry", "recreate") if label else ("retry",)
        case "unknown":
            if label:
                return ("came_out" if confirmed else "scan_it", "reprint", "recreate")
            return ("came_out", "reprint")
        case "sent" | "confirmed":
            return ("reprint", "recreate") if label else ("reprint",)
        case _:
            return ()


def _when(row: QueuedPrint) -> str:
    return row.at
