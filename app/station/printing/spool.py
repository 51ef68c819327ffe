"""The print spool: every paper leaves this station once, or a person is asked.

Before the first byte `sending` is on disk, after the last `sent`. What is found in `sending` when the station opens may
lie on the table or nowhere: it becomes `unknown` and is never sent again by itself.
"""

from __future__ import annotations

import logging
import random
import re
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from app.base.errors import DatabaseAway, JournalBroken, Refused
from app.station.journal.journal import Journal
from app.station.journal.records import Entry, Mark, PrintJob, PrintKey
from printers.errors import PrinterError, PrinterFault, UnknownPrinter
from printers.registry import ask_status, model_of, open_transport
from printers.transport import PrintJob as Sending

_LOG = logging.getLogger(__name__)
# Between two tries at a printer that takes nothing, in seconds: the first pause, and the longest.
BACK_OFF = (0.5, 30.0)
# The id of a paper as `sending` makes it; papers of a shipment, whose subject is it or one of its parcels.
_ID = re.compile(r"(?P<subject>\S+) (?P<document>\w+) (?P<issue>\d+)(?: copy (?P<copy>\d+))?")
_OF_SHIPMENTS = ("parcel_label", "packing_slip")
_KINDS = ("zpl", "pdf")


@dataclass(frozen=True, slots=True)
class Paper:
    """A rendered document."""

    data: bytes
    kind: Literal["zpl", "pdf"]


@dataclass(frozen=True, slots=True)
class PrinterState:
    """`trouble` is empty, or why the printer takes nothing, as a code with words under `station.printer`.

    `says` is what it last answered when it was asked how it is: empty when it is ready or answers no such question.
    """

    url: str
    trouble: str = ""
    waiting: int = 0
    documents: frozenset[str] = frozenset()
    says: str = ""


Render = Callable[[PrintJob], Paper]


