"""`bench scan`: key event → painted *kept*, the journal's fsync included, in a real window on a real bench."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from app.bench import shop
from app.bench.asked import Asked
from app.bench.disk import fsyncs
from app.bench.driver import program, surroundings
from app.bench.figures import Figures, spread
from app.bench.proxy import Proxy
from app.bench.script import Script, rehearse
from app.bench.server import own_database
from app.cli.context import Context as Command
from app.cli.output import Output
from app.settings import Settings
from app.station.profile import Profile, write_profile
from app.station.station import Station
from ui.bench.meter import Meter, Painted
from ui.hands import Hands, at_a_window

_LINES, _UNITS = 10, 100
# Nobody scans faster; in this time the window does what it does between two scans.
_BETWEEN_MS = 10
_FRAME_MS = 16
_SIGNS_MS = 2
# A paper so often is more than any bench prints.
_PRINT_EVERY_S = 1.0
_IMPORTED = 2_000

_FAR_S = 0.2

Do = Callable[[str], None]
Meanwhile = Callable[[Path, Station], AbstractContextManager[None]]


def run(asked: Asked) -> Figures:
    """One job of 10 lines × 100 units, every tenth item taken back: idle, busy, and by a serial scanner."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    home = asked.fresh("shop")
    shipment = shop.big_order(home, lines=asked.many(_LINES), units=asked.many(_UNITS))
    script = rehearse(home, shipment)
    idle = _measured(shop.copied(home, asked.fresh("idle") / "home"), script)
    busy = _measured(shop.copied(home, asked.fresh("busy") / "home"), script, meanwhile=_trouble)
    figures: Figures = {
        "what": "a key event to the window's pixels, offscreen; journal and shared database SQLite, synchronous=FULL",
        "scans": script.scans,
        "idle": _told(idle),
        "busy": _told(busy),
    }
    if hasattr(os, "openpty"):
        serial = _measured(shop.copied(home, asked.fresh("serial") / "home"), script, serial=True)
        figures["serial"] = _told(serial)
    if asked.db.startswith("postgresql"):
        figures["shared"] = _shared(asked, script)
    return figures | {"disk_alone": spread([list(fsyncs(home))], "ms")}


def _shared(asked: Asked, script: Script) -> Figures:
    """The same with a shared PostgreSQL: near, behind 200 ms, hanging and gone while the job is done."""
    lines: dict[str, Callable[[Proxy], None]] = {
        "near": Proxy.heal,
        "behind_200ms": lambda line: line.delay(_FAR_S),
        "hanging": Proxy.hang,
        "gone": Proxy.gone,
    }
    figures: Figures = {}
    with own_database(asked) as template:
        shipment = shop.big_order(
            asked.fresh("shared"), lines=asked.many(_LINES), units=asked.many(_UNITS), db=template
        )
        assert shipment == script.shipment
        for name, ill in lines.items():
            with own_database(asked, template) as url, closing(Proxy(url)) as line:
                meanwhile = partial(_on_a_line, line, ill)
                painted = _measured(asked.fresh(name), script, meanwhile=meanwhile, db=line.url)
            figures[name] = _told(painted)
    return figures


@contextmanager
def _on_a_line(line: Proxy, ill: Callable[[Proxy], None], _home: Path, _station: Station) -> Iterator[None]:
    ill(line)
    try:
        yield
    finally:
        line.heal()


def _told(painted: Sequence[Painted]) -> Figures:
    return {
        "heard": spread([[one.heard for one in painted]], "ms"),
        "answered": spread([[one.answered for one in painted]], "ms"),
        "kept": spread([[one.kept for one in painted]], "ms", at_most=_FRAME_MS),
        "ui_thread": spread([[one.worked for one in painted]], "ms"),
    }


def _measured(
    home: Path, script: Script, *, meanwhile: Meanwhile | None = None, serial: bool = False, db: str = ""
) -> list[Painted]:
    """What each scan of the script took. `meanwhile`: what goes on beside it; `db`: where, unless in `home`."""
    own = Command(Settings(home=str(home), question_timeout_s=60, db=db), Output(as_json=True))
    with _scanner(home, serial) as send, at_a_window(own, shop.STATION, demo=False) as hands:
        meter = Meter(hands.shell.window, hands.shell.workplace)
        hands.scan(shop.BADGE)
        found: list[Painted] = []
        for codes in (script.pick, script.pack):
            assert hands.scan(script.shipment).outcome == "ok"
            hands.rest(500)
            with meanwhile(home, hands.shell.context.station) if meanwhile else nullcontext():
                found += [_scan(hands, meter, code, send) for code in codes]
        return found


def _scan(hands: Hands, meter: Meter, code: str, send: Do | None) -> Painted:
    if send:
        meter.begin()
        send(code)
    else:
        # Its signs come a millisecond apart from a real scanner: they have been taken when its Enter comes.
        hands.signs(code)
        hands.rest(_SIGNS_MS)
        meter.begin()
        hands.enter()
    painted = meter.painted()
    assert meter.answer is not None
    assert meter.answer.outcome in ("ok", "done"), meter.answer
    hands.rest(_BETWEEN_MS)
    return painted


@contextmanager
def _scanner(home: Path, serial: bool) -> Iterator[Do | None]:
    """What types codes at a serial port of this computer; None for a scanner that types keys."""
    if not serial:
        yield None
        return
    ours, theirs = os.openpty()
    write_profile(_bench(home), Profile(scanner=f"serial://{os.ttyname(theirs)}"))

    def send(code: str) -> None:
        os.write(ours, code.encode() + b"\r")

    try:
        yield send
    finally:
        os.close(ours)
        os.close(theirs)


def _bench(home: Path) -> Path:
    return home / "stations" / shop.STATION


@contextmanager
def _trouble(home: Path, station: Station) -> Iterator[None]:
    """A list printed each second and orders imported without end, by a program of their own, while the block runs."""
    over = threading.Event()
    beside = [threading.Thread(target=work, args=(home, station, over)) for work in (_print, _import)]
    for thread in beside:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in beside:
            thread.join()


def _print(home: Path, station: Station, over: threading.Event) -> None:
    while not over.wait(_PRINT_EVERY_S):
        for job in [job for job in station.print_jobs() if job.document != "parcel_label"][:1]:
            station.reprint_paper(job.key, "unreadable")


def _import(home: Path, station: Station, over: threading.Event) -> None:
    words: list[Any] = ["import", "orders", "--channel", "csv", "--shop", shop.SHOP, "--map", shop.MAP]
    n = 0
    while not over.is_set():
        folder = home / "imported"
        folder.mkdir(exist_ok=True)
        orders = {f"B{n + i}": [(shop.sku(1), 1)] for i in range(_IMPORTED)}
        n += _IMPORTED
        file = shop.orders_file(folder, orders)
        with subprocess.Popen(  # noqa: S603
            [*program(), *map(str, words), str(file)],
            env=surroundings(home),
            stdout=subprocess.DEVNULL,
            stderr=sys.stderr,
        ) as process:
            while process.poll() is None:
                if over.wait(0.1):
                    process.terminate()
