"""The print queue: papers as they move, one in hand, and the acts that the bench itself offers. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from app.base.errors import PackbenchError
from app.floor import cards
from app.floor.workflows.label import REPRINT_REASONS
from app.site import store as site
from app.station.answer import Answer
from app.station.printing.queue import LABEL, PrintQueue, QueuedPrint
from printers.errors import PrinterError
from printers.label import Label
from ui.context import Context
from ui.desk.acts import in_words
from ui.screens.print_queue import said
from ui.screens.print_queue.shown import ActsShown, PaperShown, ReadyShown
from ui.widgets.rows import Fetch, Row


class View(Protocol):
    def show_ready(self, devices: tuple[ReadyShown, ...]) -> None: ...

    def show_rows(self, fetch: Fetch, empty: str, key: str) -> None: ...

    def rows_again(self, counts: str) -> None: ...

    def show_paper(self, paper: PaperShown | None) -> None: ...

    def show_label(self, label: Label | None) -> None: ...

    def show_acts(self, acts: ActsShown) -> None: ...

    def show_line(self, away: bool) -> None: ...

    def say(self, text: str, severity: str) -> None: ...


class Presenter:
    """`asking` is what a number would answer: `reason` of a reprint, which `sheet`; empty: nothing."""

    def __init__(self, context: Context, view: View) -> None:
        self._context, self._view = context, view
        self._queue: PrintQueue | None = None
        self._row: QueuedPrint | None = None
        self._looking = False
        self.asking = ""

    # The window's questions -------------------------------------------------------------------------------------

    def entered(self, subject: str = "") -> None:
        """`subject`: a shipment or parcel whose newest paper is to be in hand."""
        self._context.station.ask_printers()
        self._view.say("", "")
        self.asking = ""
        try:
            self._queue = self._context.station.print_queue()
        except PackbenchError as error:
            self.failed(error)
            return
        mine = [said.key_of(r) for r in said.in_order(self._queue) if subject and r.subject.startswith(subject)]
        self._view.show_rows(self._fetch(), self._context.words("screens_print.empty"), mine[0] if mine else "")
        self._view.rows_again(said.counts(self._queue, self._context))
        self._ready()

    def left(self) -> None:
        """Nothing is half done here."""

    def line(self) -> None:
        """The shared database went or is back: what is made from it waits for it."""
        self._view.show_line(self._context.away())
        if not self.asking:
            self._show_acts()

    def tick(self) -> None:
        """Papers move by themselves: looked at now and then while the screen is seen."""
        if not self._looking:
            self._looking = True
            read = self._context.station.print_queue
            self._context.runner.run(read, self._moved, self._not_read, owner=self, free=True)

    def escaped(self) -> bool:
        """Drops the question; False when there was none."""
        if not self.asking:
            return False
        self.asking = ""
        self._show_acts()
        return True

    # What a person does ------------------------------------------------------------------------------------------

    def chose(self, row: Row | None) -> None:
        self._row = self._found(row.key) if row else None
        self.asking = ""
        self._show()

    def key(self, letter: str) -> bool:
        """The act of that letter, or the answer of that number; False when it means nothing here."""
        if letter in "123456789" and self.asking:
            self.act(letter)
            return True
        if letter == "S":
            self.act("sheets")
            return True
        here = self._row
        names = [name for name, key in {**said.KEYS, "order": "O"}.items() if key == letter]
        name = next((n for n in names if here and (n in here.acts or (n == "order" and here.job))), "")
        if name:
            self.act(name)
        return bool(name)

    def act(self, name: str) -> None:
        """An act by its name; a number answers what is asked. What was said of the last one makes room."""
        self._view.say("", "")
        if self.asking == "sheet" and name in said.SHEET_KEYS:
            self._sheet(said.SHEET_KEYS[name])
        elif self.asking == "reason" and name in said.REASONS:
            self._reprint(int(name))
        elif not said.can(name, self._context) or (name == "sheets" and self._context.away()):
            self._view.say(self._context.words("shell.line.acts"), "warn")
        elif name == "sheets":
            self.asking = "sheet"
            self._view.show_acts(said.sheets(self._context))
        elif self._row is not None:
            self._of_paper(name, self._row)

    def _of_paper(self, name: str, row: QueuedPrint) -> None:
        context, station = self._context, self._context.station
        match name:
            case "order":
                context.go("order", row.job.rpartition("-")[0])
            case "retry":
                station.retry_printing()
                self._view.say(context.words("screens_print.trying"), "ok")
            case "reprint":
                self.asking = "reason"
                self._view.show_acts(said.reasons(context))
            case "recreate":
                pending = station.recreate_label(row.key, row.job)
                context.runner.run(pending.result, self._answered, owner=self, free=True)
            case "came_out":
                self._do(partial(station.came_out, row.key), "screens_print.confirmed")
            case "scan_it":
                self._scan_it(row)
            case _:
                return

    def _scan_it(self, row: QueuedPrint) -> None:
        """Only the label's own scan confirms it, at its job."""
        if self._context.station.kept_job() is None:
            self._context.scan(row.job)
        else:
            self._context.go("")

    def _reprint(self, reason: int) -> None:
        row, station = self._row, self._context.station
        self.asking = ""
        self._show_acts()
        if row is None:
            return
        if row.document == LABEL:
            pending = station.reprint_label(row.key, row.job, reason)
            self._context.runner.run(pending.result, self._answered, owner=self, free=True)
        else:
            self._do(partial(station.reprint_paper, row.key, REPRINT_REASONS[reason]), "screens_print.again")

    def _answered(self, answer: Answer) -> None:
        """The bench's own answer: what was done goes on there, what was refused or asked back is said here."""
        if answer.message == "void_again":
            self._context.know(answer, False)
            self._view.say(self._context.words("screens_print.void_again"), "warn")
        elif answer.outcome in ("ok", "done"):
            self._context.know(answer, True)
        else:
            self._context.know(answer, False)
            self._view.say(answer.text, answer.outcome)
        self.tick()

    def _do(self, act: Callable[[], None], done: str) -> None:
        def work() -> PackbenchError | None:
            try:
                act()
            except PackbenchError as error:
                return error
            return None

        def came(error: PackbenchError | None) -> None:
            if error is None:
                self._view.say(self._context.words(done), "ok")
            else:
                self._view.say(in_words(error, self._context), "warn")
            self.tick()

        self._context.runner.run(work, came, owner=self, free=True)

    def _sheet(self, name: str) -> None:
        context = self._context
        file = Path(context.settings.out) / f"sheet-{name}.pdf"
        self.asking = ""
        self._show_acts()

        def work() -> PackbenchError | None:
            try:
                with context.database.read() as tx:
                    here = site.station(tx, context.station.name).warehouse
                    made = cards.sheet(tx, name, warehouse=here, language=context.words.language)
            except PackbenchError as error:
                return error
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(made)
            return None

        def came(error: PackbenchError | None) -> None:
            if error is None:
                what = context.words(f"screens_print.sheet.{name}")
                self._view.say(context.words("screens_print.sheet_made", what=what, file=file), "ok")
            else:
                self._view.say(in_words(error, context), "warn")

        context.runner.run(work, came, self._no_file, owner=self)

    def _no_file(self, error: BaseException) -> None:
        if not isinstance(error, OSError):
            raise error
        self._view.say(self._context.words("screens_print.no_file", why=error.strerror or ""), "stop")

    # Reading and showing -----------------------------------------------------------------------------------------

    def _fetch(self) -> Fetch:
        context = self._context

        def fetch(after: str | None, limit: int) -> Sequence[Row]:
            rows = said.in_order(context.station.print_queue())
            keys = [said.key_of(row) for row in rows]
            start = keys.index(after) + 1 if after in keys else 0 if after is None else len(rows)
            return [said.row(row, context) for row in rows[start : start + limit]]

        return fetch

    def _moved(self, queue: PrintQueue) -> None:
        self._looking = False
        self._ready()
        if queue == self._queue:
            return
        self._queue = queue
        self._view.rows_again(said.counts(queue, self._context))
        if self._row is not None:
            before, self._row = self._row, self._found(said.key_of(self._row))
            if self._row != before and not self.asking:
                self._show()

    def _not_read(self, error: BaseException) -> None:
        self._looking = False
        self.failed(error)

    def failed(self, error: BaseException) -> None:
        """The papers could not be read; what is shown stays."""
        if not isinstance(error, PackbenchError):
            raise error
        self._view.say(in_words(error, self._context), "stop")

    def _found(self, key: str) -> QueuedPrint | None:
        rows = said.in_order(self._queue) if self._queue else ()
        return next((row for row in rows if said.key_of(row) == key), None)

    def _ready(self) -> None:
        self._view.show_ready(said.ready(self._context.station.readiness(), self._context))

    def _show(self) -> None:
        row, context = self._row, self._context
        self._view.show_paper(said.paper(row, context) if row else None)
        self._show_acts()
        if row is None or row.document != LABEL:
            self._view.show_label(None)
            return
        context.runner.run(
            partial(context.station.label, row.key), partial(self._labelled, row), self._no_label, owner=self, free=True
        )

    def _show_acts(self) -> None:
        self._view.show_acts(said.acts(self._row, self._context) if self._row else ActsShown("", ()))

    def _labelled(self, row: QueuedPrint, label: Label) -> None:
        if row == self._row:
            self._view.show_label(label)

    def _no_label(self, error: BaseException) -> None:
        """A label that can't be made any more (its issue is void, its customer forgotten) leaves an empty sheet."""
        if not isinstance(error, PrinterError | PackbenchError):
            raise error
        self._view.show_label(None)
