"""`bench window`: how soon the window is there, how quick a list of a million orders, how much memory a shift takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from time import perf_counter

from PySide6.QtWidgets import QAbstractItemView

from app.base.clock import SystemClock
from app.bench import shop
from app.bench.asked import Asked
from app.bench.driver import run as command
from app.bench.driver import surroundings
from app.bench.figures import Figures, runs, spread
from app.bench.million import multiply
from app.cli.context import Context as Command
from app.cli.output import Output
from app.db import open_database
from app.settings import Settings
from ui.hands import Hands, at_a_window

_ORDERS, _PAGES = 1_000_000, 50
_EARLY, _LATE = 1_000, 10_000
_JOB = 60  # scans; then the job is left and opened anew, as a shift goes from job to job
_STATM = Path("/proc/self/statm")


def run(asked: Asked) -> Figures:
    """A start from nothing, the orders' list over a million of them, and ten thousand scans."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    home = asked.fresh("shop")
    shipment = shop.big_order(home, lines=10, units=10)
    return {
        "what": "the desktop program offscreen, database and journal SQLite",
        "start": _start(asked, home),
        "orders": _orders(asked),
        "memory": _memory(asked, shop.copied(home, asked.fresh("scans") / "home"), shipment),
    }


def _start(asked: Asked, home: Path) -> Figures:
    """From the start of the process, on the clock all processes share; after a first start, which makes its files."""
    found: dict[str, list[float]] = {}
    words = [sys.executable, "-m", "ui.bench.opening", "run", "--station", shop.STATION]
    for n in range(asked.runs + 1):
        started = time.monotonic()
        done = subprocess.run(words, env=surroundings(home), capture_output=True, text=True, check=True)  # noqa: S603
        for kind, at in json.loads(done.stdout.splitlines()[-1]).items():
            if n:
                found.setdefault(kind, []).append(at - started)
    return {
        "something": runs(found.get("Opening", found["Window"]), "s"),
        "bench": runs(found["Window"], "s", at_most=2),
    }


def _orders(asked: Asked) -> Figures:
    home = asked.fresh("million")
    code, _, errors = command(surroundings(home), "demo", "--json")
    assert code == 0, errors
    with closing(open_database(shop.url(home))) as database:
        orders = multiply(database, asked.many(_ORDERS), SystemClock())
    opened, pages = [], []
    for _ in range(asked.runs):
        with at_a_window(_own(home), shop.STATION, demo=False) as hands:
            hands.scan(shop.BADGE)
            hands.rest(500)
            opened.append(_open(hands))
            pages.append(list(_paged(hands, asked.many(_PAGES))))
    return {
        "orders": orders,
        "opened": runs(opened, "s", at_most=1),
        "paged": spread(pages, "ms", at_most=50),
    }


def _open(hands: Hands) -> float:
    """From asking for the screen to its first rows."""
    began = perf_counter()
    hands.shell.window.go("orders")
    _shown(hands, lambda: _table(hands).model().rowCount() > 0, "orders")
    return perf_counter() - began


def _paged(hands: Hands, pages: int) -> Iterator[float]:
    """From reaching the end of what is loaded to the rows behind it."""
    for _ in range(pages):
        table = _table(hands)
        model, bar = table.model(), table.verticalScrollBar()
        before = _last(table)
        began = perf_counter()
        bar.setValue(bar.maximum())
        if model.canFetchMore(table.rootIndex()):
            model.fetchMore(table.rootIndex())
        _shown(hands, lambda was=before: _last(_table(hands)) != was, "page")  # type: ignore[misc]
        yield (perf_counter() - began) * 1000
        hands.rest(20)


def _last(table: QAbstractItemView) -> object:
    model = table.model()
    return model.rowCount(), model.index(model.rowCount() - 1, 0).data()


def _table(hands: Hands) -> QAbstractItemView:
    """The screen's longest list."""
    view = hands.shell.window.stack.currentWidget()
    assert view is not None
    tables = [one for one in view.findChildren(QAbstractItemView) if one.model() is not None and one.isVisible()]
    return max(tables, key=lambda one: one.model().rowCount())


def _shown(hands: Hands, there: Callable[[], bool], what: str) -> None:
    hands.until(there, what, look_ms=1)
    _table(hands).viewport().repaint()


def _memory(asked: Asked, home: Path, shipment: str) -> Figures | None:
    """What the process holds after so many scans; each article is put in and taken back, as long as it takes."""
    if not _STATM.exists():
        return None
    with at_a_window(_own(home), shop.STATION, demo=False) as hands:
        hands.scan(shop.BADGE)
        hands.follow(hands.scan(shipment))
        hands.scan(shipment)
        scans, after = 0, {}
        for wanted in (asked.many(_EARLY), asked.many(_LATE)):
            while scans < wanted:
                if scans % _JOB == 0:
                    hands.scan("PBEXIT")
                    hands.scan(shipment)
                assert hands.answer is not None
                hands.scan(hands.answer.next[0])
                hands.scan("PBUNDO")
                hands.answers.clear()
                hands.scan("PBHELP")
                scans += 3
            after[wanted] = _resident()
    early, late = after.values()
    return {
        "scans": list(after),
        "megabytes": [round(held / 2**20, 1) for held in (early, late)],
        "grown": runs([(late - early) / early * 100], "%", at_most=5),
    }


def _resident() -> int:
    """Bytes of this process in memory."""
    return int(_STATM.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _own(home: Path) -> Command:
    return Command(Settings(home=str(home), question_timeout_s=60), Output(as_json=True))
