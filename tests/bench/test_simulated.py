"""The demo's devices are real for the program: their faults are the transport's and the database's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from queue import Queue

import pytest

from app.base.errors import DatabaseAway
from app.bench.simulated import SimulatedPrinter
from app.db import Database
from app.db.line import Line
from app.site import store as site
from app.site.site import Company
from printers import PrinterFault, PrintJob, open_transport
from printers.registry import ask_status, model_of

LABEL = PrintJob("label", b"^XA^FO10,10^FDhello^FS^XZ")


class Printer(SimulatedPrinter):
    def __init__(self) -> None:
        self.out: Queue[bytes] = Queue()
        super().__init__(self.out.put)


@pytest.fixture
def printer() -> Iterator[Printer]:
    with closing(Printer()) as made:
        yield made


def test_what_is_sent_comes_out_whole_and_in_order(printer: Printer) -> None:
    jobs = [PrintJob(str(n), b"^XA%d^XZ" % n * 9000) for n in range(3)]
    for job in jobs:
        open_transport(printer.url).send(job)
    assert [printer.out.get(timeout=60) for _ in jobs] == [job.data for job in jobs]


def test_a_pulled_plug_refuses_and_loses_nothing_and_back_in_it_prints(printer: Printer) -> None:
    url = printer.url
    printer.unplug()
    with pytest.raises(PrinterFault) as caught:
        open_transport(url).send(LABEL)
    assert (caught.value.kind, caught.value.may_have_left) == ("refused", False)
    printer.plug()
    open_transport(url).send(LABEL)
    assert printer.out.get(timeout=60) == LABEL.data


def test_a_full_buffer_says_so_and_gives_nothing_out_until_it_is_emptied(printer: Printer) -> None:
    def says() -> bool:
        status = ask_status(open_transport(printer.url), model_of(printer.url))
        assert status is not None
        return status.buffer_full

    assert not says()
    printer.fill()
    open_transport(printer.url).send(LABEL)
    assert says()
    assert printer.out.empty()
    printer.empty()
    assert printer.out.get(timeout=60) == LABEL.data
    assert not says()


def test_a_plug_pulled_while_a_label_waits_loses_the_label(printer: Printer) -> None:
    printer.fill()
    open_transport(printer.url).send(LABEL)
    printer.unplug()
    printer.plug()
    printer.empty()
    open_transport(printer.url).send(PrintJob("other", b"^XA^XZ"))
    assert printer.out.get(timeout=60) == b"^XA^XZ"
    assert printer.out.empty()


def test_a_cut_line_is_a_database_that_is_away_and_nothing_half_done_stays(database: Database) -> None:
    line = Line(database)

    def found(company: Company) -> None:
        with database.write() as tx:
            site.put(tx, company=company, shops=(), warehouses=(), stations=(), operators=(), ranges=())
            if company.name == "half":
                line.cut()

    def name() -> str:
        with database.reading() as read:
            return str(read("SELECT name FROM company")[0]["name"])

    found(Company("whole"))
    with pytest.raises(DatabaseAway):
        found(Company("half"))
    with pytest.raises(DatabaseAway), database.read() as tx:
        site.shops(tx)
    line.mend()
    assert name() == "whole"