class Spool:
    """`start` it after opening; papers are added by appending print jobs to the journal.

    `addresses` says which printer a document goes to; `render` makes its bytes when it is printed: an error from it
    leaves that job `failed` with its reason until `retry`, and the others go on.
    """

    def __init__(
        self,
        journal: Journal,
        addresses: dict[str, str],
        render: Render,
        folder: Path,
        *,
        back_off: tuple[float, float] = BACK_OFF,
    ) -> None:
        self._journal, self._folder = journal, folder
        self._moved = threading.Condition()
        self._printers = {
            url: _Printer(url, frozenset(d for d, u in addresses.items() if u == url), journal, render, self, back_off)
            for url in dict.fromkeys(addresses.values())
        }
        self._by_document = {document: self._printers[url] for document, url in addresses.items()}

    def start(self) -> list[PrintJob]:
        """Sets the workers going. Gives the jobs a crash left in doubt: the packer is asked to scan what came out."""
        left = self._journal.print_jobs("sending")
        if left:
            marks = tuple(Mark(*job.key, "unknown", detail="crash") for job in left)
            self._journal.append(Entry(marks=marks)).result()
        self._journal.on_prints.append(self._wake)
        for printer in self._printers.values():
            printer.thread.start()
        return left

    def states(self) -> list[PrinterState]:
        """Each printer, and how many papers wait for it."""
        waiting = self._journal.print_jobs("queued", "failed")
        return [
            PrinterState(p.url, p.trouble, sum(job.document in p.documents for job in waiting), p.documents, p.says)
            for p in self._printers.values()
        ]

    def trouble(self, document: str) -> str:
        """Why this document's printer takes nothing, as a code; empty when the last try went well."""
        return self._by_document[document].trouble

    def ready(self, document: str) -> bool:
        """Whether the last try at this document's printer went well; a printer not yet tried is taken at its word."""
        return not self._by_document[document].trouble

    def retry(self) -> None:
        """Try everything that waits now: somebody has put the printer right."""
        for printer in self._printers.values():
            printer.given_up.clear()
            printer.pause_until = 0.0
        self._wake()

    def ask(self) -> None:
        """Has every printer asked how it is, each by its own thread when it has nothing to print."""
        for printer in self._printers.values():
            printer.curious = True
        self._wake()

    def drain(self, timeout: float) -> bool:
        """Waits until every paper that can be printed is out. False: some wait, for a printer or for what they lack."""
        with self._moved:
            self._moved.wait_for(self._settled, timeout)
        return not self._journal.print_jobs("queued", "sending", "failed")

    def erase(self, shipments: Iterable[str]) -> list[Path]:
        """Takes the bytes of these shipments' papers off this disk; gives the files that were there."""
        wanted = set(shipments)
        return self.remove(job for job in self._lying() if job.shipment in wanted)

    def forget(self, shipments: Iterable[str]) -> None:
        """No byte of these shipments' papers is left on this disk."""
        self.erase(shipments)

    def old(self, before: str) -> list[PrintJob]:
        """Papers last touched before that stamp whose bytes still lie here."""
        return [job for job in self._lying() if job.at < before]

    def papered(self) -> set[str]:
        """Shipments of whose papers bytes lie here."""
        return {job.shipment for job in self._lying() if job.shipment}

    def remove(self, jobs: Iterable[PrintJob]) -> list[Path]:
        """Takes these papers' bytes off this disk; gives the files that were there."""
        files = [file for job in jobs for file in self._files(job)]
        for file in files:
            file.unlink(missing_ok=True)
        return files

    def keep(self, job: PrintJob, paper: Paper) -> None:
        """A copy to look at later. Where there is no room for it the journal refuses first, so nothing is said here."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._folder.chmod(0o700)  # addresses stand on labels
            (self._folder / sending(job, paper).file_name).write_bytes(paper.data)

    def close(self, timeout: float = 2.0) -> None:
        """Ends the workers. One that hangs in a stalled printer is left: its job stays `sending` and is asked about."""
        for printer in self._printers.values():
            printer.closing = True
            printer.wake.set()
        for printer in self._printers.values():
            if printer.thread.is_alive():
                printer.thread.join(timeout)

    def moved(self) -> None:
        with self._moved:
            self._moved.notify_all()

    def _settled(self) -> bool:
        doing = self._journal.print_jobs("queued", "sending", "failed")
        return all(self._by_document[job.document].stuck(job.key) for job in doing)

    def _wake(self) -> None:
        for printer in self._printers.values():
            printer.wake.set()

    def _lying(self) -> list[PrintJob]:
        """Papers of which bytes lie here. One that the journal let go of long ago is known by its file's name alone."""
        known = {_stem(job): job for job in self._journal.print_jobs()}
        stems = {file.stem for place in self._places() for file in place.glob("*") if file.suffix[1:] in _KINDS}
        return [job for stem in sorted(stems) if (job := known.get(stem) or _named(stem))]

    def _files(self, job: PrintJob) -> list[Path]:
        names = [f"{_stem(job)}.{kind}" for kind in _KINDS]
        return [file for name in names for place in self._places() if (file := place / name).exists()]

    def _places(self) -> tuple[Path, ...]:
        """Papers that nobody told us to put elsewhere lie beside our own copies."""
        return (self._folder, *(self._folder.parent / name for name in ("papers", "printed")))


def sending(job: PrintJob, paper: Paper) -> Sending:
    """The job as a transport takes it: its id is its key, so that a folder holds each paper once."""
    copy = f" copy {job.copy}" if job.copy > 1 else ""
    return Sending(f"{job.subject} {job.document} {job.issue}{copy}", paper.data, paper.kind)


def _stem(job: PrintJob) -> str:
    """Of its files' names."""
    return sending(job, Paper(b"", "zpl")).file_name.removesuffix(".zpl")


def _named(stem: str) -> PrintJob | None:
    """The paper whose files are named so, as far as the name says; None: that is no paper of ours."""
    if not (found := _ID.fullmatch(unquote(stem))):
        return None
    subject, document = found["subject"], found["document"]
    shipment = subject.partition("/")[0] if document in _OF_SHIPMENTS else ""
    return PrintJob(subject, document, int(found["issue"]), int(found["copy"] or 1), shipment, state="sent")


class _Printer:
    """One printer's thread. Its papers go out in the order in which they were asked for."""

    def __init__(
        self,
        url: str,
        documents: frozenset[str],
        journal: Journal,
        render: Render,
        spool: Spool,
        back_off: tuple[float, float],
    ) -> None:
        self.url, self.documents = url, documents
        self._journal, self._render, self._spool, self._back_off = journal, render, spool, back_off
        self.trouble = ""
        self.given_up: set[PrintKey] = set()  # papers that can't be made as things are
        self.pause_until = 0.0
        self.closing = self.curious = False
        self.says = ""
        self._mute = False
        self.wake = threading.Event()
        self._owed: list[Mark] = []  # what happened and could not be written down yet
        self._tries = 0
        self.thread = threading.Thread(target=self._work, name=f"printer {url}", daemon=True)

    def stuck(self, key: PrintKey) -> bool:
        """Nothing comes of it until a pause is over or somebody has put something right; a try that is due may."""
        return key in self.given_up or (bool(self.trouble) and self.pause_until > time.monotonic())

    def _work(self) -> None:
        while True:
            self.wake.clear()
            if self.closing:
                return
            pause = self.pause_until - time.monotonic()
            job = self._next() if pause <= 0 else None
            if job is None and self.curious:
                self.curious = False
                self._ask()
                self._spool.moved()
                self.wake.set()
            elif job is None:
                self._spool.moved()
                self.wake.wait(pause if pause > 0 else None)
            else:
                self._print(job)
                self._spool.moved()

    def _next(self) -> PrintJob | None:
        try:
            while self._owed:
                self._journal.append(Entry(marks=(self._owed[0],))).result()
                self._owed.pop(0)
            waiting = self._journal.print_jobs("queued", "failed")
        except JournalBroken:
            self._trouble("journal")
            return None
        if self.trouble == "journal":
            self.trouble = ""
        return next((j for j in waiting if j.document in self.documents and j.key not in self.given_up), None)

    def _ask(self) -> None:
        """One that kept silent is not asked again: whoever prints meanwhile would wait for its silence."""
        if self._mute:
            return
        try:
            transport = open_transport(self.url)
            try:
                status = ask_status(transport, model_of(self.url))
            finally:
                transport.close()
        except PrinterFault as fault:
            self.says = fault.kind
            return
        except UnknownPrinter:
            self.says = "unknown_printer"
            return
        self._mute = status is None
        self.says = status.trouble if status else ""
        if status and status.ready and self.trouble:
            self.pause_until = 0.0  # it is back: what waits needs no further patience

    def _print(self, job: PrintJob) -> None:
        try:
            paper = self._render(job)
        except DatabaseAway:
            self._write(Mark(*job.key, "failed", detail="away"))
            self._trouble("away")
            return
        except Exception as error:  # noqa: BLE001  # one paper that can't be made must not stop the others
            _LOG.info("%s: %s", job.key, error, exc_info=not isinstance(error, PrinterError | Refused))
            self.given_up.add(job.key)
            self._write(
                Mark(*job.key, "failed", detail=error.kind if isinstance(error, Refused) else type(error).__name__)
            )
            return
        try:
            if self._journal.append(Entry(marks=(Mark(*job.key, "sending", self.url),))).result().moved == 0:
                return  # void since it was looked up
        except JournalBroken:
            self._trouble("journal")
            return
        self._spool.keep(job, paper)
        try:
            transport = open_transport(self.url)
            try:
                transport.send(sending(job, paper))
            finally:
                transport.close()
        except PrinterFault as fault:
            self._write(Mark(*job.key, "unknown" if fault.may_have_left else "failed", detail=fault.kind))
            self._trouble(fault.kind)
        except UnknownPrinter:
            self._write(Mark(*job.key, "failed", detail="unknown_printer"))
            self._trouble("unknown_printer")
        else:
            self.trouble, self.says, self._tries = "", "", 0
            self._write(Mark(*job.key, "sent"))

    def _write(self, mark: Mark) -> None:
        try:
            self._journal.append(Entry(marks=(mark,))).result()
        except JournalBroken:
            self._owed.append(mark)
            self._trouble("journal")

    def _trouble(self, why: str) -> None:
        first, longest = self._back_off
        pause = min(longest, first * 2 ** min(self._tries, 16)) * random.uniform(0.8, 1.2)  # noqa: S311  # no secret
        self._tries += 1
        self.pause_until, self.trouble = time.monotonic() + pause, why  # in this order: who sees it may `retry` at once
